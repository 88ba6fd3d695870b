// Fills a payload message by field names, from JSON or from texts, and gives its bytes in canonical
// order.
#pragma once

#include "engine/event/event_type.h"
#include "engine/event/internal/refusal.h"

#include <google/protobuf/message.h>
#include <simdjson.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure::internal {

// docs/limits.md, "decoding": of an activity.recorded from JSON or a mapping.
inline constexpr std::size_t kAttributesMax = 256;
inline constexpr std::size_t kAttributeNameBytesMax = 256;

/// Keeps one message a type and uses it again. One thread at a time.
class PayloadBuilder {
 public:
  /// Begins the payload of a known type.
  google::protobuf::Message& start(EventType type);

  /// Sets every member of a JSON object; unknown names are refused with their path.
  Refusal set_json(simdjson::dom::element object);

  /// Sets all attributes of an activity.recorded from a JSON object: nested names joined by dots,
  /// sorted.
  Refusal record_activity(std::string_view name, simdjson::dom::element object);

  /// Sets all attributes of an activity.recorded.
  Refusal record_activity(std::string_view name,
                          std::vector<std::pair<std::string, std::string>> attributes);

  /// Appends the payload's bytes.
  void finish(std::string& out) const;

 private:
  google::protobuf::Message* message_ = nullptr;
  std::map<EventType, std::unique_ptr<google::protobuf::Message>> messages_;
};

/// The field of that name (snake_case or camelCase); nullptr when there is none.
const google::protobuf::FieldDescriptor* field_of(const google::protobuf::Descriptor& message,
                                                  std::string_view name);

/// Sets a single field that is no message from a text: integers, true/false, enum names with or
/// without their prefix in any case, RFC 3339 for fields whose name ends in _us. `path` is for the
/// message only.
Refusal set_from_text(google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor& field, std::string_view text,
                      std::string_view path);

}  // namespace tenure::internal
