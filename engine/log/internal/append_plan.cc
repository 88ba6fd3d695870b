#include "engine/log/internal/append_plan.h"

#include "engine/base/planted_bug.h"

#include <algorithm>

namespace tenure {
namespace {

constexpr std::size_t kPrefetchAhead = 16;

bool same_identity(const Event& a, const Event& b) {
  return a.id == b.id && a.source == b.source && a.quarantined == b.quarantined;
}

}  // namespace

AppendPlan::AppendPlan(LogImpl& log, std::span<const Event> events, const LogImpl::Stamps& stamps,
                       std::uint8_t marks)
    : log_(log), events_(events), stamps_(stamps), marks_(marks), shards_(log.slots()) {
  for (std::size_t slot = 0; slot < shards_.size(); ++slot)
    shards_[slot].next = log.heads[slot].load(std::memory_order_relaxed) + 1;
}

void AppendPlan::fingerprint() {
  fingerprints_.reserve(events_.size());
  contents_.reserve(events_.size());
  for (const Event& event : events_) {
    fingerprints_.push_back(
        identity_fingerprint(event.source, event.id, event.quarantined, log_.nature.seed));
    contents_.push_back(content_hash(event, log_.nature.seed));
  }
}

Result<Verdict> AppendPlan::foresee() {
  fingerprint();
  TENURE_TRY(look_up(0));
  if (const auto standing = stands(0)) return *standing;
  const bool against = (marks_against_known(events_.front()) & kMarkConflict) != 0;
  return against ? Verdict::kConflict : Verdict::kAccepted;
}

// Of the events under one identity, one that says the same.
std::optional<Verdict> AppendPlan::stands(std::uint32_t k) const {
  for (const Known& known : known_)
    if (known.revision == events_[k].revision && known.content == contents_[k])
      return Verdict::kRepeated;
  return std::nullopt;
}

Result<void> AppendPlan::run(std::vector<Verdict>* verdicts) {
  fingerprint();
  for (std::uint32_t k = 0; k < events_.size(); ++k) {
    if (k + kPrefetchAhead < events_.size()) log_.index.prefetch(fingerprints_[k + kPrefetchAhead]);
    TENURE_TRY_ASSIGN(const Verdict verdict,
                      events_[k].quarantined ? place_quarantined(k) : place(k));
    ++(verdict == Verdict::kRepeated ? outcome_.repeated : outcome_.accepted);
    if (verdict == Verdict::kConflict) ++outcome_.conflicts;
    if (verdict == Verdict::kQuarantined) ++outcome_.quarantined;
    if (verdicts != nullptr) verdicts->push_back(verdict);
  }
  return ok();
}

Result<Verdict> AppendPlan::place(std::uint32_t k) {
  const Event& event = events_[k];
  TENURE_TRY(look_up(k));
  if (const auto standing = stands(k)) return *standing;
  const std::uint8_t against = marks_against_known(event);
  collect_prior_accounts(event);
  choose_slots(event);
  store(k, static_cast<std::uint8_t>(marks_ | against));
  return (against & kMarkConflict) != 0 ? Verdict::kConflict : Verdict::kAccepted;
}

Result<Verdict> AppendPlan::place_quarantined(std::uint32_t k) {
  TENURE_TRY(look_up(k));
  if (!known_.empty()) return Verdict::kRepeated;
  prior_accounts_.clear();
  slots_.assign(1, *log_.slot_of(kQuarantineShard));
  store(k, marks_);
  return Verdict::kQuarantined;
}

Result<void> AppendPlan::look_up(std::uint32_t k) {
  known_.clear();
  if (planted_bug("identity_not_checked")) return ok();
  std::optional<Error> trouble;
  log_.index.each(fingerprints_[k], [&](Position position) {
    const std::size_t slot = *log_.slot_of(position.shard);
    const Sequence stored = log_.heads[slot].load(std::memory_order_relaxed);
    if (position.sequence > stored) {
      look_up_planned(k, shards_[slot].rows[position.sequence - stored - 1]);
      return true;
    }
    const Result<BlockPtr> block = log_.block(position.shard, position.sequence);
    if (!block) {
      trouble = block.error();
      return false;
    }
    const LoggedEvent& logged = (*block)->events()[position.sequence - (*block)->first()];
    if (!same_identity(logged.event, events_[k])) return true;
    Known& known = known_.emplace_back();
    known.revision = logged.event.revision;
    known.content = logged.content;
    known.reference = position.shard == kReferenceShard;
    for (const AccountId account : logged.event.accounts) known.accounts.push_back(account.str());
    return true;
  });
  if (trouble) return *trouble;
  return ok();
}

void AppendPlan::look_up_planned(std::uint32_t k, std::uint32_t other) {
  const Event& event = events_[other];
  if (!same_identity(event, events_[k])) return;
  Known& known = known_.emplace_back();
  known.revision = event.revision;
  known.content = contents_[other];
  known.reference = is_reference(event.type) || event.accounts.empty();
  for (const AccountId account : event.accounts) known.accounts.push_back(account.str());
}

std::uint8_t AppendPlan::marks_against_known(const Event& event) const {
  if (known_.empty()) return 0;
  std::uint8_t marks = kMarkCorrection;
  for (const Known& known : known_) {
    if (known.revision == event.revision) marks |= kMarkConflict;
    if (known.revision > event.revision) marks |= kMarkSuperseded;
  }
  return marks;
}

void AppendPlan::collect_prior_accounts(const Event& event) {
  prior_accounts_.clear();
  for (Known& known : known_)
    for (std::string& account : known.accounts)
      if (std::find(event.accounts.begin(), event.accounts.end(), AccountId(account)) ==
          event.accounts.end())
        prior_accounts_.push_back(std::move(account));
  std::sort(prior_accounts_.begin(), prior_accounts_.end());
  prior_accounts_.erase(std::unique(prior_accounts_.begin(), prior_accounts_.end()),
                        prior_accounts_.end());
}

void AppendPlan::choose_slots(const Event& event) {
  slots_.clear();
  if (is_reference(event.type)) {
    add_slot(*log_.slot_of(kReferenceShard));
  } else {
    for (const AccountId account : event.accounts)
      add_slot(shard_of(account, log_.nature.shards).value);
  }
  for (const std::string& account : prior_accounts_)
    add_slot(shard_of(AccountId(account), log_.nature.shards).value);
  const bool was_reference =
      std::any_of(known_.begin(), known_.end(), [](const Known& known) { return known.reference; });
  // What concerns no account at all, such as the retraction of a reference event, stands where such
  // events do.
  if (was_reference || slots_.empty()) add_slot(*log_.slot_of(kReferenceShard));
}

void AppendPlan::add_slot(std::size_t slot) {
  if (std::find(slots_.begin(), slots_.end(), slot) == slots_.end()) slots_.push_back(slot);
}

void AppendPlan::store(std::uint32_t k, std::uint8_t marks) {
  const Event& event = events_[k];
  log_format::EventRow row;
  row.content = contents_[k];
  row.prior_accounts = prior_accounts_;
  row.envelope = event.bytes;
  for (const std::size_t slot : slots_) {
    Shard& shard = shards_[slot];
    const bool home = slot == slots_.front();
    if (shard.rows.empty()) shard.base = stamps_.of(k);
    row.since_base = stamps_.of(k) - shard.base;
    row.marks = static_cast<std::uint8_t>(home ? marks : marks | kMarkCopy);
    const std::size_t before = shard.body.size();
    log_format::put_event(shard.body, row);
    outcome_.bytes += shard.body.size() - before;
    if (home)
      log_.index.insert(fingerprints_[k], {log_.shard_at(slot), shard.next});
    else
      ++shard.copies;
    shard.rows.push_back(k);
    ++shard.next;
  }
}

}  // namespace tenure
