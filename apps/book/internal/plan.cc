#include "apps/book/internal/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::book {
namespace {

struct TierPlan {
  BookTier tier;
  int at_start;
  int won;
  int lost;
  int decoys;
  std::int64_t value_median;  // EUR
  std::int64_t sigma_milli;
  int notice_days;
};
constexpr std::array<TierPlan, 3> kTiers = {{
    {BookTier::kKey, 20, 3, 2, 4, 180'000, 500, 90},
    {BookTier::kStandard, 95, 32, 18, 12, 32'000, 500, 60},
    {BookTier::kTail, 110, 40, 32, 10, 6'000, 600, 30},
}};

/// Months before the decision at which the signs change, and what they change to.
struct Stage {
  int from_days;
  Mood mood;
};
constexpr std::array<Stage, 4> kStages = {{
    {274, {1000, 1000, 140, 1000, 1300, 60, 0}},
    {183, {850, 1200, 180, 930, 1600, 100, 50}},
    {122, {550, 1800, 300, 700, 1800, 200, 200}},
    {61, {250, 3000, 450, 450, 400, 350, 400}},
}};
constexpr Mood kAfter = {100, 3000, 450, 150, 0, 350, 0};

/// The day a contract ends: the first of a month, January or February for 30 of 100, else any month
/// alike.
int draw_end_day(Dice& dice, const Days& days, int first, int last) {
  std::vector<int> firsts;
  std::vector<int> weights;
  int total = 0;
  const CivilDay begin = days.civil(first);
  for (int month = begin.month;; ++month) {
    const int day = days.day_of(begin.year, month, 1);
    if (day > last) break;
    if (day < first) continue;
    const int of_year = days.civil(day).month;
    firsts.push_back(day);
    weights.push_back(of_year <= 2 ? 15 : 7);
    total += weights.back();
  }
  if (firsts.empty()) return last;
  std::int64_t at = dice.below(total);
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    if (at < weights[i]) return firsts[i];
    at -= weights[i];
  }
  return firsts.back();
}

void draw_terms(Plan& plan, Dice& dice, const Days& days, int first_day) {
  const std::int64_t kind = dice.below(100);
  plan.term_months = kind < 70 ? 12 : kind < 82 ? 24 : kind < 95 ? 36 : 12;
  plan.subscription = kind >= 95;
  plan.auto_renew = dice.chance_permille(750);
  if (plan.won) {
    const int late = plan.leaves() ? -420 : -10;
    plan.first_day = days.workday_from(static_cast<int>(dice.between(first_day + 10, late)));
  } else {
    plan.first_day = first_day;
  }
  if (plan.leaves()) return;  // draw_leaving() settles the rest
  const int until = days.add_months(plan.first_day, plan.term_months);
  plan.contract_end_day = plan.won ? until : draw_end_day(dice, days, first_day + 20, until);
}

/// Leavers end their contract between 620 days ago and last week, three of five of them in the last
/// year.
void draw_leaving(Plan& plan, Dice& dice, const Days& days) {
  if (plan.won) {
    plan.term_months = 12;
    plan.end_day = days.add_months(plan.first_day, 12);
  } else if (plan.number % 5 < 2) {
    plan.end_day = draw_end_day(dice, days, -620, -366);
  } else {
    plan.end_day = draw_end_day(dice, days, -365, -6);
  }
  plan.decided_day = plan.end_day - plan.notice_days - static_cast<int>(dice.between(0, 6));
  plan.contract_end_day = plan.end_day;
  while (true) {
    const int earlier = days.add_months(plan.contract_end_day, -plan.term_months);
    if (earlier <= plan.first_day + 30) break;
    plan.contract_end_day = earlier;
  }
}

/// Who leaves and who is a decoy: leavers one from each slice of the tier by value, so that every
/// seed loses about the same money; key accounts of the lower half, because losing a great one
/// alone would miss the target of retention.
void draw_fates(std::vector<Plan>& plans, std::size_t base, const TierPlan& tier, Dice& dice) {
  std::vector<Plan*> by_value;
  by_value.reserve(static_cast<std::size_t>(std::max(0, tier.at_start)));
  for (int i = 0; i < tier.at_start; ++i) {
    by_value.push_back(&plans[base + static_cast<std::size_t>(i)]);
  }
  std::sort(by_value.begin(), by_value.end(),
            [](const Plan* a, const Plan* b) { return a->value_minor < b->value_minor; });
  const int slices = tier.lost - tier.lost / 8;
  const int last = tier.tier == BookTier::kKey ? tier.at_start / 2 : tier.at_start;
  for (int i = 0; i < slices; ++i) {
    const std::int64_t chosen = dice.between(i * last / slices, (i + 1) * last / slices - 1);
    by_value[static_cast<std::size_t>(chosen)]->end_day = 0;  // draw_leaving() sets the day
  }
  for (int i = 0; i < tier.lost / 8; ++i) {  // one in eight leavers was won in the book's time
    plans[base + static_cast<std::size_t>(tier.at_start + i * 3)].end_day = 0;
  }
  int decoys = tier.decoys;
  for (const int i : dice.order(tier.at_start)) {
    Plan& plan = plans[base + static_cast<std::size_t>(i)];
    if (decoys == 0 || plan.leaves()) continue;
    plan.decoy = true;
    --decoys;
  }
}

/// Accounts of a tier: values and talkativeness by stratified quantiles, so that every seed's book
/// is worth about the same and about as long.
void make_tier(std::vector<Plan>& plans, const TierPlan& tier, Dice& dice) {
  const int count = tier.at_start + tier.won;
  const std::vector<int> values = dice.order(count);
  const std::vector<int> rates = dice.order(count);
  const std::size_t base = plans.size();
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto quantile = [&](int rank) { return (rank * 2 + 1) * 65536LL / (2 * count); };
    Plan plan;
    plan.tier = tier.tier;
    plan.won = i >= tier.at_start;
    // The medians are those of now: an account that stays grows by some 17 of 100 on the way.
    const std::int64_t euro =
        lognormal_at(tier.value_median, tier.sigma_milli, normal_milli_at(quantile(values[at])));
    plan.value_minor = euro * 84 / 10'000 * 100 * 100;
    plan.notice_days = tier.notice_days;
    plan.rate_milli = gamma_milli_at(quantile(rates[at]));
    plan.seats = std::max<std::int64_t>(12, plan.value_minor / 100 / dice.between(380, 720));
    plan.adoption_milli = dice.between(520, 880);
    plans.push_back(plan);
  }
  draw_fates(plans, base, tier, dice);
}

void draw_sectors(std::vector<Plan>& plans, Dice& dice) {
  static constexpr std::array<std::pair<Sector, int>, 7> kShares = {{{Sector::kTech, 75},
                                                                     {Sector::kLogistics, 45},
                                                                     {Sector::kAgency, 45},
                                                                     {Sector::kGoods, 39},
                                                                     {Sector::kNetwork, 36},
                                                                     {Sector::kBank, 30},
                                                                     {Sector::kInsurance, 30}}};
  std::vector<int> order = dice.order(static_cast<int>(plans.size()));
  std::size_t at = 0;
  for (const auto& [sector, count] : kShares) {
    for (int i = 0; i < count && at < order.size(); ++i) {
      plans[static_cast<std::size_t>(order[at++])].sector = sector;
    }
  }
}

/// 36 leavers show everything, 11 two signs, 5 nothing; reasons by largest remainder of 52.
void draw_arcs(std::vector<Plan>& plans, Dice& dice) {
  static constexpr std::array<std::pair<LeavingReason, int>, 6> kReasons = {
      {{LeavingReason::kProduct, 14},
       {LeavingReason::kPrice, 12},
       {LeavingReason::kChampion, 9},
       {LeavingReason::kFate, 7},
       {LeavingReason::kCompetitor, 6},
       {LeavingReason::kUnknown, 4}}};
  std::vector<Plan*> leavers;
  for (Plan& plan : plans) {
    if (plan.leaves()) leavers.push_back(&plan);
  }
  const std::vector<int> reasons = dice.order(static_cast<int>(leavers.size()));
  std::size_t next = 0;
  for (const auto& [reason, count] : kReasons) {
    for (int i = 0; i < count && next < reasons.size(); ++i) {
      leavers[static_cast<std::size_t>(reasons[next++])]->reason = reason;
    }
  }
  const std::vector<int> arcs = dice.order(static_cast<int>(leavers.size()));
  int champions = 18;  // 35 of 100 leavers lose theirs: all of that reason, and others
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    Plan& plan = *leavers[static_cast<std::size_t>(arcs[i])];
    plan.arc = i < 36 ? ArcKind::kFull : i < 47 ? ArcKind::kPartial : ArcKind::kSilent;
    plan.signs = plan.arc == ArcKind::kFull ? unsigned{kAllSigns} : 0U;
    if (plan.arc == ArcKind::kPartial) {
      const std::vector<int> signs = dice.order(7);
      plan.signs = (1U << signs[0]) | (1U << signs[1]);
    }
  }
  for (const bool first : {true, false}) {
    for (Plan* plan : leavers) {
      if ((plan->reason == LeavingReason::kChampion) != first || champions == 0) continue;
      if (plan->arc == ArcKind::kSilent && !first) continue;
      plan->champion_left_day = plan->decided_day - static_cast<int>(dice.between(122, 270));
      --champions;
    }
  }
}

void draw_others(Plan& plan, Dice& dice, int first_day) {
  if (plan.decoy) {
    plan.signs = kAllSigns;
    plan.decided_day = static_cast<int>(dice.between(first_day + 330, -15));
  }
  if (plan.leaves()) return;
  for (int from = plan.first_day; from < 0; from += 365) {  // 6 of 100 a year
    if (dice.chance_permille(60)) {
      plan.champion_left_day = from + static_cast<int>(dice.between(20, 350));
    }
  }
}

Mood story_mood(const Plan& plan, int day, Mood mood, int august_of) {
  if (plan.story == 1 && day >= -150) {
    mood.mail_milli = 200;
    mood.reply_milli = 2000;
    mood.cancel_permille = 300;
    mood.users_milli = day >= -40 ? 600 : 900;
  }
  if (plan.story == 2 && day >= -140) {
    std::int64_t left = 1'000'000;
    for (int week = (day + 140) / 7; week > 0; --week) left = left * 96 / 100;
    mood.users_milli = left / 1000;
    mood.mail_milli = day >= kHushUntil ? 500 : day >= kHushFrom ? 0 : 850;
    mood.reply_milli = 2500;
  }
  if (plan.story == 4 && day >= -215 && day < -150) {
    mood.users_milli = 700;
    mood.mail_milli = 500;
    mood.cancel_permille = 300;
    mood.complaints_milli = 3000;
  }
  // The fleet's August does the rest.
  if (plan.story == 6 && august_of == 8) mood.users_milli = 470;
  return mood;
}

}  // namespace

