// connectors/http/internal/api_messages.h
//
// Messages of the API as bytes, and what their answers have in common.
//
// Threads: pure.
#pragma once

#include "connectors/http/internal/call_codec.h"
#include "engine/base/result.h"
#include "engine/query/json_text.h"

#include <string>
#include <string_view>

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace tenure::internal {

/// kInvalid: the bytes are no such message.
Result<void> read_message(const Codec& codec, const std::string& bytes,
                          google::protobuf::Message& message);
std::string write_message(const Codec& codec, const google::protobuf::Message& message,
                          const JsonField* instead = nullptr);

/// The position in an answer's `freshness`; empty = it has none.
std::string position_of(const google::protobuf::Message& answer);

/// The value of a field that is one text; empty when there is no such field.
std::string text_field(const google::protobuf::Message& message, const std::string& name);
void set_text_field(google::protobuf::Message& message, const std::string& name,
                    const std::string& value);

/// A hash of bytes that say it all.
std::string tag_of(std::string_view bytes);
/// A hash of what the answer says. The instant it speaks of is left out: the same answer, asked a
/// moment later, has the same tag.
std::string tag_of(const google::protobuf::Message& answer);
/// The same without all of `freshness`, which is taken out for as long as it takes.
std::string tag_of_content(google::protobuf::Message& answer);

}  // namespace tenure::internal
