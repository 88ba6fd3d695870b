// How a shard comes back: rows of the last checkpoint, then the log's tail up to the reviewer's
// stored pair.
#include "engine/base/planted_bug.h"
#include "engine/runtime/account_signals.h"
#include "engine/runtime/shard.h"
#include "tenure/event/v1/alert.pb.h"

#include <algorithm>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;

Error ahead_of_log(ShardId shard) {
  return fail(ErrorCode::kCorrupt,
              "the state of shard " + std::to_string(shard.value) +
                  " is ahead of its log; delete the state directory, it is folded again");
}

}  // namespace

Result<void> Shard::start(Mode mode) {
  ShardCheckpoint from;
  TENURE_TRY(load_rows(from));
  const std::optional<SourceOffset> stored = context_.log.offset(review_partition(id_));
  const Sequence until = stored ? static_cast<Sequence>(stored->next) : 0;
  const Instant due = stored ? Instant{stored->extra} : Instant::always();
  if (stored) last_pair_ = *stored;
  if (folded_ > until || until > context_.log.head(id_)) return ahead_of_log(id_);
  TENURE_TRY(collect_transitions(from));
  Result<void> taken;
  TENURE_TRY(context_.log.scan(id_, folded_ + 1, [&](const BlockPtr& block) {
    if (block->first() > until) return false;
    taken = take(block);
    return taken.has_value();
  }));
  TENURE_TRY(taken);
  TENURE_TRY(finish_replay(from, due));
  mode_ = mode;
  return {};
}

Result<void> Shard::load_rows(ShardCheckpoint& position) {
  if (context_.state == nullptr) return {};
  TENURE_TRY_ASSIGN(const std::optional<ShardCheckpoint> stored, context_.state->position(id_));
  if (!stored) return {};
  position = *stored;
  folded_ = position.folded;
  folded_for_all_.store(folded_);
  horizon_ = position.due_fired;
  checkpoint_number_ = position.number;
  Result<void> read;
  TENURE_TRY(context_.state->accounts(id_, [&](std::string_view account, std::string_view row) {
    if (!read) return;
    const Number number = number_of(AccountId(account));
    AccountSlot& slot = *slots_[number];
    read = decode_account(row, slot);
    if (!read) return;
    views_.replace(number, Brief(), slot.brief);
    if (!planted_bug("due_instant_not_kept")) wheel_.add(number, slot.due);
  }));
  return read;
}

// Transitions stand in the log behind the events that led to them, but take effect at the pair that
// decided them: so they are gathered first.
Result<void> Shard::collect_transitions(const ShardCheckpoint& from) {
  TENURE_TRY(context_.log.scan(id_, folded_ + 1, [&](const BlockPtr& block) {
    bool any = false;
    for (const LoggedEvent& event : block->events()) {
      if (event.event.type != EventType::kAlertTransitioned || event.has(kMarkCopy)) continue;
      const auto& transition = event.event.read<pb::AlertTransitioned>();
      const Sequence sequence = transition.reviewed_sequence();
      const Instant due{transition.reviewed_due_us()};
      if (sequence <= from.folded && due <= from.due_fired) continue;
      replayed_.push_back({sequence, due, &event.event});
      any = true;
    }
    if (any) replay_blocks_.push_back(block);
    return true;
  }));
  std::stable_sort(replayed_.begin(), replayed_.end(), [](const Replayed& a, const Replayed& b) {
    return std::tie(a.sequence, a.due) < std::tie(b.sequence, b.due);
  });
  return {};
}

void Shard::apply_replayed(Sequence before) {
  for (; replayed_done_ < replayed_.size() && replayed_[replayed_done_].sequence < before;
       ++replayed_done_) {
    const Event& event = *replayed_[replayed_done_].event;
    if (event.accounts.empty()) continue;
    const Number number = number_of(event.accounts.front());
    const auto slot = warm(number);
    // an unreadable row is met again, and reported, when its account is settled
    if (!slot) continue;
    touch(number);
    (*slot)->hot->ledger.apply(event);
  }
}

Result<void> Shard::finish_replay(const ShardCheckpoint& from, Instant due) {
  apply_replayed(UINT64_MAX);
  replayed_.clear();
  replay_blocks_.clear();
  horizon_ = std::max(horizon_, due);
  TENURE_TRY(finish_commit());
  if (horizon_ == Instant::always()) return {};
  const auto changes = context_.reference.changes(from.due_fired, horizon_);
  Instant live = Instant::always();
  for (const auto& change : changes)
    if (!change.partitions.empty()) live = change.at;
  for (Number number = 0; number < slots_.size(); ++number) {
    AccountSlot& slot = *slots_[number];
    if (slot.behind && slot.behind_since < live) {
      touch(number);
      slot.behind = false;
    }
    if (slot.dirty || slot.due <= horizon_ || !changes.empty())
      TENURE_TRY(settle(number, horizon_));
  }
  cool_some();
  return {};
}

Result<void> Shard::settle_all() {
  if (horizon_ == Instant::always()) return {};
  for (Number number = 0; number < slots_.size(); ++number) TENURE_TRY(settle(number, horizon_));
  return {};
}

// Brings an account to where its last review left it, without telling anything: what there was to
// tell is in the ledger.
Result<void> Shard::settle(Number number, Instant now) {
  TENURE_TRY_ASSIGN(AccountSlot * slot, warm(number));
  if (slot->behind && context_.behind_waits) {
    if (slot->due != Instant::never()) touch(number);
    slot->due = Instant::never();
    return {};
  }
  HotAccount& hot = *slot->hot;
  const Reference& reference = reference_at(now);
  const AccountContext account = context_of(hot.facts, AccountId(slot->id), reference);
  refresh_signals(context_.set, hot, account, reference, now);
  review(hot.ledger, {Trigger::Kind::kDue, {}, now}, now, signal_set(hot), account, reference,
         review_);
  set_brief(number, account, review_.health);
  // Something to tell that no review has told: the account came by an import. It is told as soon as
  // dues fire, not at the account's next due.
  const bool owes = !review_.told.empty();
  hot.review_due = owes ? Instant::always() : review_.due;
  const Instant due = std::min(hot.review_due, signals_valid_until(hot));
  set_due(number, std::max(due, now + Duration(1)));
  return {};
}

}  // namespace tenure
