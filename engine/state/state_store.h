// engine/state/state_store.h
//
// What can be folded again, kept so that a restart need not: account rows and postings, by
// checkpoints.
//
// Path:     engine/runtime (shards) -> [StateStore] -> engine/runtime (start), history reads
// Atomic:   a checkpoint of a shard installs its rows, postings and position in one ingest, or not
//           at all.
// Threads:  one checkpoint at a time; any number of readers.
// Errors:   kCorrupt: the whole store may be deleted and is then folded again from the log.
// Stored:   docs/formats.md, "state store".
#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/kv/kv_store.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure {

/// How far a shard's rows go.
struct ShardCheckpoint {
  Sequence folded = 0;                    // the last position folded; also the last reviewed
  Instant due_fired = Instant::always();  // the last due instant fired
  std::uint64_t number = 0;               // counts the shard's checkpoints
};

/// What changed in a shard since its last checkpoint, as it will be stored. Each account once, in
/// any order. Rows come by the hundred thousand while readers wait: they are copied once, into
/// pieces that never move.
class CheckpointRows final {
 public:
  CheckpointRows() = default;
  CheckpointRows(ShardId shard, ShardCheckpoint position) : shard_(shard), position_(position) {}
  CheckpointRows(CheckpointRows&&) = default;
  CheckpointRows& operator=(CheckpointRows&&) = default;

  /// `row` is the account's encoded slot (engine/runtime); `postings` are the new ones since the
  /// last checkpoint, rising.
  void add(AccountId account, std::string_view row, std::span<const Sequence> postings);

  [[nodiscard]] ShardId shard() const { return shard_; }
  [[nodiscard]] const ShardCheckpoint& position() const { return position_; }
  [[nodiscard]] std::size_t accounts() const { return rows_.size(); }

 private:
  friend class StateStore;
  using Row = std::pair<std::string_view, std::optional<std::string_view>>;
  std::string_view keep(std::string_view bytes);

  ShardId shard_;
  ShardCheckpoint position_;
  std::vector<std::string> pieces_;
  std::vector<Row> rows_;  // borrow the pieces
  std::vector<Row> runs_;
};

class StateStore final {
 public:
  /// Opens the state of one log. `fingerprint` names the projections and the log; a store that
  /// holds another one is of no use: stale() is then true, and the caller deletes the directory and
  /// opens it anew.
  static Result<std::unique_ptr<StateStore>> open(std::unique_ptr<KvStore> store,
                                                  std::string fingerprint);
  ~StateStore();

  [[nodiscard]] bool stale() const { return stale_; }

  /// Where a shard stands; nullopt when it has no checkpoint.
  [[nodiscard]] Result<std::optional<ShardCheckpoint>> position(ShardId shard) const;

  /// Walks a shard's account rows in key order.
  Result<void> accounts(
      ShardId shard,
      const std::function<void(std::string_view account, std::string_view row)>& visit) const;

  /// All checkpointed postings of an account, rising.
  [[nodiscard]] Result<std::vector<Sequence>> postings(ShardId shard, AccountId account) const;

  /// Sorts and installs the rows.
  Result<void> checkpoint(CheckpointRows rows);

  [[nodiscard]] std::uint64_t stored_bytes() const { return store_->stored_bytes(); }

 private:
  StateStore(std::unique_ptr<KvStore> store, bool stale)
      : store_(std::move(store)), stale_(stale) {}
  std::unique_ptr<KvStore> store_;
  bool stale_;
};

/// The families a state store must be opened with.
KvOptions state_store_options();

}  // namespace tenure
