#include "engine/query/portfolio_trend.h"

#include "engine/base/clock.h"
#include "engine/runtime/history.h"

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr Duration kReadBudget = std::chrono::milliseconds(500);
constexpr Duration kWeek = kDay * 7;
// 1970-01-05 was a Monday.
constexpr Instant kSomeMonday{4 * kDay.count()};

// The last so many before `now`, oldest first.
std::vector<Instant> mondays_before(Instant now, std::int32_t count) {
  std::int64_t weeks = (now - kSomeMonday).count() / kWeek.count();
  if (kSomeMonday + kWeek * weeks >= now) --weeks;
  std::vector<Instant> mondays;
  for (std::int64_t back = count - 1; back >= 0; --back)
    mondays.push_back(kSomeMonday + kWeek * (weeks - back));
  return mondays;
}

// An account's history with what was told about it.
struct Past {
  AccountHistory facts;
  std::vector<BlockPtr> blocks;            // what `alerts` borrow from
  std::vector<const LoggedEvent*> alerts;  // by position
};

Result<Past> read_past(const Engine& engine, AccountId account) {
  TENURE_TRY_ASSIGN(const Postings postings, postings_of(engine, account));
  const ShardId shard = postings.position.shard;
  Past past;
  TENURE_TRY_ASSIGN(past.facts,
                    AccountHistory::load(engine.log(), shard, account, postings.sequences));
  for (const Sequence sequence : postings.sequences) {
    TENURE_TRY_ASSIGN(const BlockPtr block, engine.log().block(shard, sequence));
    const LoggedEvent& event = block->events()[sequence - block->first()];
    if (!is_alert(event.event.type)) continue;
    past.alerts.push_back(&event);
    if (past.blocks.empty() || past.blocks.back() != block) past.blocks.push_back(block);
  }
  return past;
}

AlertLedger ledger_at(const Past& past, Instant at) {
  AlertLedger ledger;
  for (const LoggedEvent* alert : past.alerts)
    if (alert->event.occurred_at <= at) ledger.apply(alert->event);
  return ledger;
}

void count_health(std::optional<std::int64_t> milli, msg::TrendPoint& out) {
  if (!milli) {
    out.set_health_unknown(out.health_unknown() + 1);
  } else if (*milli < kHealthLow) {
    out.set_health_low(out.health_low() + 1);
  } else if (*milli < kHealthHigh) {
    out.set_health_middle(out.health_middle() + 1);
  } else {
    out.set_health_high(out.health_high() + 1);
  }
}

}  // namespace

Result<void> PortfolioTrend::answer(const msg::GetPortfolioTrendRequest& request,
                                    msg::GetPortfolioTrendResponse& out) {
  if (request.weeks() < 0 || request.weeks() > kWeeksMax)
    return fail(ErrorCode::kInvalid, "weeks: must be 0 to " + std::to_string(kWeeksMax));
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  if (const std::unique_lock reading(reading_, std::try_to_lock); reading.owns_lock())
    TENURE_TRY(read_on(now));
  const std::lock_guard lock(mutex_);
  const auto weeks = static_cast<std::size_t>(request.weeks() == 0 ? kWeeksMax : request.weeks());
  for (std::size_t monday = mondays_.size() - std::min(weeks, mondays_.size());
       monday < mondays_.size(); ++monday) {
    msg::TrendPoint point;
    fill_point(monday, request, point);
    // Before the first account there was no book: that is not a book of nothing.
    if (out.points().empty() && point.accounts() == 0) continue;
    *out.add_points() = std::move(point);
  }
  fill_now(request, now, *out.add_points());
  out.set_accounts_left(accounts_left());
  return ok();
}

std::uint64_t PortfolioTrend::accounts_left() const {
  return static_cast<std::uint64_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const auto& entry) { return entry.second.stale; }));
}

