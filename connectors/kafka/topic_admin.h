// connectors/kafka/topic_admin.h
//
// Topics of a cluster: making them, and how far they reach. For the demo, `source try` and tests;
// never on the path.
//
// Errors: kUnavailable: no broker answers in time; kNotFound, kDuplicate; kInvalid with the
// broker's words.
#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tenure {

struct PartitionReach {
  std::int32_t partition = 0;
  std::int64_t low = -1;  // first offset that is there; -1 = not known
  std::int64_t end = -1;  // the next one to be given out; -1 = not known
};

class TopicAdmin final {
 public:
  static Result<std::unique_ptr<TopicAdmin>> open(
      const std::string& bootstrap, const std::map<std::string, std::string>& properties = {});
  ~TopicAdmin();

  Result<void> create(const std::string& topic, int partitions, Duration wait, int replicas = 1,
                      const std::map<std::string, std::string>& settings = {});
  Result<void> remove(const std::string& topic, Duration wait);
  /// Raises the number of partitions to `partitions`.
  Result<void> grow(const std::string& topic, int partitions, Duration wait);
  /// Deletes the records of a partition below `offset`.
  Result<void> delete_records(const std::string& topic, std::int32_t partition, std::int64_t offset,
                              Duration wait);
  /// By rising partition.
  Result<std::vector<PartitionReach>> reach(const std::string& topic, Duration wait);

 private:
  struct Impl;
  explicit TopicAdmin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
