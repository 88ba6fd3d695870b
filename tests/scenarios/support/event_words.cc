#include "tests/scenarios/support/event_words.h"

#include "engine/base/hash.h"
#include "engine/event/event_type.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace tenure::scenario {
namespace {

namespace pb = ::tenure::event::v1;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string surrogate(const std::string& name) { return to_hex(fast_hash128(name)); }

Error bad(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

const std::set<std::string>& envelope_words() {
  static const std::set<std::string> words{"id",       "at",   "source",   "ordinal", "revision",
                                           "known_at", "with", "appended", "actor",   "subject_as"};
  return words;
}

Result<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return bad("'" + std::string(text) + "' is no whole number");
  return number;
}

// "high" is the enumerator that ends in _HIGH.
Result<int> read_enum(const FieldDescriptor& field, std::string value) {
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (int k = 0; k < field.enum_type()->value_count(); ++k) {
    const auto* choice = field.enum_type()->value(k);
    const std::string& name = choice->name();
    const std::string end = "_" + value;
    if (name == value ||
        (name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0))
      return choice->number();
  }
  return bad("'" + value + "' is no value of " + field.name());
}

// "1200.50EUR"
Result<void> read_money(const std::string& value, Message& money) {
  const std::size_t unit = value.find_first_not_of("0123456789.-");
  if (unit == std::string::npos) return bad("money needs a currency: '" + value + "EUR'");
  TENURE_TRY_ASSIGN(const std::int64_t milli, read_milli(value.substr(0, unit)));
  auto& typed = static_cast<pb::Money&>(money);
  typed.set_amount_minor(milli / 10);
  typed.set_currency(value.substr(unit));
  return {};
}

Result<void> set_field(Message& message, const FieldDescriptor& field, const std::string& value,
                       Instant now) {
  const auto* reflection = message.GetReflection();
  if (field.is_repeated()) {
    for (const std::string& one : split(value, ',')) reflection->AddString(&message, &field, one);
    return {};
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.name() == "successor") {
        reflection->SetString(&message, &field, surrogate(value));
        return {};
      }
      reflection->SetString(&message, &field, value);
      return {};
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection->SetBool(&message, &field, value == "true" || value == "yes" || value == "1");
      return {};
    case FieldDescriptor::CPPTYPE_ENUM: {
      TENURE_TRY_ASSIGN(const int number, read_enum(field, value));
      reflection->SetEnumValue(&message, &field, number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return read_money(value, *reflection->MutableMessage(&message, &field));
    default: break;
  }
  std::int64_t number = 0;
  if (field.name().size() > 6 && field.name().rfind("_at_us") == field.name().size() - 6) {
    TENURE_TRY_ASSIGN(const Instant at, read_instant(value, now));
    number = at.us;
  } else if (field.name().rfind("_us") == field.name().size() - 3) {
    TENURE_TRY_ASSIGN(const Instant at, read_instant(value, now));
    number = at.us;
  } else {
    TENURE_TRY_ASSIGN(number, read_number(value));
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
    reflection->SetInt32(&message, &field, static_cast<std::int32_t>(number));
  } else {
    reflection->SetInt64(&message, &field, number);
  }
  return {};
}

Result<void> set_payload(Message& payload, const Options& options, Instant now) {
  for (const auto& [name, value] : options.named) {
    if (envelope_words().count(name) > 0) continue;
    if (name.rfind("attribute.", 0) == 0) {
      auto* attribute = static_cast<pb::ActivityRecorded&>(payload).add_attributes();
      attribute->set_name(name.substr(10));
      attribute->set_value(value);
      continue;
    }
    const auto* type = payload.GetDescriptor();
    const FieldDescriptor* field = type->FindFieldByName(name);
    if (field == nullptr) field = type->FindFieldByName(name + "_us");
    if (field == nullptr) return bad(type->name() + " has no field '" + name + "'");
    TENURE_TRY(set_field(payload, *field, value, now));
  }
  return {};
}

Result<Message*> payload_of(pb::Event& event, const std::string& type) {
  const auto* choice = pb::Event::descriptor()->FindOneofByName("payload");
  const EventType by_name = event_type_of(type);
  for (int k = 0; k < choice->field_count(); ++k) {
    const FieldDescriptor* field = choice->field(k);
    if (field->name() == type || field->number() == static_cast<int>(by_name))
      return event.GetReflection()->MutableMessage(&event, field);
  }
  return bad("'" + type + "' is no event type; write complaint_opened or complaint.opened");
}

// with=client:p1:Ada
void set_person(const std::string& text, pb::Event& event) {
  const std::vector<std::string> parts = split(text, ':');
  pb::Person& person = *event.add_persons();
  person.set_side(parts[0] == "us" ? pb::SIDE_US : pb::SIDE_CLIENT);
  // As a gateway does it, which knows no key of this log: any 32 hex digits name a person.
  if (parts.size() > 1) person.set_surrogate(surrogate(parts[1]));
  if (parts.size() > 2) person.set_name(parts[2]);
}

}  // namespace

Result<SpokenEvent> speak_event(std::string_view accounts, const std::string& type,
                                const Options& options, std::string default_id, Instant now) {
  SpokenEvent spoken;
  pb::Event& event = spoken.event;
  event.set_source(options.get("source").value_or("crm"));
  event.set_id(options.get("id").value_or(std::move(default_id)));
  TENURE_TRY_ASSIGN(const Instant at, read_instant(options.get("at").value_or("now"), now));
  event.set_occurred_at_us(at.us);
  TENURE_TRY_ASSIGN(spoken.appended_at, read_instant(options.get("appended").value_or("now"), now));
  if (const auto known = options.get("known_at")) {
    TENURE_TRY_ASSIGN(const Instant known_at, read_instant(*known, now));
    event.set_known_at_us(known_at.us);
  }
  TENURE_TRY_ASSIGN(const std::int64_t ordinal, read_number(options.get("ordinal").value_or("0")));
  event.set_ordinal(ordinal);
  TENURE_TRY_ASSIGN(const std::int64_t revision,
                    read_number(options.get("revision").value_or("0")));
  event.set_revision(static_cast<std::uint32_t>(revision));
  if (!accounts.empty()) {
    for (const std::string& account : split(accounts, ',')) event.add_accounts(account);
    event.set_subject(options.get("subject_as").value_or(event.accounts(0)));
  }
  event.set_actor(options.get("actor").value_or(""));
  if (const auto person = options.get("with")) set_person(*person, event);
  if (type == "retraction") {
    event.set_retracted(true);
    return spoken;
  }
  TENURE_TRY_ASSIGN(Message * payload, payload_of(event, type));
  TENURE_TRY(set_payload(*payload, options, now));
  return spoken;
}

}  // namespace tenure::scenario
