#include "connectors/http/internal/json_fields.h"

#include "engine/base/nearest.h"
#include "engine/base/text.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cmath>
#include <map>
#include <vector>

namespace tenure::internal {
namespace {

namespace json = boost::json;
namespace pb = ::google::protobuf;

std::string fault_of_object(const pb::Descriptor& type, const json::object& object,
                            const std::string& within);

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

// JSON writes a field by either of its names.
const pb::FieldDescriptor* field_of(const pb::Descriptor& type, std::string_view name) {
  for (int k = 0; k < type.field_count(); ++k)
    if (type.field(k)->name() == name || type.field(k)->json_name() == name) return type.field(k);
  return nullptr;
}

std::string no_such_field(const pb::Descriptor& type, std::string_view name,
                          const std::string& within) {
  const std::string shown = within + shown_text(name);
  if (type.field_count() == 0) return shown + ": there is no such field; it has none";
  std::vector<std::string_view> known;
  known.reserve(static_cast<std::size_t>(type.field_count()));
  std::string all;
  for (int k = 0; k < type.field_count(); ++k) {
    known.emplace_back(type.field(k)->name());
    all += (k == 0 ? "" : ", ") + type.field(k)->name();
  }
  const std::string near = did_you_mean(name, known);
  return shown + ": there is no such field" + (near.empty() ? "; there are " + all : near);
}

std::string names_of(const pb::EnumDescriptor& type) {
  std::string names;
  for (int k = 0; k < type.value_count(); ++k)
    names += (k == 0 ? "" : ", ") + type.value(k)->name();
  return names;
}

bool is_whole(const json::value& value, bool is_signed) {
  if (value.is_int64()) return is_signed || value.as_int64() >= 0;
  if (value.is_uint64()) return !is_signed;
  // JSON may write 3 as 3.0 or 30e-1.
  if (value.is_double()) return std::floor(value.as_double()) == value.as_double();
  if (!value.is_string()) return false;
  const std::string_view text = view(value.as_string());
  const std::size_t from = is_signed && text.starts_with('-') ? 1 : 0;
  return text.size() > from && text.find_first_not_of("0123456789", from) == text.npos;
}

// What the field takes, where the value is nothing of the kind; empty = it may fit.
std::string expected(const pb::FieldDescriptor& field, const json::value& value) {
  using Field = pb::FieldDescriptor;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_STRING: return value.is_string() ? "" : "must be a text in quotes";
    case Field::CPPTYPE_BOOL: return value.is_bool() ? "" : "must be true or false";
    case Field::CPPTYPE_INT32:
    case Field::CPPTYPE_INT64: return is_whole(value, true) ? "" : "must be a whole number";
    case Field::CPPTYPE_UINT32:
    case Field::CPPTYPE_UINT64:
      return is_whole(value, false) ? "" : "must be a whole number of 0 or more";
    case Field::CPPTYPE_MESSAGE:
      return value.is_object() ? "" : "must be an object: its fields in {}";
    case Field::CPPTYPE_ENUM: {
      const pb::EnumDescriptor& type = *field.enum_type();
      const bool named = value.is_string() &&
                         type.FindValueByName(std::string(view(value.as_string()))) != nullptr;
      return named || is_whole(value, true) ? "" : "must be one of " + names_of(type);
    }
    default: return "";
  }
}

std::string fault_of_value(const pb::FieldDescriptor& field, const json::value& value,
                           const std::string& name) {
  if (const std::string wanted = expected(field, value); !wanted.empty())
    return name + ": " + wanted;
  if (field.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE)
    return fault_of_object(*field.message_type(), value.as_object(), name + ".");
  return "";
}

std::string fault_of_field(const pb::FieldDescriptor& field, const json::value& value,
                           const std::string& name) {
  // What has a form of its own in JSON is the library's to read.
  const bool own_form = field.message_type() != nullptr &&
                        field.message_type()->file()->package() == "google.protobuf";
  if (value.is_null() || field.is_map() || own_form) return "";
  if (!field.is_repeated()) return fault_of_value(field, value, name);
  if (!value.is_array()) return name + ": must be a list in []";
  const json::array& all = value.as_array();
  for (std::size_t k = 0; k < all.size(); ++k)
    if (std::string fault = fault_of_value(field, all[k], fmt::format("{}[{}]", name, k));
        !fault.empty())
      return fault;
  return "";
}

std::string fault_of_object(const pb::Descriptor& type, const json::object& object,
                            const std::string& within) {
  std::map<const pb::OneofDescriptor*, std::string> chosen;
  std::map<const pb::FieldDescriptor*, std::string> seen;
  for (const auto& pair : object) {
    const std::string key(view(pair.key()));
    const pb::FieldDescriptor* field = field_of(type, key);
    if (field == nullptr) return no_such_field(type, key, within);
    if (const auto [other, fresh] = seen.emplace(field, key); !fresh)
      return within + key + ": stands there as " + other->second + " too; send it once";
    const pb::OneofDescriptor* choice = field->real_containing_oneof();
    if (choice != nullptr && !pair.value().is_null()) {
      const auto [other, fresh] = chosen.emplace(choice, key);
      if (!fresh)
        return within + choice->name() + ": " + other->second + " and " + key +
               " exclude each other; send one of them";
    }
    if (std::string fault = fault_of_field(*field, pair.value(), within + key); !fault.empty())
      return fault;
  }
  return "";
}

}  // namespace

std::string wrong_field(const pb::Descriptor& type, std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse({text.data(), text.size()}, failed);
  return failed || !value.is_object() ? "" : fault_of_object(type, value.as_object(), "");
}

Result<void> check_enums(const pb::Message& message) {
  const pb::Descriptor& type = *message.GetDescriptor();
  for (int k = 0; k < type.field_count(); ++k) {
    const pb::FieldDescriptor& field = *type.field(k);
    if (field.cpp_type() != pb::FieldDescriptor::CPPTYPE_ENUM || field.is_repeated()) continue;
    const int number = message.GetReflection()->GetEnumValue(message, &field);
    if (field.enum_type()->FindValueByNumber(number) == nullptr)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: {} is not known; must be one of {}", field.name(), number,
                              names_of(*field.enum_type())));
  }
  return ok();
}

}  // namespace tenure::internal