Result<PortfolioTrend::Changes> PortfolioTrend::changes_in_four_weeks(
    const std::vector<BriefRow>& rows) {
  constexpr std::size_t kBack = 5;  // the newest Monday is less than a week ago
  static_assert(kBack <= kWeeksMax);
  if (const std::unique_lock reading(reading_, std::try_to_lock); reading.owns_lock())
    TENURE_TRY(read_on(engine_.clock().now()));
  const std::lock_guard lock(mutex_);
  Changes changes{std::vector<std::int64_t>(rows.size(), kMissing), accounts_left()};
  if (mondays_.size() < kBack) return changes;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const auto entry = entries_.find(rows[k].account);
    if (entry == entries_.end() || entry->second.stale) continue;
    const Sample& then = entry->second.samples[mondays_.size() - kBack];
    const std::int64_t health = rows[k].brief.health_milli;
    if (then.in_care && then.health_milli >= 0 && health != kMissing)
      changes.health_milli[k] = health - then.health_milli;
  }
  return changes;
}

// Until the budget is spent, and one account at least.
Result<void> PortfolioTrend::read_on(Instant now) {
  const std::int64_t until_us = steady_now_us() + kReadBudget.count();
  look_at_mondays(now);
  TENURE_TRY(note_news());
  while (!stale_.empty()) {
    const std::string account = std::move(stale_.back());
    stale_.pop_back();
    {
      const std::lock_guard lock(mutex_);
      if (!entries_[account].stale) continue;
    }
    Samples samples;
    TENURE_TRY(sample(AccountId(account), samples));
    const std::lock_guard lock(mutex_);
    entries_[account] = {samples, false};
    if (steady_now_us() >= until_us) break;
  }
  return ok();
}

// Everything is to be read again where a Monday is new, or what was in force at one is.
void PortfolioTrend::look_at_mondays(Instant now) {
  std::vector<Instant> mondays = mondays_before(now, kWeeksMax);
  const Sequence head = engine_.log().head(kReferenceShard);
  if (mondays == mondays_ && head == reference_head_) return;
  reference_head_ = head;
  std::vector<ReferencePtr> references;
  references.reserve(mondays.size());
  for (const Instant monday : mondays) references.push_back(engine_.reference().as_was(monday));
  const bool as_before =
      mondays == mondays_ &&
      std::equal(references.begin(), references.end(), references_.begin(),
                 [](const auto& a, const auto& b) { return a->position() == b->position(); });
  if (as_before) return;
  const std::lock_guard lock(mutex_);
  mondays_ = std::move(mondays);
  references_ = std::move(references);
  stale_.clear();
  for (auto& [account, entry] : entries_) {
    entry.stale = true;
    stale_.push_back(account);
  }
}

// Only what is folded: a history holds no more.
Result<void> PortfolioTrend::note_news() {
  for (std::uint16_t number = 0; number < engine_.shards(); ++number) {
    const ShardId shard{number};
    Sequence& next = next_[number];
    std::vector<std::string> known;
    const Sequence folded = engine_.with_shard(shard, [&](Shard& mine) {
      if (next == 0)
        for (std::uint32_t slot = 0; slot < mine.accounts(); ++slot)
          known.push_back(mine.slot(slot).id);
      return mine.folded();
    });
    for (const std::string& account : known) note(account);
    if (next == 0) next = folded + 1;
    if (next > folded) continue;
    TENURE_TRY(engine_.log().scan(shard, next, [&](const BlockPtr& block) {
      for (const LoggedEvent& logged : block->events()) {
        const Sequence sequence = logged.position.sequence;
        if (sequence >= next && sequence <= folded) note(logged);
      }
      return block->first() + block->events().size() <= folded;
    }));
    next = folded + 1;
  }
  return ok();
}

// What happened after the newest Monday changes none, unless it corrects something earlier.
void PortfolioTrend::note(const LoggedEvent& logged) {
  const bool earlier = logged.event.occurred_at <= mondays_.back() || logged.event.revision > 0 ||
                       logged.has(kMarkConflict) || logged.has(kMarkCorrection);
  for (const AccountId account : logged.event.accounts)
    if (earlier || entries_.count(account.str()) == 0) note(account.text);
  for (const AccountId account : logged.prior_accounts) note(account.text);
}

