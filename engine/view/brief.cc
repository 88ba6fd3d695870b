#include "engine/view/brief.h"

#include <algorithm>

namespace tenure {

BriefSignals::BriefSignals(const SignalCatalog& catalog)
    : value(catalog.find(kValueSignal)),
      notice_by(catalog.find("contracts.notice_by")),
      ends_at(catalog.find("contracts.ends_at")),
      renewed(catalog.find("contracts.renewed")),
      notice_given(catalog.find("contracts.notice_given")),
      complaints_open(catalog.find("complaints.open")),
      complaints_clock(catalog.find("complaints.clock")),
      promises_overdue(catalog.find("promises.overdue")) {}

Brief brief_of(const AccountContext& account, const SignalSet& signals, const Health& health,
               const AlertLedger& ledger, const BriefSignals& shown) {
  Brief brief;
  brief.health_milli = health.score_milli.value_or(kMissing);
  const auto milli = [&](const std::optional<SignalId>& signal) {
    return signal ? signals.milli[signal->value] : kMissing;
  };
  brief.value_milli = milli(shown.value);
  brief.notice_by_ms = milli(shown.notice_by);
  brief.ends_at_ms = milli(shown.ends_at);
  brief.renewed = milli(shown.renewed) == 1000;
  brief.notice_given = milli(shown.notice_given) == 1000;
  if (shown.complaints_open)
    if (const std::int64_t open = signals.milli[shown.complaints_open->value]; open != kMissing)
      brief.complaints_open = static_cast<std::uint32_t>(open / 1000);
  for (const SubjectSignal& one : signals.subjects) {
    if (one.milli == kMissing) continue;
    if (shown.complaints_clock && one.signal == *shown.complaints_clock && one.milli >= 1000)
      ++brief.complaints_late;
    if (shown.promises_overdue && one.signal == *shown.promises_overdue) ++brief.promises_late;
  }
  brief.name = account.name;
  brief.owner = account.owner;
  brief.currency = account.currency;
  brief.tier = account.tier;
  brief.lost = account.lost;
  for (const Episode& episode : ledger.episodes()) {
    if (episode.state != Episode::State::kRaised) continue;
    ++brief.open_alerts;
    brief.worst = std::max(brief.worst, episode.severity);
  }
  return brief;
}

}  // namespace tenure
