// The threads of an engine: one that writes the log, and workers that fold it.
#include "engine/base/clock.h"
#include "engine/base/log.h"
#include "engine/runtime/checkpoint_writer.h"
#include "engine/runtime/engine.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure {
namespace {

constexpr Duration kIdleWait = std::chrono::milliseconds(100);

}  // namespace

Result<void> Engine::start(std::unique_ptr<Source> source) {
  source_ = std::move(source);
  if (source_) {
    const std::lock_guard lock(mutex_);
    source_away_ = "the sources were not reached yet";
  }
  started_us_ = steady_now_us();
  held_ = !clock_.follows_records();
  for (const auto& cell : cells_) {
    cell->shard->hold(held_);
    cell->overflowed = cell->lags = true;  // what the log holds beyond the shard is read first
  }
  // Accounts that a source touched while it was behind may be left from before the restart.
  ingestor_->expect_live();
  ingest_ = std::thread([this] { ingest_loop(); });
  start_checkpoints();
  const std::size_t workers = std::clamp<std::size_t>(options_.workers, 1, cells_.size());
  for (std::size_t worker = 0; worker < workers; ++worker)
    workers_.emplace_back([this, worker] { worker_loop(worker); });
  return {};
}

void Engine::stop() {
  stop_source_ = true;
  stop_workers_ = true;
  changed_.notify_all();
  for (std::thread& worker : workers_)
    if (worker.joinable()) worker.join();
  writer_.reset();
  stop_ingest_ = true;
  if (ingest_.joinable()) ingest_.join();
  if (source_) {
    source_->close();
    source_.reset();
  }
}

// Partitions that were read before and are not ours now: another member has them, or nobody. Which
// they are changes only when some come or go.
void Engine::add_unread(std::vector<PartitionStatus>& partitions) {
  const bool as_before =
      unread_.has_value() &&
      std::equal(
          partitions.begin(), partitions.end(), read_here_.begin(), read_here_.end(),
          [](const PartitionStatus& one, const std::string& name) { return one.name == name; });
  if (!as_before) {
    read_here_.clear();
    for (const PartitionStatus& one : partitions) read_here_.push_back(one.name);
    unread_.emplace();
    for (const auto& [name, offset] : log_->offsets()) {
      if (!source_->covers(name) ||
          std::find(read_here_.begin(), read_here_.end(), name) != read_here_.end())
        continue;
      PartitionStatus& unread = unread_->emplace_back();
      unread.name = name;
      unread.next = offset.next;
      unread.detail = "this process does not read it now";
    }
  }
  partitions.insert(partitions.end(), unread_->begin(), unread_->end());
}

void Engine::ingest_loop() {
  while (!stop_ingest_) {
    if (auto moved = ingest_once(); !moved) {
      fail_with(moved.error());
      break;
    }
  }
  // Nobody is left to carry out what was asked: say so.
  std::deque<Order> orders;
  {
    const std::lock_guard lock(mutex_);
    orders.swap(orders_);
  }
  for (Order& order : orders) order.run();
}

Result<bool> Engine::ingest_once() {
  bool moved = false;
  if (source_ && !stop_source_) {
    auto records = source_->poll(options_.poll_wait, options_.commit_events_max, *ingestor_);
    if (!records && records.error().code != ErrorCode::kUnavailable) return records.error();
    if (records && !records->empty()) {
      moved = true;
      TENURE_TRY_ASSIGN(std::vector<BlockPtr> blocks, ingestor_->ingest(*records));
      publish(std::move(blocks));
      const std::vector<SourceOffset> synced = ingestor_->take_synced();
      source_->synced(synced);
    }
    std::vector<PartitionStatus> partitions = source_->status();
    add_unread(partitions);
    const bool caught_up = source_->caught_up();
    const std::lock_guard lock(mutex_);
    partition_status_ = std::move(partitions);
    source_caught_up_ = caught_up;
    source_away_ = records ? std::string() : records.error().message;
  } else {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, options_.poll_wait, [&] { return !told_.empty() || !orders_.empty(); });
  }
  TENURE_TRY(store_told());
  std::deque<Order> orders;
  {
    const std::lock_guard lock(mutex_);
    orders.swap(orders_);
  }
  for (Order& order : orders) order.run();
  watch_liveness(!moved);
  close_time();
  return moved;
}

Result<void> Engine::store_told() {
  std::vector<Told> told;
  bool at_once = false;
  {
    const std::lock_guard lock(mutex_);
    told.swap(told_);
    std::swap(at_once, store_pairs_);
  }
  if (told.empty() && !at_once) return {};
  TENURE_TRY_ASSIGN(std::vector<BlockPtr> blocks, ingestor_->append_told(std::move(told), at_once));
  publish(std::move(blocks));
  return {};
}

// Lets dues go once every source is live, or after a bound: one that is still behind then is a gap.
void Engine::watch_liveness(bool idle) {
  const bool live = !source_ || (idle && source_->caught_up());
  if (live && ingestor_->anyone_behind()) {
    auto blocks = ingestor_->went_live();
    if (!blocks) {
      fail_with(blocks.error());
      return;
    }
    publish(std::move(*blocks));
  }
  const bool waited = steady_now_us() - started_us_ > options_.hold_dues_max.count();
  if (!held_ || !(live || waited)) return;
  held_ = false;
  for (const auto& cell : cells_) {
    const TurnMutex::Reader turn(cell->turns);
    cell->shard->hold(false);
  }
}