void PortfolioTrend::note(std::string_view account) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[std::string(account)];
  entry.stale = true;
  stale_.emplace_back(account);
}

// One pass over the history: facts grow event by event, and are asked at each Monday.
Result<void> PortfolioTrend::sample(AccountId account, Samples& out) {
  TENURE_TRY_ASSIGN(const Past past, read_past(engine_, account));
  const BriefSignals shown(engine_.set().catalog());
  const auto& events = past.facts.events();
  HotAccount hot(engine_.set());
  Health health;
  std::size_t folded = 0;
  for (std::size_t monday = 0; monday < mondays_.size(); ++monday) {
    const Instant at = mondays_[monday];
    for (; folded < events.size() && events[folded]->event.occurred_at <= at; ++folded)
      hot.facts.fold(events[folded]->event, account);
    if (folded == 0) continue;
    const Reference& reference = *references_[monday];
    const AccountContext context = context_of(hot.facts, account, reference);
    std::fill(hot.valid_until.begin(), hot.valid_until.end(), Instant::always());
    refresh_signals(engine_.set(), hot, context, reference, at);
    health_of(signal_set(hot), *context.profile, health);
    const Brief brief = brief_of(context, signal_set(hot), health, ledger_at(past, at), shown);
    Sample& one = out[monday];
    one.in_care = !brief.lost;
    one.at_risk = is_at_risk(brief);
    one.value_milli = brief.value_milli;
    if (brief.health_milli != kMissing)
      one.health_milli = static_cast<std::int32_t>(brief.health_milli);
    one.owner = number_of(brief.owner);
    one.currency = number_of(brief.currency);
  }
  return ok();
}

std::uint32_t PortfolioTrend::number_of(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] =
      numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  return at->second;
}

void PortfolioTrend::fill_point(std::size_t monday, const msg::GetPortfolioTrendRequest& request,
                                msg::TrendPoint& out) const {
  // Whose accounts count, by the number of their name.
  std::vector<bool> asked(texts_.size());
  for (std::size_t text = 0; text < texts_.size(); ++text)
    asked[text] =
        (request.owner().empty() || request.owner() == texts_[text]) &&
        (request.lead().empty() || request.lead() == references_[monday]->manager_of(texts_[text]));
  MoneySums arr, at_risk;
  for (const auto& [account, entry] : entries_) {
    const Sample& one = entry.samples[monday];
    if (entry.stale || !one.in_care || !asked[one.owner]) continue;
    out.set_accounts(out.accounts() + 1);
    count_health(
        one.health_milli < 0 ? std::nullopt : std::optional<std::int64_t>(one.health_milli), out);
    if (one.value_milli == kMissing) continue;
    arr.add(texts_[one.currency], one.value_milli);
    if (one.at_risk) at_risk.add(texts_[one.currency], one.value_milli);
  }
  out.set_at(to_string(mondays_[monday]));
  arr.fill(*out.mutable_arr());
  at_risk.fill(*out.mutable_arr_at_risk());
}

// As GetPortfolio has it.
void PortfolioTrend::fill_now(const msg::GetPortfolioTrendRequest& request, Instant now,
                              msg::TrendPoint& out) const {
  const ReferencePtr reference = engine_.reference().as_known(now);
  MoneySums arr, at_risk;
  const auto rows =
      collect_briefs(engine_, [](const AccountSlot& slot) { return !slot.brief.lost; });
  for (const BriefRow& row : rows) {
    const Brief& brief = row.brief;
    if (!request.owner().empty() && brief.owner != request.owner()) continue;
    if (!request.lead().empty() && reference->manager_of(brief.owner) != request.lead()) continue;
    out.set_accounts(out.accounts() + 1);
    count_health(brief.health_milli == kMissing ? std::nullopt
                                                : std::optional<std::int64_t>(brief.health_milli),
                 out);
    arr.add(brief);
    if (is_at_risk(brief)) at_risk.add(brief);
  }
  out.set_at(to_string(now));
  arr.fill(*out.mutable_arr());
  at_risk.fill(*out.mutable_arr_at_risk());
}

}  // namespace tenure
