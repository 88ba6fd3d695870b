#include "engine/runtime/shard.h"

#include "engine/base/assert.h"
#include "engine/base/planted_bug.h"
#include "engine/runtime/account_signals.h"

#include <algorithm>

namespace tenure {
namespace {

constexpr Duration kTick{1};

}  // namespace

std::string review_partition(ShardId shard) { return "review/" + std::to_string(shard.value); }

Shard::Shard(const ShardContext& context, ShardId id)
    : context_(context), id_(id), brief_signals_(context.set.catalog()) {
  last_pair_.partition = review_partition(id);
}

Result<void> Shard::take(const BlockPtr& block) {
  // A gap would lose events without a trace: whoever drives has to catch up first.
  TENURE_ASSERT(block->first() <= folded_ + 1, "a shard is handed a block beyond the next one");
  for (const LoggedEvent& event : block->events()) {
    if (event.position.sequence <= folded_) continue;
    // Log time may pass inside a commit (a record clock, a first import): what is late is folded
    // before it does, so that nothing depends on how records were batched.
    if (mode_ != Mode::kReplay && event.recorded_at > commit_stamp_) TENURE_TRY(finish_commit());
    if (mode_ == Mode::kReplay) {
      apply_replayed(event.position.sequence);
    } else if (mode_ == Mode::kDecide) {
      TENURE_TRY(fire_until(event.recorded_at - kTick));
    }
    folded_ = event.position.sequence;
    commit_stamp_ = event.recorded_at;
    TENURE_TRY(handle(event));
  }
  if (mode_ != Mode::kReplay) TENURE_TRY(finish_commit());
  cool_some();
  folded_for_all_.store(folded_);
  return {};
}

Result<void> Shard::advance(Instant closed) {
  if (mode_ != Mode::kDecide) return {};
  return fire_until(closed);
}

Result<void> Shard::handle(const LoggedEvent& event) {
  if (event.event.type == EventType::kAlertTransitioned) {
    ++alert_moves_;
    in_flight_.erase(std::string(event.event.id));
    if (event.event.accounts.empty() || event.has(kMarkCopy)) return {};
    const Number number = number_of(event.event.accounts.front());
    touch(number);
    slots_[number]->postings.push_back(event.position.sequence);
    return {};
  }
  if (event.event.type == EventType::kAlertActed) return act(event);
  const std::uint16_t shards = context_.log.shards();
  const auto each = [&](AccountId account) -> Result<void> {
    if (shard_of(account, shards) != id_) return {};
    return fold_into(number_of(account), event);
  };
  for (const AccountId account : event.event.accounts) TENURE_TRY(each(account));
  for (const AccountId account : event.prior_accounts) TENURE_TRY(each(account));
  return {};
}

Result<void> Shard::act(const LoggedEvent& event) {
  ++alert_moves_;
  if (event.event.accounts.empty() || event.has(kMarkCopy)) return {};
  const Number number = number_of(event.event.accounts.front());
  TENURE_TRY_ASSIGN(AccountSlot * slot, warm(number));
  touch(number);
  slot->hot->ledger.apply(event.event);
  slot->hot->review_due = Instant::always();
  slot->postings.push_back(event.position.sequence);
  if (mode_ != Mode::kDecide) return {};
  return review_account(number, {Trigger::Kind::kAct, event.event.ref(), {}}, event.recorded_at);
}

Result<void> Shard::fold_into(Number number, const LoggedEvent& event) {
  TENURE_TRY_ASSIGN(AccountSlot * slot, warm(number));
  HotAccount& hot = *slot->hot;
  touch(number);
  slot->postings.push_back(event.position.sequence);
  if (event.has(kMarkBehind) && context_.behind_waits) {
    slot->behind = true;
    slot->behind_since = event.recorded_at;
  }
  // A correction may change what counts among events folded long ago; a late one belongs before
  // some of them.
  const bool late =
      !planted_bug("late_event_not_refolded") &&
      (event.has(kMarkCorrection) || event.event.retracted || hot.folded.is_after(event.event));
  if (late || slot->late) {
    if (!slot->late) {
      slot->late_entry = static_cast<std::uint32_t>(late_.size());
      late_.push_back({number, {}});
    }
    late_[slot->late_entry].cause = event.event.ref();
    slot->late = true;
    return {};
  }
  hot.folded.move_to(event.event);
  if (event.event.accounts.front().text == slot->id) ++hot.events;
  if (!hot.facts.fold(event.event, AccountId(slot->id))) return {};
  for (const std::uint8_t index : context_.set.consumers(event.event.type))
    hot.valid_until[index] = Instant::always();
  if (mode_ != Mode::kDecide) return {};
  return review_account(number, {Trigger::Kind::kEvent, event.event.ref(), {}}, event.recorded_at);
}

Result<void> Shard::finish_commit() {
  if (late_.empty()) return {};
  std::vector<Late> late;
  late.swap(late_);
  std::sort(late.begin(), late.end(), [&](const Late& a, const Late& b) {
    return slots_[a.number]->id < slots_[b.number]->id;
  });
  for (const Late& entry : late) {
    TENURE_TRY_ASSIGN(AccountSlot * slot, warm(entry.number));
    TENURE_TRY(refold(*slot));
    if (mode_ == Mode::kDecide)
      TENURE_TRY(
          review_account(entry.number, {Trigger::Kind::kLate, entry.cause, {}}, commit_stamp_));
  }
  return {};
}

Result<void> Shard::refold(AccountSlot& slot) {
  ++refolds_;
  slot.late = false;
  TENURE_TRY_ASSIGN(const std::vector<Sequence> all, postings(slot));
  TENURE_TRY_ASSIGN(const AccountHistory history,
                    AccountHistory::load(context_.log, id_, AccountId(slot.id), all));
  HotAccount& hot = *slot.hot;
  hot.facts = AccountFacts(context_.set);
  hot.folded = FoldedKey();
  hot.events = 0;
  for (const LoggedEvent* event : history.events()) {
    hot.facts.fold(event->event, AccountId(slot.id));
    if (event->event.accounts.front().text == slot.id) ++hot.events;
  }
  if (!history.events().empty()) hot.folded.move_to(history.events().back()->event);
  std::fill(hot.valid_until.begin(), hot.valid_until.end(), Instant::always());
  return {};
}

Result<void> Shard::fire_until(Instant until) {
  if (held_) return {};
  for (;;) {
    if (changes_seen_ != context_.reference_version.load(std::memory_order_acquire) ||
        horizon_ >= next_change_) {
      changes_seen_ = context_.reference_version.load(std::memory_order_acquire);
      const auto changes = context_.reference.changes(horizon_, Instant::never());
      next_change_ = changes.empty() ? Instant::never() : changes.front().at;
    }
    const Instant due = wheel_.next();
    const Instant next = std::min(due, next_change_);
    if (next > until || next == Instant::never()) break;
    const Instant before = horizon_;
    // A due that waited while the shard was held back is fired as of its own instant, but the pair
    // never runs backwards.
    horizon_ = std::max(horizon_, next);
    if (next == next_change_)
      for (const auto& change : context_.reference.changes(before, next))
        TENURE_TRY(fire_change(change));
    if (next == due) TENURE_TRY(fire_dues(due));
  }
  horizon_ = std::max(horizon_, until);
  return {};
}

Result<void> Shard::fire_dues(Instant due) {
  fired_.clear();
  wheel_.take(due, fired_);
  std::erase_if(fired_, [&](Number number) { return slots_[number]->due != due; });
  std::sort(fired_.begin(), fired_.end(),
            [&](Number a, Number b) { return slots_[a]->id < slots_[b]->id; });
  fired_.erase(std::unique(fired_.begin(), fired_.end()), fired_.end());
  std::vector<Number> now_due;
  now_due.swap(fired_);
  for (const Number number : now_due)
    TENURE_TRY(review_account(number, {Trigger::Kind::kDue, {}, due}, due));
  fired_.swap(now_due);
  return {};
}

Result<void> Shard::fire_change(const ReferenceHistory::Change& change) {
  std::vector<Number> touched;
  const Reference& reference = reference_at(change.at);
  for (Number number = 0; number < slots_.size(); ++number) {
    AccountSlot& slot = *slots_[number];
    const auto among = [](const std::vector<std::string>& names, std::string_view name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    bool touches = change.all || among(change.owners, slot.brief.owner);
    if (!change.partitions.empty() && slot.behind) {
      touch(number);
      slot.behind = false;
      touches = true;
    }
    if (!touches && !change.profiles.empty()) {
      TENURE_TRY_ASSIGN(const AccountSlot* hot, warm(number));
      const AccountContext account = hot->hot->facts.context(AccountId(slot.id));
      touches =
          among(change.profiles, reference.profile(account.profile_name, account.sector).name);
    }
    if (touches) touched.push_back(number);
  }
  std::sort(touched.begin(), touched.end(),
            [&](Number a, Number b) { return slots_[a]->id < slots_[b]->id; });
  for (const Number number : touched)
    TENURE_TRY(
        review_account(number, {Trigger::Kind::kReference, change.cause, change.at}, change.at));
  return {};
}

Shard::Number Shard::known_number(AccountId account) const {
  return numbers_.find(account.text,
                       [&](Number number) { return slots_[number]->id == account.text; });
}

Shard::Number Shard::number_of(AccountId account) {
  if (const Number known = known_number(account); known != AccountNumbers::kNone) return known;
  auto slot = std::make_unique<AccountSlot>();
  slot->id = account.str();
  const auto number = static_cast<Number>(slots_.size());
  numbers_.add(slot->id, number);
  views_.insert(number, slot->brief);
  slots_.push_back(std::move(slot));
  return number;
}

Result<AccountSlot*> Shard::warm(Number number) {
  AccountSlot& slot = *slots_[number];
  if (slot.hot == nullptr) {
    TENURE_TRY(warm_account(context_.set, slot));
    ++hot_;
  }
  return &slot;
}

Result<AccountSlot*> Shard::find(AccountId account) {
  const Number known = known_number(account);
  if (known == AccountNumbers::kNone) return static_cast<AccountSlot*>(nullptr);
  return warm(known);
}

// Comes before every change of what a row or a posting says: a checkpoint at hand wants the account
// as it stood, and an answer that is held must not be taken for today's.
void Shard::touch(Number number) {
  AccountSlot& slot = *slots_[number];
  slot.changes.raise();
  if (slot.freezing) freeze_account(slot);
  if (slot.dirty) return;
  slot.dirty = true;
  dirty_.push_back(number);
}

// A clock hand goes round and turns accounts cold; one that is touched again soon is warmed from
// its own bytes.
void Shard::cool_some() {
  while (hot_ > context_.hot_accounts_max) {
    AccountSlot& slot = *slots_[hand_ % slots_.size()];
    ++hand_;
    if (slot.hot == nullptr || (slot.late && mode_ != Mode::kReplay)) continue;
    cool_account(slot);
    --hot_;
  }
}

Result<std::vector<Sequence>> Shard::postings(const AccountSlot& slot) const {
  std::vector<Sequence> all;
  if (context_.state != nullptr) {
    TENURE_TRY_ASSIGN(all, context_.state->postings(id_, AccountId(slot.id)));
  }
  // Between the install of a checkpoint and forget_some() both hold some.
  const auto fresh = all.empty()
                         ? slot.postings.begin()
                         : std::upper_bound(slot.postings.begin(), slot.postings.end(), all.back());
  all.insert(all.end(), fresh, slot.postings.end());
  return all;
}

bool Shard::take_told(Told& told) {
  if (mode_ != Mode::kDecide) return false;
  const bool moved =
      last_pair_.next != static_cast<std::int64_t>(folded_) || last_pair_.extra != horizon_.us;
  if (told_.empty() && !moved) return false;
  last_pair_.next = static_cast<std::int64_t>(folded_);
  last_pair_.extra = horizon_.us;
  told.envelopes = std::move(told_);
  told_.clear();
  told.pair = last_pair_;
  return true;
}

}  // namespace tenure
