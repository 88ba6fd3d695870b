// connectors/kafka/kafka_peek.h
//
// A look into a topic that leaves no trace: no group, no commit. For `tenure source try`.
#pragma once

#include "engine/base/time.h"
#include "engine/event/source_record.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace tenure {

struct KafkaPeekOptions {
  std::string bootstrap;
  std::string cluster;  // stands in partition names, as in KafkaSourceOptions
  std::string topic;
  std::map<std::string, std::string> properties;
  std::uint64_t records_max = 10;
  // the last ones there are, shared out over the partitions; else the first
  bool from_latest = false;
  Duration wait = std::chrono::seconds(10);
};

/// Gives at most `records_max` records to `visit` until it returns false or the ends that the
/// partitions had at the start are reached; returns how many it gave. By rising offset within a
/// partition. A record lives during its visit. kNotFound: there is no such topic; kUnavailable: no
/// broker answers; kDeadline: the time was over first.
Result<std::uint64_t> peek(const KafkaPeekOptions& options,
                           const std::function<bool(const SourceRecord&)>& visit);

}  // namespace tenure
