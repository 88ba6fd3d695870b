// Tickets, complaints and surveys.

#include "apps/book/internal/desk.h"

#include <algorithm>

namespace tenure::book {
namespace {

struct Ticket {
  std::string id;
  bool grievance = false;
  int severity = 2;
  Local opened = 0;
};

constexpr std::array<const char*, 6> kCategories = {"how to",  "error",  "access",
                                                    "billing", "outage", "performance"};
constexpr std::array<const char*, 3> kChannels = {"mail", "portal", "phone"};
constexpr std::array<const char*, 4> kTeams = {"support-1", "support-2", "support-3",
                                               "billing-desk"};

/// A resolution takes a median of two business days of 8 hours, and longer the less it hurts: one
/// in a hundred misses the limit of its severity (80, 40, 16 and 8 business hours). Of a client on
/// its way out one in five does, which is partly why it goes.
Local time_to_resolve(Desk& desk, const Ticket& ticket) {
  static constexpr std::array<Local, 5> kMedian = {10 * kHour, 20 * kHour, 10 * kHour, 4 * kHour,
                                                   2 * kHour};
  const bool leaving = desk.mood.complaints_milli > 1200;
  const Local median = kMedian[static_cast<std::size_t>(ticket.severity)];
  return desk.dice.lognormal(leaving ? median * 3 / 2 : median, leaving ? 1100 : 600);
}

void step(Desk& desk, Local when, void (*fill)(pb::Event&, const std::string&),
          const std::string& id) {
  desk.put(Source::kHelpdesk, when, [&](pb::Event& event) { fill(event, id); });
}

void open_ticket(Desk& desk, const Ticket& ticket) {
  desk.put(Source::kHelpdesk, ticket.opened, [&](pb::Event& event) {
    desk.with_contact(event, day_at(ticket.opened));
    pb::ComplaintOpened& opened = *event.mutable_complaint_opened();
    opened.set_complaint(ticket.id);
    opened.set_severity(static_cast<pb::ComplaintSeverity>(ticket.severity));
    opened.set_category(desk.dice.pick(kCategories));
    opened.set_channel(desk.dice.pick(kChannels));
    opened.set_grievance(ticket.grievance);
    if (ticket.grievance) opened.set_text("This is not what we agreed.");
  });
}

/// From the opening to the resolution; returns when it was resolved.
Local work_on(Desk& desk, const Ticket& ticket) {
  static constexpr std::array<Local, 5> kFirst = {180, 210, 180, 45, 20};  // minutes
  const Local median = kFirst[static_cast<std::size_t>(ticket.severity)] * kMinute;
  const Local first = std::max<Local>(desk.dice.lognormal(median, 700), 5 * kMinute);
  const Local answered = desk.days.add_business(ticket.opened, first);
  step(
      desk, desk.days.add_business(ticket.opened, first / 2),
      [](pb::Event& e, const std::string& id) {
        e.mutable_complaint_acknowledged()->set_complaint(id);
      },
      ticket.id);
  desk.put(Source::kHelpdesk, desk.days.add_business(ticket.opened, first * 3 / 4),
           [&](pb::Event& event) {
             event.mutable_complaint_assigned()->set_complaint(ticket.id);
             event.mutable_complaint_assigned()->set_assignee(desk.dice.pick(kTeams));
           });
  step(
      desk, answered,
      [](pb::Event& e, const std::string& id) {
        e.mutable_complaint_responded()->set_complaint(id);
      },
      ticket.id);
  const Local work = std::max(time_to_resolve(desk, ticket), kHour / 2);
  Local resolved = desk.days.add_business(answered, work);
  if (desk.dice.chance_permille(250)) {
    const Local waits = desk.days.add_business(answered, work / 3);
    const Local resumes = desk.days.add_business(
        waits, desk.dice.lognormal(8 * kHour, 900) * desk.mood.reply_milli / 1000);
    step(
        desk, waits,
        [](pb::Event& e, const std::string& id) {
          e.mutable_complaint_waiting()->set_complaint(id);
        },
        ticket.id);
    step(
        desk, resumes,
        [](pb::Event& e, const std::string& id) {
          e.mutable_complaint_resumed()->set_complaint(id);
        },
        ticket.id);
    resolved = desk.days.add_business(resumes, work - work / 3);
  } else if (desk.dice.chance_permille(200)) {
    desk.put(Source::kHelpdesk, desk.days.add_business(answered, work / 2), [&](pb::Event& event) {
      event.mutable_complaint_progressed()->set_complaint(ticket.id);
      event.mutable_complaint_progressed()->set_activity("Handed to the product team");
    });
  }
  return resolved;
}

void end_ticket(Desk& desk, const Ticket& ticket, Local resolved) {
  const auto resolve = [&](Local when, bool accepted) {
    desk.put(Source::kHelpdesk, when, [&](pb::Event& event) {
      event.mutable_complaint_resolved()->set_complaint(ticket.id);
      event.mutable_complaint_resolved()->set_accepted(accepted);
    });
  };
  const std::int64_t reopens = desk.mood.complaints_milli > 1200 ? 200 : 80;
  const bool reopened = desk.dice.chance_permille(reopens);
  resolve(resolved, !reopened);
  if (reopened) {
    const Local again = desk.days.add_business(resolved, desk.dice.between(4, 40) * kHour);
    desk.put(Source::kHelpdesk, again, [&](pb::Event& event) {
      desk.with_contact(event, day_at(again));
      event.mutable_complaint_reopened()->set_complaint(ticket.id);
      event.mutable_complaint_reopened()->set_text("It happened again.");
    });
    resolved = desk.days.add_business(again, desk.dice.lognormal(8 * kHour, 700) + kHour);
    resolve(resolved, true);
  }
  step(
      desk, desk.days.add_business(resolved, desk.dice.between(20, 56) * kHour),
      [](pb::Event& e, const std::string& id) { e.mutable_complaint_closed()->set_complaint(id); },
      ticket.id);
}

}  // namespace

void write_tickets(Desk& desk, int day) {
  if (desk.quiet) return;
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 1200, 450, 120);
  const std::int64_t grievances = 180 * desk.mood.complaints_milli / 1000;
  const std::int64_t others = 820 * std::min<std::int64_t>(desk.mood.users_milli, 1000) / 1000;
  for (int n = desk.times_today(day, rate * (grievances + others) / 1000); n > 0; --n) {
    Ticket ticket;
    ticket.id = desk.next_id("T");
    ticket.grievance = desk.dice.below(grievances + others) < grievances;
    const std::int64_t severity = desk.dice.below(100);
    ticket.severity = severity < 55 ? 1 : severity < 88 ? 2 : severity < 98 ? 3 : 4;
    if (ticket.grievance) ticket.severity = std::max(ticket.severity, 2);
    ticket.opened = desk.moment(day);
    open_ticket(desk, ticket);
    if (!ticket.grievance && desk.dice.chance_permille(20)) {
      step(
          desk, desk.days.add_business(ticket.opened, desk.dice.between(1, 12) * kHour),
          [](pb::Event& e, const std::string& id) {
            e.mutable_complaint_withdrawn()->set_complaint(id);
          },
          ticket.id);
      continue;
    }
    const Local resolved = work_on(desk, ticket);
    end_ticket(desk, ticket, resolved);
  }
}

