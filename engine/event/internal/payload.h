// Payload messages by event type, and the proof that bytes parse as one.
#pragma once

#include "engine/event/event_type.h"
#include "engine/event/internal/refusal.h"

#include <google/protobuf/message.h>

#include <string_view>

namespace tenure::internal {

/// The descriptor of a known type's payload message; nullptr for others.
const google::protobuf::Descriptor* payload_descriptor(EventType type);

/// Walks the wire form by a table made of the descriptors: what it admits, the generated class
/// parses. Several times faster than parsing, and it writes no log line about bytes from outside as
/// protobuf does.
Refusal check_payload(EventType type, std::string_view payload);

}  // namespace tenure::internal
