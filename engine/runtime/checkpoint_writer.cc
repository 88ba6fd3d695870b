#include "engine/runtime/checkpoint_writer.h"

#include "engine/base/assert.h"

namespace tenure {

CheckpointWriter::CheckpointWriter(StateStore& state, std::uint16_t shards, Callbacks callbacks)
    : state_(state), callbacks_(std::move(callbacks)), on_the_way_(shards, false) {
  thread_ = std::thread([this] { run(); });
}

CheckpointWriter::~CheckpointWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void CheckpointWriter::add(CheckpointRows rows) {
  {
    const std::lock_guard lock(mutex_);
    TENURE_ASSERT(!on_the_way_[rows.shard().value], "two checkpoints of one shard at a time");
    on_the_way_[rows.shard().value] = true;
    rows_.push_back(std::move(rows));
  }
  changed_.notify_all();
}

bool CheckpointWriter::finished(ShardId shard) const {
  const std::lock_guard lock(mutex_);
  return !on_the_way_[shard.value];
}

bool CheckpointWriter::wait(ShardId shard) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !on_the_way_[shard.value] || failed_ || stopping_; });
  return !on_the_way_[shard.value];
}

void CheckpointWriter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !rows_.empty(); });
    if (stopping_) return;
    CheckpointRows rows = std::move(rows_.front());
    rows_.pop_front();
    while (!stopping_) {
      lock.unlock();
      const bool stored = callbacks_.stored(rows);
      lock.lock();
      if (stored) break;
    }
    if (stopping_) return;
    lock.unlock();
    const ShardId shard = rows.shard();
    const Result<void> installed = state_.checkpoint(std::move(rows));
    if (!installed) callbacks_.on_error(installed.error());
    lock.lock();
    failed_ = failed_ || !installed;
    if (installed) on_the_way_[shard.value] = false;
    changed_.notify_all();
    if (failed_) return;
    lock.unlock();
    callbacks_.installed();
    lock.lock();
  }
}

}  // namespace tenure