void write_surveys(Desk& desk, int day) {
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 350, 250, 170);
  const std::int64_t answers = by_tier<std::int64_t>(desk.plan.tier, 450, 280, 120);
  for (int n = desk.times_today(day, rate); n > 0; --n) {
    const std::string survey = desk.next_id("sv");
    const std::int64_t drawn = desk.dice.below(10);
    const auto kind = drawn < 6   ? pb::SURVEY_KIND_NPS
                      : drawn < 9 ? pb::SURVEY_KIND_CSAT
                                  : pb::SURVEY_KIND_CES;
    const Local sent = at(day, 10 * kHour + desk.plan.number * 3);
    desk.put(Source::kSurvey, sent, [&](pb::Event& event) {
      desk.with_contact(event, day);
      event.mutable_survey_sent()->set_survey(survey);
      event.mutable_survey_sent()->set_kind(kind);
    });
    if (desk.quiet || !desk.dice.chance_permille(answers * desk.mood.mail_milli / 1000)) continue;
    const std::int64_t most = drawn < 6 ? 10 : drawn < 9 ? 5 : 7;
    const std::int64_t loss =
        desk.mood.mail_milli < 900 ? desk.dice.between(2, 5) : desk.dice.lognormal(2, 600);
    const std::int64_t score = std::max<std::int64_t>(drawn < 6 ? 0 : 1, most - loss * most / 10);
    desk.put(Source::kSurvey, desk.days.add_business(sent, desk.dice.lognormal(9 * kHour, 1000)),
             [&](pb::Event& event) {
               desk.with_contact(event, day);
               pb::SurveyAnswered& answered = *event.mutable_survey_answered();
               answered.set_survey(survey);
               answered.set_kind(kind);
               answered.set_score_milli(score * 1000);
               if (score * 2 < most) answered.set_verbatim("We had hoped for more.");
             });
  }
}

}  // namespace tenure::book
