// Which accounts play the eight stories and the live script.

#include "apps/book/internal/plan.h"

#include <cstdlib>
#include <utility>

namespace tenure::book {
namespace {

/// Gives a part to the account whose value is nearest to what the part asks: of the tier, there
/// from the start, a leaver or not. Its sector changes places with another account's, so that the
/// sectors keep their sizes.
Plan& take(std::vector<Plan>& plans, BookTier tier, bool leaver, Sector sector, int story,
           std::int64_t euro) {
  Plan* best = nullptr;
  for (Plan& plan : plans) {
    const bool free = plan.story == 0 && !plan.leaves_live && !plan.loses_champion_live;
    if (!free || plan.won || plan.decoy || plan.tier != tier || plan.leaves() != leaver) continue;
    if (leaver && story == 5 && plan.arc != ArcKind::kSilent) continue;
    if (leaver && story == 7 && plan.arc != ArcKind::kPartial) continue;
    const auto off = [&](const Plan& p) { return std::abs(p.value_minor - euro * 100); };
    if (best == nullptr || off(plan) < off(*best)) best = &plan;
  }
  Plan& plan = best == nullptr ? plans.front() : *best;  // every tier has more accounts than parts
  if (plan.sector != sector) {
    for (Plan& other : plans) {
      if (other.story != 0 || other.sector != sector || other.loses_champion_live) continue;
      other.sector = plan.sector;
      break;
    }
    plan.sector = sector;
  }
  plan.story = story;
  plan.rate_milli = 1100;
  plan.subscription = false;
  plan.term_months = 12;
  plan.auto_renew = true;
  if (!leaver) plan.champion_left_day = kNeverDay;
  plan.value_minor = euro * 100;
  plan.seats = euro / 500;
  return plan;
}

/// A contract that ends on `day`, renewed every twelve months since before the book.
void set_contract_end(Plan& plan, const Days& days, int day) {
  plan.contract_end_day = day;
  while (true) {
    const int earlier = days.add_months(plan.contract_end_day, -plan.term_months);
    if (earlier <= plan.first_day + 30) return;
    plan.contract_end_day = earlier;
  }
}

void set_leaving(Plan& plan, const Days& days, int notice_day, int end_day) {
  plan.decided_day = notice_day;
  plan.end_day = end_day;
  plan.notice_days = end_day - notice_day;
  set_contract_end(plan, days, end_day);
}

/// A silent or a partial leaver of the standard tier exists in every book: 5 and 11 of 52, and 18
/// of them standard; where chance gave all of a kind to other tiers, one changes places.
void ensure_standard(std::vector<Plan>& plans, ArcKind arc) {
  Plan* standard = nullptr;
  Plan* other = nullptr;
  for (Plan& plan : plans) {
    if (!plan.leaves() || plan.story != 0) continue;
    if (plan.tier == BookTier::kStandard && !plan.won) {
      if (plan.arc == arc) return;
      if (plan.arc == ArcKind::kFull) standard = &plan;
    } else if (plan.arc == arc) {
      other = &plan;
    }
  }
  if (standard == nullptr || other == nullptr) return;
  std::swap(standard->arc, other->arc);
  std::swap(standard->signs, other->signs);
}

}  // namespace

void cast_stories(std::vector<Plan>& plans, const Days& days) {
  ensure_standard(plans, ArcKind::kSilent);
  ensure_standard(plans, ArcKind::kPartial);
  Plan& champion = take(plans, BookTier::kKey, false, Sector::kBank, 1, 310'000);
  champion.champion_left_day = -150;
  set_contract_end(champion, days, 34 + champion.notice_days);

  Plan& fade = take(plans, BookTier::kStandard, false, Sector::kLogistics, 2, 44'000);
  set_contract_end(fade, days, 150);

  Plan& reopened = take(plans, BookTier::kKey, false, Sector::kAgency, 3, 120'000);
  set_contract_end(reopened, days, 210);

  // 210 thousand after the renewal at 5 % more.
  Plan& saved = take(plans, BookTier::kKey, false, Sector::kInsurance, 4, 200'000);
  set_contract_end(saved, days, -60);

  Plan& green = take(plans, BookTier::kStandard, true, Sector::kTech, 5, 58'000);
  green.reason = LeavingReason::kFate;
  green.champion_left_day = kNeverDay;
  set_leaving(green, days, -120, -60);

  Plan& august = take(plans, BookTier::kStandard, false, Sector::kGoods, 6, 36'000);
  set_contract_end(august, days, 190);

  Plan& lost = take(plans, BookTier::kStandard, true, Sector::kNetwork, 7, 40'000);
  lost.reason = LeavingReason::kProduct;
  lost.signs = kSignMail | kSignComplaints;
  lost.champion_left_day = kNeverDay;
  lost.seat = 3;  // of the manager who left
  lost.seat_later = 3;
  set_leaving(lost, days, -120, -30);

  Plan& expansion = take(plans, BookTier::kStandard, false, Sector::kTech, 8, 72'000);
  expansion.adoption_milli = 960;
  set_contract_end(expansion, days, 230);

  // Of the live script: one loses its champion, one gives notice at the end of the path that it has
  // walked for months.
  Plan& loses = take(plans, BookTier::kKey, false, Sector::kTech, 0, 150'000);
  loses.loses_champion_live = true;
  loses.rate_milli = 1300;
  set_contract_end(loses, days, 120);
  Plan& leaving = take(plans, BookTier::kStandard, false, Sector::kGoods, 0, 30'000);
  leaving.leaves_live = true;
  leaving.decided_day = 0;
  leaving.arc = ArcKind::kFull;
  leaving.signs = kAllSigns;
  leaving.reason = LeavingReason::kPrice;
  set_contract_end(leaving, days, leaving.notice_days + 5);
}

}  // namespace tenure::book
