// What people write about an account, as events of source "tenure/acts".
#include "engine/query/queries.h"
#include "tenure/api/v1/act.pb.h"
#include "tenure/event/v1/event.pb.h"

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

Error bad(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

Result<void> check_text(const std::string& text, std::string_view field, std::size_t bytes_min,
                        std::size_t bytes_max) {
  if (text.size() >= bytes_min && text.size() <= bytes_max) return {};
  return bad(std::string(field) + ": must have " + std::to_string(bytes_min) + " to " +
             std::to_string(bytes_max) + " bytes");
}

// When it took place: not in the future.
Result<Instant> past_instant(const std::string& at, std::string_view field, Instant now) {
  if (at.empty()) return now;
  const auto instant = parse_instant(at);
  if (!instant) return bad(std::string(field) + ": " + instant.error().message);
  if (*instant > now) return bad(std::string(field) + ": " + at + " is in the future");
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

Result<void> fill_call(const msg::LogCall& call, Instant now, pb::Event& event) {
  TENURE_TRY_ASSIGN(const Instant at, past_instant(call.at(), "call.at", now));
  TENURE_TRY(check_length(call.duration_s(), "call.duration_s"));
  TENURE_TRY(check_text(call.about(), "call.about", 0, 2000));
  event.set_occurred_at_us(at.us);
  pb::CallCompleted& out = *event.mutable_call_completed();
  out.set_caller(call.from_client() ? pb::SIDE_CLIENT : pb::SIDE_US);
  out.set_duration_s(call.duration_s());
  out.set_text(call.about());
  return {};
}

Result<void> fill_meeting(const msg::LogMeeting& meeting, const std::string& id, Instant now,
                          pb::Event& event) {
  TENURE_TRY_ASSIGN(const Instant at, past_instant(meeting.at(), "meeting.at", now));
  TENURE_TRY(check_length(meeting.duration_s(), "meeting.duration_s"));
  TENURE_TRY(check_text(meeting.about(), "meeting.about", 0, 2000));
  event.set_occurred_at_us(at.us);
  pb::MeetingHeld& out = *event.mutable_meeting_held();
  out.set_meeting(id);
  out.set_duration_s(meeting.duration_s());
  out.set_topic(meeting.about());
  return {};
}

Result<void> fill_task(const msg::AddTask& task, const msg::RecordRequest& request,
                       pb::Event& event) {
  TENURE_TRY(check_text(task.title(), "task.title", 1, 500));
  TENURE_TRY(check_text(task.assignee(), "task.assignee", 0, 200));
  TENURE_TRY_ASSIGN(const Instant due, date_of(task.due_at(), "task.due_at"));
  pb::TaskCreated& out = *event.mutable_task_created();
  out.set_task(request.id());
  out.set_title(task.title());
  out.set_due_at_us(due.us);
  out.set_assignee(task.assignee().empty() ? request.actor() : task.assignee());
  return {};
}

Result<void> fill_what(const msg::RecordRequest& request, Instant now, pb::Event& event) {
  switch (request.what_case()) {
    case msg::RecordRequest::kCall: return fill_call(request.call(), now, event);
    case msg::RecordRequest::kMeeting:
      return fill_meeting(request.meeting(), request.id(), now, event);
    case msg::RecordRequest::kNote:
      TENURE_TRY(check_text(request.note().text(), "note.text", 1, 4000));
      event.mutable_note_added()->set_text(request.note().text());
      return {};
    case msg::RecordRequest::kTask: return fill_task(request.task(), request, event);
    case msg::RecordRequest::kTaskDone:
      TENURE_TRY(check_text(request.task_done().task(), "task_done.task", 1, 128));
      event.mutable_task_done()->set_task(request.task_done().task());
      return {};
    case msg::RecordRequest::kPromise: {
      TENURE_TRY(check_text(request.promise().text(), "promise.text", 1, 500));
      TENURE_TRY_ASSIGN(const Instant due, date_of(request.promise().due_at(), "promise.due_at"));
      pb::PromiseMade& out = *event.mutable_promise_made();
      out.set_promise(request.id());
      out.set_what(request.promise().text());
      out.set_due_at_us(due.us);
      return {};
    }
    case msg::RecordRequest::WHAT_NOT_SET: break;
  }
  return bad("what: say call, meeting, note, task, task_done or promise");
}

}  // namespace

Result<std::string> record_envelope(const msg::RecordRequest& request, Instant now) {
  if (request.id().empty() || request.id().size() > 128)
    return bad("id: give it an id of your own, 1 to 128 bytes; repeating it is one act");
  if (request.account().empty()) return bad("account: say which");
  if (request.actor().empty()) return bad("actor: say who writes");
  TENURE_TRY(check_text(request.actor(), "actor", 1, 200));
  pb::Event event;
  event.set_source("tenure/acts");
  event.set_id(request.id());
  event.set_occurred_at_us(now.us);
  event.set_subject(request.account());
  event.add_accounts(request.account());
  event.set_actor(request.actor());
  TENURE_TRY(fill_what(request, now, event));
  return event.SerializeAsString();
}

}  // namespace tenure
