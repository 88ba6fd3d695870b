// An event being put together from a record that is no envelope of ours yet.
#pragma once

#include "engine/base/time.h"
#include "engine/event/event_type.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::internal {

struct DraftPerson {
  std::string id;         // the source's own; hashed when the envelope is written
  std::string surrogate;  // taken as it is when there is no id
  std::string name;
  std::int32_t side = 0;  // tenure.event.v1.Side
};

/// Owns its texts, so that it may be filled from anything. Reused: clear() keeps the memory.
struct EventDraft {
  std::string source;
  std::string id;
  std::uint32_t revision = 0;
  EventType type = EventType::kNone;
  std::optional<Instant> occurred_at;
  std::optional<Instant> known_at;
  std::int64_t ordinal = 0;
  std::string subject;
  std::vector<std::string> accounts;
  std::string actor;
  std::string causation_source;
  std::string causation_id;
  std::string trace_parent;
  std::vector<DraftPerson> persons;
  bool retracted = false;
  std::string payload;

  void clear();
};

/// Appends the draft to `out` as the bytes of tenure.event.v1.Event. Checks nothing.
void write_envelope(const EventDraft& draft, std::string_view person_key, std::string& out);

/// Writes of the wire form, for this and for payloads.
void put_text_field(std::string& out, std::uint32_t number, std::string_view text);
void put_varint_field(std::string& out, std::uint32_t number, std::uint64_t value);

}  // namespace tenure::internal
