#include "apps/book/book.h"

#include "apps/book/internal/way.h"

#include <algorithm>

namespace tenure {
namespace {

using namespace book;

struct Values {
  std::int64_t year_ago = 0;  // 0 = no client then
  std::int64_t now = 0;
};

/// A book shorter than 24 months is the end of the long one: who is there already came before.
void shorten(std::vector<Plan>& plans, int first_day) {
  std::erase_if(plans, [&](const Plan& plan) { return plan.end_day <= first_day; });
  for (Plan& plan : plans) {
    if (plan.first_day > first_day) continue;
    plan.won = false;
    plan.first_day = first_day;
  }
}

void write_day(Desk& desk, int day) {
  desk.mood = mood_on(desk.plan, desk.days, day);
  desk.quiet = is_hushed_on(desk.plan.story, day);
  write_contract(desk, day);
  write_stakeholders(desk, day);
  write_invoices(desk, day);
  write_notices(desk, day);
  if (desk.days.weekend(day)) return;
  write_mail(desk, day);
  write_calls(desk, day);
  write_meetings(desk, day);
  write_own_work(desk, day);
  write_projects(desk, day);
  write_opportunities(desk, day);
  write_tickets(desk, day);
  write_surveys(desk, day);
  write_campaigns(desk, day);
  write_usage(desk, day);
}

Values write_account(Desk& desk) {
  Values values;
  write_arrival(desk);
  write_owner_changes(desk);
  const int begin = std::max(desk.plan.first_day, desk.first_day) + 1;
  const int end = std::min(desk.plan.end_day, desk.last_day);
  if (begin > -365 && begin <= -364) values.year_ago = desk.value_minor;
  for (int day = begin; day < end; ++day) {
    if (day == -365) values.year_ago = desk.value_minor;
    if (day == 0) values.now = desk.value_minor;
    write_day(desk, day);
  }
  write_story(desk);
  write_live_script(desk);
  return values;
}

AccountTruth truth_of(const Plan& plan, const Desk& desk, const Values& values) {
  const auto instant_of = [&](int day) -> std::optional<Instant> {
    if (day == kNeverDay) return std::nullopt;
    return desk.days.instant(at(day, 0));
  };
  AccountTruth truth;
  truth.account = plan.id;
  truth.name = plan.name;
  truth.sector = sector_name(plan.sector);
  truth.tier = plan.tier;
  truth.value_minor = plan.leaves() ? desk.value_minor : values.now;
  truth.since = *instant_of(plan.first_day);
  truth.left = plan.leaves();
  truth.decided_at = plan.decoy ? std::nullopt : instant_of(plan.decided_day);
  truth.left_at = instant_of(plan.end_day);
  if (plan.leaves_live) truth.left_at = instant_of(desk.contract_end);
  truth.reason = plan.reason;
  truth.arc = plan.arc;
  truth.decoy = plan.decoy;
  truth.champion_left_at = instant_of(plan.champion_left_day);
  truth.story = plan.story;
  return truth;
}

void count_account(BookCounts& counts, const Plan& plan, const Values& values) {
  ++counts.accounts;
  ++(plan.won ? counts.accounts_won : counts.accounts_at_start);
  ++(plan.leaves() ? counts.accounts_lost : counts.accounts_alive);
  counts.decoys += plan.decoy ? 1 : 0;
  counts.alive_value_minor += values.now;
}

void count_delivery(BookCounts& counts, const Delivery& delivery) {
  counts.events += delivery.dirt == Dirt::kRepeat || delivery.undecodable ? 0 : 1;
  counts.repeats += delivery.dirt == Dirt::kRepeat;
  counts.late += delivery.dirt == Dirt::kLate;
  counts.very_late += delivery.dirt == Dirt::kVeryLate;
  counts.undecodable += delivery.undecodable;
  counts.future += delivery.dirt == Dirt::kFuture;
}

}  // namespace

Book Book::generate(BookOptions options) {
  options.months = std::clamp(options.months, 3, 24);
  options.live_days = std::clamp(options.live_days, 0, 60);
  Book book;
  book.options_ = options;
  const Days days(options.now);
  const Seats seats = make_seats();
  const int first_day = -(options.months * 365 / 12);
  int last_day = 0;
  for (int left = options.live_days; left > 0; ++last_day) left -= days.weekend(last_day) ? 0 : 1;

  std::vector<Plan> plans = make_plans(options, days);
  shorten(plans, first_day);
  std::vector<Draft> drafts = write_reference(days, seats, first_day);
  std::int64_t before = 0;
  std::int64_t kept = 0;
  std::int64_t grown = 0;
  for (const Plan& plan : plans) {
    Desk desk(options, plan, days, seats, first_day, std::max(last_day, 1));
    const Values values = write_account(desk);
    book.truth_.push_back(truth_of(plan, desk, values));
    count_account(book.counts_, plan, values);
    before += values.year_ago;
    kept += std::min(values.year_ago, values.now);
    grown += values.year_ago > 0 ? values.now : 0;
    std::move(desk.drafts.begin(), desk.drafts.end(), std::back_inserter(drafts));
  }
  if (before > 0) {
    book.counts_.gross_retention_permille = kept * 1000 / before;
    book.counts_.net_retention_permille = grown * 1000 / before;
  }
  std::vector<Delivery> all = send_all(std::move(drafts), options, days);
  const auto live = std::partition_point(
      all.begin(), all.end(), [&](const Delivery& d) { return d.arrives_at < options.now; });
  if (options.live_days > 0) {
    book.live_.assign(std::make_move_iterator(live), std::make_move_iterator(all.end()));
  }
  all.erase(live, all.end());
  book.deliveries_ = std::move(all);
  for (const Delivery& delivery : book.deliveries_) count_delivery(book.counts_, delivery);
  return book;
}

}  // namespace tenure
