// Our own people: who looks after whom, and what is known of our feeds.

#include "apps/book/internal/desk.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::book {
namespace {

constexpr std::array<const char*, 10> kFirstHolders = {
    "nele.harms",     "oskar.tiede", "paula.wirtz",  "ralf.steinke", "sina.moritz",
    "timo.vogelsang", "ute.lammers", "viktor.haase", "wiebke.olms",  "yannik.rade"};
constexpr std::array<const char*, 2> kLeads = {"birgit.anders", "carsten.mohn"};
constexpr const char* kDirector = "dorothea.falk";

// Seat 4's holder is away over the book's present; seat 5's covers. Long before, another one came
// back early.
constexpr int kAwayFrom = -3;
constexpr int kAwayUntil = 11;
constexpr int kAwayBefore = -160;

int lead_of(std::size_t seat) { return seat < 3 || seat == 8 || seat == 4 ? 0 : 1; }

Draft reference_draft(const Days& days, Local when, int number, pb::Event& event) {
  event.set_source(source_name(Source::kStaff));
  event.set_id(fmt::format("staff-{}", number));
  event.set_occurred_at_us(days.instant(when).us);
  Draft draft;
  draft.at = when;
  draft.order = static_cast<std::uint32_t>(number);
  draft.source = Source::kStaff;
  draft.prompt = true;
  event.SerializeToString(&draft.envelope);
  return draft;
}

void write_absences(const Days& days, const Seats& seats, int first_day, int number,
                    std::vector<Draft>& out) {
  const auto away = [&](int day, int seat, int cover, int from, int until) {
    pb::Event event;
    pb::AbsenceRecorded& absence = *event.mutable_absence_recorded();
    absence.set_person(seats.holder(seat, from));
    absence.set_cover(seats.holder(cover, from));
    absence.set_from_us(days.instant(at(from, 0)).us);
    absence.set_until_us(days.instant(at(until, 0)).us);
    out.push_back(reference_draft(days, at(day, 16 * kHour), ++number, event));
    return event.id();
  };
  if (first_day < kAwayBefore) {
    const std::string early = away(kAwayBefore, 6, 7, kAwayBefore + 7, kAwayBefore + 28);
    pb::Event back;
    back.mutable_absence_ended()->set_absence(early);
    out.push_back(reference_draft(days, at(kAwayBefore + 21, 9 * kHour), ++number, back));
  }
  away(kAwayFrom - 7, 4, 5, kAwayFrom, kAwayUntil);
}

}  // namespace

Seats make_seats() {
  Seats seats;
  for (std::size_t i = 0; i < seats.holders.size(); ++i) {
    seats.holders[i].emplace_back(-100'000, kFirstHolders[i]);
  }
  seats.holders[1].emplace_back(kFirstLeaves, "zoe.brandt");
  seats.holders[3].emplace_back(kSecondLeaves, "arne.fokken");
  return seats;
}

std::vector<Draft> write_reference(const Days& days, const Seats& seats, int first_day) {
  std::vector<Draft> out;
  int number = 0;
  const auto report = [&](int day, const std::string& person, const char* superior) {
    pb::Event event;
    event.mutable_reports_to_set()->set_person(person);
    event.mutable_reports_to_set()->set_manager(superior);
    event.mutable_reports_to_set()->set_effective_at_us(days.instant(at(day, 6 * kHour)).us);
    ++number;
    out.push_back(reference_draft(days, at(day, 6 * kHour) + number, number, event));
  };
  for (const char* lead : kLeads) report(first_day, lead, kDirector);
  for (std::size_t seat = 0; seat < seats.holders.size(); ++seat) {
    const auto& first = seats.holder(static_cast<int>(seat), first_day);
    report(first_day, first, kLeads[static_cast<std::size_t>(lead_of(seat))]);
    for (const auto& [day, person] : seats.holders[seat]) {
      if (day <= first_day) continue;
      report(day, person, kLeads[static_cast<std::size_t>(lead_of(seat))]);
    }
  }
  if (first_day < kReorganised) {  // two standard managers change their lead
    report(kReorganised, seats.holder(4, kReorganised), kLeads[1]);
    report(kReorganised, seats.holder(5, kReorganised), kLeads[0]);
  }
  pb::Event down;
  down.mutable_source_gap_opened()->set_feed("usage");
  down.mutable_source_gap_opened()->set_from_us(days.instant(at(-18, 0)).us);
  down.mutable_source_gap_opened()->set_reason("The product's usage export stands still.");
  ++number;
  out.push_back(reference_draft(days, at(-18, 18 * kHour), number, down));
  pb::Event back;
  back.mutable_source_gap_closed()->set_feed("usage");
  back.mutable_source_gap_closed()->set_until_us(days.instant(at(-15, 8 * kHour)).us);
  ++number;
  out.push_back(reference_draft(days, at(-15, 8 * kHour), number, back));
  write_absences(days, seats, first_day, number, out);
  return out;
}

void write_owner_changes(Desk& desk) {
  for (const int day : {kFirstLeaves, kReorganised, kSecondLeaves}) {
    if (day <= std::max(desk.first_day, desk.plan.first_day)) continue;
    const std::string& person = desk.owner(day);
    const std::string& before = desk.owner(day - 1);
    if (person == before) continue;
    const Local morning = at(desk.days.workday_from(day), 9 * kHour) + desk.plan.number;
    desk.put(Source::kCrm, morning - 5 * kDaySeconds, [&](pb::Event& event) {
      event.set_actor(before);
      event.mutable_handover_started()->set_to(person);
      event.mutable_handover_started()->set_from(before);
    });
    desk.put(Source::kCrm, morning,
             [&](pb::Event& event) { event.mutable_account_assigned()->set_owner(person); });
    const bool lost = desk.plan.story == 7;
    if (lost || desk.dice.chance_permille(80)) {
      desk.put(Source::kCrm, morning + 2 * kDaySeconds, [&](pb::Event& event) {
        event.set_actor(person);
        pb::HandoverReturned& returned = *event.mutable_handover_returned();
        returned.set_by(person);
        for (const char* missing : {"goals", "promises", "history"}) returned.add_missing(missing);
      });
      // Nobody of story 7 is left who could complete it.
      if (lost) continue;
    }
    const int accepted =
        desk.days.workday_from(day_at(morning) + static_cast<int>(desk.dice.between(3, 12)));
    desk.put(Source::kCrm, at(accepted, 15 * kHour), [&](pb::Event& event) {
      event.set_actor(person);
      event.mutable_handover_accepted()->set_by(person);
    });
  }
}

}  // namespace tenure::book
