// engine/runtime/engine.h
//
// The whole path in one process: a log, its shards, the reviewer, and the threads that move them.
//
// Path:     Source -> ingest thread -> engine/log -> workers (shards) -> decisions back to the
//           ingest thread
// Threads:  start() makes one ingest thread and `workers` workers; a shard belongs to one worker.
//           Driven by hand (ingest(), drive()) it needs none: scenarios and commands do that. Never
//           both.
// Order:    nothing is shown, told or committed to a source before it is synced in the log.
// Errors:   the first that stops the engine is kept in failure(); readiness turns false, reading
//           goes on.
#pragma once

#include "engine/log/event_log.h"
#include "engine/runtime/ingestor.h"
#include "engine/runtime/shard.h"
#include "engine/runtime/source.h"
#include "engine/runtime/turn_mutex.h"
#include "engine/state/state_store.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tenure {

class CheckpointWriter;

struct EngineOptions {
  std::size_t workers = 1;               // 1 to the number of shards
  std::size_t commit_events_max = 8192;  // records of one append at most
  // where nothing comes: how late a due may fire and a source that is live be seen to be
  Duration poll_wait = std::chrono::milliseconds(5);
  // A checkpoint begins once so much has been folded that folding it again may take
  // `restart_bound`, and after `checkpoint_every` at the latest.
  Duration restart_bound = std::chrono::seconds(2);
  Duration checkpoint_every = std::chrono::seconds(60);
  // dues wait so long at start for sources to be live
  Duration hold_dues_max = std::chrono::seconds(60);
  std::size_t hot_accounts_max = 1'000'000;  // of the process
  // `catch_up: review`: events of sources that are behind are reviewed at once
  bool review_behind = false;
  bool trust_clock = false;  // the operator says that the wall clock is right
};

/// How the engine does, for the live line, readiness and metrics.
struct EngineStatus {
  bool caught_up = false;        // every assigned partition was read to its end and all is folded
  bool behind = false;           // a source is behind: its accounts are folded and not reviewed
  std::uint64_t folded_lag = 0;  // events logged and not folded
  // all is folded, every due up to `closed` fired, nothing told is on its way to the log
  bool quiet = false;
  std::uint64_t accounts = 0;
  std::uint64_t reviews = 0;
  std::uint64_t refolds = 0;
  std::uint64_t checkpoints = 0;
  Instant closed;  // every due up to here was fired, unless dues are held
  std::vector<PartitionStatus> partitions;
  std::optional<Error> failure;
};

class Engine final {
 public:
  /// Takes the log and the state over (no state: everything is folded from the log) and brings
  /// every shard to its stored pair. In Mode::kObserve nothing is ever decided or appended.
  static Result<std::unique_ptr<Engine>> open(std::unique_ptr<EventLog> log,
                                              std::unique_ptr<StateStore> state,
                                              const ProjectionSet& set, EngineClock clock,
                                              EngineOptions options, Shard::Mode mode);
  ~Engine();

  // Driven by hand.
  Ingestor& ingestor() { return *ingestor_; }
  /// Hands logged blocks to the shards and drives them, and what they tell, until nothing moves.
  Result<void> drive(std::vector<BlockPtr> blocks);
  /// Takes reference events into account that are not in the log, as if they had been recorded
  /// before all else. Only for reading a log that no engine has served yet.
  Result<void> assume_reference(std::span<const std::string> envelopes);
  /// For a log with accounts and, until now, without any rules: looks at every account.
  Result<void> settle_all();
  /// Folds what the log holds beyond each shard, and drives.
  Result<void> catch_up();
  /// Stores the pairs and writes a checkpoint of every shard that changed.
  Result<void> checkpoint();
  /// One step of a checkpoint of every shard, `accounts_max` accounts each, as workers take them.
  Result<void> checkpoint_some(std::size_t accounts_max);

  // With threads.
  Result<void> start(std::unique_ptr<Source> source);
  /// Stops reading, folds what is logged, checkpoints, joins. Safe to call twice.
  void stop();
  /// Appends events of our own (acts, rules, an operator's word) on the ingest thread; waits until
  /// they are synced. One that says something else under an identity that stands is not logged, and
  /// its verdict is kConflict. kInvalid: cannot be read. kStopping: the engine ends. kUnavailable:
  /// it failed; whether they are logged is not known.
  Result<std::vector<Verdict>> submit(std::string partition, std::vector<std::string> envelopes);
  /// An operator accepts that offsets of a partition are lost; the gap becomes a reference event.
  Result<std::pair<std::int64_t, std::int64_t>> accept_gap(std::string partition, std::string who);

