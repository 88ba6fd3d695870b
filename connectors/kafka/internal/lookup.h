// Questions to the brokers, each with a bound. Never on the path of records: they wait for answers.
#pragma once

#include "connectors/kafka/internal/handles.h"
#include "engine/base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tenure::internal {

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
};

/// An offset that could not be learnt in time.
inline constexpr std::int64_t kOffsetUnknown = -1;

/// What to ask ListOffsets for, beside an instant in milliseconds.
inline constexpr std::int64_t kAskEnd = RD_KAFKA_OFFSET_END;
inline constexpr std::int64_t kAskLow = RD_KAFKA_OFFSET_BEGINNING;

/// One offset for each of `partitions`: its low watermark, its end, or the first at an instant or
/// later (milliseconds; kOffsetUnknown also when there is none that late). One request a broker.
std::vector<std::int64_t> list_offsets(rd_kafka_t* client,
                                       const std::vector<TopicPartition>& partitions,
                                       std::int64_t ask, Duration wait);

/// How many partitions a topic has. kNotFound: there is no such topic; kInvalid: we may not see it;
/// kUnavailable: no broker answered.
Result<std::int32_t> partition_count(rd_kafka_t* client, const std::string& topic, Duration wait);

}  // namespace tenure::internal
