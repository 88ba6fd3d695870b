#include "apps/book/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace tenure {
namespace {

enum class Verdict { kNothing, kFound, kLate, kMissed, kFalse, kUndecided };

bool has_left(const AccountTruth& account, const ScoreOptions& options) {
  return account.left && account.left_at && *account.left_at <= options.now;
}

/// True when the episode was open at some moment of [from, until].
bool was_open(const RaisedAlert& alert, Instant from, Instant until) {
  return alert.raised_at <= until && (!alert.cleared_at || *alert.cleared_at > from);
}

Verdict judge(const AccountTruth& account, const std::vector<const RaisedAlert*>& alerts,
              const ScoreOptions& options) {
  if (!has_left(account, options)) {
    if (alerts.empty()) return Verdict::kNothing;
    const Instant young = options.now - options.window;
    const bool decided = std::any_of(alerts.begin(), alerts.end(),
                                     [&](const auto* a) { return a->raised_at <= young; });
    return decided ? Verdict::kFalse : Verdict::kUndecided;
  }
  const Instant left = *account.left_at;
  bool before = false;
  bool late = false;
  for (const RaisedAlert* alert : alerts) {
    if (was_open(*alert, left - options.window, left - options.too_late)) return Verdict::kFound;
    late = late || was_open(*alert, left - options.too_late, left);
    before = before || alert->raised_at < left - options.window;
  }
  if (late) return Verdict::kLate;
  return before ? Verdict::kFalse : Verdict::kMissed;
}

void add(ScoreRow& row, const AccountTruth& account, Verdict verdict, bool left) {
  ++row.accounts;
  row.leavers += left;
  row.found += verdict == Verdict::kFound;
  row.late += verdict == Verdict::kLate;
  row.false_ones += verdict == Verdict::kFalse;
  row.undecided += verdict == Verdict::kUndecided;
  // A leaver with an old alert that had been cleared was missed, and falsely alarmed about before.
  row.missed += left && (verdict == Verdict::kMissed || verdict == Verdict::kFalse);
  if (!left) return;
  (verdict == Verdict::kFound ? row.value_found_minor : row.value_missed_minor) +=
      account.value_minor;
}

std::size_t arc_row(const AccountTruth& account, bool left) {
  if (!left) return account.decoy ? 3 : 4;
  switch (account.arc) {
    case ArcKind::kPartial: return 1;
    case ArcKind::kSilent: return 2;
    default: return 0;
  }
}

std::string percent(const std::optional<std::int64_t>& milli) {
  return milli ? fmt::format("{} %", (*milli + 5) / 10) : std::string("-");
}

std::string line(const ScoreRow& row) {
  return fmt::format("{:<10} {:>8} {:>7} {:>5} {:>4} {:>6} {:>5} {:>9} {:>9} {:>6}\n", row.name,
                     row.accounts, row.leavers, row.found, row.late, row.missed, row.false_ones,
                     row.undecided, percent(row.precision_milli()), percent(row.recall_milli()));
}

}  // namespace

std::optional<std::int64_t> ScoreRow::precision_milli() const {
  if (found + false_ones == 0) return std::nullopt;
  return found * 1000LL / (found + false_ones);
}

std::optional<std::int64_t> ScoreRow::recall_milli() const {
  if (leavers == 0) return std::nullopt;
  return found * 1000LL / leavers;
}

Score score(const Truth& truth, const std::vector<RaisedAlert>& alerts,
            const ScoreOptions& options) {
  static constexpr std::array<const char*, 5> kArcs = {"full", "partial", "silent", "decoy",
                                                       "stayed"};
  std::map<std::string_view, std::vector<const RaisedAlert*>> by_account;
  for (const RaisedAlert& alert : alerts) {
    const auto& rules = options.churn_rules;
    if (std::find(rules.begin(), rules.end(), alert.rule) == rules.end()) continue;
    if (alert.raised_at > options.now) continue;
    by_account[alert.account].push_back(&alert);
  }
  Score out;
  out.all.name = "all";
  for (const BookTier tier : {BookTier::kKey, BookTier::kStandard, BookTier::kTail}) {
    out.by_tier.emplace_back().name = to_string(tier);
  }
  for (const char* arc : kArcs) out.by_arc.emplace_back().name = arc;
  for (const AccountTruth& account : truth) {
    const bool left = has_left(account, options);
    const Verdict verdict = judge(account, by_account[account.account], options);
    add(out.all, account, verdict, left);
    add(out.by_tier[static_cast<std::size_t>(account.tier)], account, verdict, left);
    add(out.by_arc[arc_row(account, left)], account, verdict, left);
  }
  return out;
}

std::string score_table(const Score& score) {
  std::string out = fmt::format("{:<10} {:>8} {:>7} {:>5} {:>4} {:>6} {:>5} {:>9} {:>9} {:>6}\n",
                                "", "accounts", "leavers", "found", "late", "missed", "false",
                                "undecided", "precision", "recall");
  for (const ScoreRow& row : score.by_tier) out += line(row);
  for (const ScoreRow& row : score.by_arc) out += line(row);
  return out + line(score.all);
}

}  // namespace tenure
