#include "engine/runtime/engine.h"

#include "engine/base/log.h"
#include "engine/runtime/checkpoint_writer.h"

#include <algorithm>

namespace tenure {

Engine::Engine(std::unique_ptr<EventLog> log, std::unique_ptr<StateStore> state,
               const ProjectionSet& set, EngineClock clock, EngineOptions options)
    : log_(std::move(log)),
      state_(std::move(state)),
      set_(set),
      clock_(std::move(clock)),
      options_(options),
      reference_(set.catalog()) {}

Engine::~Engine() { stop(); }

Result<std::unique_ptr<Engine>> Engine::open(std::unique_ptr<EventLog> log,
                                             std::unique_ptr<StateStore> state,
                                             const ProjectionSet& set, EngineClock clock,
                                             EngineOptions options, Shard::Mode mode) {
  std::unique_ptr<Engine> engine(
      new Engine(std::move(log), std::move(state), set, std::move(clock), options));
  TENURE_TRY(engine->open_shards(mode));
  return engine;
}

Result<void> Engine::open_shards(Shard::Mode mode) {
  mode_ = mode;
  clock_.start_at(log_->last_recorded_at());
  if (mode == Shard::Mode::kDecide && !options_.trust_clock)
    TENURE_TRY(clock_.check(log_->last_recorded_at(), true));
  TENURE_TRY(log_->scan(kReferenceShard, 1, [&](const BlockPtr& block) {
    for (const LoggedEvent& event : block->events()) {
      const auto applied =
          reference_.apply(event.event, event.recorded_at, event.position.sequence);
      if (!applied)
        log_error("reference event has no effect position={} why=\"{}\"", to_string(event.position),
                  applied.error().message);
      reference_version_.fetch_add(1, std::memory_order_acq_rel);
    }
    return true;
  }));
  const std::uint16_t shards = log_->shards();
  context_.reset(new ShardContext{set_, *log_, state_.get(), reference_, reference_version_,
                                  !options_.review_behind && !clock_.follows_records(),
                                  std::max<std::size_t>(1, options_.hot_accounts_max / shards)});
  Ingestor::Options ingest;
  ingest.behind_waits = context_->behind_waits;
  ingestor_ = std::make_unique<Ingestor>(*log_, reference_, reference_version_, clock_, ingest);
  for (std::uint16_t shard = 0; shard < shards; ++shard) {
    auto cell = std::make_unique<Cell>();
    cell->shard = std::make_unique<Shard>(*context_, ShardId{shard});
    TENURE_TRY(cell->shard->start(mode));
    cells_.push_back(std::move(cell));
  }
  return {};
}

bool Engine::take_all_told(std::vector<Told>& told) {
  for (const auto& cell : cells_) {
    Told decisions;
    if (cell->shard->take_told(decisions)) told.push_back(std::move(decisions));
  }
  return std::any_of(told.begin(), told.end(), [](const Told& t) { return !t.envelopes.empty(); });
}

Result<void> Engine::drive(std::vector<BlockPtr> blocks) {
  for (;;) {
    for (const BlockPtr& block : blocks)
      if (block->shard().value < cells_.size())
        TENURE_TRY(cells_[block->shard().value]->shard->take(block));
    blocks.clear();
    if (mode_ != Shard::Mode::kDecide) return {};
    const Instant closed = log_->close_time(clock_.now() - Duration(1));
    for (const auto& cell : cells_) TENURE_TRY(cell->shard->advance(closed));
    std::vector<Told> told;
    const bool any = take_all_told(told);
    TENURE_TRY_ASSIGN(blocks, ingestor_->append_told(std::move(told), false));
    if (!any) return {};
  }
}

Result<void> Engine::assume_reference(std::span<const std::string> envelopes) {
  Sequence sequence = 0;
  for (const std::string& envelope : envelopes) {
    TENURE_TRY_ASSIGN(const Event event, read_event(envelope));
    TENURE_TRY(reference_.apply(event, kEarliestInstant, ++sequence));
    reference_version_.fetch_add(1, std::memory_order_acq_rel);
  }
  return {};
}

Result<void> Engine::settle_all() {
  for (const auto& cell : cells_) TENURE_TRY(cell->shard->settle_all());
  return {};
}

Result<void> Engine::catch_up() {
  for (const auto& cell : cells_) {
    Result<void> taken;
    TENURE_TRY(log_->scan(cell->shard->id(), cell->shard->folded() + 1, [&](const BlockPtr& block) {
      taken = cell->shard->take(block);
      return taken.has_value();
    }));
    TENURE_TRY(taken);
  }
  return drive({});
}

void Engine::publish(std::vector<BlockPtr> blocks) {
  bool reference = false;
  {
    const std::lock_guard lock(mutex_);
    for (BlockPtr& block : blocks) {
      if (block->shard().value >= cells_.size()) {
        reference = true;
        continue;
      }
      Cell& cell = *cells_[block->shard().value];
      if (cell.overflowed) continue;
      // the log is the queue: the worker reads from there
      if (cell.inbox.size() >= kInboxBlocksMax) {
        cell.inbox.clear();
        cell.overflowed = cell.lags = true;
        continue;
      }
      cell.inbox.push_back(std::move(block));
    }
    ++generation_;
  }
  changed_.notify_all();
  if (reference) moved(false);
}

// Who waits has said so before it looks at the counts, and the counts rise before it is looked for
// here: one of the two sees the other.
void Engine::moved(bool alerts) {
  moved_any_.fetch_add(1);
  if (alerts) moved_alerts_.fetch_add(1);
  if (wait_for_any_ > 0 || (alerts && wait_for_alerts_ > 0)) {
    { const std::lock_guard lock(moves_mutex_); }
    moves_changed_.notify_all();
  }
}

void Engine::wait_for_moves(const Moves& seen, bool any, Duration wait) const {
  std::unique_lock lock(moves_mutex_);
  std::atomic<int>& waits = any ? wait_for_any_ : wait_for_alerts_;
  waits.fetch_add(1);
  moves_changed_.wait_for(lock, wait, [&] {
    return moved_alerts_ != seen.alerts || wakes_ != seen.wakes || (any && moved_any_ != seen.any);
  });
  waits.fetch_sub(1);
}

void Engine::wake() const {
  wakes_.fetch_add(1);
  { const std::lock_guard lock(moves_mutex_); }
  moves_changed_.notify_all();
}

void Engine::close_time() {
  const Instant closed = log_->close_time(clock_.now() - Duration(1));
  {
    const std::lock_guard lock(mutex_);
    closed_ = closed;
    ++generation_;
  }
  changed_.notify_all();
}

void Engine::fail_with(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = error;
    ++generation_;
  }
  log_error("engine stopped why=\"{}\"", error.message);
  changed_.notify_all();
}