Mood mood_on(const Plan& plan, const Days& days, int day) {
  Mood mood;
  if (plan.decided_day != kNeverDay && plan.signs != 0) {
    Mood sign = mood;
    for (const Stage& stage : kStages) {
      if (day >= plan.decided_day - stage.from_days) sign = stage.mood;
    }
    if (plan.decoy && day >= plan.decided_day - kStages[3].from_days) sign = Mood{};
    if (!plan.decoy && day >= plan.decided_day) sign = kAfter;
    if (plan.signs & kSignMail) mood.mail_milli = sign.mail_milli;
    if (plan.signs & kSignReplies) mood.reply_milli = sign.reply_milli;
    if (plan.signs & kSignMeetings) mood.cancel_permille = sign.cancel_permille;
    if (plan.signs & kSignUsage) mood.users_milli = sign.users_milli;
    if (plan.signs & kSignComplaints) mood.complaints_milli = sign.complaints_milli;
    if (plan.signs & kSignInvoices) mood.late_permille = sign.late_permille;
    if (plan.signs & kSignRivals) mood.rival_permille = sign.rival_permille;
  }
  const int month = plan.story == 6 && day > -200 ? days.civil(day).month : 0;
  return plan.story == 0 ? mood : story_mood(plan, day, mood, month);
}

