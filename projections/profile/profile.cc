#include "projections/profile/profile.h"

#include "projections/profile/internal/people.h"
#include "projections/profile/internal/value.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure {
namespace {

namespace pb = event::v1;

// A champion who left long ago is no news: the relationship has found another way, or has not.
constexpr Duration kChampionLeftFor = 180 * kDay;

void set_if_named(CompactText& text, const std::string& value) {
  if (!value.empty()) text.set(value);
}

void fold_won(ProfileFacts& facts, const Event& event) {
  if (facts.won_at == Instant::always() || facts.lost) facts.won_at = event.occurred_at;
  facts.lost = false;
  const auto& won = event.read<pb::AccountWon>();
  if (won.has_annual_value())
    facts.won_minor = profile::main_minor(facts, won.annual_value(), facts.won_minor);
}

void fold_account(ProfileFacts& facts, const Event& event) {
  switch (event.type) {
    case EventType::kAccountWon: return fold_won(facts, event);
    case EventType::kAccountLost:
      facts.lost = true;
      facts.lost_at = event.occurred_at;
      return;
    case EventType::kAccountAssigned: {
      const auto& assigned = event.read<pb::AccountAssigned>();
      if (assigned.role().empty() || assigned.role() == "owner") facts.owner.set(assigned.owner());
      return;
    }
    case EventType::kAccountTierSet: {
      const int tier = event.read<pb::AccountTierSet>().tier();
      facts.tier = tier >= 0 && tier <= static_cast<int>(AccountTier::kTail)
                       ? static_cast<AccountTier>(tier)
                       : AccountTier::kUnspecified;
      return;
    }
    case EventType::kAccountStageSet:
      facts.stage.set(event.read<pb::AccountStageSet>().stage());
      return;
    case EventType::kAccountProfileSet: {
      const auto& set = event.read<pb::AccountProfileSet>();
      set_if_named(facts.name, set.name());
      set_if_named(facts.sector, set.sector());
      set_if_named(facts.country, set.country());
      set_if_named(facts.profile, set.profile());
      set_if_named(facts.parent, set.parent());
      return;
    }
    default: return;
  }
}

}  // namespace

EventTypes ProfileProjection::consumes() {
  using enum EventType;
  return {kAccountWon,
          kAccountAssigned,
          kAccountTierSet,
          kAccountProfileSet,
          kAccountLost,
          kAccountStageSet,
          kStakeholderAdded,
          kStakeholderRoleChanged,
          kStakeholderLeft,
          kContractSigned,
          kContractRenewed,
          kContractAmended,
          kContractNoticeGiven,
          kContractTerminated,
          kSubscriptionStarted,
          kSubscriptionUpgraded,
          kSubscriptionDowngraded,
          kSubscriptionCancelled,
          kSubscriptionReactivated};
}

void ProfileProjection::fold(Facts& facts, const Event& event, AccountId /*self*/) {
  const int type = static_cast<int>(event.type);
  if (type < 200) return profile::fold_people(facts, event);
  if (type < 350) return profile::fold_values(facts, event);
  fold_account(facts, event);
}

void ProfileProjection::context(const Facts& facts, AccountContext& account) {
  account.name = facts.name.view();
  account.tier = facts.tier;
  account.sector = facts.sector.view();
  account.stage = facts.stage.view();
  account.owner = facts.owner.view();
  account.parent = facts.parent.view();
  account.currency = view(facts.currency);
  account.profile_name = facts.profile.view();
  account.lost = facts.lost;
}

void ProfileProjection::signals(const Facts& facts, Instant now, const AccountContext& /*account*/,
                                const Reference& /*reference*/, SignalSink& sink) {
  if (facts.people.empty()) {
    for (const std::size_t k : {kChampionLeft, kChampions, kStakeholders, kSingleThreaded})
      sink.emit(k, kMissing, Instant::never());
  } else {
    const Instant ends = facts.champion_left_at == Instant::always()
                             ? Instant::always()
                             : facts.champion_left_at + kChampionLeftFor;
    const bool left = now < ends;
    sink.emit(kChampionLeft, left ? 1000 : 0, left ? ends : Instant::never());
    std::int64_t champions = 0;
    std::int64_t there = 0;
    for (const ProfilePerson& person : facts.people) {
      if (person.left) continue;
      ++there;
      if (person.role == pb::STAKEHOLDER_ROLE_CHAMPION) ++champions;
    }
    sink.emit(kChampions, champions * 1000, Instant::never());
    sink.emit(kStakeholders, there * 1000, Instant::never());
    sink.emit(kSingleThreaded, there <= 1 ? 1000 : 0, Instant::never());
  }
  if (facts.won_at == Instant::always()) {
    sink.emit(kTenureDays, kMissing, Instant::never());
  } else {
    const std::int64_t days = std::max<std::int64_t>(0, whole_days(facts.won_at, now));
    sink.emit(kTenureDays, days * 1000, facts.won_at + (days + 1) * kDay);
  }
  profile::emit_arr(facts, now, kArr, sink);
}

void ProfileProjection::causes(const History& history, Instant now,
                               const AccountContext& /*account*/, const Reference& /*reference*/,
                               std::size_t signal, SubjectId /*subject*/, CauseSink& sink) {
  if (signal == kChampionLeft) return profile::cite_champion(history, now - kChampionLeftFor, sink);
  history.newest_first([&](const Event& event) {
    const int type = static_cast<int>(event.type);
    bool cited = false;
    if (signal == kTenureDays) {
      cited = event.type == EventType::kAccountWon;
    } else if (signal == kArr) {
      cited = profile::is_value(event.type) || event.type == EventType::kAccountWon;
    } else {
      cited = type >= 150 && type <= 152;  // stakeholders came, changed, left
    }
    if (cited) sink.add(event);
    return true;
  });
}

}  // namespace tenure
