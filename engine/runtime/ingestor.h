// engine/runtime/ingestor.h
//
// Records and decisions into the log: the only writer. It has no thread of its own; whoever drives
// it calls it on one.
//
// Path:     Source -> [Ingestor] -> engine/log -> blocks for the shards
// Order:    records of a partition in their order; events of sources that are behind before live
//           ones of the same poll.
// Atomic:   every append carries the offsets of what it holds, the reviewers' pairs included
//           (commit 1).
// Threads:  one. counters() from any.
// Errors:   what an append returns: after kUnavailable or kCorrupt nothing more may be ingested.
#pragma once

#include "engine/log/event_log.h"
#include "engine/reference/reference.h"
#include "engine/runtime/engine_clock.h"
#include "engine/runtime/shard.h"
#include "engine/runtime/source.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tenure {

struct IngestCounters {
  std::atomic<std::uint64_t> records{0};   // read from sources
  std::atomic<std::uint64_t> accepted{0};  // events logged, quarantined ones included
  std::atomic<std::uint64_t> repeated{0};  // same identity and content: not logged
  std::atomic<std::uint64_t> conflicts{0};
  std::atomic<std::uint64_t> quarantined{0};
  std::atomic<std::uint64_t> skipped{0};      // tombstones, ticks, rows a mapping leaves out
  std::atomic<std::uint64_t> redelivered{0};  // below the stored offset: dropped
  std::atomic<std::uint64_t> appends{0};
  std::atomic<std::uint64_t> told{0};  // alert transitions logged
};

/// One partition as the ingestor knows it. Numbers come from the source.
struct IngestPartition {
  std::string name;
  std::unique_ptr<RecordDecoder> decoder;
  std::int64_t next = -1;  // stored offset; -1 = none yet
  // when the transport stored the last record: the source knows a topic made anew by it
  std::int64_t last_us = 0;
  bool assigned = false;
  bool behind = false;  // its records are over a minute older than the clock
  bool moved = false;   // has an offset that is not stored yet
  StopReason stopped = StopReason::kNone;
  std::string detail;
};

class Ingestor final : public SourceListener {
 public:
  struct Options {
    // mark events of sources that are behind (never under a record clock)
    bool behind_waits = true;
    Duration behind_after = std::chrono::seconds(60);
  };

  Ingestor(EventLog& log, ReferenceHistory& reference,
           std::atomic<std::uint64_t>& reference_version, EngineClock& clock, Options options);

  /// Decodes and appends. Returns what was logged, for the shards.
  Result<std::vector<BlockPtr>> ingest(std::span<const IncomingRecord> records);

  /// Appends decisions with their pairs, all in one batch. Pairs that come without decisions go
  /// along with the next append, unless `at_once`: then they are stored now.
  Result<std::vector<BlockPtr>> append_told(std::vector<Told> told, bool at_once);

  /// Appends events of the engine's own sources ("acts", "operator"): envelopes that are checked as
  /// any other. kInvalid names the first that cannot be read, and nothing is appended. One that
  /// would say something else under an identity that stands is not logged: whoever writes here can
  /// be asked for another id. `verdicts` gets one entry an envelope.
  Result<std::vector<BlockPtr>> append_own(std::string_view partition,
                                           std::span<const std::string> envelopes,
                                           std::vector<Verdict>* verdicts = nullptr);

  /// Tells that every assigned source was read to its end: sources that were behind are live from
  /// here on. Appends the reference event that says so, when there was one behind.
  Result<std::vector<BlockPtr>> went_live();
  void expect_live() { someone_was_behind_ = true; }
  [[nodiscard]] bool anyone_behind() const { return someone_was_behind_; }

  /// Stores where a partition goes on after an operator accepted that offsets are lost.
  Result<void> move_to(std::string_view partition, std::int64_t offset);

  /// Offsets stored since the last call: the source may tell its transport.
  std::vector<SourceOffset> take_synced();

  [[nodiscard]] const IngestCounters& counters() const { return counters_; }

  std::optional<SourceOffset> assigned(std::uint32_t number, const std::string& partition,
                                       const DecoderOptions& decoding) override;
  void started(std::uint32_t number, std::int64_t offset) override;
  void revoked(std::uint32_t number) override;
  void stopped(std::uint32_t number, StopReason reason, const std::string& detail) override;

 private:
  Result<void> take(const IncomingRecord& incoming);
  Result<void> flush(std::vector<BlockPtr>& blocks);
  Result<AppendOutcome> append(const EventBatch& batch, std::span<const SourceOffset> offsets,
                               std::uint8_t marks);
  Result<void> learn(const std::vector<BlockPtr>& blocks);
  void count(const AppendOutcome& outcome);
  std::vector<SourceOffset> moved_offsets();
  std::vector<SourceOffset> take_pairs();
  IngestPartition& partition(std::uint32_t number);

  EventLog& log_;
  ReferenceHistory& reference_;
  std::atomic<std::uint64_t>& reference_version_;
  EngineClock& clock_;
  Options options_;
  std::vector<IngestPartition> partitions_;  // by the source's numbers
  EventBatch live_;
  EventBatch behind_;
  std::vector<Instant> stamps_;  // of live_, under a record clock
  std::atomic<bool> someone_was_behind_{false};
  std::map<std::string, SourceOffset> pairs_;  // of reviewers, not stored yet
  std::vector<SourceOffset> synced_;
  IngestCounters counters_;
};

}  // namespace tenure
