#include "engine/event/internal/payload_builder.h"

#include "engine/base/time.h"
#include "engine/event/internal/json.h"
#include "engine/event/internal/payload.h"
#include "engine/event/internal/text_checks.h"
#include "tenure/event/v1/activity.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace tenure::internal {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using simdjson::dom::element;
using simdjson::dom::element_type;

Refusal wrong(std::string_view path, std::string_view what) {
  return refuse(Reason::kUnreadable, fmt::format("payload.{}: {}", path, what));
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return upper(x) == upper(y); });
}

// ComplaintStep has values COMPLAINT_STEP_...: the first one ends in UNSPECIFIED and so tells the
// prefix.
std::optional<int> enum_number(const EnumDescriptor& type, std::string_view text) {
  const std::string& first = type.value(0)->name();
  const std::size_t prefix = first.rfind("UNSPECIFIED");
  for (int k = 0; k < type.value_count(); ++k) {
    const std::string_view name = type.value(k)->name();
    if (same_word(name, text) || (prefix != std::string::npos && name.size() > prefix &&
                                  same_word(name.substr(prefix), text)))
      return type.value(k)->number();
  }
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() &&
      type.FindValueByNumber(number) != nullptr)
    return number;
  return std::nullopt;
}

template <class T>
bool whole_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool truth(std::string_view text, bool& value) {
  value = same_word(text, "true") || text == "1" || same_word(text, "yes");
  return value || same_word(text, "false") || text == "0" || same_word(text, "no");
}

bool is_time(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 && field.name().ends_with("_us");
}

Refusal set_int64(Message& message, const FieldDescriptor& field, std::string_view text,
                  std::string_view path) {
  std::int64_t value = 0;
  if (!whole_number(text, value)) {
    const auto instant = parse_instant(text);
    if (!is_time(field) || !instant)
      return wrong(path, is_time(field) ? "not a time; give RFC 3339 or microseconds since 1970"
                                        : "not a whole number of 64 bits");
    value = instant->us;
  }
  message.GetReflection()->SetInt64(&message, &field, value);
  return {};
}

Refusal set_text(Message& message, const FieldDescriptor& field, std::string_view text,
                 std::string_view path) {
  if (!is_utf8(text)) return wrong(path, "not UTF-8; send texts as UTF-8");
  const auto* reflection = message.GetReflection();
  if (field.is_repeated())
    reflection->AddString(&message, &field, std::string(text));
  else
    reflection->SetString(&message, &field, std::string(text));
  return {};
}

Refusal set_element(Message& message, element value, const std::string& path);

Refusal set_value(Message& message, const FieldDescriptor& field, element value,
                  const std::string& path) {
  if (value.type() == element_type::NULL_VALUE) return {};
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const auto* reflection = message.GetReflection();
    Message* const inner = field.is_repeated() ? reflection->AddMessage(&message, &field)
                                               : reflection->MutableMessage(&message, &field);
    return set_element(*inner, value, path);
  }
  std::string scratch;
  std::string_view text;
  if (!scalar_text(value, scratch, text))
    return wrong(path, "holds an object or array; give one value");
  const bool is_text = value.type() == element_type::STRING;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !is_text)
    return wrong(path, "not a text; put it in quotes");
  return set_from_text(message, field, text, path);
}

Refusal set_element(Message& message, element value, const std::string& path) {
  if (value.type() != element_type::OBJECT)
    return wrong(path.empty() ? "json" : path, "not an object; give fields by name");
  for (const simdjson::dom::object members = value.get_object().value_unsafe();
       const auto member : members) {
    const std::string inner =
        path.empty() ? std::string(member.key) : fmt::format("{}.{}", path, member.key);
    const FieldDescriptor* field = field_of(*message.GetDescriptor(), member.key);
    if (field == nullptr)
      return wrong(inner, fmt::format("no such field in {}; see proto/tenure/event/v1",
                                      message.GetDescriptor()->name()));
    const auto* reflection = message.GetReflection();
    const bool again = field->is_repeated()
                           ? reflection->FieldSize(message, field) > 0
                           : field->has_presence() && reflection->HasField(message, field);
    if (again) return wrong(inner, "given under two names; give it once");
    if (!field->is_repeated()) {
      TENURE_ADMIT(set_value(message, *field, member.value, inner));
      continue;
    }
    if (member.value.type() == element_type::NULL_VALUE) continue;
    if (member.value.type() != element_type::ARRAY)
      return wrong(inner, "not an array; give a list");
    for (const simdjson::dom::array items = member.value.get_array().value_unsafe();
         const auto item : items) {
      if (item.type() == element_type::NULL_VALUE) return wrong(inner, "holds null; leave it out");
      TENURE_ADMIT(set_value(message, *field, item, inner));
    }
  }
  return {};
}

