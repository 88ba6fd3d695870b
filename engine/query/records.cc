// What people write about an account, as events of source "tenure/acts".
#include "engine/event/decoder.h"
#include "engine/query/act_texts.h"
#include "engine/query/queries.h"
#include "engine/query/stakeholder_roles.h"
#include "tenure/api/v1/act.pb.h"
#include "tenure/event/v1/event.pb.h"

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

Error bad(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

// Nobody writes down what took place before that, but an instant of another unit may look like it.
constexpr std::string_view kEarliestActText = "2000-01-01";
constexpr Instant kEarliestAct{946'684'800'000'000};

// When it took place: not in the future.
Result<Instant> past_instant(const std::string& at, std::string_view field, Instant now) {
  if (at.empty()) return now;
  const auto instant = parse_instant(at);
  if (!instant) return bad(std::string(field) + ": " + instant.error().message);
  if (*instant > now) return bad(std::string(field) + ": " + at + " is in the future");
  if (*instant < kEarliestAct)
    return bad(std::string(field) + ": " + at + " is before " + std::string(kEarliestActText) +
               "; say when it took place, such as 2026-03-01T17:00:00Z");
  return *instant;
}

Result<Instant> date_of(const std::string& due, std::string_view field) {
  if (due.empty()) return bad(std::string(field) + ": say by when, such as 2026-03-01T17:00:00Z");
  const auto instant = parse_instant(due);
  if (!instant) return bad(std::string(field) + ": " + instant.error().message);
  return *instant;
}

Result<void> check_length(std::int64_t seconds, std::string_view field) {
  if (seconds >= 0 && seconds <= 86'400) return {};
  return bad(std::string(field) + ": must be 0 to 86400 seconds");
}

// What says nothing at all is a slip of the finger, and would count as a word with the client.
Error says_nothing(std::string_view field, std::string_view parts) {
  return bad(std::string(field) + ": says nothing; give at least one of " + std::string(parts));
}

Result<void> fill_call(const msg::LogCall& call, Instant now, pb::Event& event) {
  if (call.at().empty() && !call.from_client() && call.duration_s() == 0 && call.about().empty())
    return says_nothing("call", "at, from_client, duration_s and about");
  TENURE_TRY_ASSIGN(const Instant at, past_instant(call.at(), "call.at", now));
  TENURE_TRY(check_length(call.duration_s(), "call.duration_s"));
  TENURE_TRY(check_lines(call.about(), "call.about", {0, 2000}));
  event.set_occurred_at_us(at.us);
  pb::CallCompleted& out = *event.mutable_call_completed();
  out.set_caller(call.from_client() ? pb::SIDE_CLIENT : pb::SIDE_US);
  out.set_duration_s(call.duration_s());
  out.set_text(call.about());
  return {};
}

Result<void> fill_meeting(const msg::LogMeeting& meeting, const std::string& id, Instant now,
                          pb::Event& event) {
  if (meeting.at().empty() && meeting.duration_s() == 0 && meeting.about().empty())
    return says_nothing("meeting", "at, duration_s and about");
  TENURE_TRY_ASSIGN(const Instant at, past_instant(meeting.at(), "meeting.at", now));
  TENURE_TRY(check_length(meeting.duration_s(), "meeting.duration_s"));
  TENURE_TRY(check_lines(meeting.about(), "meeting.about", {0, 2000}));
  event.set_occurred_at_us(at.us);
  pb::MeetingHeld& out = *event.mutable_meeting_held();
  out.set_meeting(id);
  out.set_duration_s(meeting.duration_s());
  out.set_topic(meeting.about());
  return {};
}

Result<void> fill_task(const msg::AddTask& task, const msg::RecordRequest& request,
                       pb::Event& event) {
  TENURE_TRY(check_lines(task.title(), "task.title", {1, 500}));
  TENURE_TRY(check_line(task.assignee(), "task.assignee", {0, 200}));
  TENURE_TRY_ASSIGN(const Instant due, date_of(task.due_at(), "task.due_at"));
  pb::TaskCreated& out = *event.mutable_task_created();
  out.set_task(request.id());
  out.set_title(task.title());
  out.set_due_at_us(due.us);
  out.set_assignee(task.assignee().empty() ? request.actor() : task.assignee());
  return {};
}

Result<pb::StakeholderRole> role_of(const std::string& name, std::string_view field) {
  for (const auto& [word, role] : kStakeholderRoles)
    if (word == name) return role;
  return bad(std::string(field) +
             ": must be champion, economic buyer, sponsor, user, detractor or back office");
}

Result<void> add_person(const std::string& id, std::string_view field, pb::Event& event) {
  const bool digits = id.size() == 32 && id.find_first_not_of("0123456789abcdef") == id.npos;
  if (!digits) return bad(std::string(field) + ": must be an id that ListPeople names");
  event.add_persons()->set_surrogate(id);
  event.mutable_persons(0)->set_side(pb::SIDE_CLIENT);
  return {};
}

Result<void> fill_person(const msg::AddPerson& person, const msg::RecordRequest& request,
                         std::string_view person_key, pb::Event& event) {
  TENURE_TRY(check_line(person.name(), "person_added.name", {1, 200}));
  TENURE_TRY(check_line(person.title(), "person_added.title", {0, 200}));
  TENURE_TRY_ASSIGN(const pb::StakeholderRole role, role_of(person.role(), "person_added.role"));
  TENURE_TRY(add_person(person_surrogate(person_key, event.source(), request.id()), "person_added",
                        event));
  event.mutable_persons(0)->set_name(person.name());
  event.mutable_stakeholder_added()->set_role(role);
  event.mutable_stakeholder_added()->set_title(person.title());
  return {};
}

Result<void> fill_opinion(const msg::GiveOpinion& opinion, pb::Event& event) {
  pb::OpinionGiven& out = *event.mutable_opinion_given();
  if (opinion.risk() == "low") out.set_risk(pb::RISK_LOW);
  if (opinion.risk() == "medium") out.set_risk(pb::RISK_MEDIUM);
  if (opinion.risk() == "high") out.set_risk(pb::RISK_HIGH);
  if (out.risk() == pb::RISK_UNSPECIFIED) return bad("opinion.risk: must be low, medium or high");
  TENURE_TRY(check_lines(opinion.reason(), "opinion.reason", {0, 2000}));
  out.set_reason(opinion.reason());
  // A repeat is the same act at another time, so the preset is the reader's to add.
  if (opinion.until().empty()) return {};
  TENURE_TRY_ASSIGN(const Instant until, date_of(opinion.until(), "opinion.until"));
  out.set_until_us(until.us);
  return {};
}

Result<void> fill_change(const msg::RecordRequest& request, std::string_view person_key,
                         pb::Event& event) {
  switch (request.what_case()) {
    case msg::RecordRequest::kPromiseKept:
      TENURE_TRY(check_line(request.promise_kept().promise(), "promise_kept.promise", {1, 128}));
      event.mutable_promise_kept()->set_promise(request.promise_kept().promise());
      return {};
    case msg::RecordRequest::kPromiseRevised: {
      const msg::RevisePromise& revised = request.promise_revised();
      TENURE_TRY(check_line(revised.promise(), "promise_revised.promise", {1, 128}));
      TENURE_TRY_ASSIGN(const Instant due, date_of(revised.due_at(), "promise_revised.due_at"));
      event.mutable_promise_revised()->set_promise(revised.promise());
      event.mutable_promise_revised()->set_due_at_us(due.us);
      return {};
    }
    case msg::RecordRequest::kPersonAdded:
      return fill_person(request.person_added(), request, person_key, event);
    case msg::RecordRequest::kRoleChanged: {
      TENURE_TRY(add_person(request.role_changed().person(), "role_changed.person", event));
      TENURE_TRY_ASSIGN(const pb::StakeholderRole role,
                        role_of(request.role_changed().role(), "role_changed.role"));
      event.mutable_stakeholder_role_changed()->set_role(role);
      return {};
    }
    default: break;
  }
  const msg::PersonLeft& left = request.person_left();
  TENURE_TRY(add_person(left.person(), "person_left.person", event));
  TENURE_TRY(check_line(left.successor(), "person_left.successor", {0, 32}));
  event.mutable_stakeholder_left()->set_successor(left.successor());
  return {};
}

Result<void> fill_what(const msg::RecordRequest& request, Instant now, std::string_view person_key,
                       pb::Event& event) {
  switch (request.what_case()) {
    case msg::RecordRequest::kCall: return fill_call(request.call(), now, event);
    case msg::RecordRequest::kMeeting:
      return fill_meeting(request.meeting(), request.id(), now, event);
    case msg::RecordRequest::kNote:
      TENURE_TRY(check_lines(request.note().text(), "note.text", {1, 4000}));
      event.mutable_note_added()->set_text(request.note().text());
      return {};
    case msg::RecordRequest::kTask: return fill_task(request.task(), request, event);
    case msg::RecordRequest::kTaskDone:
      TENURE_TRY(check_line(request.task_done().task(), "task_done.task", {1, 128}));
      event.mutable_task_done()->set_task(request.task_done().task());
      return {};
    case msg::RecordRequest::kPromise: {
      TENURE_TRY(check_lines(request.promise().text(), "promise.text", {1, 500}));
      TENURE_TRY_ASSIGN(const Instant due, date_of(request.promise().due_at(), "promise.due_at"));
      pb::PromiseMade& out = *event.mutable_promise_made();
      out.set_promise(request.id());
      out.set_what(request.promise().text());
      out.set_due_at_us(due.us);
      return {};
    }
    case msg::RecordRequest::kOpinion: return fill_opinion(request.opinion(), event);
    case msg::RecordRequest::WHAT_NOT_SET:
      return bad("what: say what happened, such as a call, a note or a task");
    default: return fill_change(request, person_key, event);
  }
}

}  // namespace

Result<std::string> record_envelope(const msg::RecordRequest& request, Instant now,
                                    std::string_view person_key) {
  TENURE_TRY(check_act_id(request.id()));
  if (request.account().empty()) return bad("account: say which");
  TENURE_TRY(check_line(request.account(), "account", {1, 128}));
  TENURE_TRY(check_actor(request.actor(), "writes"));
  pb::Event event;
  event.set_source("tenure/acts");
  event.set_id(request.id());
  event.set_occurred_at_us(now.us);
  event.set_subject(request.account());
  event.add_accounts(request.account());
  event.set_actor(request.actor());
  TENURE_TRY(fill_what(request, now, person_key, event));
  return event.SerializeAsString();
}

}  // namespace tenure
