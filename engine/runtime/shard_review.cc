// Reviews of one shard: signals, health, transitions.
#include "engine/base/assert.h"
#include "engine/base/planted_bug.h"
#include "engine/runtime/account_signals.h"
#include "engine/runtime/shard.h"
#include "engine/runtime/transition_event.h"

#include <algorithm>

namespace tenure {

const Reference& Shard::reference_at(Instant now) {
  const std::uint64_t version = context_.reference_version.load(std::memory_order_acquire);
  if (reference_ == nullptr || version != reference_seen_ || now < reference_->valid_from() ||
      now >= reference_->valid_until()) {
    reference_ = context_.reference.as_known(now);
    reference_seen_ = version;
  }
  return *reference_;
}

void Shard::set_due(Number number, Instant due) {
  AccountSlot& slot = *slots_[number];
  if (slot.due == due) return;
  touch(number);
  slot.due = due;
  if (mode_ == Mode::kReplay && planted_bug("due_instant_not_kept")) return;
  wheel_.add(number, due);
}

void Shard::set_brief(Number number, const AccountContext& account, const Health& health) {
  AccountSlot& slot = *slots_[number];
  Brief brief = brief_of(account, signal_set(*slot.hot), health, slot.hot->ledger, brief_signals_);
  if (brief == slot.brief) return;
  touch(number);
  views_.replace(number, slot.brief, brief);
  slot.brief = std::move(brief);
}

Result<void> Shard::review_account(Number number, const Trigger& trigger, Instant now) {
  TENURE_TRY_ASSIGN(AccountSlot * slot, warm(number));
  if (slot->behind && context_.behind_waits) {
    // Old news alarms nobody: the account is reviewed when its source is live, which is a reference
    // event.
    if (slot->due != Instant::never()) touch(number);
    slot->due = Instant::never();
    return {};
  }
  ++reviews_;
  HotAccount& hot = *slot->hot;
  const Reference& reference = reference_at(now);
  const AccountContext account = context_of(hot.facts, AccountId(slot->id), reference);
  const bool changed = refresh_signals(context_.set, hot, account, reference, now);
  const bool may_speak = changed || now >= hot.review_due || trigger.kind == Trigger::Kind::kAct;
  if (may_speak) {
    review(hot.ledger, trigger, now, signal_set(hot), account, reference, review_);
    const std::vector<AlertTransition> told = std::move(review_.told);
    if (!told.empty()) touch(number);
    for (const AlertTransition& transition : told)
      TENURE_TRY(tell(*slot, transition, trigger, now, account, reference, review_.health));
    // What was told is in the ledger now: the next due follows from there.
    if (!told.empty())
      review(hot.ledger, trigger, now, signal_set(hot), account, reference, review_);
    hot.review_due = review_.due;
    set_brief(number, account, review_.health);
  }
  // A due in the past would fire for ever; the least step is one microsecond.
  const Instant due = std::min(hot.review_due, signals_valid_until(hot));
  set_due(number, std::max(due, now + Duration(1)));
  return {};
}

Result<void> Shard::tell(AccountSlot& slot, const AlertTransition& transition,
                         const Trigger& trigger, Instant now, const AccountContext& account,
                         const Reference& reference, const Health& health) {
  TransitionInput input{context_.set,      id_, account, reference, transition,
                        trigger,           now, folded_, horizon_,  signal_set(*slot.hot),
                        health.score_milli};
  std::vector<Sequence> all;
  AccountHistory history;
  if (cites_causes(transition)) {
    TENURE_TRY_ASSIGN(all, postings(slot));
    TENURE_TRY_ASSIGN(history, AccountHistory::load(context_.log, id_, AccountId(slot.id), all));
  }
  std::string envelope = transition_envelope(input, history);
  Event event;
  const bool readable = scan_event(envelope, event);
  TENURE_ASSERT(readable, "an event of our own making cannot be read");
  slot.hot->ledger.apply(event);
  in_flight_.insert(std::string(event.id));
  told_.push_back(std::move(envelope));
  return {};
}

}  // namespace tenure