EngineStatus Engine::status() const {
  EngineStatus status;
  {
    const std::lock_guard lock(mutex_);
    status.partitions = partition_status_;
    status.closed = closed_;
    status.failure = failure_;
    status.caught_up = source_caught_up_;
  }
  status.behind = ingestor_->anyone_behind();
  status.checkpoints = checkpoints_.load(std::memory_order_relaxed);
  status.quiet = true;
  for (const auto& cell : cells_) {
    const TurnMutex::Reader turn(cell->turns);
    const Shard& shard = *cell->shard;
    status.accounts += shard.accounts();
    status.reviews += shard.reviews();
    status.refolds += shard.refolds();
    status.quiet = status.quiet && shard.in_flight() == 0 && shard.horizon() >= status.closed;
    status.folded_lag += log_->head(shard.id()) - std::min(log_->head(shard.id()), shard.folded());
  }
  status.caught_up = status.caught_up && status.folded_lag == 0;
  status.quiet = status.quiet && status.folded_lag == 0;
  return status;
}

std::vector<Position> Engine::folded() const {
  std::vector<Position> positions;
  for (const auto& cell : cells_)
    positions.push_back({cell->shard->id(), cell->shard->folded_for_all()});
  return positions;
}

bool Engine::ready(std::string& why_not) const {
  const EngineStatus now = status();
  if (now.failure) {
    why_not = now.failure->message;
    return false;
  }
  for (const PartitionStatus& partition : now.partitions) {
    if (partition.stopped == StopReason::kNone) continue;
    why_not = partition.name + ": " + partition.detail;
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (!source_away_.empty()) {
    why_not = source_away_;
    return false;
  }
  return true;
}

bool Engine::complete() const {
  const std::lock_guard lock(mutex_);
  const bool all = std::all_of(
      partition_status_.begin(), partition_status_.end(),
      [](const PartitionStatus& p) { return p.assigned && p.stopped == StopReason::kNone; });
  const bool folded =
      std::none_of(cells_.begin(), cells_.end(), [](const auto& cell) { return cell->lags; });
  return all && folded && source_away_.empty() && !failure_ && !ingestor_->anyone_behind();
}

void Engine::wait_for_progress(Duration wait) const {
  std::unique_lock lock(mutex_);
  const std::uint64_t seen = generation_;
  changed_.wait_for(lock, wait, [&] { return generation_ != seen || failure_; });
}

}  // namespace tenure
