#include "engine/event/internal/envelope.h"

#include "engine/event/internal/text_checks.h"
#include "engine/event/internal/wire.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::internal {
namespace {

Refusal broken_form(std::string_view where, const WireReader& reader) {
  return refuse(
      Reason::kUnreadable,
      fmt::format(
          "{}: broken protobuf form at byte {}; send bytes that parse as tenure.event.v1.Event",
          where, reader.offset()));
}

Refusal unknown_field(std::string_view where, std::uint32_t number) {
  return refuse(Reason::kUnreadable,
                fmt::format("{}: field {} is not known or has another wire type; use the fields of "
                            "proto/tenure/event/v1",
                            where, number));
}

// A text of the envelope: UTF-8, at most `bytes_max`.
Refusal check_text(std::string_view name, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("{}: {} bytes, at most {} are allowed; shorten it", name, text.size(),
                              bytes_max));
  if (!is_utf8(text))
    return refuse(Reason::kUnreadable, fmt::format("{}: not UTF-8; send texts as UTF-8", name));
  return {};
}

// A text that names something: also without control characters.
Refusal check_name(std::string_view name, std::string_view text, std::size_t bytes_max) {
  TENURE_ADMIT(check_text(name, text, bytes_max));
  if (has_control(text))
    return refuse(Reason::kOutOfLimits,
                  fmt::format("{}: holds a control character; leave those out", name));
  return {};
}

Refusal check_filled(std::string_view name, std::string_view text, std::size_t bytes_max) {
  if (text.empty())
    return refuse(Reason::kIncomplete,
                  fmt::format("{}: missing or empty; every event needs it", name));
  return check_name(name, text, bytes_max);
}

Refusal check_instant(std::string_view name, Instant instant) {
  if (instant < kEarliestInstant || instant > kLatestInstant)
    return refuse(
        Reason::kOutOfLimits,
        fmt::format(
            "{}: outside 1900-01-01 to 2200-01-01; give microseconds since 1970-01-01T00:00Z",
            name));
  return {};
}

bool is_surrogate(std::string_view text) {
  return text.size() == kSurrogateBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Refusal read_person(std::string_view bytes, Event& event, EnvelopeNotes* notes) {
  if (event.persons.size() == kPersonsMax)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("persons: more than {}; name the ones that matter", kPersonsMax));
  PersonView& person = event.persons.emplace_back();
  std::string_view raw_id;
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    const bool text = field.type == WireType::kText;
    if (text) TENURE_ADMIT(check_text("persons", field.text, kNameBytesMax));
    if (field.number == 1 && text)
      person.surrogate = field.text;
    else if (field.number == 2 && text)
      raw_id = field.text;
    else if (field.number == 3 && text)
      person.name = field.text;
    else if (field.number == 4 && field.type == WireType::kVarint)
      person.is_client = field.value == 1;
    else
      return unknown_field("persons", field.number);
  }
  if (reader.broken()) return broken_form("persons", reader);
  if (!raw_id.empty() || person.surrogate.empty()) {
    if (notes == nullptr)
      return refuse(Reason::kOutOfLimits,
                    "persons: holds a source's own person id, or no surrogate; pass the record "
                    "through the decoder, which hashes it");
    notes->raw_person = true;
    if (raw_id.empty())
      return refuse(Reason::kIncomplete,
                    "persons: neither source_person_id nor surrogate; send one of them");
    if (person.surrogate.empty()) return {};
  }
  if (!is_surrogate(person.surrogate))
    return refuse(Reason::kOutOfLimits,
                  "persons.surrogate: not 32 lower-case hexadecimal digits; leave it out and send "
                  "source_person_id");
  return {};
}

Refusal check_causation(std::string_view bytes) {
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    const bool text = field.type == WireType::kText;
    if (field.number == 1 && text)
      TENURE_ADMIT(check_name("causation.source", field.text, kNameBytesMax));
    else if (field.number == 2 && text)
      TENURE_ADMIT(check_name("causation.id", field.text, kNameBytesMax));
    else if (field.number != 3 || field.type != WireType::kVarint || field.value > UINT32_MAX)
      return unknown_field("causation", field.number);
  }
  if (reader.broken()) return broken_form("causation", reader);
  return {};
}

Refusal check_record_header(std::string_view bytes) {
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    if (field.type != WireType::kText || field.number > 2)
      return unknown_field("quarantine.headers", field.number);
    if (field.number == 1)
      TENURE_ADMIT(check_text("quarantine.headers.name", field.text, kEnvelopeBytesMax));
  }
  if (reader.broken()) return broken_form("quarantine.headers", reader);
  return {};
}

Refusal check_quarantine(std::string_view bytes) {
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    const bool varint = field.number == 1 || field.number == 6;
    if (field.number > 6 || field.type != (varint ? WireType::kVarint : WireType::kText))
      return unknown_field("quarantine", field.number);
    if (field.number == 2)
      TENURE_ADMIT(check_text("quarantine.message", field.text, kEnvelopeBytesMax));
    if (field.number == 5) TENURE_ADMIT(check_record_header(field.text));
  }
  if (reader.broken()) return broken_form("quarantine", reader);
  return {};
}

// What an envelope may carry once only, beside what Event keeps.
struct Seen {
  bool payload = false;
  bool causation = false;
};

