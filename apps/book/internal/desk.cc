#include "apps/book/internal/desk.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::book {
namespace {

// A workday's share of a month: 20.3 and not 21.7, because August and the turn of the year are
// slow.
constexpr std::int64_t kWorkdaysMilli = 20'300;

}  // namespace

const char* source_name(Source source) {
  static constexpr std::array<const char*, kSourceCount> kNames = {
      "crm", "mail", "calendar", "phone", "helpdesk", "billing", "product", "survey", "staff"};
  return kNames[static_cast<std::size_t>(source)];
}

const std::string& Seats::holder(int seat, int day) const {
  const auto& of_seat = holders[static_cast<std::size_t>(seat)];
  const std::string* found = &of_seat.front().second;
  for (const auto& [from, person] : of_seat) {
    if (from <= day) found = &person;
  }
  return *found;
}

Desk::Desk(const BookOptions& options, const Plan& of, const Days& calendar, const Seats& staff,
           int first, int last)
    : plan(of),
      days(calendar),
      dice(options.seed, 1000 + static_cast<std::uint64_t>(of.number)),
      value_minor(of.value_minor),
      seats(of.seats),
      first_day(first),
      last_day(last),
      staff_(staff) {}

std::string Desk::begin(pb::Event& event, Source source, Local when) {
  std::string id = fmt::format("{}-{:04}-{}", source_name(source), plan.number,
                               ++ids_[static_cast<std::size_t>(source)]);
  event.set_source(source_name(source));
  event.set_id(id);
  event.set_occurred_at_us(days.instant(when).us);
  event.set_subject(plan.id);
  event.add_accounts(plan.id);
  return id;
}

bool Desk::is_hushed(const pb::Event& event, Local when) const {
  if (!is_hushed_on(plan.story, day_at(when))) return false;
  return event.has_email_received() || event.has_call_completed() || event.has_meeting_held() ||
         event.has_complaint_opened() || event.has_complaint_reopened() ||
         event.has_chat_message_sent() || event.has_survey_answered() ||
         event.has_notice_acknowledged();
}

void Desk::finish(pb::Event& event, Source source, Local when, bool fixed) {
  const bool in_time = when >= at(first_day, 0) && when < at(std::min(plan.end_day, last_day), 0);
  const bool payment = event.has_invoice_paid() || event.has_invoice_written_off();
  const bool kept = in_time || (when < at(last_day, 0) && (fixed || payment));
  if (!kept || (!fixed && is_hushed(event, when))) return;
  Draft draft;
  draft.at = when;
  draft.account = plan.number;
  draft.order = static_cast<std::uint32_t>(drafts.size());
  draft.source = source;
  draft.prompt = fixed;
  draft.scripted = scripting;
  event.SerializeToString(&draft.envelope);
  drafts.push_back(std::move(draft));
}

void Desk::with_person(pb::Event& event, const Contact& contact) {
  pb::Person& person = *event.add_persons();
  person.set_source_person_id(contact.id);
  person.set_name(contact.name);
  person.set_side(pb::SIDE_CLIENT);
}

void Desk::with_contact(pb::Event& event, int day) {
  const Contact* chosen = nullptr;
  int seen = 0;
  for (const Contact& contact : plan.contacts) {
    if (contact.from_day > day || contact.until_day <= day) continue;
    // Story 1: the successor never says a word.
    if (plan.story == 1 && &contact == &plan.contacts.back()) continue;
    if (dice.below(++seen) == 0) chosen = &contact;
  }
  if (chosen != nullptr) with_person(event, *chosen);
}

int Desk::times_today(int day, std::int64_t milli_a_month) {
  return dice.times(milli_a_month * days.business_milli(day) * 1000 / kWorkdaysMilli);
}

Local Desk::moment(int day) {
  // The live part shows 09 to 18 only.
  const Local opens = day >= 0 ? 9 * kHour : 8 * kHour;
  return at(day, dice.between(opens, 18 * kHour - 1));
}

std::string Desk::next_id(const char* prefix) {
  return fmt::format("{}-{:04}-{}", prefix, plan.number, ++things_);
}

void name_activity(pb::Event& event, const char* name,
                   std::initializer_list<std::pair<const char*, std::string>> attributes) {
  pb::ActivityRecorded& activity = *event.mutable_activity_recorded();
  activity.set_name(name);
  for (const auto& [key, value] : attributes) {
    pb::Attribute& attribute = *activity.add_attributes();
    attribute.set_name(key);
    attribute.set_value(value);
  }
}

}  // namespace tenure::book
