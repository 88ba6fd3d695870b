// The limits of an envelope, and its strict reader without the Result around an Event.
#pragma once

#include "engine/event/event.h"
#include "engine/event/internal/refusal.h"

#include <cstddef>
#include <string_view>

namespace tenure::internal {

// docs/limits.md, "event".
inline constexpr std::size_t kEnvelopeBytesMax = 1024 * 1024;
inline constexpr std::size_t kNameBytesMax = 256;  // source, id, subject, actor, a person's name
inline constexpr std::size_t kAccountBytesMax = 128;
inline constexpr std::size_t kAccountsMax = 16;
inline constexpr std::size_t kPersonsMax = 32;
inline constexpr std::size_t kSurrogateBytes = 32;
inline constexpr std::size_t kTraceParentBytesMax = 64;

/// Field numbers of tenure.event.v1.Event, Person, EventRef and Quarantine.
enum EnvelopeField : std::uint32_t {
  kSource = 1,
  kId = 2,
  kRevision = 3,
  kOccurredAt = 4,
  kKnownAt = 5,
  kOrdinal = 6,
  kSubject = 7,
  kAccounts = 8,
  kActor = 9,
  kCausation = 10,
  kTraceParent = 11,
  kPersons = 12,
  kRetracted = 13,
  kQuarantine = 14,
  kSealed = 15,
  kFirstPayload = 100,
};

/// What the decoder must know of an envelope beside the Event.
struct EnvelopeNotes {
  bool raw_person = false;  // some person still carries the source's own id, or has no surrogate
};

/// As read_event(), into `event`. With `notes`, persons may carry raw ids (a record on its way in),
/// which it tells.
Refusal read_envelope(std::string_view bytes, Event& event, EnvelopeNotes* notes = nullptr);

}  // namespace tenure::internal
