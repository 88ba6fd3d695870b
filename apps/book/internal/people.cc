// How an account comes into the book, and who is on the client's side.

#include "apps/book/internal/desk.h"

#include <algorithm>

namespace tenure::book {
namespace {

void put_terms(Desk& desk, Local when) {
  const Plan& plan = desk.plan;
  const int starts =
      desk.plan.won ? plan.first_day : desk.days.add_months(desk.contract_end, -plan.term_months);
  desk.put(Source::kCrm, when, [&](pb::Event& event) {
    if (plan.subscription) {
      pb::SubscriptionStarted& started = *event.mutable_subscription_started();
      started.set_subscription(desk.contract());
      started.set_plan("basic");
      started.set_seats(desk.seats);
      started.mutable_annual_value()->set_amount_minor(desk.value_minor);
      started.mutable_annual_value()->set_currency("EUR");
      return;
    }
    pb::ContractSigned& terms = *event.mutable_contract_signed();
    terms.set_contract(desk.contract());
    terms.set_starts_at_us(desk.days.instant(at(starts, 0)).us);
    terms.set_ends_at_us(desk.days.instant(at(desk.contract_end, 0)).us);
    terms.set_notice_days(plan.notice_days);
    terms.set_auto_renew(plan.auto_renew);
    terms.mutable_annual_value()->set_amount_minor(desk.value_minor);
    terms.mutable_annual_value()->set_currency("EUR");
    terms.set_term_months(plan.term_months);
    terms.set_product(plan.sector == Sector::kAgency ? "Media services" : "Platform");
  });
}

void put_stakeholder(Desk& desk, const Contact& contact, Local when) {
  desk.put(Source::kCrm, when, [&](pb::Event& event) {
    Desk::with_person(event, contact);
    event.mutable_stakeholder_added()->set_role(static_cast<pb::StakeholderRole>(contact.role));
    event.mutable_stakeholder_added()->set_title(contact.title);
  });
}

void put_profile(Desk& desk, Local when) {
  const Plan& plan = desk.plan;
  desk.put(Source::kCrm, when, [&](pb::Event& event) {
    pb::AccountProfileSet& profile = *event.mutable_account_profile_set();
    profile.set_name(plan.name);
    profile.set_sector(sector_name(plan.sector));
    profile.set_country(plan.country);
    // Story 3 keeps German business hours, on which its clock is set, whatever those of agencies
    // are.
    profile.set_profile(plan.story == 3 ? "default" : profile_name(plan.sector));
  });
  desk.put(Source::kCrm, when + 1, [&](pb::Event& event) {
    event.mutable_account_tier_set()->set_tier(
        by_tier(plan.tier, pb::TIER_KEY, pb::TIER_STANDARD, pb::TIER_TAIL));
  });
}

}  // namespace

void write_arrival(Desk& desk) {
  const Plan& plan = desk.plan;
  // What existed before the book comes in one export, early on its first day.
  const Local when =
      plan.won ? at(plan.first_day, 10 * kHour) : at(desk.first_day, 7 * kHour) + plan.number * 10;
  desk.contract_end = plan.contract_end_day;
  while (desk.contract_end <= day_at(when)) {
    desk.contract_end = desk.days.add_months(desk.contract_end, plan.term_months);
  }
  const std::int64_t ahead = desk.dice.between(4, plan.notice_days + 15);
  desk.renewal_day = desk.contract_end - (plan.auto_renew ? 1 : static_cast<int>(ahead));
  // One that would have been renewed before the book begins is renewed in its first days: else it
  // would run out, and its account be worth nothing.
  desk.renewal_day = std::max(desk.renewal_day, day_at(when) + 1);
  if (plan.story == 4 && desk.contract_end == -60) desk.renewal_day = -95;
  if (plan.won) {
    desk.put(Source::kCrm, when, [&](pb::Event& event) {
      event.mutable_account_won()->set_won_by("sales.team");
      event.mutable_account_won()->mutable_annual_value()->set_amount_minor(desk.value_minor);
      event.mutable_account_won()->mutable_annual_value()->set_currency("EUR");
    });
  }
  put_profile(desk, when + 1);
  put_terms(desk, when + 3);
  Local owned = when + 4;
  if (plan.won) owned = at(desk.days.workday_from(plan.first_day + 1), 9 * kHour + plan.number);
  desk.put(Source::kCrm, owned, [&](pb::Event& event) {
    event.mutable_account_assigned()->set_owner(desk.owner(day_at(owned)));
  });
  for (const auto& [day, stage] : {std::pair{0, "onboarding"}, std::pair{60, "adopting"}}) {
    if (!plan.won && day == 0) continue;
    const Local from = plan.won && day > 0 ? at(plan.first_day + day, 9 * kHour) : when + 5;
    desk.put(Source::kCrm, from, [&, name = stage](pb::Event& event) {
      event.mutable_account_stage_set()->set_stage(name);
    });
  }
  desk.put(Source::kProduct, when + 6,
           [&](pb::Event& event) { event.mutable_seats_provisioned()->set_seats(desk.seats); });
  Local next = when + 7;
  for (const Contact& contact : plan.contacts) {
    if (contact.from_day <= day_at(when)) put_stakeholder(desk, contact, next++);
  }
}

void write_stakeholders(Desk& desk, int day) {
  for (const Contact& contact : desk.plan.contacts) {
    const int since = std::max(contact.from_day, desk.first_day);
    if (contact.from_day == day && day > std::max(desk.first_day, desk.plan.first_day)) {
      put_stakeholder(desk, contact, at(day, 11 * kHour));
    }
    if (contact.until_day == day && day > since && !desk.plan.loses_champion_live) {
      desk.put(Source::kCrm, at(day, 15 * kHour + 20 * kMinute), [&](pb::Event& event) {
        Desk::with_person(event, contact);
        event.mutable_stakeholder_left();
      });
    }
  }
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 180, 50, 10);
  for (int n = desk.times_today(day, rate); n > 0; --n) {
    const bool role = desk.dice.chance_permille(250) && desk.plan.contacts.size() > 4;
    const Local when = desk.moment(day);
    desk.put(Source::kCrm, when, [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      if (role) {
        const auto& contact = desk.plan.contacts[4];
        Desk::with_person(event, contact);
        event.mutable_stakeholder_role_changed()->set_role(pb::STAKEHOLDER_ROLE_USER);
        return;
      }
      desk.with_contact(event, day);
      const std::int64_t low = desk.mood.mail_milli < 900 ? -2 : 0;
      event.mutable_stakeholder_sentiment_set()->set_sentiment(
          static_cast<std::int32_t>(desk.dice.between(low, low + 2)));
    });
  }
}

}  // namespace tenure::book
