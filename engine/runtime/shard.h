// engine/runtime/shard.h
//
// One shard at work: folds logged events into its accounts, reviews them in log time, and decides
// what is told. It has no thread, no clock and no socket of its own: whoever drives it hands in
// blocks and closed time, and takes out what it told.
//
// Path:     LogBlock -> [Shard] -> Told (back to the log), rows for a checkpoint
// Order:    log time: an event at its recorded_at; a due D after every event recorded
//           by D and before any later one. Accounts of one instant by id. A late event is folded at
//           the end of its commit, with the others of its account, by a refold from history.
// Told:     a transition takes effect in the ledger when it is decided; it may be shown once it is
//           logged. Decisions are handed out as whole units with the pair (last position reviewed,
//           last due fired) that the log stores beside them; a restart folds to the stored pair and
//           decides anew from there.
// Threads:  one at a time; readers take the lock of whoever drives it.
// Errors:   kCorrupt, kUnavailable: the shard must not go on.
#pragma once

#include "engine/log/event_log.h"
#include "engine/reference/reference.h"
#include "engine/runtime/account_numbers.h"
#include "engine/runtime/account_slot.h"
#include "engine/runtime/due_wheel.h"
#include "engine/runtime/history.h"
#include "engine/state/state_store.h"
#include "engine/view/view_index.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace tenure {

/// What all shards of a process share. Outlives them.
struct ShardContext {
  const ProjectionSet& set;
  const EventLog& log;
  const StateStore* state = nullptr;  // null: everything is folded from the log
  const ReferenceHistory& reference;
  // raised after each event that `reference` took in
  const std::atomic<std::uint64_t>& reference_version;
  // events of a source that is behind are not reviewed until it is live
  bool behind_waits = true;
  std::size_t hot_accounts_max = 1'000'000;  // of one shard; beyond it the least used turn cold
};

/// Decisions of one shard on their way to the log: all of them and the pair, or none.
struct Told {
  std::vector<std::string> envelopes;
  SourceOffset pair;  // partition "review/<shard>", next = position reviewed, extra = due fired
};

/// The source partition of a shard's reviewer.
std::string review_partition(ShardId shard);

class Shard final {
 public:
  enum class Mode {
    kReplay,   // folds what was reviewed before: the ledger comes from logged transitions
    kDecide,   // reviews and tells
    kObserve,  // folds and applies acts, and decides nothing: for commands that only read
  };

  Shard(const ShardContext& context, ShardId id);

  /// Loads the checkpoint and folds to the reviewer's stored pair. Afterwards the shard is in
  /// `mode`, and wants the blocks from folded() + 1 on.
  Result<void> start(Mode mode);

  /// Folds one block: the events of one commit. Events up to folded() are passed over.
  Result<void> take(const BlockPtr& block);

  /// Fires what is due up to `closed`: the log stamps nothing at or before it any more, and take()
  /// got all that is older.
  Result<void> advance(Instant closed);

  /// Looks at every account again as of horizon(): the first reference data hold for what was there
  /// before them. What an account then owes is told once dues fire.
  Result<void> settle_all();

  /// While held, nothing that is due fires: sources may still bring what would have prevented it.
  /// Let go, it fires as of its own instants.
  void hold(bool held) { held_ = held; }

  /// Moves out what was decided since the last call; false when neither a decision nor the pair is
  /// new.
  bool take_told(Told& told);

  // A checkpoint: begin, encode in steps between blocks, take the rows, have them installed, forget
  // in steps what the store holds. One at a time.

  /// Begins a checkpoint as of (folded(), horizon()), between two blocks; false when nothing
  /// changed since the last.
  bool begin_freeze();
  /// Encodes `accounts_max` accounts more; true once all are. One that changes meanwhile is encoded
  /// as it stood.
  bool freeze_some(std::size_t accounts_max);
  /// The rows, once freeze_some() said true. They may be installed as soon as the log has stored
  /// the pair that they rest on: what they hold of decisions must not be newer than the log.
  CheckpointRows take_frozen() { return std::move(frozen_); }
  [[nodiscard]] const ShardCheckpoint& frozen_as_of() const { return frozen_.position(); }
  /// Once they are installed: forgets `accounts_max` accounts' postings more, which the store now
  /// has; true at the end.
  bool forget_some(std::size_t accounts_max);
  [[nodiscard]] std::size_t dirty_accounts() const { return dirty_.size(); }

