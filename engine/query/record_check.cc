#include "engine/query/record_check.h"

#include "engine/base/text.h"
#include "engine/query/account_past.h"
#include "engine/query/account_story.h"
#include "tenure/api/v1/act.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr int kDueYearsMax = 10;
constexpr Duration kDueAheadMax = kDay * 3653;
constexpr int kOpinionDaysMax = 180;

Error bad(std::string what) { return fail(ErrorCode::kInvalid, std::move(what)); }

// A date of what is still to be done: one that is over would be an alarm about nothing.
Result<void> check_due(const std::string& due, std::string_view field, Instant now) {
  TENURE_TRY_ASSIGN(const Instant at, parse_instant(due));
  if (at <= now) return bad(fmt::format("{}: {} is over; say by when from now on", field, due));
  if (at > now + kDueAheadMax)
    return bad(fmt::format("{}: must lie at most {} years ahead", field, kDueYearsMax));
  return ok();
}

Result<void> check_dates(const msg::RecordRequest& request, Instant now) {
  switch (request.what_case()) {
    case msg::RecordRequest::kTask: return check_due(request.task().due_at(), "task.due_at", now);
    case msg::RecordRequest::kPromise:
      return check_due(request.promise().due_at(), "promise.due_at", now);
    case msg::RecordRequest::kPromiseRevised:
      return check_due(request.promise_revised().due_at(), "promise_revised.due_at", now);
    case msg::RecordRequest::kOpinion: {
      if (request.opinion().until().empty()) return ok();
      TENURE_TRY_ASSIGN(const Instant until, parse_instant(request.opinion().until()));
      if (until > now && until <= now + kDay * kOpinionDaysMax) return ok();
      return bad(fmt::format("opinion.until: must lie within the next {} days", kOpinionDaysMax));
    }
    default: return ok();
  }
}

// The last event that speaks of a task or a promise; null = none does.
const Event* last_of(const Story& story, EventTypes types, std::string_view id) {
  const auto& events = story.events();
  const auto found = std::find_if(events.rbegin(), events.rend(), [&](const LoggedEvent* logged) {
    return types.has(logged->event.type) && details_of(logged->event).about == id;
  });
  return found == events.rend() ? nullptr : &(*found)->event;
}

// `field`: "promise_kept.promise".
Error unknown(std::string_view field, std::string_view account, std::string_view thing,
              std::string_view id) {
  return fail(ErrorCode::kNotFound,
              fmt::format("{}: account '{}' has no {} '{}'; ListCommitments names those that are "
                          "open",
                          field, shown_text(account), thing, shown_text(id)));
}

Error over(std::string_view field, std::string_view id, std::string_view how, const Event& event,
           std::string_view what_to_do) {
  return fail(ErrorCode::kBusy,
              fmt::format("{}: '{}' was {} already at {}; {}", field, shown_text(id), how,
                          to_string(event.occurred_at), what_to_do));
}

constexpr std::string_view kNothingLeft = "nothing is left to do";

Result<void> check_task(const Story& story, const msg::RecordRequest& request) {
  using enum EventType;
  constexpr std::string_view kField = "task_done.task";
  const std::string& id = request.task_done().task();
  const Event* last = last_of(story, {kTaskCreated, kTaskDone, kTaskDropped}, id);
  if (last == nullptr) return unknown(kField, request.account(), "task", id);
  if (last->type == kTaskDone) return over(kField, id, "done", *last, kNothingLeft);
  if (last->type == kTaskDropped) return over(kField, id, "dropped", *last, kNothingLeft);
  return ok();
}

// One that a source called missed may still be kept, late, or have another date.
Result<void> check_promise(const Story& story, const msg::RecordRequest& request) {
  using enum EventType;
  const bool revises = request.has_promise_revised();
  const std::string_view field = revises ? "promise_revised.promise" : "promise_kept.promise";
  const std::string& id =
      revises ? request.promise_revised().promise() : request.promise_kept().promise();
  const Event* last =
      last_of(story, {kPromiseMade, kPromiseRevised, kPromiseKept, kPromiseMissed}, id);
  if (last == nullptr) return unknown(field, request.account(), "promise", id);
  if (last->type == kPromiseKept)
    return over(field, id, "kept", *last, revises ? "make another promise" : kNothingLeft);
  return ok();
}

Result<void> check_person(const Story& story, const std::string& account, const std::string& id,
                          std::string_view field) {
  const auto& events = story.events();
  const auto named = [&](const LoggedEvent* logged) {
    const auto& persons = logged->event.persons;
    return std::any_of(persons.begin(), persons.end(), [&](const PersonView& person) {
      return person.is_client && person.surrogate == id;
    });
  };
  if (std::any_of(events.begin(), events.end(), named)) return ok();
  return fail(
      ErrorCode::kNotFound,
      fmt::format("{}: account '{}' has no person '{}'; ListPeople names those of the client",
                  field, shown_text(account), shown_text(id)));
}

Result<void> check_successor(const Story& story, const msg::RecordRequest& request) {
  const msg::PersonLeft& left = request.person_left();
  TENURE_TRY(check_person(story, request.account(), left.person(), "person_left.person"));
  if (left.successor().empty()) return ok();
  if (left.successor() == left.person())
    return bad("person_left.successor: nobody succeeds themselves; name somebody else");
  return check_person(story, request.account(), left.successor(), "person_left.successor");
}

}  // namespace

Result<void> check_record(const Engine& engine, const msg::RecordRequest& request, Instant now) {
  const AccountId account(request.account());
  // What is written about nobody would make an account of its own.
  TENURE_TRY(postings_of(engine, account));
  TENURE_TRY(check_dates(request, now));
  switch (request.what_case()) {
    case msg::RecordRequest::kTaskDone:
    case msg::RecordRequest::kPromiseKept:
    case msg::RecordRequest::kPromiseRevised:
    case msg::RecordRequest::kRoleChanged:
    case msg::RecordRequest::kPersonLeft: break;
    default: return ok();
  }
  TENURE_TRY_ASSIGN(const Story story, read_story(engine, account));
  if (request.has_task_done()) return check_task(story, request);
  if (request.has_role_changed())
    return check_person(story, request.account(), request.role_changed().person(),
                        "role_changed.person");
  if (request.has_person_left()) return check_successor(story, request);
  return check_promise(story, request);
}

}  // namespace tenure
