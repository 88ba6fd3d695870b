#include "connectors/kafka/kafka_peek.h"

#include "connectors/kafka/internal/client_config.h"
#include "connectors/kafka/internal/lookup.h"
#include "connectors/kafka/internal/record.h"
#include "engine/base/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tenure {
namespace {

using internal::kOffsetUnknown;
using internal::TopicPartition;

Result<internal::ClientHandle> make_peeker(const KafkaPeekOptions& options) {
  if (options.bootstrap.empty())
    return fail(ErrorCode::kInvalid, "kafka: brokers is empty; say \"host:port\"");
  const internal::Properties own = {
      // required, never joined
      {"bootstrap.servers", options.bootstrap},
      {"group.id", "tenure-peek"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"check.crcs", "true"},
      {"enable.partition.eof", "true"},
      {"queued.min.messages", "1000"},
      {"fetch.wait.max.ms", "100"},
  };
  TENURE_TRY_ASSIGN(
      internal::ConfHandle conf,
      internal::client_config(own, options.properties, internal::denied_for_consumers()));
  TENURE_TRY_ASSIGN(internal::ClientHandle client,
                    internal::make_client(RD_KAFKA_CONSUMER, std::move(conf)));
  rd_kafka_poll_set_consumer(client.get());
  return client;
}

/// Partitions that hold records in reach, each with where to begin and where to end.
struct Window {
  internal::PartitionList list;
  std::map<std::int32_t, std::int64_t> ends;
};

Result<Window> choose(rd_kafka_t* client, const KafkaPeekOptions& options) {
  TENURE_TRY_ASSIGN(const std::int32_t count,
                    internal::partition_count(client, options.topic, options.wait));
  std::vector<TopicPartition> places;
  places.reserve(static_cast<std::size_t>(std::max(0, count)));
  for (std::int32_t p = 0; p < count; ++p) places.push_back({options.topic, p});
  const auto lows = internal::list_offsets(client, places, internal::kAskLow, options.wait);
  const auto ends = internal::list_offsets(client, places, internal::kAskEnd, options.wait);
  const auto each =
      static_cast<std::int64_t>((options.records_max + places.size() - 1) / places.size());
  Window window{internal::PartitionList(rd_kafka_topic_partition_list_new(count)), {}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (lows[i] == kOffsetUnknown || ends[i] == kOffsetUnknown) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("topic {}: the broker does not say which offsets "
                              "partition {} has",
                              options.topic, i));
    }
    if (lows[i] == ends[i]) continue;
    window.ends[places[i].partition] = ends[i];
    rd_kafka_topic_partition_list_add(window.list.get(), options.topic.c_str(), places[i].partition)
        ->offset = options.from_latest ? std::max(lows[i], ends[i] - each) : lows[i];
  }
  return window;
}

}  // namespace

Result<std::uint64_t> peek(const KafkaPeekOptions& options,
                           const std::function<bool(const SourceRecord&)>& visit) {
  TENURE_TRY_ASSIGN(const internal::ClientHandle client, make_peeker(options));
  TENURE_TRY_ASSIGN(Window window, choose(client.get(), options));
  rd_kafka_assign(client.get(), window.list.get());
  const std::int64_t deadline = steady_now_us() + options.wait.count();
  std::uint64_t given = 0;
  std::vector<RecordHeaderView> headers;
  while (!window.ends.empty() && given < options.records_max) {
    if (steady_now_us() >= deadline) {
      return fail(ErrorCode::kDeadline,
                  fmt::format("topic {}: {} records came in time; wait longer or ask for "
                              "fewer",
                              options.topic, given));
    }
    const internal::MessageHandle message(rd_kafka_consumer_poll(client.get(), 100));
    if (message == nullptr) continue;
    const auto end = window.ends.find(message->partition);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      window.ends.erase(message->partition);
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (message->rkt == nullptr) continue;  // a broker's trouble: it is tried again
      return fail(ErrorCode::kUnavailable,
                  fmt::format("topic {} partition {}: {}", options.topic, message->partition,
                              rd_kafka_err2str(message->err)));
    } else if (end != window.ends.end()) {
      const std::string name =
          fmt::format("kafka:{}/{}/{}", options.cluster, options.topic, message->partition);
      headers.clear();
      SourceRecord record = internal::read_message(*message, headers);
      record.partition = name;
      record.headers = headers;
      if (message->offset + 1 >= end->second) window.ends.erase(end);
      ++given;
      if (!visit(record)) break;
    }
  }
  return given;
}

}  // namespace tenure
