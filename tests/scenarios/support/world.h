// tests/scenarios/support/world.h
//
// One engine over stores that outlive it, so that it can lose power and come back; driven by hand.
//
// Path:     records of one source partition -> Ingestor -> Engine; what was told is read from the
//           log
// Threads:  none.
// Errors:   what the engine returns; a store's fault that the test ordered is a power cut, after
//           which everything not stored is sent again.
#pragma once

#include "engine/base/clock.h"
#include "engine/kv/memory_store.h"
#include "engine/query/queries.h"
#include "engine/runtime/engine.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tenure::scenario {

struct WorldOptions {
  std::uint16_t shards = 4;
  bool rocks = false;         // real RocksDB in a directory of its own
  bool record_clock = false;  // `clock: records`
  bool review_behind = false;
  std::size_t hot_accounts_max = 1'000'000;
};

/// A record as it stands in the source partition.
struct Sent {
  std::string value;
  std::string tick;
  Instant appended_at;
  bool has_value = true;
};

/// A transition as it stands in the log.
struct ToldEvent {
  std::string account;
  std::string bytes;  // the envelope
};

class World final {
 public:
  World(WorldOptions options, Instant start);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Result<void> open();
  void close() { engine_.reset(); }
  /// A power cut: what was not synced is gone.
  Result<void> crash();
  /// An orderly end and a start.
  Result<void> restart();
  /// The state is deleted and folded again from position zero.
  Result<void> rebuild();
  Result<void> checkpoint();
  /// One step of a checkpoint, of one account a shard.
  Result<void> checkpoint_some();

  /// Moves the clock and fires what falls due.
  Result<void> move_to(Instant instant);
  /// Appends to the source partition; nothing is delivered yet.
  void send(std::string envelope, Instant appended_at);
  /// Delivers what was sent, at most `records_max` records an append, and drives.
  Result<void> deliver(std::size_t records_max);
  /// Delivers the last `count` records a second time, under their old offsets.
  Result<void> deliver_again(std::size_t count);
  /// Events of the engine's own sources: acts, reference data.
  Result<void> submit(std::string_view partition, std::string envelope);
  Result<void> go_live();

  [[nodiscard]] Engine& engine() { return *engine_; }
  [[nodiscard]] Instant now() const { return clock_.now(); }
  [[nodiscard]] const ProjectionSet& set() const { return set_; }
  [[nodiscard]] const std::deque<Sent>& sent() const { return sent_; }
  [[nodiscard]] MemoryDisk& log_disk() { return *log_disk_; }
  [[nodiscard]] MemoryDisk& state_disk() { return *state_disk_; }
  /// Faults of the stores are power cuts from now on, and are counted.
  void tolerate_faults() { tolerant_ = true; }
  [[nodiscard]] int faults() const { return faults_; }

  /// Every transition in the log, by shard and position.
  Result<std::vector<ToldEvent>> told() const;

 private:
  Result<void> attempt(const std::function<Result<void>()>& step);
  Result<void> ingest(std::size_t from, std::size_t until, std::size_t records_max);
  Result<void> tick();
  Result<std::unique_ptr<KvStore>> store(bool of_log);

  WorldOptions options_;
  ProjectionSet set_;
  ManualClock clock_;
  std::string directory_;  // of RocksDB
  std::shared_ptr<MemoryDisk> log_disk_;
  std::shared_ptr<MemoryDisk> state_disk_;
  std::deque<Sent> sent_;
  std::size_t delivered_ = 0;  // so many of them were handed over
  bool behind_ = false;
  bool tolerant_ = false;
  int faults_ = 0;
  std::unique_ptr<Engine> engine_;
};

}  // namespace tenure::scenario
