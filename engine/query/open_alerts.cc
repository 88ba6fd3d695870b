#include "engine/query/open_alerts.h"

#include "engine/query/absences.h"
#include "engine/query/account_rows.h"

#include <algorithm>
#include <utility>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

// Accounts with open alerts, and who looks after them. Their lists are short, however many accounts
// there are.
std::map<std::string, std::string> owners_of_open(const Engine& engine) {
  std::map<std::string, std::string> owners;
  for (std::uint16_t shard = 0; shard < engine.shards(); ++shard)
    engine.with_shard(ShardId{shard}, [&](Shard& mine) {
      mine.views().with_alerts([&](ViewIndex::Slot number) {
        const AccountSlot& slot = mine.slot(number);
        owners.emplace(slot.id, slot.brief.owner);
        return true;
      });
    });
  return owners;
}

}  // namespace

Result<void> OpenAlerts::read(const std::string& id, Instant now, OfAccount& out) const {
  TENURE_TRY_ASSIGN(const AccountAt account, account_now(engine_, AccountId(id), now));
  out.alerts.clear();
  for (const Episode& episode : account.hot->ledger.episodes()) {
    if (episode.state != Episode::State::kRaised || !is_shown(engine_, id, episode)) continue;
    OpenAlert& open = out.alerts.emplace_back();
    open.owner = std::string(account.context.owner);
    open.place = {episode.severity, episode.since, id, episode.rule, episode.subject};
    TENURE_TRY(fill_alert(engine_, account, episode, now, open.answer));
  }
  out.stamp = account.stamp;
  return {};
}

Result<void> OpenAlerts::list(std::string_view owner, std::size_t alerts_max,
                              msg::WatchAlertsResponse& out) {
  const std::lock_guard lock(mutex_);
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  const Covers covers = Covers::now(engine_, now);
  const std::map<std::string, std::string> owners = owners_of_open(engine_);
  std::erase_if(accounts_, [&](const auto& entry) { return owners.count(entry.first) == 0; });
  std::vector<const OpenAlert*> alerts;
  for (const auto& [account, its_owner] : owners) {
    if (!covers.looks_after(owner, its_owner)) continue;
    OfAccount& kept = accounts_[account];
    if (!kept.stamp.is_whole() || !kept.stamp.standing()) TENURE_TRY(read(account, now, kept));
    for (const OpenAlert& alert : kept.alerts) alerts.push_back(&alert);
  }
  std::sort(alerts.begin(), alerts.end(),
            [](const OpenAlert* a, const OpenAlert* b) { return a->place < b->place; });
  out.set_total(alerts.size());
  alerts.resize(std::min(alerts.size(), alerts_max));
  for (const OpenAlert* alert : alerts) {
    msg::Alert& shown = *out.add_alerts();
    shown = alert->answer;
    covers.fill(alert->owner, shown);
  }
  return {};
}

}  // namespace tenure
