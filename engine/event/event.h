// engine/event/event.h
//
// A decoded fact: what a source said, in our words. The envelope's bytes are tenure.event.v1.Event;
// this is a view of them, read by hand because it is on the path of every event.
//
// Path:     SourceRecord -> [Event] -> LoggedEvent
// Order:    facts are ordered by (occurred_at, ordinal, source, id): see before().
// Lifetime: borrows the envelope's bytes; whoever hands an Event out says how long they live.
// Threads:  a value; share freely while the bytes live.
// Stored:   docs/formats.md, "event envelope".
#pragma once

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/event/event_type.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace tenure {

/// Names one event for ever: (source, id, revision). Borrowed texts.
struct EventRef {
  std::string_view source;
  std::string_view id;
  std::uint32_t revision = 0;
  Instant occurred_at;
  friend auto operator<=>(const EventRef&, const EventRef&) = default;
};

/// A person who takes part, by surrogate (32 hex digits); names come only through the renderers.
struct PersonView {
  std::string_view surrogate;
  std::string_view name;  // personal: for renderers only
  bool is_client = false;
};

struct Event {
  std::string_view source;
  std::string_view id;
  std::uint32_t revision = 0;
  EventType type = EventType::kNone;
  Instant occurred_at;
  std::optional<Instant> known_at;
  std::int64_t ordinal = 0;
  std::string_view subject;
  boost::container::small_vector<AccountId, 2> accounts;  // the first one's shard is the home
  std::string_view actor;
  boost::container::small_vector<PersonView, 1> persons;  // the first is the one the event is about
  bool retracted = false;
  bool quarantined = false;
  std::string_view payload;  // the payload message's bytes
  std::string_view bytes;    // the whole envelope

  [[nodiscard]] EventRef ref() const { return {source, id, revision, occurred_at}; }

  /// The payload as its generated message, for example `event.read<pb::ComplaintOpened>()`. The
  /// message is parsed into a slot of this thread and stays valid until the next read of the same
  /// message type on it. Requires that `type` is the type of Message. A payload that cannot be
  /// parsed (which the decoder does not let through) reads as empty.
  template <class Message>
  [[nodiscard]] const Message& read() const {
    thread_local Message slot;
    if (!slot.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) slot.Clear();
    return slot;
  }
};

/// The order of facts. Two events with the same key are the same identity.
inline auto order_key(const Event& e) { return std::tie(e.occurred_at, e.ordinal, e.source, e.id); }
inline bool before(const Event& a, const Event& b) { return order_key(a) < order_key(b); }

/// Reads an envelope. The event borrows `bytes`. Checks the wire form and the limits of
/// docs/limits.md (texts, counts, instants, UTF-8 of identity, subject and accounts), not the
/// payload. kInvalid names the field and what is wrong.
Result<Event> read_event(std::string_view bytes);

/// The same without checks of limits, for bytes that were checked when they were logged: false on a
/// broken wire form.
bool scan_event(std::string_view bytes, Event& event);

/// What makes two events with the same identity the same: a keyed hash over type, subject,
/// accounts, times, ordinal, persons and payload. `seed` comes from the log's tenant key.
struct ContentHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const ContentHash&, const ContentHash&) = default;
};
ContentHash content_hash(const Event& event, std::uint64_t seed);

}  // namespace tenure
