// When a shard's state is stored, and how far that may lie back.
#include "engine/base/clock.h"
#include "engine/runtime/checkpoint_writer.h"
#include "engine/runtime/engine.h"

#include <algorithm>

namespace tenure {
namespace {

// A step between two blocks is of so many turns, and a turn of so many accounts, about half a
// millisecond: readers wait for one turn.
constexpr int kStepTurns = 16;
constexpr std::size_t kFreezeTurn = 128;
constexpr std::size_t kForgetTurn = 1024;
constexpr std::size_t kAllAccounts = SIZE_MAX / 2;
constexpr Duration kStoredWait = std::chrono::milliseconds(5);

}  // namespace

void Engine::start_checkpoints() {
  if (state_ == nullptr) return;
  CheckpointWriter::Callbacks callbacks;
  // Rows that contain what was decided must not be older than the log that holds it. The ingest
  // thread stores a pair with its next append; when nothing else is to be appended it is asked to.
  callbacks.stored = [this](const CheckpointRows& rows) {
    const auto stored = [&] {
      const auto pair = log_->offset(review_partition(rows.shard()));
      return pair && static_cast<Sequence>(pair->next) >= rows.position().folded &&
             pair->extra >= rows.position().due_fired.us;
    };
    std::unique_lock lock(mutex_);
    if (stored()) return true;
    store_pairs_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, kStoredWait, stored);
  };
  callbacks.installed = [this] {
    checkpoints_.fetch_add(1, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    ++generation_;
    changed_.notify_all();
  };
  callbacks.on_error = [this](const Error& error) { fail_with(error); };
  writer_ = std::make_unique<CheckpointWriter>(*state_, static_cast<std::uint16_t>(cells_.size()),
                                               std::move(callbacks));
  for (const auto& cell : cells_) cell->checkpoint.begun_us = steady_now_us();
}

// What a worker spent on folding and reviewing bounds what folding alone will take again. Shards
// come back one after the other, so each has its part of the bound.
bool Engine::checkpoint_is_due(const Cell& cell, std::int64_t times) const {
  const Cell::Checkpoint& mine = cell.checkpoint;
  const auto bound = options_.restart_bound.count() / static_cast<std::int64_t>(cells_.size());
  return mine.worked_us >= times * bound ||
         steady_now_us() - mine.begun_us >= times * options_.checkpoint_every.count();
}

// One step of the checkpoint at hand, or the beginning of one; true while there is more to do at
// once.
Result<bool> Engine::step_checkpoint(Cell& cell) {
  if (writer_ == nullptr) return false;
  Cell::Checkpoint& mine = cell.checkpoint;
  switch (mine.stage) {
    case Cell::Checkpoint::Stage::kNone: {
      if (!checkpoint_is_due(cell, 1)) return false;
      mine.begun_us = steady_now_us();
      mine.worked_us = 0;
      Told told;
      bool handed_out = false;
      {
        const TurnMutex::Worker turn(cell.turns);
        if (!cell.shard->begin_freeze()) return false;
        handed_out = cell.shard->take_told(told);
      }
      mine.stage = Cell::Checkpoint::Stage::kFreezing;
      // The writer waits for this very pair; the worker may wait for the writer before it would
      // hand one out of itself.
      const std::lock_guard lock(mutex_);
      if (handed_out) told_.push_back(std::move(told));
      return true;
    }
    case Cell::Checkpoint::Stage::kFreezing: {
      bool frozen = false;
      for (int turns = 0; turns < kStepTurns && !frozen; ++turns) {
        const TurnMutex::Step turn(cell.turns);
        frozen = cell.shard->freeze_some(kFreezeTurn);
      }
      if (!frozen) return true;
      writer_->add(cell.shard->take_frozen());
      mine.stage = Cell::Checkpoint::Stage::kWriting;
      return false;
    }
    case Cell::Checkpoint::Stage::kWriting:
      // Folding on would leave more to fold again than the bound allows: the worker waits, ingest
      // does not.
      if (checkpoint_is_due(cell, 2)) writer_->wait(cell.shard->id());
      if (!writer_->finished(cell.shard->id())) return false;
      mine.stage = Cell::Checkpoint::Stage::kForgetting;
      return true;
    case Cell::Checkpoint::Stage::kForgetting: {
      bool forgotten = false;
      for (int turns = 0; turns < kStepTurns && !forgotten; ++turns) {
        const TurnMutex::Step turn(cell.turns);
        forgotten = cell.shard->forget_some(kForgetTurn);
      }
      if (!forgotten) return true;
      mine.stage = Cell::Checkpoint::Stage::kNone;
      return false;
    }
  }
  return false;
}

// The last checkpoint of a worker's shards: one that is at hand is finished first.
Result<void> Engine::last_checkpoints(std::size_t worker) {
  if (writer_ == nullptr) return {};
  const std::size_t workers = std::max<std::size_t>(1, workers_.size());
  for (int round = 0; round < 2; ++round) {
    for (std::size_t k = worker; k < cells_.size(); k += workers) {
      Cell& cell = *cells_[k];
      const TurnMutex::Worker turn(cell.turns);
      if (cell.checkpoint.stage == Cell::Checkpoint::Stage::kNone && cell.shard->begin_freeze())
        cell.checkpoint.stage = Cell::Checkpoint::Stage::kFreezing;
      if (cell.checkpoint.stage != Cell::Checkpoint::Stage::kFreezing) continue;
      cell.shard->freeze_some(kAllAccounts);
      writer_->add(cell.shard->take_frozen());
      cell.checkpoint.stage = Cell::Checkpoint::Stage::kWriting;
    }
    for (std::size_t k = worker; k < cells_.size(); k += workers) {
      Cell& cell = *cells_[k];
      if (cell.checkpoint.stage == Cell::Checkpoint::Stage::kNone) continue;
      if (!writer_->wait(cell.shard->id())) return {};  // it failed, and said so
      const TurnMutex::Worker turn(cell.turns);
      cell.shard->forget_some(kAllAccounts);
      cell.checkpoint.stage = Cell::Checkpoint::Stage::kNone;
    }
  }
  return {};
}

// One step by hand; true while there is more to do. Rows wait until the log has stored the pair
// that they rest on, as they do under threads.
Result<bool> Engine::step_by_hand(Cell& cell, std::size_t accounts_max) {
  Shard& shard = *cell.shard;
  Cell::Checkpoint& mine = cell.checkpoint;
  switch (mine.stage) {
    case Cell::Checkpoint::Stage::kNone:
      if (!shard.begin_freeze()) return false;
      mine.stage = Cell::Checkpoint::Stage::kFreezing;
      return true;
    case Cell::Checkpoint::Stage::kFreezing:
      if (shard.freeze_some(accounts_max)) mine.stage = Cell::Checkpoint::Stage::kWriting;
      return true;
    case Cell::Checkpoint::Stage::kWriting: {
      const auto pair = log_->offset(review_partition(shard.id()));
      if (!pair || static_cast<Sequence>(pair->next) < shard.frozen_as_of().folded ||
          pair->extra < shard.frozen_as_of().due_fired.us)
        return false;
      TENURE_TRY(state_->checkpoint(shard.take_frozen()));
      checkpoints_.fetch_add(1, std::memory_order_relaxed);
      mine.stage = Cell::Checkpoint::Stage::kForgetting;
      return true;
    }
    case Cell::Checkpoint::Stage::kForgetting:
      if (!shard.forget_some(accounts_max)) return true;
      mine.stage = Cell::Checkpoint::Stage::kNone;
      return false;
  }
  return false;
}

Result<void> Engine::checkpoint_some(std::size_t accounts_max) {
  if (state_ == nullptr || mode_ != Shard::Mode::kDecide) return {};
  for (const auto& cell : cells_) TENURE_TRY(step_by_hand(*cell, accounts_max));
  return {};
}

Result<void> Engine::checkpoint() {
  if (state_ == nullptr || mode_ != Shard::Mode::kDecide) return {};
  TENURE_TRY(drive({}));
  TENURE_TRY(ingestor_->append_told({}, true));
  for (const auto& cell : cells_) {
    // One that is at hand is finished first: what changed since it began is not in it.
    const bool at_hand = cell->checkpoint.stage != Cell::Checkpoint::Stage::kNone;
    for (int round = at_hand ? 0 : 1; round < 2; ++round)
      for (bool more = true; more;) {
        TENURE_TRY_ASSIGN(more, step_by_hand(*cell, kAllAccounts));
      }
  }
  return {};
}

}  // namespace tenure