std::vector<Plan> make_plans(const BookOptions& options, const Days& days) {
  Dice dice(options.seed, 1);
  // Whatever the months written: so that a short book is the end of the long one.
  const int first_day = -730;
  std::vector<Plan> plans;
  for (const TierPlan& tier : kTiers) make_tier(plans, tier, dice);
  std::array<int, 3> seats{};
  static constexpr std::array<int, 3> kFirstSeat = {0, 3, 8};
  static constexpr std::array<int, 3> kSeats = {3, 5, 2};
  for (std::size_t i = 0; i < plans.size(); ++i) {
    Plan& plan = plans[i];
    plan.number = static_cast<int>(i) + 1;
    plan.id = fmt::format("acc-{:04}", plan.number);
    const auto tier = static_cast<std::size_t>(plan.tier);
    plan.seat = kFirstSeat[tier] + seats[tier]++ % kSeats[tier];
    plan.seat_later = plan.seat;
    // The two seats that change their lead exchange half of their accounts.
    if ((plan.seat == 4 || plan.seat == 5) && plan.number % 20 < 10)
      plan.seat_later = 9 - plan.seat;
    draw_terms(plan, dice, days, first_day);
    if (plan.leaves()) draw_leaving(plan, dice, days);
  }
  draw_sectors(plans, dice);
  draw_arcs(plans, dice);
  for (Plan& plan : plans) draw_others(plan, dice, first_day);
  cast_stories(plans, days);
  name_plans(plans, dice, days);
  return plans;
}

const char* sector_name(Sector sector) {
  static constexpr std::array<const char*, 7> kNames = {"tech",    "logistics", "agency",   "goods",
                                                        "network", "bank",      "insurance"};
  return kNames[static_cast<std::size_t>(sector)];
}

const char* profile_name(Sector sector) {
  switch (sector) {
    case Sector::kTech:
    case Sector::kNetwork: return "saas";
    case Sector::kBank:
    case Sector::kInsurance: return "bank";
    case Sector::kAgency: return "agency";
    default: return "default";
  }
}

}  // namespace tenure::book
