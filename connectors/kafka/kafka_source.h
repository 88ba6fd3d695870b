// connectors/kafka/kafka_source.h
//
// Records of Kafka topics, as a member of a consumer group. Where to go on is the log's to say,
// never Kafka's.
//
// Path:     Kafka broker -> [KafkaSource] -> Ingestor -> engine/log
// Order:    by rising offset within a partition; a record below the next expected offset is dropped
//           and counted.
// Threads:  as engine/runtime/source.h says; librdkafka's own threads call nobody but the log
//           lines.
// Lifetime: records borrow librdkafka's buffers until the next poll() or close().
// Errors:   open(): kInvalid names the option or property. poll(): kUnavailable while no broker
//           answers; kBusy when another member took our instance id (ends the source).
// Limits:   docs/limits.md, "kafka"; docs/operations.md tells what an operator does about a
//           stop.
#pragma once

#include "engine/runtime/source.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tenure {

/// Where a partition that was never read begins. A partition by which a read topic grew begins at
/// its first record.
struct KafkaStart {
  enum class From { kEarliest, kLatest, kTimestamp };
  From from = From::kEarliest;
  Instant at;  // for kTimestamp: the first record appended at this instant or later
};

struct KafkaTopic {
  std::string name;
  KafkaStart start;
  DecoderOptions decoding;
};

struct KafkaSourceOptions {
  std::string bootstrap;  // "host:port,host:port"
  std::string cluster;    // stands in partition names: "kafka:<cluster>/<topic>/<partition>"
  std::string group;
  // static membership: one name a process, kept over restarts; empty = dynamic
  std::string instance;
  std::vector<KafkaTopic> topics;
  // librdkafka's, passed through but for those that break a promise
  std::map<std::string, std::string> properties;
  Duration session_timeout = std::chrono::seconds(45);
  std::size_t records_max = 10'000;                    // of one poll
  Duration gather_max = std::chrono::milliseconds(1);  // beyond its wait, once it has a record
  std::size_t queue_bytes_max = 256u << 20;            // fetched ahead, all partitions together
  Duration commit_every = std::chrono::seconds(5);
  /// Behind and without progress for this long: said in status(); for twice as long: the consumer
  /// is made anew.
  Duration stall_max = std::chrono::seconds(30);
};

/// Counts since open(), for metrics. Read on the ingest thread.
struct KafkaSourceCounts {
  std::uint64_t records = 0;
  std::uint64_t dropped_below_next = 0;  // delivered again by the transport
  std::uint64_t dropped_not_ours = 0;    // of a partition revoked or stopped since it was fetched
  std::uint64_t rebalances = 0;
  std::uint64_t consumers_made = 0;
};

class KafkaSource final : public Source {
 public:
  /// Checks the options; speaks to nobody yet, so that a start without brokers is possible.
  static Result<std::unique_ptr<KafkaSource>> open(KafkaSourceOptions options);
  ~KafkaSource() override;

  Result<std::span<const IncomingRecord>> poll(Duration wait, std::size_t records_max,
                                               SourceListener& listener) override;
  void wake() override;
  void synced(std::span<const SourceOffset> offsets) override;
  Result<std::pair<std::int64_t, std::int64_t>> accept_gap(std::string_view partition) override;
  [[nodiscard]] bool covers(std::string_view partition) const override;
  [[nodiscard]] bool caught_up() const override;
  [[nodiscard]] std::vector<PartitionStatus> status() const override;
  /// At most 5 s, then the consumer is left to the end of the process.
  void close() override;

  [[nodiscard]] KafkaSourceCounts counts() const;

  struct Impl;

 private:
  explicit KafkaSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
