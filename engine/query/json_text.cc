#include "engine/query/json_text.h"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <map>
#include <vector>

namespace tenure {
namespace {

namespace pb = ::google::protobuf;
using Field = pb::FieldDescriptor;

// Whole numbers up to here are written as such.
constexpr double kWholeMax = 1e15;
// What a thread keeps for its next answer.
constexpr std::size_t kKeptBytesMax = 1 << 20;

// Angle brackets too: nothing in an answer may end a page's script, wherever it is put.
constexpr std::array<bool, 256> kEscaped = [] {
  std::array<bool, 256> escaped{};
  for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
  for (const unsigned char c : {'"', '\\', '<', '>', '\x7F'}) escaped[c] = true;
  return escaped;
}();

void put_text(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t clean = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const auto c = static_cast<unsigned char>(text[k]);
    if (!kEscaped[c]) continue;
    out.append(text, clean, k - clean);
    clean = k + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: (out += "\\u00") += {kHex[c >> 4], kHex[c & 15]};
    }
  }
  out.append(text, clean, text.size() - clean);
  out += '"';
}

void put_number(double number, std::string& out) {
  if (!std::isfinite(number)) {
    out += "null";
  } else if (std::abs(number) < kWholeMax && number == std::floor(number)) {
    fmt::format_to(std::back_inserter(out), "{}", static_cast<std::int64_t>(number));
  } else {
    fmt::format_to(std::back_inserter(out), "{}", number);
  }
}

void put_value(const pb::Value& value, std::string& out);

// Maps have no order of their own; equal answers are equal texts.
void put_struct(const pb::Struct& fields, std::string& out) {
  std::vector<const pb::Map<std::string, pb::Value>::value_type*> sorted;
  sorted.reserve(fields.fields().size());
  for (const auto& field : fields.fields()) sorted.push_back(&field);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  out += '{';
  for (const auto* field : sorted) {
    if (field != sorted.front()) out += ',';
    put_text(field->first, out);
    out += ':';
    put_value(field->second, out);
  }
  out += '}';
}

void put_list(const pb::ListValue& list, std::string& out) {
  out += '[';
  for (int k = 0; k < list.values_size(); ++k) {
    if (k > 0) out += ',';
    put_value(list.values(k), out);
  }
  out += ']';
}

void put_value(const pb::Value& value, std::string& out) {
  switch (value.kind_case()) {
    case pb::Value::kNumberValue: return put_number(value.number_value(), out);
    case pb::Value::kStringValue: return put_text(value.string_value(), out);
    case pb::Value::kBoolValue: out += value.bool_value() ? "true" : "false"; return;
    case pb::Value::kStructValue: return put_struct(value.struct_value(), out);
    case pb::Value::kListValue: return put_list(value.list_value(), out);
    case pb::Value::kNullValue:
    case pb::Value::KIND_NOT_SET: out += "null"; return;
  }
}

void put_message(const pb::Message& message, std::string& out, const JsonField* instead = nullptr);

void put_by_protobuf(const pb::Message& message, std::string& out) {
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  out += pb::util::MessageToJsonString(message, &json, options).ok() ? json : "{}";
}

template <class Number>
void put_quoted(Number number, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out += '"';
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += '"';
}

// What stands between texts has no angle brackets, so they are texts' wherever they stand.
void put_json(std::string_view json, std::string& out) {
  for (const char c : json) {
    if (c == '<')
      out += "\\u003c";
    else if (c == '>')
      out += "\\u003e";
    else
      out += c;
  }
}

void put_enum(const pb::EnumDescriptor& type, int number, std::string& out) {
  const pb::EnumValueDescriptor* known = type.FindValueByNumber(number);
  if (known != nullptr)
    put_text(known->name(), out);
  else
    out += std::to_string(number);
}

// One element: of a repeated field at `index`, otherwise with index -1.
void put_element(const pb::Message& message, const Field& field, int index, std::string& out) {
  const pb::Reflection& look = *message.GetReflection();
  const auto get = [&](auto one, auto of_many) {
    return index < 0 ? (look.*one)(message, &field) : (look.*of_many)(message, &field, index);
  };
  using R = pb::Reflection;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      out += std::to_string(get(&R::GetInt32, &R::GetRepeatedInt32));
      return;
    case Field::CPPTYPE_UINT32:
      out += std::to_string(get(&R::GetUInt32, &R::GetRepeatedUInt32));
      return;
    case Field::CPPTYPE_INT64: return put_quoted(get(&R::GetInt64, &R::GetRepeatedInt64), out);
    case Field::CPPTYPE_UINT64: return put_quoted(get(&R::GetUInt64, &R::GetRepeatedUInt64), out);
    case Field::CPPTYPE_BOOL:
      out += get(&R::GetBool, &R::GetRepeatedBool) ? "true" : "false";
      return;
    case Field::CPPTYPE_ENUM:
      return put_enum(*field.enum_type(), get(&R::GetEnumValue, &R::GetRepeatedEnumValue), out);
    case Field::CPPTYPE_STRING: {
      std::string held;
      return put_text(index < 0 ? look.GetStringReference(message, &field, &held)
                                : look.GetRepeatedStringReference(message, &field, index, &held),
                      out);
    }
    case Field::CPPTYPE_MESSAGE:
      return put_message(index < 0 ? look.GetMessage(message, &field)
                                   : look.GetRepeatedMessage(message, &field, index),
                         out);
    case Field::CPPTYPE_FLOAT:
    case Field::CPPTYPE_DOUBLE: return;  // is_plain() says no
  }
}

