#include "engine/event/internal/draft.h"

#include "engine/base/bytes.h"
#include "engine/event/decoder.h"
#include "engine/event/internal/envelope.h"

namespace tenure::internal {
namespace {

void put_filled(std::string& out, std::uint32_t number, std::string_view text) {
  if (!text.empty()) put_text_field(out, number, text);
}

void put_nonzero(std::string& out, std::uint32_t number, std::uint64_t value) {
  if (value != 0) put_varint_field(out, number, value);
}

}  // namespace

void put_text_field(std::string& out, std::uint32_t number, std::string_view text) {
  put_varint(out, number << 3 | 2U);
  put_text(out, text);
}

void put_varint_field(std::string& out, std::uint32_t number, std::uint64_t value) {
  put_varint(out, number << 3);
  put_varint(out, value);
}

void EventDraft::clear() {
  source.clear();
  id.clear();
  revision = 0;
  type = EventType::kNone;
  occurred_at.reset();
  known_at.reset();
  ordinal = 0;
  subject.clear();
  accounts.clear();
  actor.clear();
  causation_source.clear();
  causation_id.clear();
  trace_parent.clear();
  persons.clear();
  retracted = false;
  payload.clear();
}

void write_envelope(const EventDraft& draft, std::string_view person_key, std::string& out) {
  put_filled(out, kSource, draft.source);
  put_filled(out, kId, draft.id);
  put_nonzero(out, kRevision, draft.revision);
  if (draft.occurred_at)
    put_nonzero(out, kOccurredAt, static_cast<std::uint64_t>(draft.occurred_at->us));
  if (draft.known_at)
    put_varint_field(out, kKnownAt, static_cast<std::uint64_t>(draft.known_at->us));
  put_nonzero(out, kOrdinal, static_cast<std::uint64_t>(draft.ordinal));
  put_filled(out, kSubject, draft.subject);
  for (const std::string& account : draft.accounts) put_text_field(out, kAccounts, account);
  put_filled(out, kActor, draft.actor);
  std::string inner;
  if (!draft.causation_id.empty()) {
    put_filled(inner, 1, draft.causation_source.empty() ? draft.source : draft.causation_source);
    put_text_field(inner, 2, draft.causation_id);
    put_text_field(out, kCausation, inner);
  }
  put_filled(out, kTraceParent, draft.trace_parent);
  for (const DraftPerson& person : draft.persons) {
    inner.clear();
    put_filled(inner, 1,
               person.id.empty() ? person.surrogate
                                 : person_surrogate(person_key, draft.source, person.id));
    put_filled(inner, 3, person.name);
    put_nonzero(inner, 4, static_cast<std::uint64_t>(person.side));
    put_text_field(out, kPersons, inner);
  }
  put_nonzero(out, kRetracted, draft.retracted ? 1 : 0);
  if (draft.type != EventType::kNone)
    put_text_field(out, static_cast<std::uint32_t>(draft.type), draft.payload);
}

}  // namespace tenure::internal
