// A librdkafka message as a record.
#pragma once

#include "connectors/kafka/internal/handles.h"
#include "engine/event/source_record.h"

#include <vector>

namespace tenure::internal {

/// When the broker or the producer says that it was appended; 0 when neither does.
Instant appended_at(const rd_kafka_message_t& message);

/// Views into `message`, without partition and headers: those are appended to `headers`, which may
/// move as it grows.
SourceRecord read_message(const rd_kafka_message_t& message,
                          std::vector<RecordHeaderView>& headers);

}  // namespace tenure::internal
