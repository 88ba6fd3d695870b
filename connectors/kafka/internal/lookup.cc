#include "connectors/kafka/internal/lookup.h"

#include <fmt/format.h>

namespace tenure::internal {
namespace {

int milliseconds(Duration wait) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count());
}

}  // namespace

std::vector<std::int64_t> list_offsets(rd_kafka_t* client,
                                       const std::vector<TopicPartition>& partitions,
                                       std::int64_t ask, Duration wait) {
  std::vector<std::int64_t> offsets(partitions.size(), kOffsetUnknown);
  if (partitions.empty()) return offsets;
  const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& p : partitions) {
    // The times API hands the number on to ListOffsets as it is, so -1 and -2 ask for end and low
    // watermark: one request for all partitions of a broker, where the watermark call needs two for
    // each partition.
    rd_kafka_topic_partition_list_add(list.get(), p.topic.c_str(), p.partition)->offset = ask;
  }
  if (rd_kafka_offsets_for_times(client, list.get(), milliseconds(wait)) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return offsets;
  }
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const auto* found = rd_kafka_topic_partition_list_find(list.get(), partitions[i].topic.c_str(),
                                                           partitions[i].partition);
    if (found != nullptr && found->err == RD_KAFKA_RESP_ERR_NO_ERROR && found->offset >= 0) {
      offsets[i] = found->offset;
    }
  }
  return offsets;
}

Result<std::int32_t> partition_count(rd_kafka_t* client, const std::string& topic, Duration wait) {
  const TopicHandle handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (handle == nullptr) {
    return fail(ErrorCode::kInvalid,
                fmt::format("topic {}: the client library refuses this name", topic));
  }
  const rd_kafka_metadata_t* answer = nullptr;
  const rd_kafka_resp_err_t failed =
      rd_kafka_metadata(client, 0, handle.get(), &answer, milliseconds(wait));
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("topic {}: no broker answers: {}", topic, rd_kafka_err2str(failed)));
  }
  const MetadataHandle metadata(answer);
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& found = metadata->topics[i];
    if (topic != found.topic) continue;
    if (found.err == RD_KAFKA_RESP_ERR_NO_ERROR && found.partition_cnt > 0)
      return found.partition_cnt;
    if (found.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("topic {}: the brokers do not let us read it", topic));
    }
    if (found.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
      return fail(ErrorCode::kUnavailable, fmt::format("topic {}: it has no leader yet", topic));
    }
  }
  return fail(ErrorCode::kNotFound, fmt::format("topic {} does not exist", topic));
}

}  // namespace tenure::internal
