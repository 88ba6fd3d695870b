// connectors/kafka/kafka_producer.h
//
// Records to Kafka: idempotent, keyed as the Java client does, nothing dropped without a word.
//
// Order:    records of a key arrive in the order of send().
// Threads:  one at a time.
// Errors:   send(): kOverloaded when the queue stayed full for the bound, kInvalid for a record
//           that cannot be sent. A record that was taken and then failed is counted and told by
//           flush().
#pragma once

#include "engine/base/time.h"
#include "engine/event/source_record.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tenure {

struct KafkaProducerOptions {
  std::string bootstrap;  // "host:port,host:port"
  // librdkafka's, but for those that break a promise
  std::map<std::string, std::string> properties;
  std::size_t queue_records_max = 100'000;
  std::size_t queue_bytes_max = 64u << 20;
  Duration full_wait_max = std::chrono::seconds(60);       // how long send() waits for room
  Duration delivery_wait_max = std::chrono::seconds(120);  // after which a record counts as failed
};

struct ProducerReport {
  std::uint64_t sent = 0;       // given to send()
  std::uint64_t delivered = 0;  // stored by all replicas in sync
  std::uint64_t failed = 0;
  std::uint64_t waiting = 0;
  std::string first_failure;  // what became of the first that failed
};

/// The partition is murmur2(key) as Kafka's own clients make it, a random one without a key.
inline constexpr std::int32_t kAnyPartition = -1;

class KafkaProducer final {
 public:
  static Result<std::unique_ptr<KafkaProducer>> open(KafkaProducerOptions options);
  /// Gives up what was not flushed.
  ~KafkaProducer();

  /// Asks the brokers about a topic and waits for the answer: the first record is not delayed, and
  /// a missing topic is told at once. kNotFound, kUnavailable.
  Result<void> warm(const std::string& topic, Duration wait);

  /// Takes a record over (copies it). Without a value it is a tombstone. `created_at` 0 = now.
  Result<void> send(const std::string& topic, std::string_view key,
                    std::optional<std::string_view> value,
                    std::span<const RecordHeaderView> headers = {}, Instant created_at = {},
                    std::int32_t partition = kAnyPartition);

  /// Waits until every record is delivered or failed, at most `wait`. The report counts from
  /// open(). kDeadline: some still wait; kUnavailable: some failed. The message has the counts.
  Result<ProducerReport> flush(Duration wait);

  [[nodiscard]] ProducerReport report() const;

 private:
  struct Impl;
  explicit KafkaProducer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
