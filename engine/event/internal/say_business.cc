// Sentences about business: contracts, invoices, usage, the account and its handover, alerts,
// reference data.
#include "engine/event/internal/say.h"

#include <fmt/format.h>

namespace tenure::internal {
namespace {

std::string yearly(const pb::Money& money) {
  const std::string value = amount(money);
  return value.empty() ? value : value + " a year";
}

// "1 day", "12 days"
std::string counted(std::int64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string if_any(std::int64_t count, std::string_view one) {
  return count == 0 ? std::string() : counted(count, one);
}

std::string because(const std::string& reason) { return in_brackets({reason}); }

std::string about(const std::string& subject) {
  return subject.empty() ? subject : " about " + subject;
}

std::string by_whom(const std::string& person) { return person.empty() ? person : " by " + person; }

std::string effective(std::int64_t us) { return us == 0 ? std::string() : " from " + day(us); }

}  // namespace

std::string say(const pb::ContractSigned& p, const Saying&) {
  return fmt::format(
      "Contract {} was signed{}", p.contract(),
      in_brackets({yearly(p.annual_value()), p.product(),
                   p.ends_at_us() == 0 ? "rolling" : "ends " + day(p.ends_at_us()),
                   p.notice_days() == 0 ? "" : counted(p.notice_days(), "day") + " notice"}));
}
std::string say(const pb::ContractRenewed& p, const Saying&) {
  return fmt::format("Contract {} was renewed to {}{}", p.contract(), day(p.ends_at_us()),
                     in_brackets({yearly(p.annual_value())}));
}
std::string say(const pb::ContractAmended& p, const Saying&) {
  return fmt::format("Contract {} was amended{}", p.contract(),
                     in_brackets({yearly(p.annual_value()),
                                  p.ends_at_us() == 0 ? "" : "ends " + day(p.ends_at_us())}));
}
std::string say(const pb::ContractNoticeGiven& p, const Saying&) {
  const char* by = p.by() == pb::SIDE_US       ? "We"
                   : p.by() == pb::SIDE_CLIENT ? "The client"
                                               : "Somebody";
  return fmt::format("{} gave notice on contract {} to {}{}", by, p.contract(), day(p.ends_at_us()),
                     because(p.reason()));
}
std::string say(const pb::ContractTerminated& p, const Saying&) {
  return fmt::format("Contract {} ended{}", p.contract(), because(p.reason()));
}
std::string say(const pb::SubscriptionStarted& p, const Saying&) {
  return fmt::format("Subscription {} began{}", p.subscription(),
                     in_brackets({p.plan(), if_any(p.seats(), "seat"), yearly(p.annual_value())}));
}
std::string say(const pb::SubscriptionUpgraded& p, const Saying&) {
  return fmt::format("Subscription {} grew{}", p.subscription(),
                     in_brackets({p.plan(), if_any(p.seats(), "seat"), yearly(p.annual_value())}));
}
std::string say(const pb::SubscriptionDowngraded& p, const Saying&) {
  return fmt::format("Subscription {} shrank{}", p.subscription(),
                     in_brackets({p.plan(), if_any(p.seats(), "seat"), yearly(p.annual_value())}));
}
std::string say(const pb::SubscriptionCancelled& p, const Saying&) {
  return fmt::format("Subscription {} ended{}", p.subscription(), because(p.reason()));
}
std::string say(const pb::SubscriptionReactivated& p, const Saying&) {
  return fmt::format("Subscription {} began again", p.subscription());
}

std::string say(const pb::InvoiceIssued& p, const Saying&) {
  return fmt::format(
      "Invoice {} was issued{}", p.invoice(),
      in_brackets({amount(p.amount()), p.due_at_us() == 0 ? "" : "due " + day(p.due_at_us())}));
}
std::string say(const pb::InvoicePaid& p, const Saying&) {
  return fmt::format("Invoice {} was paid{}", p.invoice(), in_brackets({amount(p.amount())}));
}
std::string say(const pb::InvoiceOverdue& p, const Saying&) {
  return fmt::format("Billing calls invoice {} overdue", p.invoice());
}
std::string say(const pb::InvoiceWrittenOff& p, const Saying&) {
  return fmt::format("Invoice {} was written off", p.invoice());
}

std::string say(const pb::UsageRolledUp& p, const Saying&) {
  return fmt::format(
      "{} used the product in {}{}",
      p.active_users() == 1 ? "1 person" : fmt::format("{} people", p.active_users()),
      counted(p.period_days(), "day"),
      in_brackets({if_any(p.seats(), "seat"), if_any(p.sessions(), "session")}));
}
std::string say(const pb::UsageLimitReached& p, const Saying&) {
  return fmt::format("The limit {} was hit", p.limit());
}
std::string say(const pb::SeatsProvisioned& p, const Saying&) {
  return "The client now has " + counted(p.seats(), "seat");
}

std::string say(const pb::AccountWon& p, const Saying&) {
  return fmt::format(
      "The client was won{}",
      in_brackets({p.won_by().empty() ? "" : "by " + p.won_by(), yearly(p.annual_value())}));
}
std::string say(const pb::AccountAssigned& p, const Saying&) {
  if (p.owner().empty()) return "Nobody looks after the account now";
  return fmt::format("{} looks after the account now{}", p.owner(), in_brackets({p.role()}));
}
std::string say(const pb::AccountTierSet& p, const Saying&) {
  return fmt::format("The account's tier is now {}", word(pb::Tier_descriptor(), p.tier()));
}
std::string say(const pb::AccountProfileSet& p, const Saying&) {
  return fmt::format("The account's profile was set{}",
                     in_brackets({p.name(), p.sector(), p.country()}));
}
std::string say(const pb::AccountLost& p, const Saying&) {
  return fmt::format("The client left{}",
                     in_brackets({p.reason(), p.voluntary() ? "by its own choice" : ""}));
}
std::string say(const pb::AccountStageSet& p, const Saying&) {
  return fmt::format("The account's stage is now {}", p.stage());
}

std::string say(const pb::AlertTransitioned& p, const Saying&) {
  const std::string step = word(pb::AlertStep_descriptor(), p.step());
  return fmt::format("Alert {}{} was {}{}", p.rule(), about(p.subject()),
                     step.empty() ? "changed" : step,
                     p.sentence().empty() ? "" : ": " + p.sentence());
}
std::string say(const pb::AlertActed& p, const Saying& how) {
  const std::string act = word(pb::AlertAct_descriptor(), p.act());
  return fmt::format("Alert {}{} was {}{}{}", p.rule(), about(p.subject()),
                     act.empty() ? "touched" : act,
                     in_brackets({p.assignee().empty() ? "" : "to " + p.assignee(),
                                  p.act() == pb::ALERT_ACT_SNOOZED && p.until_us() != 0
                                      ? "until " + day(p.until_us())
                                      : "",
                                  word(pb::AlertVerdict_descriptor(), p.verdict())}),
                     quoted(how, p.reason()));
}

std::string say(const pb::CalendarDefined& p, const Saying&) {
  return fmt::format("Calendar {} was defined: {} in {}{}{}", p.calendar(), p.hours(), p.zone(),
                     p.holidays().empty() ? "" : ", holidays of " + p.holidays(),
                     effective(p.effective_at_us()));
}
std::string say(const pb::HolidaysDefined& p, const Saying&) {
  return fmt::format("{} of {} {} defined", counted(p.days_size(), "holiday"), p.region(),
                     p.days_size() == 1 ? "was" : "were");
}
std::string say(const pb::RulesActivated& p, const Saying&) {
  return fmt::format("Rules {} of profile {} take effect{}", p.version(), p.profile(),
                     effective(p.effective_at_us()));
}
std::string say(const pb::ReportsToSet& p, const Saying&) {
  return fmt::format("{} reports to {}{}", p.person(), p.manager().empty() ? "nobody" : p.manager(),
                     effective(p.effective_at_us()));
}
std::string say(const pb::AbsenceRecorded& p, const Saying&) {
  return fmt::format("{} is away{}{}; {}", p.person(), effective(p.from_us()),
                     p.until_us() == 0 ? "" : " until " + day(p.until_us()),
                     p.cover().empty() ? "nobody covers" : p.cover() + " covers");
}
std::string say(const pb::AbsenceEnded& p, const Saying&) {
  return fmt::format("Absence {} ends{}", p.absence(),
                     p.at_us() == 0 ? " now" : " on " + day(p.at_us()));
}
std::string say(const pb::SourceGapOpened& p, const Saying&) {
  return fmt::format("Feed {} is down{}{}", p.feed(), effective(p.from_us()), because(p.reason()));
}
std::string say(const pb::SourceGapClosed& p, const Saying&) {
  return fmt::format("Feed {} is back{}", p.feed(), effective(p.until_us()));
}
std::string say(const pb::SourceWentLive& p, const Saying&) {
  return fmt::format("Source partition {} caught up with the present", p.partition());
}
std::string say(const pb::OffsetGapAccepted& p, const Saying& how) {
  return fmt::format("The loss of offsets {} to {} of {} was accepted{}", p.from_offset(),
                     p.to_offset(), p.partition(),
                     how.personal && !p.operator_().empty() ? " by " + p.operator_() : "");
}

std::string say(const pb::ActivityRecorded& p, const Saying&) {
  return fmt::format("Activity {} was recorded with {}", p.name(),
                     counted(p.attributes_size(), "attribute"));
}

std::string say(const pb::HandoverStarted& p, const Saying&) {
  return fmt::format("The account is being handed over{}",
                     in_brackets({p.from().empty() ? "" : "from " + p.from(),
                                  p.to().empty() ? "" : "to " + p.to()}));
}
std::string say(const pb::HandoverAccepted& p, const Saying&) {
  return fmt::format("The handover was accepted{}", by_whom(p.by()));
}
std::string say(const pb::HandoverReturned& p, const Saying&) {
  std::string missing;
  for (const std::string& one : p.missing()) missing += (missing.empty() ? "" : ", ") + one;
  return fmt::format("The handover was returned{}{}", by_whom(p.by()),
                     missing.empty() ? "" : ", missing: " + missing);
}

}  // namespace tenure::internal