Refusal read_payload(const WireField& field, Event& event, Seen& seen) {
  const auto type = static_cast<EventType>(field.number < kEventTypeLimit ? field.number : 0);
  if (type == EventType::kNone || !is_known(type))
    return refuse(Reason::kUnreadable,
                  fmt::format("payload: event type {} is not known to this version; see "
                              "proto/tenure/event/v1/event.proto",
                              field.number));
  if (seen.payload)
    return refuse(Reason::kOutOfLimits, "payload: there is more than one; send one event for each");
  seen.payload = true;
  event.type = type;
  event.payload = field.text;
  return {};
}

// Every occurrence of a text must be UTF-8, also one that a later occurrence replaces: protobuf
// refuses it too.
constexpr std::string_view text_name(std::uint32_t number) {
  switch (number) {
    case kSource: return "source";
    case kId: return "id";
    case kSubject: return "subject";
    case kActor: return "actor";
    case kAccounts: return "accounts";
    default: return {};
  }
}

Refusal read_text(const WireField& field, Event& event, Seen& seen, EnvelopeNotes* notes) {
  if (const std::string_view name = text_name(field.number); !name.empty())
    TENURE_ADMIT(check_text(name, field.text, kNameBytesMax));
  switch (field.number) {
    case kSource: event.source = field.text; return {};
    case kId: event.id = field.text; return {};
    case kSubject: event.subject = field.text; return {};
    case kActor: event.actor = field.text; return {};
    case kTraceParent: return check_name("trace_parent", field.text, kTraceParentBytesMax);
    case kPersons: return read_person(field.text, event, notes);
    case kAccounts:
      if (event.accounts.size() == kAccountsMax)
        return refuse(Reason::kOutOfLimits,
                      fmt::format("accounts: more than {}; an event concerns few", kAccountsMax));
      event.accounts.emplace_back(field.text);
      return {};
    case kCausation:
      if (std::exchange(seen.causation, true))
        return refuse(Reason::kOutOfLimits, "causation: given twice; give it once");
      return check_causation(field.text);
    case kQuarantine:
      if (std::exchange(event.quarantined, true))
        return refuse(Reason::kOutOfLimits, "quarantine: given twice; give it once");
      return check_quarantine(field.text);
    default: break;
  }
  return field.number >= kFirstPayload ? read_payload(field, event, seen)
                                       : unknown_field("event", field.number);
}

Refusal read_varint(const WireField& field, Event& event) {
  switch (field.number) {
    case kRevision:
      if (field.value > UINT32_MAX)
        return refuse(Reason::kOutOfLimits, "revision: greater than 4294967295");
      event.revision = static_cast<std::uint32_t>(field.value);
      return {};
    case kOccurredAt: event.occurred_at.us = static_cast<std::int64_t>(field.value); return {};
    case kKnownAt: event.known_at = Instant{static_cast<std::int64_t>(field.value)}; return {};
    case kOrdinal: event.ordinal = static_cast<std::int64_t>(field.value); return {};
    case kRetracted: event.retracted = field.value != 0; return {};
    default: return unknown_field("event", field.number);
  }
}

Refusal check_accounts(const Event& event) {
  if (event.quarantined || is_reference(event.type)) {
    if (event.accounts.empty()) return {};
    return refuse(
        Reason::kOutOfLimits,
        "accounts: reference data and quarantined events concern no account; leave it out");
  }
  if (event.accounts.empty())
    return refuse(Reason::kNoAccount, "accounts: missing; name the account concerned");
  for (std::size_t k = 0; k < event.accounts.size(); ++k) {
    TENURE_ADMIT(check_filled("accounts", event.accounts[k].text, kAccountBytesMax));
    if (std::find(event.accounts.begin(), event.accounts.begin() + static_cast<std::ptrdiff_t>(k),
                  event.accounts[k]) != event.accounts.begin() + static_cast<std::ptrdiff_t>(k))
      return refuse(Reason::kOutOfLimits, "accounts: one is given twice; name each once");
  }
  return {};
}

Refusal check_event(const Event& event, const Seen& seen) {
  TENURE_ADMIT(check_filled("source", event.source, kNameBytesMax));
  TENURE_ADMIT(check_filled("id", event.id, kNameBytesMax));
  TENURE_ADMIT(check_name("subject", event.subject, kNameBytesMax));
  TENURE_ADMIT(check_name("actor", event.actor, kNameBytesMax));
  TENURE_ADMIT(check_instant("occurred_at_us", event.occurred_at));
  if (event.known_at) TENURE_ADMIT(check_instant("known_at_us", *event.known_at));
  if (event.quarantined && (seen.payload || event.retracted))
    return refuse(Reason::kOutOfLimits,
                  "quarantine: a quarantined event has no payload and is no retraction");
  if (event.retracted && seen.payload)
    return refuse(Reason::kOutOfLimits,
                  "retracted: a retraction carries no payload; leave one of them out");
  if (!event.quarantined && !event.retracted && !seen.payload)
    return refuse(Reason::kIncomplete, "payload: missing; an event says what happened");
  return check_accounts(event);
}

}  // namespace

Refusal read_envelope(std::string_view bytes, Event& event, EnvelopeNotes* notes) {
  event = Event{};
  event.bytes = bytes;
  if (bytes.size() > kEnvelopeBytesMax)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("event: {} bytes, at most {} are allowed; send less text",
                              bytes.size(), kEnvelopeBytesMax));
  Seen seen;
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    if (field.type == WireType::kText)
      TENURE_ADMIT(read_text(field, event, seen, notes));
    else if (field.type == WireType::kVarint)
      TENURE_ADMIT(read_varint(field, event));
    else
      return unknown_field("event", field.number);
  }
  if (reader.broken()) return broken_form("event", reader);
  return check_event(event, seen);
}

}  // namespace tenure::internal