using Attributes = std::vector<std::pair<std::string, std::string>>;

Refusal flatten(element value, const std::string& path, Attributes& out) {
  if (value.type() == element_type::OBJECT) {
    for (const simdjson::dom::object members = value.get_object().value_unsafe();
         const auto member : members)
      TENURE_ADMIT(flatten(
          member.value,
          path.empty() ? std::string(member.key) : fmt::format("{}.{}", path, member.key), out));
    return {};
  }
  if (value.type() == element_type::ARRAY) {
    std::size_t index = 0;
    for (const simdjson::dom::array items = value.get_array().value_unsafe();
         const auto item : items)
      TENURE_ADMIT(flatten(item, fmt::format("{}.{}", path, index++), out));
    return {};
  }
  std::string scratch;
  std::string_view text;
  if (!scalar_text(value, scratch, text)) return {};  // null: an attribute that is not there
  if (path.size() > kAttributeNameBytesMax)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("attributes: a name of more than {} bytes; nest "
                              "less",
                              kAttributeNameBytesMax));
  if (out.size() == kAttributesMax)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("attributes: more than {}; send fewer", kAttributesMax));
  out.emplace_back(path, text);
  return {};
}

}  // namespace

const FieldDescriptor* field_of(const Descriptor& message, std::string_view name) {
  const std::string text(name);
  const FieldDescriptor* field = message.FindFieldByName(text);
  if (field == nullptr) field = message.FindFieldByCamelcaseName(text);
  return field;
}

Refusal set_from_text(Message& message, const FieldDescriptor& field, std::string_view text,
                      std::string_view path) {
  const auto* reflection = message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: return set_text(message, field, text, path);
    case FieldDescriptor::CPPTYPE_INT64: return set_int64(message, field, text, path);
    case FieldDescriptor::CPPTYPE_INT32: {
      std::int32_t value = 0;
      if (!whole_number(text, value)) return wrong(path, "not a whole number of 32 bits");
      reflection->SetInt32(&message, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      std::uint32_t value = 0;
      if (!whole_number(text, value)) return wrong(path, "not a whole number from 0 to 4294967295");
      reflection->SetUInt32(&message, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      std::uint64_t value = 0;
      if (!whole_number(text, value)) return wrong(path, "not a whole number of 64 bits from 0");
      reflection->SetUInt64(&message, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool value = false;
      if (!truth(text, value)) return wrong(path, "not a truth value; give true or false");
      reflection->SetBool(&message, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto number = enum_number(*field.enum_type(), text);
      if (!number)
        return wrong(
            path, fmt::format("no such {}; see proto/tenure/event/v1", field.enum_type()->name()));
      reflection->SetEnumValue(&message, &field, *number);
      return {};
    }
    default: return wrong(path, "cannot be given as one value");
  }
}

Message& PayloadBuilder::start(EventType type) {
  auto& slot = messages_[type];
  if (!slot)
    slot.reset(MessageFactory::generated_factory()->GetPrototype(payload_descriptor(type))->New());
  slot->Clear();
  message_ = slot.get();
  return *slot;
}

Refusal PayloadBuilder::set_json(element object) { return set_element(*message_, object, {}); }

Refusal PayloadBuilder::record_activity(std::string_view name, element object) {
  if (object.type() != element_type::OBJECT)
    return refuse(Reason::kUnreadable,
                  "payload: an event type without a message of its own needs a JSON object");
  Attributes attributes;
  TENURE_ADMIT(flatten(object, {}, attributes));
  return record_activity(name, std::move(attributes));
}

Refusal PayloadBuilder::record_activity(std::string_view name, Attributes attributes) {
  if (name.empty() || name.size() > kAttributeNameBytesMax || !is_utf8(name) || has_control(name))
    return refuse(Reason::kOutOfLimits, "type: not a name of 1 to 256 bytes; shorten it");
  std::sort(attributes.begin(), attributes.end());
  const auto twice =
      std::adjacent_find(attributes.begin(), attributes.end(),
                         [](const auto& a, const auto& b) { return a.first == b.first; });
  if (twice != attributes.end())
    return refuse(Reason::kUnreadable,
                  "attributes: two have the same name once nested names are joined by dots");
  auto& activity = static_cast<event::v1::ActivityRecorded&>(start(EventType::kActivityRecorded));
  activity.set_name(std::string(name));
  for (auto& [key, value] : attributes) {
    auto& attribute = *activity.add_attributes();
    attribute.set_name(std::move(key));
    attribute.set_value(std::move(value));
  }
  return {};
}

void PayloadBuilder::finish(std::string& out) const { message_->AppendToString(&out); }

}  // namespace tenure::internal
