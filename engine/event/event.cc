#include "engine/event/event.h"

#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/event/internal/envelope.h"
#include "engine/event/internal/wire.h"

namespace tenure {
namespace {

using internal::WireField;
using internal::WireReader;
using internal::WireType;

void reset(Event& event, std::string_view bytes) {
  event.source = {};
  event.id = {};
  event.revision = 0;
  event.type = EventType::kNone;
  event.occurred_at = {};
  event.known_at.reset();
  event.ordinal = 0;
  event.subject = {};
  event.accounts.clear();
  event.actor = {};
  event.persons.clear();
  event.retracted = false;
  event.quarantined = false;
  event.payload = {};
  event.bytes = bytes;
}

bool scan_person(std::string_view bytes, Event& event) {
  PersonView& person = event.persons.emplace_back();
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    if (field.number == 1) person.surrogate = field.text;
    if (field.number == 3) person.name = field.text;
    if (field.number == 4) person.is_client = field.value == 1;
  }
  return !reader.broken();
}

bool scan_text(const WireField& field, Event& event) {
  switch (field.number) {
    case internal::kSource: event.source = field.text; return true;
    case internal::kId: event.id = field.text; return true;
    case internal::kSubject: event.subject = field.text; return true;
    case internal::kAccounts: event.accounts.emplace_back(field.text); return true;
    case internal::kActor: event.actor = field.text; return true;
    case internal::kPersons: return scan_person(field.text, event);
    case internal::kQuarantine: event.quarantined = true; return true;
    default: break;
  }
  if (field.number >= internal::kFirstPayload) {
    if (field.number >= kEventTypeLimit) return false;
    event.type = static_cast<EventType>(field.number);
    event.payload = field.text;
  }
  return true;
}

bool scan_varint(const WireField& field, Event& event) {
  switch (field.number) {
    case internal::kRevision: event.revision = static_cast<std::uint32_t>(field.value); break;
    case internal::kOccurredAt:
      event.occurred_at.us = static_cast<std::int64_t>(field.value);
      break;
    case internal::kKnownAt:
      event.known_at = Instant{static_cast<std::int64_t>(field.value)};
      break;
    case internal::kOrdinal: event.ordinal = static_cast<std::int64_t>(field.value); break;
    case internal::kRetracted: event.retracted = field.value != 0; break;
    default: break;
  }
  return true;
}

}  // namespace

bool scan_event(std::string_view bytes, Event& event) {
  reset(event, bytes);
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    const bool good =
        field.type == WireType::kText ? scan_text(field, event) : scan_varint(field, event);
    if (!good) [[unlikely]]
      return false;
  }
  return !reader.broken();
}

Result<Event> read_event(std::string_view bytes) {
  Event event;
  TENURE_TRY(internal::read_envelope(bytes, event).as_result());
  return event;
}

ContentHash content_hash(const Event& event, std::uint64_t seed) {
  // Every text stands behind its length and every list behind its count, so that no two contents
  // give the same bytes.
  thread_local std::string content;
  content.clear();
  put_varint(content, static_cast<std::uint64_t>(event.type));
  put_varint(content, (event.retracted ? 1U : 0U) | (event.quarantined ? 2U : 0U));
  put_text(content, event.subject);
  put_varint(content, event.accounts.size());
  for (const AccountId account : event.accounts) put_text(content, account.text);
  put_signed(content, event.occurred_at.us);
  put_varint(content, event.known_at ? 1 : 0);
  if (event.known_at) put_signed(content, event.known_at->us);
  put_signed(content, event.ordinal);
  put_varint(content, event.persons.size());
  for (const PersonView& person : event.persons) {
    put_text(content, person.surrogate);
    put_text(content, person.name);
    put_varint(content, person.is_client ? 1 : 0);
  }
  put_text(content, event.payload);
  const Hash128 hash = fast_hash128(content, seed);
  return {hash.high, hash.low};
}

}  // namespace tenure