// What this writer takes: no floating point, no bytes, no other well-known type.
bool is_plain(const Field& field) {
  return field.cpp_type() != Field::CPPTYPE_DOUBLE && field.cpp_type() != Field::CPPTYPE_FLOAT &&
         field.type() != Field::TYPE_BYTES;
}

bool is_plain(const pb::Descriptor& type) {
  if (type.well_known_type() != pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED) return false;
  for (int k = 0; k < type.field_count(); ++k)
    if (!is_plain(*type.field(k))) return false;
  return true;
}

void put_map(const pb::Message& message, const Field& field, std::string& out) {
  const pb::Descriptor& entry = *field.message_type();
  const int count = message.GetReflection()->FieldSize(message, &field);
  std::map<std::string, const pb::Message*> sorted;
  for (int k = 0; k < count; ++k) {
    const pb::Message& pair = message.GetReflection()->GetRepeatedMessage(message, &field, k);
    std::string key;
    put_element(pair, *entry.map_key(), -1, key);
    sorted.emplace(key.front() == '"' ? key : '"' + key + '"', &pair);
  }
  out += '{';
  bool first = true;
  for (const auto& [key, pair] : sorted) {
    if (!first) out += ',';
    first = false;
    (out += key) += ':';
    put_element(*pair, *entry.map_value(), -1, out);
  }
  out += '}';
}

void put_repeated(const pb::Message& message, const Field& field, std::string& out) {
  out += '[';
  const int count = message.GetReflection()->FieldSize(message, &field);
  for (int k = 0; k < count; ++k) {
    if (k > 0) out += ',';
    put_element(message, field, k, out);
  }
  out += ']';
}

void put_message(const pb::Message& message, std::string& out, const JsonField* instead) {
  const pb::Descriptor& type = *message.GetDescriptor();
  switch (type.well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_STRUCT:
      return put_struct(static_cast<const pb::Struct&>(message), out);
    case pb::Descriptor::WELLKNOWNTYPE_VALUE:
      return put_value(static_cast<const pb::Value&>(message), out);
    case pb::Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return put_list(static_cast<const pb::ListValue&>(message), out);
    default: break;
  }
  if (!is_plain(type)) return put_by_protobuf(message, out);
  out += '{';
  bool first = true;
  for (int k = 0; k < type.field_count(); ++k) {
    const Field& field = *type.field(k);
    const bool is_text = instead != nullptr && field.name() == instead->name;
    if (!is_text && field.has_presence() && !message.GetReflection()->HasField(message, &field))
      continue;
    if (!first) out += ',';
    first = false;
    (out += '"') += field.name();
    out += "\":";
    if (is_text)
      put_json(instead->text, out);
    else if (field.is_map())
      put_map(message, field, out);
    else if (field.is_repeated())
      put_repeated(message, field, out);
    else
      put_element(message, field, -1, out);
  }
  out += '}';
}

void fill(const boost::json::value& from, pb::Value& out) {
  switch (from.kind()) {
    case boost::json::kind::object: {
      auto& fields = *out.mutable_struct_value()->mutable_fields();
      for (const auto& [name, value] : from.get_object())
        fill(value, fields[std::string(name.data(), name.size())]);
      return;
    }
    case boost::json::kind::array:
      out.mutable_list_value();
      for (const boost::json::value& value : from.get_array())
        fill(value, *out.mutable_list_value()->add_values());
      return;
    case boost::json::kind::string: {
      const boost::json::string& text = from.get_string();
      out.set_string_value(text.data(), text.size());
      return;
    }
    case boost::json::kind::bool_: return out.set_bool_value(from.get_bool());
    case boost::json::kind::null: return out.set_null_value(pb::NULL_VALUE);
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return out.set_number_value(from.to_number<double>());
  }
}

}  // namespace

std::string to_json(const pb::Message& message, const JsonField* instead) {
  // Kept: an answer is written once and then has the size it needs.
  thread_local std::string json;
  json.clear();
  put_message(message, json, instead);
  std::string out(json);
  if (json.capacity() > kKeptBytesMax) json = std::string();
  return out;
}

Result<void> value_of_json(std::string_view json, pb::Value& out) {
  boost::system::error_code failed;
  const boost::json::value parsed = boost::json::parse({json.data(), json.size()}, failed);
  if (failed) return fail(ErrorCode::kCorrupt, "facts cannot be shown: they are no JSON");
  fill(parsed, out);
  return ok();
}

}  // namespace tenure
