// Mails, calls and meetings of a day.

#include "apps/book/internal/desk.h"

#include <algorithm>

namespace tenure::book {
namespace {

// A reply takes a median of four business hours on the client's side. Ours is quicker and less
// spread: with the client's spread, one mail of eight would wait two days, and every account would
// alarm every month.
constexpr Local kClientReply = 4 * kHour;
constexpr std::int64_t kClientReplySigma = 1200;
constexpr Local kOurReply = 3 * kHour;
constexpr std::int64_t kOurReplySigma = 700;
// Of a hundred thousand mails of clients, how many we never answer: few, but more where service is
// why they go.
constexpr std::int64_t kForgotten = 150;
constexpr std::int64_t kForgottenOnTheWayOut = 4'000;

constexpr std::array<const char*, 8> kTopics = {"Question about the last delivery",
                                                "Plan for next quarter",
                                                "Access for two colleagues",
                                                "Report for our board",
                                                "Change of our address",
                                                "Next steps",
                                                "Training for the new team",
                                                "Figures of last month"};
constexpr std::array<const char*, 4> kRivals = {
    "We have an offer from another vendor on the table.", "Our budget asks for a discount.",
    "Could you match a lower price?", "We are comparing you with two others."};

void reply_from_us(Desk& desk, Local asked, const std::string& thread, const std::string& id) {
  const Local when =
      desk.days.add_business(asked, desk.dice.lognormal(kOurReply, kOurReplySigma) + 2 * kMinute);
  desk.put(Source::kMail, when, [&](pb::Event& event) {
    event.set_actor(desk.owner(day_at(when)));
    desk.with_contact(event, day_at(when));
    event.mutable_email_sent()->set_thread(thread);
    event.mutable_email_sent()->set_in_reply_to(id);
  });
}

bool is_forgotten(Desk& desk) {
  const bool on_the_way_out = desk.mood.mail_milli < 900;
  return desk.dice.below(100'000) < (on_the_way_out ? kForgottenOnTheWayOut : kForgotten);
}

void mail_from_client(Desk& desk, int day) {
  const Local when = desk.moment(day);
  const bool automatic = desk.dice.chance_permille(15);
  const bool rival = !automatic && desk.dice.chance_permille(desk.mood.rival_permille);
  const std::string thread = desk.next_id("th");
  const std::string id = desk.put(Source::kMail, when, [&](pb::Event& event) {
    desk.with_contact(event, day);
    pb::EmailReceived& mail = *event.mutable_email_received();
    mail.set_thread(thread);
    mail.set_topic(automatic ? "Out of office" : desk.dice.pick(kTopics));
    mail.set_automatic(automatic);
    mail.set_mentions_leaving(rival);
    if (rival) mail.set_text(desk.dice.pick(kRivals));
  });
  if (!automatic && !is_forgotten(desk)) reply_from_us(desk, when, thread, id);
}

void mail_from_us(Desk& desk, int day) {
  const Local when = desk.moment(day);
  const std::string thread = desk.next_id("th");
  const std::string id = desk.put(Source::kMail, when, [&](pb::Event& event) {
    event.set_actor(desk.owner(day));
    desk.with_contact(event, day);
    event.mutable_email_sent()->set_thread(thread);
    event.mutable_email_sent()->set_topic(desk.dice.pick(kTopics));
  });
  if (desk.quiet || !desk.dice.chance_permille(450 * desk.mood.mail_milli / 1000)) return;
  const Local delay = desk.dice.lognormal(kClientReply, kClientReplySigma);
  const Local answered =
      desk.days.add_business(when, delay * desk.mood.reply_milli / 1000 + 2 * kMinute);
  const std::string reply = desk.put(Source::kMail, answered, [&](pb::Event& event) {
    desk.with_contact(event, day_at(answered));
    event.mutable_email_received()->set_thread(thread);
    event.mutable_email_received()->set_in_reply_to(id);
  });
  if (!is_forgotten(desk)) reply_from_us(desk, answered, thread, reply);
}

std::int64_t client_share(const Desk& desk) {
  return desk.quiet ? 0 : desk.plan.rate_milli * desk.mood.mail_milli / 1000;
}

}  // namespace

void write_mail(Desk& desk, int day) {
  // New threads a month. With the replies they make 14 in and 16 out, 4 and 5, 0.7 and 0.9.
  const std::int64_t theirs = by_tier<std::int64_t>(desk.plan.tier, 13'100, 3'550, 610);
  const std::int64_t ours = by_tier<std::int64_t>(desk.plan.tier, 2'000, 1'000, 200);
  for (int n = desk.times_today(day, theirs * client_share(desk) / 1000); n > 0; --n) {
    mail_from_client(desk, day);
  }
  for (int n = desk.times_today(day, ours * desk.plan.rate_milli / 1000); n > 0; --n) {
    mail_from_us(desk, day);
  }
  if (desk.plan.sector != Sector::kTech) return;
  for (int n = desk.times_today(day, 300 * client_share(desk) / 1000); n > 0; --n) {
    const std::string thread = desk.next_id("ch");
    const Local when = std::min(desk.moment(day), at(day, 17 * kHour));
    desk.put(Source::kMail, when, [&](pb::Event& event) {
      desk.with_contact(event, day);
      event.mutable_chat_message_sent()->set_by(pb::SIDE_CLIENT);
      event.mutable_chat_message_sent()->set_thread(thread);
    });
    const Local answered = when + desk.dice.between(60, 1500);
    desk.put(Source::kMail, answered, [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      desk.with_contact(event, day);
      event.mutable_chat_message_sent()->set_by(pb::SIDE_US);
      event.mutable_chat_message_sent()->set_thread(thread);
    });
  }
}

void write_calls(Desk& desk, int day) {
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 3000, 800, 100);
  for (int n = desk.times_today(day, rate * client_share(desk) / 1000); n > 0; --n) {
    const Local when = desk.moment(day);
    const pb::Side caller = desk.dice.chance_permille(400) ? pb::SIDE_CLIENT : pb::SIDE_US;
    const bool missed = desk.dice.chance_permille(120);
    desk.put(Source::kPhone, when, [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      desk.with_contact(event, day);
      if (missed) {
        event.mutable_call_missed()->set_caller(caller);
        return;
      }
      event.mutable_call_completed()->set_caller(caller);
      event.mutable_call_completed()->set_duration_s(desk.dice.lognormal(480, 800));
    });
    if (!missed || caller != pb::SIDE_CLIENT) continue;
    desk.put(Source::kPhone, desk.days.add_business(when, desk.dice.between(600, 9000)),
             [&](pb::Event& event) {
               event.set_actor(desk.owner(day));
               desk.with_contact(event, day);
               event.mutable_call_completed()->set_caller(pb::SIDE_US);
               event.mutable_call_completed()->set_duration_s(desk.dice.lognormal(420, 700));
             });
  }
}

void write_meetings(Desk& desk, int day) {
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 2900, 600, 60);
  const std::int64_t on_site = by_tier<std::int64_t>(desk.plan.tier, 200, 80, 0);
  for (int n = desk.times_today(day, rate * desk.plan.rate_milli / 1000); n > 0; --n) {
    if (desk.quiet) continue;
    const Local arranged = desk.moment(day);
    const int on_day = desk.days.workday_from(day + static_cast<int>(desk.dice.between(3, 16)));
    const Local starts = at(on_day, 9 * kHour + desk.dice.below(16) * 30 * kMinute);
    const std::string meeting = desk.next_id("mt");
    const auto mode =
        desk.dice.chance_permille(on_site) ? pb::MEETING_MODE_ON_SITE : pb::MEETING_MODE_ONLINE;
    desk.put(Source::kCalendar, arranged, [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      desk.with_contact(event, day);
      pb::MeetingScheduled& scheduled = *event.mutable_meeting_scheduled();
      scheduled.set_meeting(meeting);
      scheduled.set_starts_at_us(desk.days.instant(starts).us);
      scheduled.set_mode(mode);
      scheduled.set_topic(desk.dice.pick(kTopics));
    });
    const std::int64_t fate = desk.dice.below(1000);
    const bool cancelled = fate < desk.mood.cancel_permille;
    const bool missed = !cancelled && fate < desk.mood.cancel_permille + 40;
    const Local length = desk.dice.between(2, 6) * 15 * kMinute;
    Local told = starts + length;
    if (missed) told = starts + 20 * kMinute;
    if (cancelled) told = std::max(arranged + kHour, starts - desk.dice.between(2, 40) * kHour);
    desk.put(Source::kCalendar, told, [&](pb::Event& event) {
      event.set_actor(desk.owner(on_day));
      desk.with_contact(event, on_day);
      if (cancelled) {
        event.mutable_meeting_cancelled()->set_meeting(meeting);
        event.mutable_meeting_cancelled()->set_by(desk.dice.chance_permille(800) ? pb::SIDE_CLIENT
                                                                                 : pb::SIDE_US);
      } else if (missed) {
        event.mutable_meeting_no_show()->set_meeting(meeting);
      } else {
        event.mutable_meeting_held()->set_meeting(meeting);
        event.mutable_meeting_held()->set_mode(mode);
        event.mutable_meeting_held()->set_duration_s(length);
      }
    });
  }
}

}  // namespace tenure::book
