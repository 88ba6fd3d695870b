#include "engine/view/brief.h"

#include <algorithm>

namespace tenure {

Brief brief_of(const AccountContext& account, const SignalSet& signals, const Health& health,
               const AlertLedger& ledger, std::optional<SignalId> value) {
  Brief brief;
  brief.health_milli = health.score_milli.value_or(kMissing);
  if (value) brief.value_milli = signals.milli[value->value];
  brief.owner = account.owner;
  brief.lost = account.lost;
  for (const Episode& episode : ledger.episodes()) {
    if (episode.state != Episode::State::kRaised) continue;
    ++brief.open_alerts;
    brief.worst = std::max(brief.worst, episode.severity);
  }
  return brief;
}

}  // namespace tenure
