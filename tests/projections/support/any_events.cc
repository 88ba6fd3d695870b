#include "tests/projections/support/any_events.h"

#include <climits>

#include <array>

namespace tenure::testing {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(limit));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  std::string id(const char* kind, std::int64_t kinds) {
    return kind + std::to_string(below(kinds));
  }
  pb::Side side() { return static_cast<pb::Side>(below(3)); }

 private:
  std::mt19937_64 engine_;
};

std::int64_t around(Dice& dice, Instant at, std::int64_t days) {
  if (dice.one_in(40)) return dice.one_in(2) ? INT64_MAX : INT64_MIN;
  if (dice.one_in(10)) return 0;
  return at.us + (dice.below(2 * days) - days) * kDay.count() + dice.below(kDay.count());
}

std::int64_t number(Dice& dice, std::int64_t usual) {
  if (dice.one_in(60)) return dice.one_in(2) ? INT64_MAX : INT64_MIN;
  return dice.below(usual);
}

pb::Money amount(Dice& dice) {
  return money(number(dice, 10'000'000), dice.one_in(10) ? "JPY" : dice.one_in(20) ? "" : "EUR");
}

void interaction(Dice& dice, EventBuilder& event) {
  switch (dice.below(9)) {
    case 0: event.payload(pb::EmailSent()); return;
    case 1: {
      pb::EmailReceived mail;
      mail.set_automatic(dice.one_in(6));
      mail.set_mentions_leaving(dice.one_in(6));
      event.payload(mail);
      return;
    }
    case 2: {
      pb::CallCompleted call;
      call.set_caller(dice.side());
      call.set_duration_s(number(dice, 3600));
      event.payload(call);
      return;
    }
    case 3: {
      pb::CallMissed call;
      call.set_caller(dice.side());
      event.payload(call);
      return;
    }
    case 4: event.payload(pb::MeetingHeld()); return;
    case 5: {
      pb::MeetingCancelled meeting;
      meeting.set_by(dice.side());
      event.payload(meeting);
      return;
    }
    case 6: event.payload(pb::MeetingNoShow()); return;
    case 7: {
      pb::SurveyAnswered answered;
      answered.set_kind(static_cast<pb::SurveyKind>(dice.below(4)));
      answered.set_score_milli(number(dice, 11'000));
      event.payload(answered);
      return;
    }
    default: {
      pb::ChatMessageSent chat;
      chat.set_by(dice.side());
      event.payload(chat);
      return;
    }
  }
}

template <class Message>
void step(Dice& dice, EventBuilder& event) {
  Message message;
  message.set_complaint(dice.id("c-", 5));
  event.payload(message);
}

void complaint(Dice& dice, EventBuilder& event) {
  switch (dice.below(13)) {
    case 0:
    case 1: {
      pb::ComplaintOpened opened;
      opened.set_complaint(dice.id("c-", 5));
      opened.set_severity(static_cast<pb::ComplaintSeverity>(dice.below(6)));
      opened.set_first_step(static_cast<pb::ComplaintStep>(dice.below(6)));
      event.payload(opened);
      return;
    }
    case 2: return step<pb::ComplaintAcknowledged>(dice, event);
    case 3: return step<pb::ComplaintAssigned>(dice, event);
    case 4: return step<pb::ComplaintResponded>(dice, event);
    case 5: return step<pb::ComplaintWaiting>(dice, event);
    case 6: return step<pb::ComplaintResumed>(dice, event);
    case 7: return step<pb::ComplaintResolved>(dice, event);
    case 8: return step<pb::ComplaintReopened>(dice, event);
    case 9: return step<pb::ComplaintClosed>(dice, event);
    case 10: return step<pb::ComplaintWithdrawn>(dice, event);
    default: {
      pb::ComplaintProgressed progressed;
      progressed.set_complaint(dice.id("c-", 5));
      progressed.set_reopens(dice.one_in(2));
      event.payload(progressed);
    }
  }
}

void contract(Dice& dice, EventBuilder& event, Instant at) {
  const std::string id = dice.id("k-", 3);
  switch (dice.below(6)) {
    case 0:
    case 1: {
      pb::ContractSigned terms;
      terms.set_contract(id);
      terms.set_starts_at_us(around(dice, at, 40));
      terms.set_ends_at_us(around(dice, at, 500));
      terms.set_notice_days(dice.one_in(20) ? INT_MIN : static_cast<int>(dice.below(120)));
      terms.set_auto_renew(dice.one_in(2));
      terms.set_term_months(dice.one_in(20) ? INT_MAX : static_cast<int>(dice.below(24)));
      *terms.mutable_annual_value() = amount(dice);
      event.payload(terms);
      return;
    }
    case 2: {
      pb::ContractRenewed renewed;
      renewed.set_contract(id);
      renewed.set_ends_at_us(around(dice, at, 500));
      if (dice.one_in(2)) *renewed.mutable_annual_value() = amount(dice);
      event.payload(renewed);
      return;
    }
    case 3: {
      pb::ContractAmended amended;
      amended.set_contract(id);
      amended.set_ends_at_us(around(dice, at, 300));
      if (dice.one_in(2)) *amended.mutable_annual_value() = amount(dice);
      event.payload(amended);
      return;
    }
    case 4: {
      pb::ContractNoticeGiven notice;
      notice.set_contract(id);
      notice.set_ends_at_us(around(dice, at, 200));
      event.payload(notice);
      return;
    }
    default: {
      pb::ContractTerminated terminated;
      terminated.set_contract(id);
      event.payload(terminated);
    }
  }
}

template <class Message>
void subscription(Dice& dice, EventBuilder& event) {
  Message terms;
  terms.set_subscription(dice.id("s-", 2));
  *terms.mutable_annual_value() = amount(dice);
  event.payload(terms);
}

template <class Message>
void invoice(Dice& dice, EventBuilder& event) {
  Message message;
  message.set_invoice(dice.id("i-", 4));
  event.payload(message);
}

void billing(Dice& dice, EventBuilder& event, Instant at) {
  const std::string id = dice.id("i-", 4);
  switch (dice.below(11)) {
    case 0:
    case 1:
    case 2: {
      pb::InvoiceIssued issued;
      issued.set_invoice(id);
      *issued.mutable_amount() = amount(dice);
      issued.set_due_at_us(around(dice, at, 40));
      event.payload(issued);
      return;
    }
    case 3: return invoice<pb::InvoicePaid>(dice, event);
    case 4: return invoice<pb::InvoiceOverdue>(dice, event);
    case 5: return invoice<pb::InvoiceWrittenOff>(dice, event);
    case 6: return subscription<pb::SubscriptionStarted>(dice, event);
    case 7: return subscription<pb::SubscriptionUpgraded>(dice, event);
    case 8: return subscription<pb::SubscriptionDowngraded>(dice, event);
    case 9: {
      pb::SubscriptionReactivated reactivated;
      reactivated.set_subscription(dice.id("s-", 2));
      event.payload(reactivated);
      return;
    }
    default: {
      pb::SubscriptionCancelled cancelled;
      cancelled.set_subscription(dice.id("s-", 2));
      event.payload(cancelled);
    }
  }
}

void usage(Dice& dice, EventBuilder& event) {
  if (dice.one_in(6)) {
    event.payload(pb::UsageLimitReached());
    return;
  }
  if (dice.one_in(8)) {
    pb::SeatsProvisioned seats;
    seats.set_seats(number(dice, 80));
    event.payload(seats);
    return;
  }
  pb::UsageRolledUp rollup;
  rollup.set_period_days(dice.one_in(40) ? INT_MIN : dice.one_in(3) ? 7 : 1);
  rollup.set_active_users(number(dice, 60));
  rollup.set_seats(dice.one_in(3) ? 0 : number(dice, 80));
  event.payload(rollup);
}

template <class Message>
void end_promise(Dice& dice, EventBuilder& event) {
  Message ended;
  ended.set_promise(dice.id("p-", 5));
  event.payload(ended);
}

void promise_or_opinion(Dice& dice, EventBuilder& event, Instant at) {
  switch (dice.below(8)) {
    case 7: event.payload(pb::NoticeDelivered()); return;
    case 3: {
      pb::OpinionGiven opinion;
      opinion.set_risk(static_cast<pb::Risk>(dice.below(5)));
      event.payload(opinion);
      return;
    }
    case 0: return end_promise<pb::PromiseKept>(dice, event);
    case 1: return end_promise<pb::PromiseMissed>(dice, event);
    case 2: {
      pb::PromiseRevised revised;
      revised.set_promise(dice.id("p-", 5));
      revised.set_due_at_us(around(dice, at, 30));
      event.payload(revised);
      return;
    }
    default: {
      pb::PromiseMade made;
      made.set_promise(dice.id("p-", 5));
      made.set_due_at_us(around(dice, at, 30));
      event.payload(made);
    }
  }
}

void account(Dice& dice, EventBuilder& event) {
  event.person(dice.id("p", 4));
  switch (dice.below(9)) {
    case 0: {
      pb::StakeholderAdded added;
      // Champions are what most depends on.
      added.set_role(dice.one_in(3) ? pb::STAKEHOLDER_ROLE_CHAMPION
                                    : static_cast<pb::StakeholderRole>(dice.below(7)));
      event.payload(added);
      return;
    }
    case 1: {
      pb::StakeholderRoleChanged changed;
      changed.set_role(static_cast<pb::StakeholderRole>(dice.below(7)));
      event.payload(changed);
      return;
    }
    case 2: {
      pb::StakeholderLeft left;
      if (dice.one_in(3)) left.set_successor(surrogate(dice.id("p", 4)));
      event.payload(left);
      return;
    }
    case 3: {
      pb::AccountWon won;
      if (dice.one_in(2)) *won.mutable_annual_value() = amount(dice);
      event.payload(won);
      return;
    }
    case 4: {
      pb::AccountTierSet tier;
      tier.set_tier(static_cast<pb::Tier>(dice.below(6)));
      event.payload(tier);
      return;
    }
    case 5: {
      pb::AccountAssigned assigned;
      assigned.set_owner(dice.id("owner-", 2));
      event.payload(assigned);
      return;
    }
    case 6: {
      pb::AccountStageSet stage;
      stage.set_stage(dice.id("stage-", 3));
      event.payload(stage);
      return;
    }
    case 7: {
      pb::AccountProfileSet set;
      set.set_name("Contoso");
      set.set_sector(dice.one_in(2) ? "bank" : "tech");
      event.payload(set);
      return;
    }
    default: event.payload(pb::AccountLost());
  }
}

}  // namespace

std::vector<pb::Event> any_events(std::uint64_t seed, std::size_t count, Instant from,
                                  Instant until) {
  Dice dice(seed);
  std::vector<pb::Event> events;
  Instant last = from;
  for (std::size_t k = 0; k < count; ++k) {
    // Some share an instant: then the ordinal, and in the end the id, decides.
    const Instant at = dice.one_in(8) ? last : from + Duration(dice.below(until.us - from.us));
    last = at;
    EventBuilder event("any", "e" + std::to_string(k));
    event.account("acc-7").at(at).ordinal(dice.below(3));
    switch (dice.below(13)) {
      case 0:
      case 1: interaction(dice, event); break;
      case 2:
      case 3: complaint(dice, event); break;
      case 4:
      case 5: contract(dice, event, at); break;
      case 6:
      case 7: billing(dice, event, at); break;
      case 8:
      case 9: usage(dice, event); break;
      case 10: promise_or_opinion(dice, event, at); break;
      default: account(dice, event);
    }
    events.push_back(event.message());
  }
  return events;
}

}  // namespace tenure::testing
