// engine/runtime/source.h
//
// Where records come from. A source is polled by the ingest thread and calls back on that thread
// only.
//
// Path:     connectors -> [Source] -> Ingestor -> engine/log
// Order:    records of a partition come by rising offset; offsets may have holes (transactions,
//           compaction).
// Threads:  every call and every callback on the ingest thread; status() and wake() from any.
// Lifetime: records live until poll() is called again.
#pragma once

#include "engine/base/result.h"
#include "engine/event/decoder.h"
#include "engine/event/source_record.h"
#include "engine/log/event_log.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure {

/// Why a partition stands still although it is ours.
enum class StopReason : std::uint8_t {
  kNone,
  // the stored offset is gone from the source (retention, truncation): an operator must accept the
  // gap
  kOffsetLost,
  kTopicReplaced,  // the topic was deleted and made anew
  kTopicMissing,
  kPoisonBatch,  // the transport cannot deliver what stands at an offset
  kNotAuthorised,
  kFailed,
};
std::string_view to_string(StopReason reason);

/// One partition, as an operator sees it.
struct PartitionStatus {
  std::string name;  // as in SourceOffset::partition
  bool assigned = false;
  StopReason stopped = StopReason::kNone;
  std::string detail;     // what an operator should know and do
  std::int64_t next = 0;  // next offset to be read
  std::int64_t end = -1;  // the source's end, -1 = not known
};

/// A record with the number of its partition, as given by assigned().
struct IncomingRecord {
  std::uint32_t partition = 0;
  SourceRecord record;
};

/// What a source tells the ingestor, and asks of it.
class SourceListener {
 public:
  virtual ~SourceListener() = default;
  /// A partition became ours. Returns the stored offset to start from, nullopt when it was never
  /// read (the source's configured start applies). `number` is small and stands for the partition
  /// until it is revoked.
  virtual std::optional<SourceOffset> assigned(std::uint32_t number, const std::string& partition,
                                               const DecoderOptions& decoding) = 0;
  /// A partition that was never read begins at `offset`. To be stored like an offset with no event,
  /// or the next start of the process takes a quiet partition for one by which its topic grew, and
  /// reads it from its first record.
  virtual void started(std::uint32_t number, std::int64_t offset) {
    static_cast<void>(number);
    static_cast<void>(offset);
  }
  /// A partition is ours no longer: nothing of it may be appended after this returns.
  virtual void revoked(std::uint32_t number) = 0;
  /// A partition stands still until an operator acts.
  virtual void stopped(std::uint32_t number, StopReason reason, const std::string& detail) = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  /// Waits at most `wait` and returns at most `records_max` records; empty when none came.
  /// kUnavailable: the transport is down and the source goes on trying by itself; other errors end
  /// the source.
  virtual Result<std::span<const IncomingRecord>> poll(Duration wait, std::size_t records_max,
                                                       SourceListener& listener) = 0;
  /// Ends a poll() that waits, or lets the next one not wait: there is something else to do.
  virtual void wake() {}
  /// These offsets are synced: the source may tell its transport.
  virtual void synced(std::span<const SourceOffset> offsets) = 0;
  /// An operator's answer to kOffsetLost or kTopicReplaced: go on at the first offset that is
  /// there. Returns the (from, to) range that is given up.
  virtual Result<std::pair<std::int64_t, std::int64_t>> accept_gap(std::string_view partition) = 0;
  /// True when every assigned partition was read to the end it had when it was assigned.
  [[nodiscard]] virtual bool caught_up() const = 0;
  [[nodiscard]] virtual std::vector<PartitionStatus> status() const = 0;
  /// True for a partition of this source, whether this process reads it or another one does. What
  /// the log holds an offset for and nobody here reads makes answers incomplete.
  [[nodiscard]] virtual bool covers(std::string_view partition) const {
    static_cast<void>(partition);
    return false;
  }
  /// Leaves in an orderly way, within a bound.
  virtual void close() = 0;
};

/// The header that moves the engine's clock under `clock: records`: decimal microseconds since
/// 1970-01-01T00:00Z.
inline constexpr std::string_view kTickHeader = "tenure-tick";

}  // namespace tenure
