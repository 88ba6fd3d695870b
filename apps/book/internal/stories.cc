// The fixed events of the eight stories and of the live script. Days count from now.

#include "apps/book/internal/desk.h"

#include <fmt/format.h>

namespace tenure::book {
namespace {

void mail_from(Desk& desk, Local when, const Contact& contact, const char* topic,
               const char* text) {
  desk.fix(Source::kMail, when, [&](pb::Event& event) {
    Desk::with_person(event, contact);
    event.mutable_email_received()->set_thread(desk.next_id("th"));
    event.mutable_email_received()->set_topic(topic);
    event.mutable_email_received()->set_text(text);
  });
}

void note(Desk& desk, Local when, const char* text) {
  desk.fix(Source::kCrm, when, [&](pb::Event& event) {
    event.set_actor(desk.owner(day_at(when)));
    event.mutable_note_added()->set_text(text);
  });
}

void promise(Desk& desk, int made, int due, int end, bool kept, const char* what) {
  const std::string id = desk.next_id("pr");
  desk.fix(Source::kCrm, at(made, 10 * kHour), [&](pb::Event& event) {
    pb::PromiseMade& promised = *event.mutable_promise_made();
    promised.set_promise(id);
    promised.set_what(what);
    promised.set_due_at_us(desk.days.instant(at(due, 17 * kHour)).us);
  });
  desk.fix(Source::kCrm, at(end, 16 * kHour), [&](pb::Event& event) {
    if (kept) {
      event.mutable_promise_kept()->set_promise(id);
    } else {
      event.mutable_promise_missed()->set_promise(id);
    }
  });
}

void survey(Desk& desk, Local when, pb::SurveyKind kind, int score, const char* verbatim) {
  const std::string id = desk.next_id("sv");
  desk.fix(Source::kSurvey, when - 3 * kHour, [&](pb::Event& event) {
    event.mutable_survey_sent()->set_survey(id);
    event.mutable_survey_sent()->set_kind(kind);
  });
  desk.fix(Source::kSurvey, when, [&](pb::Event& event) {
    pb::SurveyAnswered& answered = *event.mutable_survey_answered();
    answered.set_survey(id);
    answered.set_kind(kind);
    answered.set_score_milli(score * 1000);
    answered.set_verbatim(verbatim);
  });
}

template <class Fill>
void helpdesk(Desk& desk, Local when, Fill&& fill) {
  desk.fix(Source::kHelpdesk, when, fill);
}

void open(Desk& desk, Local when, const std::string& id, pb::ComplaintSeverity severity,
          const char* category, const char* text) {
  helpdesk(desk, when, [&](pb::Event& event) {
    desk.with_contact(event, day_at(when));
    pb::ComplaintOpened& opened = *event.mutable_complaint_opened();
    opened.set_complaint(id);
    opened.set_severity(severity);
    opened.set_category(category);
    opened.set_channel("mail");
    opened.set_grievance(true);
    opened.set_text(text);
  });
}

void answer(Desk& desk, Local when, const std::string& id) {
  helpdesk(desk, when,
           [&](pb::Event& event) { event.mutable_complaint_responded()->set_complaint(id); });
}

void resolve(Desk& desk, Local when, const std::string& id) {
  helpdesk(desk, when,
           [&](pb::Event& event) { event.mutable_complaint_resolved()->set_complaint(id); });
}

void wait(Desk& desk, Local when, const std::string& id) {
  helpdesk(desk, when,
           [&](pb::Event& event) { event.mutable_complaint_waiting()->set_complaint(id); });
}

void reopen(Desk& desk, Local when, const std::string& id, const char* text) {
  helpdesk(desk, when, [&](pb::Event& event) {
    event.mutable_complaint_reopened()->set_complaint(id);
    event.mutable_complaint_reopened()->set_text(text);
  });
}

/// The clock of 40 business hours runs 12 h, 11 h 12 min and 12 h: 88 of 100 have passed now. It
/// warns at 90 after 48 minutes more, and is breached after 4 h 48 min.
void reopened(Desk& desk) {
  const std::string id = fmt::format("T-{:04}-billing", desk.plan.number);
  const Local opened = at(desk.days.workday_from(-41), 10 * kHour);
  open(desk, opened, id, pb::COMPLAINT_SEVERITY_NORMAL, "billing",
       "The media budget was billed twice.");
  helpdesk(desk, opened + kHour,
           [&](pb::Event& event) { event.mutable_complaint_acknowledged()->set_complaint(id); });
  answer(desk, opened + 3 * kHour, id);
  wait(desk, desk.days.add_business(opened, 12 * kHour), id);
  resolve(desk, at(-33, 15 * kHour), id);
  const Local second = at(desk.days.workday_from(-27), 11 * kHour);
  reopen(desk, second, id, "The credit note has the wrong amount.");
  answer(desk, second + 2 * kHour, id);
  const Local waits = desk.days.add_business(second, 11 * kHour + 12 * kMinute);
  wait(desk, waits, id);
  resolve(desk, at(-20, 14 * kHour), id);
  const Local third = at(-9, 11 * kHour);
  const bool free_day = desk.days.weekend(-9);
  reopen(desk, third, id, "Billed twice again this month.");
  wait(desk, free_day ? third + 20 * kMinute : third, id);
  const Local resumed = desk.days.take_business(desk.days.now(), 12 * kHour);
  helpdesk(desk, resumed,
           [&](pb::Event& event) { event.mutable_complaint_resumed()->set_complaint(id); });
}

void champion_left(Desk& desk) {
  note(desk, at(-149, 10 * kHour), "Sponsor has left the bank. Successor named, not met yet.");
  mail_from(desk, at(desk.days.workday_from(kSuccessorHushFrom), 10 * kHour), desk.plan.contacts[1],
            "Out of office until further notice", "I have passed your message on.");
  for (const int day : {-130, -96, -61, -30}) {
    desk.fix(Source::kMail, at(desk.days.workday_from(day), 9 * kHour), [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      Desk::with_person(event, desk.plan.contacts.back());
      event.mutable_email_sent()->set_thread(desk.next_id("th"));
      event.mutable_email_sent()->set_topic("Getting to know each other");
    });
  }
}

void quiet_fade(Desk& desk) {
  mail_from(desk, at(kHushFrom, 10 * kHour), desk.plan.contacts[0], "Thanks",
            "Thanks, we will come back to you.");
  for (const int day : {-47, -33, -19, -11}) {
    desk.fix(Source::kMail, at(desk.days.workday_from(day), 11 * kHour), [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      Desk::with_person(event, desk.plan.contacts[0]);
      event.mutable_email_sent()->set_thread(desk.next_id("th"));
      event.mutable_email_sent()->set_topic("A date for our review?");
    });
  }
}

void saved(Desk& desk) {
  const Local outage = at(desk.days.workday_from(-210), 9 * kHour + 12 * kMinute);
  const std::string id = fmt::format("T-{:04}-outage", desk.plan.number);
  open(desk, outage, id, pb::COMPLAINT_SEVERITY_CRITICAL, "outage",
       "Nobody can work since this morning.");
  answer(desk, outage + 25 * kMinute, id);
  resolve(desk, desk.days.add_business(outage, 46 * kHour), id);
  for (const int day : {-208, -205, -199}) {
    const int on = desk.days.workday_from(day);
    const std::string more = fmt::format("T-{:04}-outage{}", desk.plan.number, -day);
    open(desk, at(on, 11 * kHour), more, pb::COMPLAINT_SEVERITY_HIGH, "outage",
         "Claims of last week are missing.");
    answer(desk, at(on, 15 * kHour), more);
    resolve(desk, desk.days.add_business(at(on, 15 * kHour), 34 * kHour), more);
  }
  survey(desk, at(desk.days.workday_from(-207), 15 * kHour), pb::SURVEY_KIND_CSAT, 1, "Not again.");
  const int visit = desk.days.workday_from(-190);
  desk.fix(Source::kCalendar, at(visit, 12 * kHour), [&](pb::Event& event) {
    event.set_actor("dorothea.falk");
    Desk::with_person(event, desk.plan.contacts[0]);
    event.mutable_meeting_held()->set_meeting(desk.next_id("mt"));
    event.mutable_meeting_held()->set_mode(pb::MEETING_MODE_ON_SITE);
    event.mutable_meeting_held()->set_duration_s(2 * kHour);
    event.mutable_meeting_held()->set_topic("What went wrong, and what we change");
  });
  promise(desk, visit + 1, visit + 15, visit + 13, true, "Report on the outage");
  promise(desk, visit + 1, visit + 29, visit + 27, true, "Second data centre");
  promise(desk, visit + 1, visit + 50, visit + 48, true, "Monthly service review");
  survey(desk, at(desk.days.workday_from(-122), 15 * kHour), pb::SURVEY_KIND_NPS, 9,
         "They kept their word.");
}

void green_churn(Desk& desk) {
  survey(desk, at(desk.days.workday_from(-140), 14 * kHour), pb::SURVEY_KIND_NPS, 9,
         "Works well for us.");
  note(desk, at(desk.days.workday_from(-119), 16 * kHour),
       "Acquired; the new owner has a system of its own.");
}

void lost_in_handover(Desk& desk) {
  promise(desk, -280, -201, -200, false, "Migration plan");
  mail_from(desk, at(desk.days.workday_from(-262), 10 * kHour), desk.plan.contacts[0],
            "Who is our contact now?", "We have told all this to your colleague already.");
  mail_from(desk, at(desk.days.workday_from(-197), 10 * kHour), desk.plan.contacts[0],
            "Migration plan", "The plan was due last week.");
}

void expansion(Desk& desk) {
  for (const int day : {-28, -21, -14, -8, -3}) {
    desk.fix(Source::kProduct, at(desk.days.workday_from(day), 11 * kHour),
             [&](pb::Event& event) { event.mutable_usage_limit_reached()->set_limit("seats"); });
  }
  desk.fix(Source::kCrm, at(desk.days.workday_from(-2) - 3, 15 * kHour), [&](pb::Event& event) {
    event.set_actor(desk.owner(-5));
    pb::OpportunityCreated& created = *event.mutable_opportunity_created();
    created.set_opportunity(desk.next_id("op"));
    created.set_product("More seats");
    created.mutable_annual_value()->set_amount_minor(3'600'000);
    created.mutable_annual_value()->set_currency("EUR");
  });
}

}  // namespace

void write_story(Desk& desk) {
  switch (desk.plan.story) {
    case 1: return champion_left(desk);
    case 2: return quiet_fade(desk);
    case 3: return reopened(desk);
    case 4: return saved(desk);
    case 5: return green_churn(desk);
    case 7: return lost_in_handover(desk);
    case 8: return expansion(desk);
    default: return;  // story 6 is all in its use of the product
  }
}

void write_live_script(Desk& desk) {
  desk.scripting = true;
  const Local now = desk.days.now();
  if (desk.plan.story == 2) {
    mail_from(desk, now + 3 * kHour, desk.plan.contacts[0], "Sorry for the silence",
              "Sorry for the silence. Can we talk this week?");
  }
  if (desk.plan.loses_champion_live) {
    desk.fix(Source::kCrm, now + 7 * kHour, [&](pb::Event& event) {
      Desk::with_person(event, desk.plan.contacts[0]);
      event.mutable_stakeholder_left();
    });
  }
  if (desk.plan.leaves_live) {
    desk.fix(Source::kCrm, now + 9 * kHour - kMinute, [&](pb::Event& event) {
      event.set_actor(desk.owner(0));
      pb::ContractNoticeGiven& notice = *event.mutable_contract_notice_given();
      notice.set_contract(desk.contract());
      notice.set_ends_at_us(desk.days.instant(at(desk.contract_end, 0)).us);
      notice.set_by(pb::SIDE_CLIENT);
      notice.set_reason("price");
    });
  }
  desk.scripting = false;
}

}  // namespace tenure::book
