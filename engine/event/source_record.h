// engine/event/source_record.h
//
// Bytes from a source, before anybody has understood them.
//
// Lifetime: borrows from the source's buffers; the source says how long they live
// (connectors/kafka: until the next poll).
#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tenure {

struct RecordHeaderView {
  std::string_view name;
  std::string_view value;
};

struct SourceRecord {
  std::string_view partition;  // the source partition: "kafka:orders/3", "file:<digest>", "acts"
  std::int64_t offset = 0;     // the record's own offset; the next one is offset + 1 or more
  Instant appended_at;         // when the transport stored it; 0 where it does not say
  std::string_view key;
  std::string_view value;
  bool has_value = true;  // false for a tombstone
  std::span<const RecordHeaderView> headers;
};

}  // namespace tenure
