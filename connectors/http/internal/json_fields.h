// connectors/http/internal/json_fields.h
//
// What is wrong with the fields of a request: in our words, for whoever wrote it.
#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace tenure::internal {

/// Why `text`, JSON that check_json() took, is no message of this type: the first field that does
/// not fit, what is wrong with it and what is allowed. Empty = nothing that is known here.
std::string wrong_field(const google::protobuf::Descriptor& type, std::string_view text);

/// kInvalid when a field of its own holds a number that its enumeration does not have.
Result<void> check_enums(const google::protobuf::Message& message);

}  // namespace tenure::internal
