// engine/query/json_text.h
//
// Messages as JSON and back to values, without the detour over types described at run time that
// protobuf's own takes.
//
// Threads: pure.
// Errors:  kCorrupt: our own text is no JSON.
#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>

namespace google::protobuf {
class Message;
class Value;
}  // namespace google::protobuf

namespace tenure {

/// A field of a message that is JSON already.
struct JsonField {
  std::string name;
  std::string text;
};

/// A message as JSON: proto3 JSON with the field names of the proto files, every field present.
/// `instead` takes the place of the message's own field of that name.
std::string to_json(const google::protobuf::Message& message, const JsonField* instead = nullptr);

/// JSON as a value of a message.
Result<void> value_of_json(std::string_view json, google::protobuf::Value& out);

}  // namespace tenure