void Engine::worker_loop(std::size_t worker) {
  std::uint64_t seen = 0;
  bool more = false;
  while (!stop_workers_) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kIdleWait,
                        [&] { return more || generation_ != seen || stop_workers_; });
      seen = generation_;
      if (failure_) return;
    }
    auto done = work_once(worker);
    if (!done) {
      fail_with(done.error());
      return;
    }
    more = *done;
  }
  // The last round: all that is logged, and a checkpoint, so that the next start has nothing to
  // fold.
  Result<void> last;
  if (const auto done = work_once(worker); !done) {
    last = done.error();
  } else {
    last = last_checkpoints(worker);
  }
  if (!last) fail_with(last.error());
}

// True when a checkpoint has more steps to take at once.
Result<bool> Engine::work_once(std::size_t worker) {
  const std::size_t workers = std::max<std::size_t>(1, workers_.size());
  bool more = false;
  for (std::size_t k = worker; k < cells_.size(); k += workers) {
    Cell& cell = *cells_[k];
    std::deque<BlockPtr> blocks;
    bool overflowed = false;
    Instant closed;
    {
      const std::lock_guard lock(mutex_);
      blocks.swap(cell.inbox);
      std::swap(overflowed, cell.overflowed);
      closed = closed_;
    }
    TENURE_TRY(work_shard(cell, blocks, overflowed, closed));
    if (overflowed) {
      const std::lock_guard lock(mutex_);
      cell.lags = cell.overflowed;
    }
    TENURE_TRY_ASSIGN(const bool cell_has_more, step_checkpoint(cell));
    more = more || cell_has_more;
  }
  return more;
}

Result<void> Engine::work_shard(Cell& cell, const std::deque<BlockPtr>& blocks, bool overflowed,
                                Instant closed) {
  Result<void> taken;
  const auto take = [&](const BlockPtr& block) {
    const std::int64_t begun_us = steady_now_us();
    bool alerts = false;
    {
      const TurnMutex::Worker turn(cell.turns);
      const std::uint64_t before = cell.shard->alert_moves();
      taken = cell.shard->take(block);
      alerts = cell.shard->alert_moves() != before;
    }
    moved(alerts);
    cell.checkpoint.worked_us += steady_now_us() - begun_us;
    if (taken)
      if (const auto step = step_checkpoint(cell); !step) taken = step.error();
    return taken.has_value();
  };
  if (overflowed) {
    TENURE_TRY(log_->scan(cell.shard->id(), cell.shard->folded() + 1, take));
  } else {
    for (const BlockPtr& block : blocks)
      if (!take(block)) break;
  }
  TENURE_TRY(taken);
  Told told;
  {
    const TurnMutex::Worker turn(cell.turns);
    TENURE_TRY(cell.shard->advance(closed));
    if (!cell.shard->take_told(told)) return {};
  }
  const bool tells = !told.envelopes.empty();
  {
    const std::lock_guard lock(mutex_);
    told_.push_back(std::move(told));
  }
  // What was decided does not wait for the next records.
  if (!tells) return {};
  if (source_)
    source_->wake();
  else
    changed_.notify_all();
  return {};
}

bool Engine::ask_ingest(std::function<void()> run) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_ || stop_ingest_ || !ingest_.joinable()) return false;
    orders_.push_back({std::move(run)});
    if (source_) source_->wake();
  }
  changed_.notify_all();
  return true;
}

Result<std::vector<Verdict>> Engine::submit(std::string partition,
                                            std::vector<std::string> envelopes) {
  auto answer = std::make_shared<std::promise<Result<std::vector<Verdict>>>>();
  auto future = answer->get_future();
  const bool asked = ask_ingest(
      [this, answer, partition = std::move(partition), envelopes = std::move(envelopes)] {
        std::vector<Verdict> verdicts;
        if (stop_ingest_) {
          answer->set_value(fail(ErrorCode::kStopping,
                                 "the engine is stopping; send it again after the restart"));
          return;
        }
        auto blocks = ingestor_->append_own(partition, envelopes, &verdicts);
        if (!blocks) {
          answer->set_value(blocks.error());
          return;
        }
        publish(std::move(*blocks));
        answer->set_value(std::move(verdicts));
      });
  if (!asked)
    return fail(ErrorCode::kStopping, "the engine takes nothing in; its readiness says why");
  return future.get();
}

Result<std::pair<std::int64_t, std::int64_t>> Engine::accept_gap(std::string partition,
                                                                 std::string who) {
  using Range = std::pair<std::int64_t, std::int64_t>;
  auto answer = std::make_shared<std::promise<Result<Range>>>();
  auto future = answer->get_future();
  const bool asked =
      ask_ingest([this, answer, partition = std::move(partition), who = std::move(who)] {
        if (!source_ || stop_ingest_) {
          answer->set_value(fail(ErrorCode::kStopping, "the engine reads no source"));
          return;
        }
        auto range = source_->accept_gap(partition);
        if (!range) {
          answer->set_value(range.error());
          return;
        }
        if (auto moved = ingestor_->move_to(partition, range->second); !moved) {
          answer->set_value(moved.error());
          return;
        }
        namespace pb = ::tenure::event::v1;
        pb::Event event;
        event.set_source("tenure/operator");
        event.set_id("gap-" + partition + "-" + std::to_string(range->first) + "-" +
                     std::to_string(range->second));
        event.set_occurred_at_us(clock_.now().us);
        pb::OffsetGapAccepted& gap = *event.mutable_offset_gap_accepted();
        gap.set_partition(partition);
        gap.set_from_offset(range->first);
        gap.set_to_offset(range->second);
        gap.set_operator_(who);
        const std::string envelope = event.SerializeAsString();
        auto blocks = ingestor_->append_own("operator", std::span(&envelope, 1));
        if (!blocks) {
          answer->set_value(blocks.error());
          return;
        }
        publish(std::move(*blocks));
        answer->set_value(*range);
      });
  if (!asked)
    return fail(ErrorCode::kStopping, "the engine takes nothing in; its readiness says why");
  return future.get();
}

}  // namespace tenure
