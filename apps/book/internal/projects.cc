// Work with a beginning and an end: projects and their milestones, media campaigns, opportunities.

#include "apps/book/internal/desk.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::book {
namespace {

constexpr std::array<const char*, 4> kProjects = {"Roll-out to the next region", "Data migration",
                                                  "Single sign-on", "Reporting"};
constexpr std::array<const char*, 5> kMilestones = {"Kick-off", "Design agreed", "Test finished",
                                                    "First users live", "Handed over"};
constexpr std::array<const char*, 3> kCampaigns = {"Spring launch", "Always on", "Brand weeks"};
constexpr std::array<const char*, 3> kKpis = {"reach", "cost per lead", "click rate"};
constexpr std::array<const char*, 3> kOffers = {"More seats", "Reporting module", "Second region"};

void set_money(pb::Money& money, std::int64_t minor) {
  money.set_amount_minor(minor);
  money.set_currency("EUR");
}

/// A manager's entry in the CRM.
template <class Fill>
void enter(Desk& desk, Local when, Fill&& fill) {
  desk.put(Source::kCrm, when, [&](pb::Event& event) {
    event.set_actor(desk.owner(day_at(when)));
    fill(event);
  });
}

std::int64_t evening_us(const Desk& desk, int day) {
  return desk.days.instant(at(day, 17 * kHour)).us;
}

void start_project(Desk& desk, int day) {
  desk.project = desk.next_id("pj");
  desk.project_until = desk.days.workday_from(day + static_cast<int>(desk.dice.between(60, 180)));
  enter(desk, at(day, 8 * kHour + 300), [&](pb::Event& event) {
    pb::ProjectStarted& started = *event.mutable_project_started();
    started.set_project(desk.project);
    started.set_name(desk.dice.pick(kProjects));
    started.set_due_at_us(evening_us(desk, desk.project_until));
  });
}

void end_project(Desk& desk, int day) {
  enter(desk, at(day, 16 * kHour + 900), [&](pb::Event& event) {
    event.mutable_project_ended()->set_project(desk.project);
    // Nobody finishes a project with somebody on the way out.
    event.mutable_project_ended()->set_dropped(desk.mood.users_milli < 900);
  });
  desk.project.clear();
}

/// One milestone in eight is moved once.
void write_milestone(Desk& desk, int day) {
  const std::string milestone = desk.next_id("ms");
  int due = desk.days.workday_from(day + static_cast<int>(desk.dice.between(10, 35)));
  enter(desk, desk.moment(day), [&](pb::Event& event) {
    pb::MilestonePlanned& planned = *event.mutable_milestone_planned();
    planned.set_milestone(milestone);
    planned.set_project(desk.project);
    planned.set_what(desk.dice.pick(kMilestones));
    planned.set_due_at_us(evening_us(desk, due));
  });
  if (desk.dice.chance_permille(120)) {
    const int on = desk.days.workday_from(due - 3);
    due = desk.days.workday_from(due + static_cast<int>(desk.dice.between(5, 20)));
    enter(desk, desk.moment(on), [&](pb::Event& event) {
      pb::MilestoneMoved& moved = *event.mutable_milestone_moved();
      moved.set_milestone(milestone);
      moved.set_due_at_us(evening_us(desk, due));
      moved.set_reason("waits on the client");
    });
  }
  const int reached = desk.days.workday_from(due - static_cast<int>(desk.dice.below(4)));
  enter(desk, desk.moment(reached),
        [&](pb::Event& event) { event.mutable_milestone_reached()->set_milestone(milestone); });
}

/// What an agency's campaign reaches of its target; less with somebody on the way out.
std::int64_t measured_milli(Desk& desk) {
  return desk.mood.mail_milli < 900 ? desk.dice.between(450, 1000) : desk.dice.between(700, 1250);
}

void write_campaign_weeks(Desk& desk, int day, const std::string& campaign, std::int64_t weeks,
                          std::int64_t budget) {
  const char* kpi = desk.dice.pick(kKpis);
  for (int week = 1; week <= weeks; ++week) {
    const Local when = at(day + week * 7, 9 * kHour + 1200);
    desk.put(Source::kProduct, when, [&](pb::Event& event) {
      pb::CampaignMeasured& measured = *event.mutable_campaign_measured();
      measured.set_campaign(campaign);
      measured.set_kpi(kpi);
      measured.set_value_milli(measured_milli(desk));
      measured.set_target_milli(1000);
    });
    desk.put(Source::kBilling, when + 300, [&](pb::Event& event) {
      const std::int64_t spent = budget / weeks * desk.dice.between(80, 118) / 100;
      event.mutable_campaign_spent()->set_campaign(campaign);
      set_money(*event.mutable_campaign_spent()->mutable_amount(), spent);
    });
  }
}

}  // namespace

void write_projects(Desk& desk, int day) {
  if (!desk.project.empty() && day >= desk.project_until) end_project(desk, day);
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 1500, 400, 0);
  for (int n = desk.times_today(day, rate); n > 0; --n) {
    if (desk.project.empty()) start_project(desk, day);
    write_milestone(desk, day);
  }
}

void write_campaigns(Desk& desk, int day) {
  if (desk.plan.sector != Sector::kAgency) return;
  for (int n = desk.times_today(day, 500); n > 0; --n) {
    const std::string campaign = desk.next_id("ca");
    const std::int64_t weeks = desk.dice.between(6, 10);
    const std::int64_t budget = desk.value_minor / 30 * desk.dice.between(60, 140) / 100;
    const int end = day + static_cast<int>(weeks) * 7;
    enter(desk, at(day, 9 * kHour + 600), [&](pb::Event& event) {
      pb::CampaignStarted& started = *event.mutable_campaign_started();
      started.set_campaign(campaign);
      started.set_name(desk.dice.pick(kCampaigns));
      set_money(*started.mutable_budget(), budget);
      started.set_ends_at_us(evening_us(desk, end));
    });
    write_campaign_weeks(desk, day, campaign, weeks, budget);
    enter(desk, at(end, 16 * kHour),
          [&](pb::Event& event) { event.mutable_campaign_ended()->set_campaign(campaign); });
  }
}

/// An opportunity that is won grows the contract with its next amendment.
void write_opportunities(Desk& desk, int day) {
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 150, 50, 10);
  // Nobody sells more to somebody on the way out, and the stories have their own.
  if (desk.mood.users_milli < 900 || desk.plan.story != 0) return;
  for (int n = desk.times_today(day, rate); n > 0; --n) {
    const std::string opportunity = desk.next_id("op");
    const std::int64_t amount = desk.value_minor * desk.dice.between(14, 34) / 10'000 * 100;
    enter(desk, desk.moment(day), [&](pb::Event& event) {
      pb::OpportunityCreated& created = *event.mutable_opportunity_created();
      created.set_opportunity(opportunity);
      created.set_product(desk.dice.pick(kOffers));
      set_money(*created.mutable_annual_value(), amount);
    });
    const bool won = desk.dice.chance_permille(300);
    const int end = desk.days.workday_from(day + static_cast<int>(desk.dice.between(20, 90)));
    enter(desk, desk.moment(end), [&](pb::Event& event) {
      if (won) {
        event.mutable_opportunity_won()->set_opportunity(opportunity);
      } else {
        event.mutable_opportunity_lost()->set_opportunity(opportunity);
        event.mutable_opportunity_lost()->set_reason("no budget");
      }
    });
    if (won) desk.grows.emplace_back(end + 1, amount);
  }
}

}  // namespace tenure::book
