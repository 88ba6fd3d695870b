#include "tests/engine/event/support/random_event.h"

#include "engine/base/time.h"
#include "engine/event/event_type.h"

#include <set>
#include <string>

namespace tenure::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}

std::string random_text(Random& random, int bytes_max) {
  static const char* const kPieces[] = {"a", "Z",  "7",    "-",  ".", " ",
                                        "é", "東", "🙂", "\"", "\\"};
  std::string text;
  const auto bytes = static_cast<std::size_t>(between(random, 0, bytes_max));
  while (text.size() + 4 <= bytes) text += kPieces[between(random, 0, 10)];
  return text;
}

std::string random_name(Random& random, int bytes_max) {
  return std::to_string(random() % 1000) + random_text(random, bytes_max - 4);
}

void set_scalar(Message& message, const FieldDescriptor* field, Random& random) {
  const auto* reflection = message.GetReflection();
  const auto number = static_cast<std::int64_t>(random()) >> between(random, 0, 63);
  const bool many = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = random_text(random, 60);
      many ? reflection->AddString(&message, field, text)
           : reflection->SetString(&message, field, text);
      break;
    }
    case FieldDescriptor::CPPTYPE_INT32:
      reflection->SetInt32(&message, field, static_cast<std::int32_t>(number));
      break;
    case FieldDescriptor::CPPTYPE_INT64: reflection->SetInt64(&message, field, number); break;
    case FieldDescriptor::CPPTYPE_UINT32:
      reflection->SetUInt32(&message, field, static_cast<std::uint32_t>(number));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      reflection->SetUInt64(&message, field, static_cast<std::uint64_t>(number));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection->SetBool(&message, field, number % 2 == 0);
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* type = field->enum_type();
      const auto at = static_cast<int>(random() % static_cast<unsigned>(type->value_count()));
      reflection->SetEnumValue(&message, field, type->value(at)->number());
      break;
    }
    default: break;
  }
}

}  // namespace

void fill_at_random(Message& message, Random& random, int depth) {
  const auto* type = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  for (int k = 0; k < type->field_count(); ++k) {
    const auto* field = type->field(k);
    if (random() % 3 == 0 || depth > 3) continue;
    const auto count = field->is_repeated() ? between(random, 1, 4) : 1;
    for (std::int64_t n = 0; n < count; ++n) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        set_scalar(message, field, random);
        continue;
      }
      fill_at_random(field->is_repeated() ? *reflection->AddMessage(&message, field)
                                          : *reflection->MutableMessage(&message, field),
                     random, depth + 1);
    }
  }
}

event::v1::Event random_event(Random& random) {
  event::v1::Event event;
  event.set_source(random_name(random, 256));
  event.set_id(random_name(random, 256));
  if (random() % 4 == 0) event.set_revision(static_cast<std::uint32_t>(random()));
  event.set_occurred_at_us(between(random, kEarliestInstant.us, kLatestInstant.us));
  if (random() % 4 == 0)
    event.set_known_at_us(between(random, kEarliestInstant.us, kLatestInstant.us));
  if (random() % 2 == 0) event.set_ordinal(static_cast<std::int64_t>(random()));
  if (random() % 2 == 0) event.set_subject(random_text(random, 256));
  if (random() % 2 == 0) event.set_actor(random_text(random, 256));
  if (random() % 4 == 0) {
    event.mutable_causation()->set_source(random_text(random, 256));
    event.mutable_causation()->set_id(random_text(random, 256));
    event.mutable_causation()->set_revision(static_cast<std::uint32_t>(random()));
  }
  if (random() % 4 == 0)
    event.set_trace_parent("00-" + std::string(32, 'a') + "-0123456789abcdef-01");
  for (auto n = random() % 3 == 0 ? between(random, 0, 32) : between(random, 0, 2); n > 0; --n) {
    auto* person = event.add_persons();
    for (int k = 0; k < 32; ++k)
      person->mutable_surrogate()->push_back("0123456789abcdef"[random() % 16]);
    person->set_name(random_text(random, 60));
    person->set_side(static_cast<event::v1::Side>(random() % 3));
  }
  const auto* payload = event::v1::Event::descriptor()->FindOneofByName("payload");
  const auto kind = random() % 16;
  const auto* field =
      payload->field(static_cast<int>(random() % static_cast<unsigned>(payload->field_count())));
  if (kind == 0) {
    auto* quarantine = event.mutable_quarantine();
    fill_at_random(*quarantine, random);
    return event;
  }
  if (kind == 1) {
    event.set_retracted(true);
  } else {
    fill_at_random(*event.GetReflection()->MutableMessage(&event, field), random);
  }
  if (kind == 1 || !is_reference(static_cast<EventType>(field->number()))) {
    std::set<std::string> accounts;
    for (auto n = between(random, 1, 16); n > 0; --n) accounts.insert(random_name(random, 128));
    for (const std::string& account : accounts) event.add_accounts(account);
  }
  return event;
}

}  // namespace tenure::test
