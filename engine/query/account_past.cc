#include "engine/query/account_past.h"

#include "engine/base/text.h"
#include "tenure/event/v1/alert.pb.h"

namespace tenure {
namespace {

Error no_account(AccountId account) {
  return fail(ErrorCode::kNotFound,
              "there is no account '" + shown_text(account.text) +
                  "'; search by company or person (PortfolioService/Search), or offline with "
                  "`tenure log dump`");
}

void evaluate(const Engine& engine, AccountAt& out, Instant now) {
  out.context = context_of(out.hot->facts, out.id, *out.reference);
  refresh_signals(engine.set(), *out.hot, out.context, *out.reference, now);
  health_of(signal_set(*out.hot), *out.context.profile, out.health);
}

// Alerts that were told by then: by the log's knowledge, or by when they were decided.
Result<void> past_ledger(const EventLog& log, ShardId shard, const std::vector<Sequence>& postings,
                         AsOf as_of, AlertLedger& ledger) {
  for (const Sequence sequence : postings) {
    TENURE_TRY_ASSIGN(const BlockPtr block, log.block(shard, sequence));
    const LoggedEvent& event = block->events()[sequence - block->first()];
    if (!is_alert(event.event.type)) continue;
    const Instant when =
        as_of.sense == AsOf::Sense::kKnown ? event.recorded_at : event.event.occurred_at;
    if (when <= as_of.at) ledger.apply(event.event);
  }
  return {};
}

}  // namespace

Result<Postings> postings_of(const Engine& engine, AccountId account) {
  const ShardId shard = shard_of(account, engine.shards());
  Postings found;
  const Result<void> read = engine.with_shard(shard, [&](Shard& mine) -> Result<void> {
    TENURE_TRY_ASSIGN(AccountSlot * slot, mine.find(account));
    if (slot == nullptr) return no_account(account);
    TENURE_TRY_ASSIGN(found.sequences, mine.postings(*slot));
    found.position = {shard, mine.folded()};
    return {};
  });
  TENURE_TRY(read);
  return found;
}

Result<AccountAt> account_now(const Engine& engine, AccountId account, Instant now) {
  AccountAt out;
  out.name_it(account);
  const ShardId shard = shard_of(account, engine.shards());
  out.stamp = AnswerStamp(engine);
  const Result<void> read = engine.with_shard(shard, [&](Shard& mine) -> Result<void> {
    TENURE_TRY_ASSIGN(AccountSlot * slot, mine.find(account));
    if (slot == nullptr) return no_account(account);
    out.hot = std::make_unique<HotAccount>(*slot->hot);
    out.complete = !slot->behind;
    out.stamp.rests_on(shard, *slot);
    out.position = {shard, mine.folded()};
    return {};
  });
  TENURE_TRY(read);
  out.reference = engine.reference().as_known(now);
  evaluate(engine, out, now);
  out.stamp.uses_reference(out.reference->position());
  out.stamp.holds_before(out.reference->valid_until());
  out.stamp.holds_before(signals_valid_until(*out.hot));
  for (const Episode& episode : out.hot->ledger.episodes())
    if (episode.snoozed_until > now) out.stamp.holds_before(episode.snoozed_until);
  return out;
}

Result<AccountAt> account_as_of(const Engine& engine, AccountId account, AsOf as_of) {
  AccountAt out(engine.set());
  out.name_it(account);
  TENURE_TRY_ASSIGN(const Postings found, postings_of(engine, account));
  const std::vector<Sequence>& postings = found.sequences;
  const ShardId shard = found.position.shard;
  out.position = found.position;
  const bool known = as_of.sense == AsOf::Sense::kKnown;
  const auto recorded = [&](const LoggedEvent& event) { return event.recorded_at <= as_of.at; };
  const auto occurred = [&](const LoggedEvent& event) {
    return event.event.occurred_at <= as_of.at;
  };
  // By what is known now a correction may have moved an event beyond the instant: it is chosen
  // first.
  TENURE_TRY_ASSIGN(
      const AccountHistory history,
      known ? AccountHistory::load(engine.log(), shard, account, postings, recorded)
            : AccountHistory::load(engine.log(), shard, account, postings, {}, occurred));
  if (history.events().empty())
    return fail(ErrorCode::kNotFound, "account '" + shown_text(account.text) +
                                          "' has no events by " + to_string(as_of.at));
  for (const LoggedEvent* event : history.events()) {
    out.hot->facts.fold(event->event, account);
    if (event->event.accounts.front() == account) ++out.hot->events;
  }
  TENURE_TRY(past_ledger(engine.log(), shard, postings, as_of, out.hot->ledger));
  out.reference =
      known ? engine.reference().as_known(as_of.at) : engine.reference().as_was(as_of.at);
  evaluate(engine, out, as_of.at);
  return out;
}

}  // namespace tenure
