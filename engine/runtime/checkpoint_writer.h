// engine/runtime/checkpoint_writer.h
//
// One thread that installs frozen rows in the state store, so that folding goes on meanwhile.
//
// Path:     Shard::take_frozen() -> [CheckpointWriter] -> StateStore
// Order:    as handed in. Rows are installed once the log has stored what they rest on (`stored`),
//           never before: a crash must not leave state that is ahead of its log.
// Threads:  add() and finished() from any worker; a callback runs on the writer's own thread.
// Full:     each shard hands in one checkpoint at a time, and waits for it before the next.
// Errors:   the first one stops the writer and is handed to `on_error`; finished() stays false.
#pragma once

#include "engine/state/state_store.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tenure {

class CheckpointWriter final {
 public:
  struct Callbacks {
    std::function<bool(const CheckpointRows&)> stored;  // waits a moment; false: not yet
    std::function<void()> installed;
    std::function<void(const Error&)> on_error;
  };

  CheckpointWriter(StateStore& state, std::uint16_t shards, Callbacks callbacks);
  ~CheckpointWriter();  // leaves out what was not installed yet

  void add(CheckpointRows rows);
  /// True when nothing of that shard is on its way.
  [[nodiscard]] bool finished(ShardId shard) const;
  /// Waits until finished(), or the writer has failed: then false.
  bool wait(ShardId shard) const;

 private:
  void run();

  StateStore& state_;
  const Callbacks callbacks_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  std::deque<CheckpointRows> rows_;
  std::vector<bool> on_the_way_;  // by shard
  bool failed_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tenure
