// engine/event/cloudevents_writer.h
//
// Event -> a CloudEvent in Kafka's binary mode: what RecordDecoder reads back as the same event.
//
// Path:     Event -> [write_cloud_event] -> connectors/kafka (publish, demo)
// Lifetime: owns its texts; views() borrows from it.
// Stored:   docs/formats.md, "CloudEvents".
#pragma once

#include "engine/event/event.h"
#include "engine/event/source_record.h"

#include <string>
#include <utility>
#include <vector>

namespace tenure {

struct CloudEventRecord {
  std::string key;    // the first account: records of an account share a partition
  std::string value;  // the payload message's bytes; empty for a retraction, which is no tombstone
  std::vector<std::pair<std::string, std::string>> headers;

  /// The headers as a producer takes them.
  [[nodiscard]] std::vector<RecordHeaderView> views() const;
};

/// kInvalid: a quarantined event, or accounts that the comma separated `accounts` cannot carry
/// (send the envelope as bare protobuf instead).
Result<CloudEventRecord> write_cloud_event(const Event& event);

}  // namespace tenure
