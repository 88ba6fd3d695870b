// What our own people do for an account: notes, tasks, promises, notices.

#include "apps/book/internal/desk.h"

#include <fmt/format.h>

namespace tenure::book {
namespace {

constexpr std::array<const char*, 5> kNotes = {
    "Talked through the roadmap.", "Wants a report by region.", "New project starts next month.",
    "Team is content with support.", "Asked about training."};
constexpr std::array<const char*, 4> kTasks = {"Prepare the review", "Send the offer",
                                               "Check the invoice", "Call back"};
constexpr std::array<const char*, 4> kPromises = {"Report by region", "Second training day",
                                                  "Answer of the product team", "Faster export"};

constexpr std::array<const char*, 3> kWebinars = {"New in spring", "Reports that people read",
                                                  "Access and roles"};

void write_tasks(Desk& desk, int day) {
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 4000, 1000, 200);
  for (int n = desk.times_today(day, rate); n > 0; --n) {
    const std::string task = desk.next_id("task");
    const int due = desk.days.workday_from(day + static_cast<int>(desk.dice.between(2, 20)));
    desk.put(Source::kCrm, desk.moment(day), [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      pb::TaskCreated& created = *event.mutable_task_created();
      created.set_task(task);
      created.set_title(desk.dice.pick(kTasks));
      created.set_due_at_us(desk.days.instant(at(due, 17 * kHour)).us);
      created.set_assignee(desk.owner(day));
    });
    const bool dropped = desk.dice.chance_permille(60);
    const int done = desk.days.workday_from(day + 1 + static_cast<int>(desk.dice.below(22)));
    desk.put(Source::kCrm, desk.moment(done), [&](pb::Event& event) {
      event.set_actor(desk.owner(done));
      if (dropped) {
        event.mutable_task_dropped()->set_task(task);
      } else {
        event.mutable_task_done()->set_task(task);
      }
    });
  }
}

void write_promises(Desk& desk, int day) {
  const std::int64_t rate = by_tier<std::int64_t>(desk.plan.tier, 800, 250, 30);
  for (int n = desk.times_today(day, rate); n > 0; --n) {
    const std::string promise = desk.next_id("pr");
    int due = desk.days.workday_from(day + static_cast<int>(desk.dice.between(7, 30)));
    const auto put = [&](int on, auto&& fill) {
      desk.put(Source::kCrm, desk.moment(on), [&](pb::Event& event) {
        event.set_actor(desk.owner(on));
        fill(event);
      });
    };
    put(day, [&](pb::Event& event) {
      event.mutable_promise_made()->set_promise(promise);
      event.mutable_promise_made()->set_what(desk.dice.pick(kPromises));
      event.mutable_promise_made()->set_due_at_us(desk.days.instant(at(due, 17 * kHour)).us);
    });
    const std::int64_t fate = desk.dice.below(100);
    if (fate >= 82 && fate < 93) {
      const int on = desk.days.workday_from(due - 2);
      due = desk.days.workday_from(due + static_cast<int>(desk.dice.between(5, 15)));
      put(on, [&](pb::Event& event) {
        event.mutable_promise_revised()->set_promise(promise);
        event.mutable_promise_revised()->set_due_at_us(desk.days.instant(at(due, 17 * kHour)).us);
      });
    }
    const int end = fate >= 93 ? desk.days.workday_from(due + 1) : desk.days.workday_from(due - 3);
    put(end, [&](pb::Event& event) {
      if (fate >= 93) {
        event.mutable_promise_missed()->set_promise(promise);
      } else {
        event.mutable_promise_kept()->set_promise(promise);
      }
    });
  }
}

}  // namespace

void write_own_work(Desk& desk, int day) {
  const std::int64_t notes = by_tier<std::int64_t>(desk.plan.tier, 3000, 600, 100);
  for (int n = desk.times_today(day, notes); n > 0; --n) {
    desk.put(Source::kCrm, desk.moment(day), [&](pb::Event& event) {
      event.set_actor(desk.owner(day));
      event.mutable_note_added()->set_text(desk.dice.pick(kNotes));
    });
  }
  write_tasks(desk, day);
  write_promises(desk, day);
  // A system of its own that no event type was made for.
  const std::int64_t webinars = by_tier<std::int64_t>(desk.plan.tier, 100, 50, 20);
  for (int n = desk.quiet ? 0 : desk.times_today(day, webinars); n > 0; --n) {
    desk.put(Source::kProduct, desk.moment(day), [&](pb::Event& event) {
      name_activity(event, "webinar.attended", {{"topic", desk.dice.pick(kWebinars)}});
    });
  }
}

void write_notices(Desk& desk, int day) {
  // One notice a month for everybody, on its second Tuesday; in March and September it is a policy.
  const CivilDay date = desk.days.civil(day);
  if (desk.days.weekday(day) != 1 || date.day < 8 || date.day > 14) return;
  const bool policy = date.month == 3 || date.month == 9;
  const std::string notice = fmt::format("notice-{}-{:02}", date.year, date.month);
  const Local sent = at(day, 10 * kHour + desk.plan.number * 7);
  desk.put(Source::kMail, sent, [&](pb::Event& event) {
    pb::NoticeDelivered& delivered = *event.mutable_notice_delivered();
    delivered.set_notice(notice);
    delivered.set_topic(policy ? "Terms of service" : "New in the product");
    delivered.set_policy(policy);
    if (policy) delivered.set_effective_at_us(desk.days.instant(at(day + 45, 0)).us);
  });
  const std::int64_t opens = by_tier<std::int64_t>(desk.plan.tier, 550, 380, 190);
  if (!desk.dice.chance_permille(opens * desk.mood.mail_milli / 1000)) return;
  const Local opened = desk.days.add_business(sent, desk.dice.lognormal(5 * kHour, 1000));
  desk.put(Source::kMail, opened,
           [&](pb::Event& event) { event.mutable_notice_opened()->set_notice(notice); });
  if (!policy || !desk.dice.chance_permille(750)) return;
  desk.put(Source::kMail, desk.days.add_business(opened, desk.dice.between(60, 2 * kDaySeconds)),
           [&](pb::Event& event) {
             desk.with_contact(event, day);
             event.mutable_notice_acknowledged()->set_notice(notice);
           });
}

}  // namespace tenure::book
