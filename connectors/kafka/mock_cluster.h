// connectors/kafka/mock_cluster.h
//
// A Kafka cluster inside the process, for the demo and for tests. Speaks Kafka's protocol on
// 127.0.0.1, so that kcat and other clients can join in. Keeps at most 5 MiB or 100,000 batches a
// partition and then drops the oldest; keeps nothing on disk; has no admin requests (create topics
// here).
//
// Threads: any; librdkafka serves it on a thread of its own.
#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tenure {

/// Requests that can be told to fail, by their number in Kafka's protocol.
enum class KafkaRequest : std::int16_t {
  kProduce = 0,
  kFetch = 1,
  kListOffsets = 2,
  kMetadata = 3,
  kOffsetCommit = 8,
  kFindCoordinator = 10,
  kJoinGroup = 11,
  kHeartbeat = 12,
};

class MockCluster final {
 public:
  static Result<std::unique_ptr<MockCluster>> start(int brokers = 1);
  ~MockCluster();

  /// "127.0.0.1:port,...", for as long as the cluster lives.
  [[nodiscard]] const std::string& bootstrap() const;
  Result<void> create_topic(const std::string& topic, int partitions);

  /// The next answers to `request` are these error codes of Kafka's protocol.
  void fail_next(KafkaRequest request, const std::vector<int>& codes);
  /// Metadata requests answer as if there were no such topic, until `hide` is false.
  void hide_topic(const std::string& topic, bool hide);
  /// Cuts the connections of a broker (from 1 on; -1 = all) and takes no new ones, or takes them
  /// again.
  void set_down(int broker, bool down);
  /// Delays every answer of a broker (from 1 on).
  void set_delay(int broker, Duration delay);

 private:
  struct Impl;
  explicit MockCluster(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