  [[nodiscard]] ShardId id() const { return id_; }
  [[nodiscard]] Sequence folded() const { return folded_; }
  /// The same as of the last whole block, for any thread: whoever then finds an account's `changes`
  /// as they were has an answer that holds up to here.
  [[nodiscard]] Sequence folded_for_all() const { return folded_for_all_.load(); }
  [[nodiscard]] Instant horizon() const { return horizon_; }  // every due up to here was fired
  [[nodiscard]] std::size_t accounts() const { return slots_.size(); }
  [[nodiscard]] Instant next_due() { return wheel_.next(); }
  [[nodiscard]] std::uint64_t reviews() const { return reviews_; }
  [[nodiscard]] std::uint64_t refolds() const { return refolds_; }
  /// Transitions and acts on alerts that were folded: rises whenever lists of alerts may differ.
  [[nodiscard]] std::uint64_t alert_moves() const { return alert_moves_; }

  /// The slot of an account, warm; null when the account is not known.
  Result<AccountSlot*> find(AccountId account);
  [[nodiscard]] const AccountSlot& slot(std::uint32_t number) const { return *slots_[number]; }
  Result<AccountSlot*> warm(std::uint32_t number);
  [[nodiscard]] const ViewIndex& views() const { return views_; }

  /// All positions of events that concern an account, rising.
  [[nodiscard]] Result<std::vector<Sequence>> postings(const AccountSlot& slot) const;

  /// True when a transition of that id was decided and is not in the log yet: it must not be shown.
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
  [[nodiscard]] bool in_flight(const std::string& transition_id) const {
    return in_flight_.count(transition_id) > 0;
  }

 private:
  using Number = std::uint32_t;

  // shard_start.cc
  Result<void> load_rows(ShardCheckpoint& position);
  Result<void> collect_transitions(const ShardCheckpoint& from);
  void apply_replayed(Sequence before);
  Result<void> finish_replay(const ShardCheckpoint& from, Instant until);
  Result<void> settle(Number number, Instant now);

  // shard.cc
  Result<void> handle(const LoggedEvent& event);
  Result<void> act(const LoggedEvent& event);
  Result<void> fold_into(Number number, const LoggedEvent& event);
  Result<void> finish_commit();
  Result<void> refold(AccountSlot& slot);
  Result<void> fire_until(Instant until);
  Result<void> fire_dues(Instant due);
  Result<void> fire_change(const ReferenceHistory::Change& change);
  [[nodiscard]] Number known_number(AccountId account) const;
  Number number_of(AccountId account);
  void touch(Number number);
  void freeze_account(AccountSlot& slot);
  void cool_some();

  // shard_review.cc
  Result<void> review_account(Number number, const Trigger& trigger, Instant now);
  Result<void> tell(AccountSlot& slot, const AlertTransition& transition, const Trigger& trigger,
                    Instant now, const AccountContext& account, const Reference& reference,
                    const Health& health);
  void set_due(Number number, Instant due);
  void set_brief(Number number, const AccountContext& account, const Health& health);
  const Reference& reference_at(Instant now);

  const ShardContext& context_;
  const ShardId id_;
  Mode mode_ = Mode::kReplay;
  bool held_ = false;

  std::vector<std::unique_ptr<AccountSlot>> slots_;
  AccountNumbers numbers_;
  DueWheel wheel_;
  ViewIndex views_;
  const BriefSignals brief_signals_;

  Sequence folded_ = 0;
  std::atomic<Sequence> folded_for_all_{0};
  Instant horizon_ = Instant::always();
  std::uint64_t checkpoint_number_ = 0;

  struct Late {
    Number number;
    EventRef cause;  // borrows the block at hand
  };
  std::vector<Late> late_;  // of the commit at hand; in replay, of the whole replay
  Instant commit_stamp_;    // recorded_at of the last event of the commit at hand

  struct Replayed {
    Sequence sequence;
    Instant due;
    const Event* event;
  };
  std::vector<BlockPtr> replay_blocks_;
  std::vector<Replayed> replayed_;  // by the pair that decided them
  std::size_t replayed_done_ = 0;

  ReferencePtr reference_;
  std::uint64_t reference_seen_ = 0;
  Instant next_change_ = Instant::never();
  std::uint64_t changes_seen_ = UINT64_MAX;

  std::vector<std::string> told_;
  std::unordered_set<std::string> in_flight_;
  SourceOffset last_pair_;
  Review review_;  // reused
  std::vector<DueWheel::Slot> fired_;
  std::size_t hot_ = 0;
  std::size_t hand_ = 0;       // of the clock that turns accounts cold
  std::vector<Number> dirty_;  // changed since the last checkpoint began
  CheckpointRows frozen_;      // of the checkpoint at hand
  std::vector<Number> freezing_;
  std::size_t freezing_done_ = 0;  // encoded, later forgotten
  std::uint64_t reviews_ = 0;
  std::uint64_t refolds_ = 0;
  std::uint64_t alert_moves_ = 0;
};

}  // namespace tenure
