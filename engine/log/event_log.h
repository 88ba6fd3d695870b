// engine/log/event_log.h
//
// The append-only truth: everything else in the process can be rebuilt from it.
//
// Path:     engine/runtime (ingest) -> [EventLog] -> engine/runtime (workers)
// Order:    sequences are dense within a shard, from 1; recorded_at never runs backwards in the
//           directory.
// Atomic:   the events of an append and the source offsets that come with them are stored in one
//           synced batch, or not at all: commit 1 of the design.
// Threads:  one writer (append, close_time); any number of readers, also while the writer writes.
// Errors:   kUnavailable: the store failed, the outcome of that append is not known; reopen the log
//           to learn it. kCorrupt: stored bytes are wrong; the message names the position. kBusy:
//           another process serves the directory.
// Stored:   docs/formats.md, "log format 0": golden bytes in tests/golden.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/event/event_batch.h"
#include "engine/kv/kv_store.h"
#include "engine/log/logged_event.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

struct LogOptions {
  std::uint16_t shards = 16;  // 1 to 1024; fixed when the log is created, ignored afterwards
  std::string tenant = "default";
  bool read_only = false;                     // no identity index is built: append() is refused
  std::size_t block_cache_bytes = 64u << 20;  // decoded blocks kept for history reads
};

/// Where a source partition goes on: the offset of the next record, or for the reviewer of a shard
/// its pair.
struct SourceOffset {
  // "kafka:<cluster>/<topic>/<partition>", "file:<digest>", "review/<shard>", "acts"
  std::string partition;
  std::int64_t next = 0;  // next offset; for a reviewer: the last position reviewed
  // for a reviewer: the last due instant fired, in microseconds; otherwise the source's own use
  std::int64_t extra = 0;
};

/// What one append did. Counts are of identities as the source sent them: an event of two shards
/// counts once.
struct AppendOutcome {
  std::uint64_t accepted = 0;   // logged as new, conflicts, revisions and quarantined ones included
  std::uint64_t repeated = 0;   // same identity and content: not logged
  std::uint64_t conflicts = 0;  // of the accepted: other content under a known identity
  std::uint64_t quarantined = 0;  // of the accepted
  std::uint64_t bytes = 0;        // stored, before compression
  std::vector<BlockPtr> blocks;   // what was logged, by rising shard; ready for the workers
};

/// What became of one event of an append, for reports that name rows.
enum class Verdict : std::uint8_t { kAccepted, kRepeated, kConflict, kQuarantined };

struct LogStat {
  std::uint64_t events = 0;  // home copies, quarantined and reference ones included
  std::uint64_t quarantined = 0;
  std::uint64_t reference = 0;
  std::uint16_t shards = 0;
  std::uint64_t bytes = 0;  // on disk
  std::uint64_t incarnation = 1;
  std::map<std::string, SourceOffset> offsets;
  std::map<std::uint16_t, Sequence> heads;  // last sequence by shard, special shards included
  Instant last_recorded_at;
};

class EventLog final {
 public:
  /// Opens or creates the log in `store`, which it takes over. Rebuilds the identity index by one
  /// scan.
  static Result<std::unique_ptr<EventLog>> open(std::unique_ptr<KvStore> store, LogOptions options);
  ~EventLog();

  /// Appends events in order, each stamped `recorded_at` (raised to the last stamp if it is older),
  /// together with the offsets, and syncs. `marks` is added to every event (kMarkBehind or 0).
  /// Shards are chosen from the accounts; an event of type 750 to 799 goes to kReferenceShard, a
  /// quarantined one to kQuarantineShard. An empty batch only moves offsets. `verdicts`, when
  /// given, gets one entry an event.
  Result<AppendOutcome> append(std::span<const Event> events, std::span<const SourceOffset> offsets,
                               Instant recorded_at, std::uint8_t marks = 0,
                               std::vector<Verdict>* verdicts = nullptr);

  /// The same with an instant for each event, rising: the first import into an empty log.
  Result<AppendOutcome> append_dated(std::span<const Event> events,
                                     std::span<const Instant> recorded_at,
                                     std::span<const SourceOffset> offsets,
                                     std::vector<Verdict>* verdicts = nullptr);

  /// What append() would say of one event, and logs nothing: kAccepted (its identity is new, or it
  /// is another revision), kRepeated or kConflict. For the thread that appends.
  [[nodiscard]] Result<Verdict> foresee(const Event& event) const;

  /// Promises that nothing will be stamped `until` or earlier any more, and returns the instant up
  /// to which that holds (the last stamp, if it is later). Dues up to it may fire.
  Instant close_time(Instant until);

  [[nodiscard]] std::uint16_t shards() const;
  [[nodiscard]] std::uint64_t seed() const;             // of content hashes
  [[nodiscard]] const std::string& person_key() const;  // of person surrogates
  [[nodiscard]] Sequence head(ShardId shard) const;     // the last synced sequence; 0 = empty
  [[nodiscard]] Instant last_recorded_at() const;
  /// The stored offset of a source partition; nullopt when it was never read.
  [[nodiscard]] std::optional<SourceOffset> offset(std::string_view partition) const;
  [[nodiscard]] std::map<std::string, SourceOffset> offsets() const;
  [[nodiscard]] LogStat stat() const;

  /// The block that holds `sequence` of `shard`; kNotFound beyond the head. Served from a bounded
  /// cache where possible.
  [[nodiscard]] Result<BlockPtr> block(ShardId shard, Sequence sequence) const;

  /// Walks a shard from `from` on, block by block, until `visit` returns false or the head at the
  /// time of the call is reached. Does not go through the cache.
  Result<void> scan(ShardId shard, Sequence from,
                    const std::function<bool(const BlockPtr&)>& visit) const;

  /// Walks checksums, chain, density and offsets of every shard. kCorrupt names the first fault by
  /// position.
  [[nodiscard]] Result<void> verify() const;

 private:
  struct Impl;
  explicit EventLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The families a log's store must be opened with.
KvOptions log_store_options(bool read_only = false);

}  // namespace tenure
