// connectors/kafka/kafka_properties.h
//
// Which of librdkafka's properties an operator may pass through, and whether the library takes
// them. Nothing is connected.
//
// Threads: any.
#pragma once

#include "engine/base/result.h"

#include <string>

namespace tenure {

/// kInvalid names the property and why it is refused: the engine's promises rest on it, the library
/// does not know it, or its value is of another kind. The value of a secret is never in the
/// message.
Result<void> check_kafka_property(const std::string& name, const std::string& value);

}  // namespace tenure
