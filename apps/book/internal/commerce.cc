// Contracts, invoices and use.

#include "apps/book/internal/desk.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::book {
namespace {

void set_money(pb::Money& money, std::int64_t minor) {
  money.set_amount_minor(minor);
  money.set_currency("EUR");
}

/// The value after a renewal: most pay a little more, one in five buys more, one in eight takes
/// less.
std::int64_t renewed_value(Desk& desk) {
  if (desk.plan.story == 4 && desk.contract_end == -60) return desk.value_minor * 105 / 100;
  const std::int64_t fate = desk.dice.below(1000);
  const std::int64_t less = desk.dice.between(8, 26);
  const std::int64_t more = desk.dice.between(4, 9);
  const std::int64_t bigger = desk.dice.between(15, 40);
  if (desk.plan.story != 0) return desk.value_minor;
  if (fate < 125) return desk.value_minor * (100 - less) / 10'000 * 100;
  if (fate < 325) return desk.value_minor * (100 + bigger) / 10'000 * 100;
  if (fate < 870) return desk.value_minor * (100 + more) / 10'000 * 100;
  return desk.value_minor;
}

void renew(Desk& desk, int day) {
  const std::int64_t value = renewed_value(desk);
  const int next_end = desk.days.add_months(desk.contract_end, desk.plan.term_months);
  desk.put(Source::kCrm, at(day, 9 * kHour + desk.plan.number * 11), [&](pb::Event& event) {
    pb::ContractRenewed& renewed = *event.mutable_contract_renewed();
    renewed.set_contract(desk.contract());
    renewed.set_ends_at_us(desk.days.instant(at(next_end, 0)).us);
    if (value != desk.value_minor) set_money(*renewed.mutable_annual_value(), value);
  });
  desk.value_minor = value;
  desk.contract_end = next_end;
  const std::int64_t ahead = desk.dice.between(4, desk.plan.notice_days + 15);
  desk.renewal_day = desk.contract_end - (desk.plan.auto_renew ? 1 : static_cast<int>(ahead));
  if (desk.plan.story == 4 && desk.contract_end == -60) desk.renewal_day = -95;
}

void change_value(Desk& desk, int day, std::int64_t value) {
  const bool more = value > desk.value_minor;
  const std::int64_t before = std::max<std::int64_t>(desk.value_minor, 1);
  desk.seats = std::max<std::int64_t>(3, desk.seats * value / before);
  desk.value_minor = value;
  desk.put(Source::kBilling, at(day, 11 * kHour + desk.plan.number), [&](pb::Event& event) {
    if (!desk.plan.subscription) {
      event.mutable_contract_amended()->set_contract(desk.contract());
      set_money(*event.mutable_contract_amended()->mutable_annual_value(), value);
    } else if (more) {
      pb::SubscriptionUpgraded& upgraded = *event.mutable_subscription_upgraded();
      upgraded.set_subscription(desk.contract());
      upgraded.set_plan("team");
      upgraded.set_seats(desk.seats);
      set_money(*upgraded.mutable_annual_value(), value);
    } else {
      pb::SubscriptionDowngraded& downgraded = *event.mutable_subscription_downgraded();
      downgraded.set_subscription(desk.contract());
      downgraded.set_plan("basic");
      downgraded.set_seats(desk.seats);
      set_money(*downgraded.mutable_annual_value(), value);
    }
  });
  desk.put(Source::kProduct, at(day, 11 * kHour + desk.plan.number + 60),
           [&](pb::Event& event) { event.mutable_seats_provisioned()->set_seats(desk.seats); });
}

const char* reason_text(LeavingReason reason) {
  switch (reason) {
    case LeavingReason::kProduct: return "product or service";
    case LeavingReason::kPrice: return "price";
    case LeavingReason::kChampion: return "our contact left";
    case LeavingReason::kFate: return "acquired, insolvent or budget cut";
    case LeavingReason::kCompetitor: return "competitor";
    default: return "not given";
  }
}

void give_notice(Desk& desk, int day) {
  if (desk.plan.subscription) return;
  desk.put(Source::kCrm, desk.moment(day), [&](pb::Event& event) {
    event.set_actor(desk.owner(day));
    desk.with_contact(event, day);
    pb::ContractNoticeGiven& notice = *event.mutable_contract_notice_given();
    notice.set_contract(desk.contract());
    notice.set_ends_at_us(desk.days.instant(at(desk.plan.end_day, 0)).us);
    notice.set_by(pb::SIDE_CLIENT);
    notice.set_reason(reason_text(desk.plan.reason));
  });
}

void end_contract(Desk& desk) {
  const Local when = at(desk.plan.end_day, 0);
  desk.fix(Source::kBilling, when + 60, [&](pb::Event& event) {
    if (desk.plan.subscription) {
      event.mutable_subscription_cancelled()->set_subscription(desk.contract());
      event.mutable_subscription_cancelled()->set_reason(reason_text(desk.plan.reason));
    } else {
      event.mutable_contract_terminated()->set_contract(desk.contract());
      event.mutable_contract_terminated()->set_reason(reason_text(desk.plan.reason));
    }
  });
  desk.fix(Source::kCrm, when + 120, [&](pb::Event& event) {
    event.mutable_account_lost()->set_reason(reason_text(desk.plan.reason));
    event.mutable_account_lost()->set_voluntary(desk.plan.reason != LeavingReason::kFate);
  });
}

/// A subscription changes size now and then; a failed card ends one for some days.
void write_subscription(Desk& desk, int day) {
  if (desk.days.weekend(day) || desk.plan.leaves()) return;
  if (desk.dice.chance_ppm(4000)) {
    const std::int64_t percent = desk.dice.chance_permille(550) ? 120 : 85;
    change_value(desk, day, desk.value_minor * percent / 10'000 * 100);
  }
  if (desk.dice.chance_ppm(1200) && day < -20) {
    desk.put(Source::kBilling, at(day, 8 * kHour), [&](pb::Event& event) {
      event.mutable_subscription_cancelled()->set_subscription(desk.contract());
      event.mutable_subscription_cancelled()->set_reason("card declined");
    });
    desk.put(Source::kBilling, at(day + 3, 12 * kHour), [&](pb::Event& event) {
      event.mutable_subscription_reactivated()->set_subscription(desk.contract());
    });
  }
}

std::int64_t season_milli(const Desk& desk, int day) {
  const CivilDay date = desk.days.civil(day);
  if (date.month == 8) return 850;
  if ((date.month == 12 && date.day >= 22) || (date.month == 1 && date.day <= 3)) return 750;
  return desk.days.weekday(day) == 4 ? 930 : 1000;
}

}  // namespace

std::string Desk::contract() const {
  return fmt::format("{}-{:04}", plan.subscription ? "S" : "C", plan.number);
}

void write_contract(Desk& desk, int day) {
  const bool leaves_now = desk.plan.leaves() && desk.contract_end >= desk.plan.end_day;
  if (desk.plan.leaves() && day == desk.days.workday_from(desk.plan.decided_day)) {
    give_notice(desk, day);
  }
  if (desk.plan.leaves() && day == desk.plan.end_day - 1) end_contract(desk);
  if (desk.plan.subscription) {
    write_subscription(desk, day);
    return;
  }
  if (day == desk.contract_end - 90) {
    desk.put(Source::kCrm, at(day, 9 * kHour),
             [&](pb::Event& event) { event.mutable_account_stage_set()->set_stage("renewing"); });
  }
  if (day == desk.renewal_day && !leaves_now) renew(desk, day);
  for (const auto& [from, amount] : desk.grows) {
    if (from == day) change_value(desk, day, desk.value_minor + amount);
  }
}

void write_invoices(Desk& desk, int day) {
  const CivilDay date = desk.days.civil(day);
  const int every = by_tier(desk.plan.tier, 1, 3, 12);  // months
  const int since = (date.year * 12 + date.month + desk.plan.number) % every;
  if (since != 0 || date.day != 2 + desk.plan.number % 20) return;
  const std::string invoice = desk.next_id("inv");
  const std::int64_t amount = desk.value_minor * every / 12;
  const Local issued = at(day, 9 * kHour + desk.plan.number * 5);
  const Local due = at(day + 31, 0);
  desk.put(Source::kBilling, issued, [&](pb::Event& event) {
    pb::InvoiceIssued& bill = *event.mutable_invoice_issued();
    bill.set_invoice(invoice);
    set_money(*bill.mutable_amount(), amount);
    bill.set_due_at_us(desk.days.instant(due).us);
  });
  const std::int64_t fate = desk.dice.below(1000);
  const std::int64_t late = desk.mood.late_permille;
  std::int64_t paid_day = desk.dice.between(6, 28);
  if (fate < late / 4) {
    paid_day = desk.dice.between(77, 110);
  } else if (fate < late) {
    paid_day = desk.dice.between(46, 76);
  } else if (fate < late + 140) {
    paid_day = desk.dice.between(32, 45);
  }
  if (paid_day > 45) {
    desk.put(Source::kBilling, at(day + 46, 7 * kHour),
             [&](pb::Event& event) { event.mutable_invoice_overdue()->set_invoice(invoice); });
  }
  const bool written_off = paid_day > 78 && desk.plan.tier == BookTier::kTail;
  const int end = desk.days.workday_from(day + static_cast<int>(paid_day));
  desk.put(Source::kBilling, desk.moment(end), [&](pb::Event& event) {
    if (written_off) {
      event.mutable_invoice_written_off()->set_invoice(invoice);
    } else {
      event.mutable_invoice_paid()->set_invoice(invoice);
      set_money(*event.mutable_invoice_paid()->mutable_amount(), amount);
    }
  });
}

void write_usage(Desk& desk, int day) {
  const bool weekly = desk.plan.tier == BookTier::kTail;
  if (desk.days.weekend(day) || (weekly && desk.days.weekday(day) != 0)) return;
  if (day >= -18 && day < -15) return;  // the feed is down
  std::int64_t users = desk.seats * desk.plan.adoption_milli / 1000;
  users = users * desk.mood.users_milli / 1000 * season_milli(desk, day) / 1000;
  users = users * desk.dice.between(930, 1070) / 1000;
  // Small teams must not vanish by rounding: one person keeps coming while anybody does.
  users = std::clamp<std::int64_t>(users, desk.mood.users_milli >= 300 ? 1 : 0, desk.seats);
  const Local ends = at(day, 17 * kHour + 30 * kMinute + desk.plan.number * 3);
  desk.put(Source::kProduct, ends, [&](pb::Event& event) {
    pb::UsageRolledUp& usage = *event.mutable_usage_rolled_up();
    usage.set_period_days(weekly ? 7 : 1);
    usage.set_active_users(users);
    usage.set_seats(desk.seats);
    usage.set_sessions(users * desk.dice.between(weekly ? 4 : 1, weekly ? 14 : 4));
    usage.set_features_used(static_cast<std::int32_t>(desk.dice.between(4, 18)));
  });
  if (users * 100 >= desk.seats * 93 && desk.dice.chance_permille(60) && desk.plan.story == 0) {
    desk.put(Source::kProduct, ends - kHour,
             [&](pb::Event& event) { event.mutable_usage_limit_reached()->set_limit("seats"); });
  }
}

}  // namespace tenure::book