  // Read, from any thread.
  [[nodiscard]] EngineStatus status() const;
  [[nodiscard]] bool ready(std::string& why_not) const;
  /// False when answers may lack events: a source is behind, a partition stopped or was taken away,
  /// or a shard lags so far behind the log that it reads from there. A shard that keeps up lacks at
  /// most the blocks that are in its inbox: an answer's position says which it has.
  [[nodiscard]] bool complete() const;
  [[nodiscard]] const IngestCounters& counters() const { return ingestor_->counters(); }
  [[nodiscard]] const EventLog& log() const { return *log_; }
  [[nodiscard]] const ProjectionSet& set() const { return set_; }
  [[nodiscard]] const ReferenceHistory& reference() const { return reference_; }
  /// Rises with each event that reference() took in.
  [[nodiscard]] std::uint64_t reference_version() const { return reference_version_.load(); }
  [[nodiscard]] const EngineClock& clock() const { return clock_; }
  /// How far each shard is folded, in order. Nobody stands still for it.
  [[nodiscard]] std::vector<Position> folded() const;
  [[nodiscard]] std::uint16_t shards() const { return static_cast<std::uint16_t>(cells_.size()); }
  /// Calls `read` with a shard while its worker stands still: be brief.
  template <class F>
  auto with_shard(ShardId shard, F&& read) const {
    Cell& cell = *cells_[shard.value];
    const TurnMutex::Reader turn(cell.turns);
    return read(*cell.shard);
  }
  /// How far a shard is folded, without its lock (Shard::folded_for_all()).
  [[nodiscard]] Sequence folded_for_all(ShardId shard) const {
    return cells_[shard.value]->shard->folded_for_all();
  }
  /// What workers have folded, in steps that only rise.
  struct Moves {
    std::uint64_t any = 0;     // blocks, and reference events
    std::uint64_t alerts = 0;  // blocks that moved alerts: what was told can be seen
    std::uint64_t wakes = 0;
  };
  [[nodiscard]] Moves moves() const { return {moved_any_, moved_alerts_, wakes_}; }
  /// Waits until alerts moved since `seen`, or anything did when `any` is asked for, or somebody
  /// called wake(); at most `wait`. Nobody who folds ever waits for those who wait here.
  void wait_for_moves(const Moves& seen, bool any, Duration wait) const;
  void wake() const;
  /// Waits until progress was made or `wait` passed.
  void wait_for_progress(Duration wait) const;

 private:
  struct Cell {       // a shard and what its worker needs
    TurnMutex turns;  // guards shard
    std::unique_ptr<Shard> shard;
    std::deque<BlockPtr> inbox;  // guarded by Engine::mutex_
    // the inbox was too full: read from the log. Guarded by Engine::mutex_
    bool overflowed = false;
    bool lags = false;   // until it has caught up from the log again. Guarded by Engine::mutex_
    struct Checkpoint {  // of the worker
      enum class Stage { kNone, kFreezing, kWriting, kForgetting } stage = Stage::kNone;
      std::int64_t begun_us = 0;   // steady
      std::int64_t worked_us = 0;  // on what the checkpoint at hand does not hold
    } checkpoint;
  };
  struct Order {  // what other threads ask of the ingest thread
    std::function<void()> run;
  };

  Engine(std::unique_ptr<EventLog> log, std::unique_ptr<StateStore> state, const ProjectionSet& set,
         EngineClock clock, EngineOptions options);
  Result<void> open_shards(Shard::Mode mode);
  bool take_all_told(std::vector<Told>& told);
  void publish(std::vector<BlockPtr> blocks);
  void moved(bool alerts);
  void close_time();
  void fail_with(const Error& error);

  // engine_threads.cc
  void ingest_loop();
  Result<bool> ingest_once();
  Result<void> store_told();
  void worker_loop(std::size_t worker);
  Result<bool> work_once(std::size_t worker);
  Result<void> work_shard(Cell& cell, const std::deque<BlockPtr>& blocks, bool overflowed,
                          Instant closed);
  bool ask_ingest(std::function<void()> run);
  void watch_liveness(bool idle);
  void add_unread(std::vector<PartitionStatus>& partitions);

  // engine_checkpoints.cc
  void start_checkpoints();
  [[nodiscard]] bool checkpoint_is_due(const Cell& cell, std::int64_t times) const;
  Result<bool> step_checkpoint(Cell& cell);
  Result<void> last_checkpoints(std::size_t worker);
  Result<bool> step_by_hand(Cell& cell, std::size_t accounts_max);

  static constexpr std::size_t kInboxBlocksMax = 64;

  std::unique_ptr<EventLog> log_;
  std::unique_ptr<StateStore> state_;
  const ProjectionSet& set_;
  EngineClock clock_;
  const EngineOptions options_;
  ReferenceHistory reference_;
  std::atomic<std::uint64_t> reference_version_{0};
  std::unique_ptr<ShardContext> context_;
  std::vector<std::unique_ptr<Cell>> cells_;
  std::unique_ptr<Ingestor> ingestor_;
  Shard::Mode mode_ = Shard::Mode::kObserve;

  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  Instant closed_ = Instant::always();
  std::uint64_t generation_ = 0;  // rises with each publish and each step of a worker
  std::vector<Told> told_;        // decisions on their way to the ingest thread
  bool store_pairs_ = false;      // a checkpoint waits for its pairs
  std::deque<Order> orders_;
  std::vector<PartitionStatus> partition_status_;
  bool source_caught_up_ = false;
  std::optional<Error> failure_;

  std::atomic<std::uint64_t> moved_any_{0};
  std::atomic<std::uint64_t> moved_alerts_{0};
  mutable std::atomic<std::uint64_t> wakes_{0};
  mutable std::atomic<int> wait_for_any_{0};     // so many wait for anything
  mutable std::atomic<int> wait_for_alerts_{0};  // so many for alerts only
  mutable std::mutex moves_mutex_;               // only those who wait, and who wakes them
  mutable std::condition_variable moves_changed_;

  std::unique_ptr<CheckpointWriter> writer_;  // between start() and stop()
  std::unique_ptr<Source> source_;
  std::thread ingest_;
  std::vector<std::thread> workers_;
  std::atomic<bool> stop_source_{false};
  std::atomic<bool> stop_workers_{false};
  std::atomic<bool> stop_ingest_{false};
  std::atomic<std::uint64_t> checkpoints_{0};
  std::int64_t started_us_ = 0;  // steady; ingest thread
  bool held_ = false;            // ingest thread
  // What add_unread() found for the partitions that are read here; ingest thread.
  std::vector<std::string> read_here_;
  std::optional<std::vector<PartitionStatus>> unread_;
  std::string source_away_;  // guarded by mutex_: why the source gives nothing; empty = it does
};

}  // namespace tenure
