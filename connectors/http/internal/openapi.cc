#include "connectors/http/internal/openapi.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <limits>
#include <map>
#include <set>
#include <string_view>

namespace tenure::internal {
namespace {

namespace json = boost::json;
namespace pb = ::google::protobuf;

using Messages = std::map<std::string, const pb::Descriptor*>;  // by full name

json::object schema_named(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

json::object content(std::string_view type, json::object schema) {
  return {{type, json::object{{"schema", std::move(schema)}}}};
}

json::object token_scheme() {
  return {{"type", "http"},
          {"scheme", "bearer"},
          {"description", "A token of `tenure token new`, where the server has a file of tokens."}};
}

// Every message that `message` may hold, itself included.
void add_reached(const pb::Descriptor& message, Messages& out) {
  if (!out.emplace(message.full_name(), &message).second) return;
  for (int k = 0; k < message.field_count(); ++k)
    if (const pb::Descriptor* held = message.field(k)->message_type()) add_reached(*held, out);
}

json::object digits(std::string_view format, std::string_view pattern) {
  return {{"type", "string"}, {"format", format}, {"pattern", pattern}};
}

json::object whole_number(std::string_view format, std::int64_t least, std::int64_t most) {
  return {{"type", "integer"}, {"format", format}, {"minimum", least}, {"maximum", most}};
}

json::object enum_schema(const pb::EnumDescriptor& described) {
  json::array names;
  for (int k = 0; k < described.value_count(); ++k) names.emplace_back(described.value(k)->name());
  return {{"type", "string"}, {"enum", std::move(names)}};
}

// One value of the field, as JSON has it.
json::object value_schema(const pb::FieldDescriptor& field) {
  using Field = pb::FieldDescriptor;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return whole_number("int32", std::numeric_limits<std::int32_t>::min(),
                          std::numeric_limits<std::int32_t>::max());
    case Field::CPPTYPE_UINT32:
      return whole_number("uint32", 0, std::numeric_limits<std::uint32_t>::max());
    case Field::CPPTYPE_INT64: return digits("int64", "^-?[0-9]{1,19}$");
    case Field::CPPTYPE_UINT64: return digits("uint64", "^[0-9]{1,20}$");
    case Field::CPPTYPE_BOOL: return {{"type", "boolean"}};
    case Field::CPPTYPE_ENUM: return enum_schema(*field.enum_type());
    case Field::CPPTYPE_MESSAGE: return schema_named(field.message_type()->full_name());
    case Field::CPPTYPE_STRING:
      if (field.type() == Field::TYPE_BYTES)
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      return {{"type", "string"}};
    default: return {{"type", "number"}};
  }
}

json::object field_schema(const pb::FieldDescriptor& field) {
  if (field.is_map())
    return {{"type", "object"},
            {"additionalProperties", value_schema(*field.message_type()->map_value())}};
  if (field.is_repeated()) return {{"type", "array"}, {"items", value_schema(field)}};
  return value_schema(field);
}

// At most one of a oneof's fields.
json::object one_of(const pb::OneofDescriptor& described) {
  json::array ways, any;
  for (int k = 0; k < described.field_count(); ++k) {
    json::object there{{"required", json::array{described.field(k)->name()}}};
    any.push_back(there);
    ways.push_back(std::move(there));
  }
  ways.push_back(json::object{{"not", json::object{{"anyOf", std::move(any)}}}});
  return {{"oneOf", std::move(ways)}};
}

// `always`: the server writes fields without presence even when they are empty; a request may leave
// out any.
json::object message_schema(const pb::Descriptor& message, bool always) {
  json::object properties;
  json::array required, choices;
  for (int k = 0; k < message.field_count(); ++k) {
    const pb::FieldDescriptor& field = *message.field(k);
    properties[field.name()] = field_schema(field);
    if (always && !field.has_presence()) required.emplace_back(field.name());
  }
  for (int k = 0; k < message.real_oneof_decl_count(); ++k)
    choices.push_back(one_of(*message.oneof_decl(k)));
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  if (!choices.empty()) schema["allOf"] = std::move(choices);
  schema["additionalProperties"] = false;
  return schema;
}

// Messages that JSON writes in a way of their own.
json::object own_way(std::string_view name) {
  if (name == "google.protobuf.Struct") return {{"type", "object"}};
  if (name == "google.protobuf.ListValue") return {{"type", "array"}};
  return {};  // google.protobuf.Value: anything
}

json::object schemas(const Messages& asked, const Messages& answered) {
  json::object out;
  for (const Messages* messages : {&asked, &answered})
    for (const auto& [name, message] : *messages) {
      if (message->options().map_entry()) continue;
      out[name] = message->file()->package() == "google.protobuf"
                      ? own_way(name)
                      : message_schema(*message, asked.count(name) == 0);
    }
  json::array codes;
  for (const std::string_view code :
       {"canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found",
        "already_exists", "permission_denied", "resource_exhausted", "failed_precondition",
        "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss",
        "unauthenticated"})
    codes.emplace_back(code);
  out["connect.error"] = json::object{
      {"type", "object"},
      {"required", json::array{"code"}},
      {"properties",
       json::object{{"code", json::object{{"type", "string"}, {"enum", std::move(codes)}}},
                    {"message", json::object{{"type", "string"}}}}}};
  return out;
}

json::object responses(const pb::MethodDescriptor& method, bool get) {
  json::object out;
  if (method.server_streaming()) {
    out["200"] = json::object{
        {"description", "Frames until the client goes, the last one with the outcome."},
        {"content",
         content("application/connect+json", schema_named(method.output_type()->full_name()))}};
  } else {
    out["200"] = json::object{
        {"description", "The answer."},
        {"content", content("application/json", schema_named(method.output_type()->full_name()))}};
  }
  if (get) out["304"] = json::object{{"description", "Unchanged since the ETag was given."}};
  json::object refused = content("application/json", schema_named("connect.error"));
  refused["text/plain"] = json::object{{"schema", json::object{{"type", "string"}}}};
  out["default"] = json::object{
      {"description", "An error of the call; as text, a request that never became a call."},
      {"content", std::move(refused)}};
  return out;
}

json::object operation(const pb::MethodDescriptor& method, bool get) {
  const std::string& service = method.service()->name();
  return {{"operationId", service + "." + method.name() + (get ? ".get" : "")},
          {"tags", json::array{service}},
          {"responses", responses(method, get)}};
}

json::object parameter(std::string_view name, std::string_view value) {
  return {{"name", name},
          {"in", "query"},
          {"required", true},
          {"schema", json::object{{"type", "string"}, {"enum", json::array{value}}}}};
}

json::object path_item(const pb::MethodDescriptor& method) {
  const json::object request = schema_named(method.input_type()->full_name());
  json::object post = operation(method, false);
  if (method.server_streaming())
    post["description"] = "Connect's server stream: the request and every answer are one frame.";
  post["requestBody"] = json::object{
      {"required", true},
      {"content",
       content(method.server_streaming() ? "application/connect+json" : "application/json",
               request)}};
  json::object item{{"post", std::move(post)}};
  const bool reads = method.options().idempotency_level() == pb::MethodOptions::NO_SIDE_EFFECTS;
  if (!reads || method.server_streaming()) return item;
  json::object get = operation(method, true);
  get["parameters"] = json::array{parameter("connect", "v1"), parameter("encoding", "json"),
                                  json::object{{"name", "message"},
                                               {"in", "query"},
                                               {"required", true},
                                               {"content", content("application/json", request)}}};
  item["get"] = std::move(get);
  return item;
}

}  // namespace

Result<std::string> openapi_of(const std::vector<std::string>& services) {
  json::object paths;
  Messages asked, answered;
  for (const std::string& name : services) {
    const pb::ServiceDescriptor* service =
        pb::DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service == nullptr)
      return fail(ErrorCode::kInvalid, "service " + name + " is not part of this build");
    for (int k = 0; k < service->method_count(); ++k) {
      const pb::MethodDescriptor& method = *service->method(k);
      paths["/" + name + "/" + method.name()] = path_item(method);
      add_reached(*method.input_type(), asked);
      add_reached(*method.output_type(), answered);
    }
  }
  const json::object document{
      {"openapi", "3.1.0"},
      {"info",
       json::object{{"title", "Tenure"},
                    {"version", "v1"},
                    {"description",
                     "Connect calls in JSON. What fields and methods mean stands in "
                     "proto/tenure/api/v1; errors, tags and waiting in docs/operations.md."}}},
      {"paths", std::move(paths)},
      {"components", json::object{{"schemas", schemas(asked, answered)},
                                  {"securitySchemes", json::object{{"token", token_scheme()}}}}},
      // Either: a server without a file of tokens asks nobody who they are.
      {"security", json::array{json::object{}, json::object{{"token", json::array{}}}}}};
  return json::serialize(document) + "\n";
}

}  // namespace tenure::internal
