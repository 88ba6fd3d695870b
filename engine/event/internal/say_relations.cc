// Sentences about people: interactions, stakeholders, complaints, surveys, promises, notices, notes
// and tasks.
#include "engine/event/internal/say.h"

#include <fmt/format.h>

namespace tenure::internal {
namespace {

std::string side(pb::Side by) {
  return by == pb::SIDE_US ? "us" : by == pb::SIDE_CLIENT ? "the client" : "somebody";
}

std::string role(pb::StakeholderRole role) {
  const std::string name = word(pb::StakeholderRole_descriptor(), role);
  return name.empty() ? "contact" : name;
}

std::string kind(pb::SurveyKind kind) {
  switch (kind) {
    case pb::SURVEY_KIND_NPS: return "NPS ";
    case pb::SURVEY_KIND_CSAT: return "CSAT ";
    case pb::SURVEY_KIND_CES: return "CES ";
    default: return {};
  }
}

std::string points(std::int64_t milli) {
  if (milli % 1000 == 0) return fmt::format("{}", milli / 1000);
  return fmt::format("{}{}.{:03}", milli < 0 ? "-" : "", std::abs(milli / 1000),
                     std::abs(milli % 1000));
}

std::string minutes(std::int64_t seconds) {
  if (seconds < 60) return "less than a minute";
  return seconds < 120 ? "1 minute" : fmt::format("{} minutes", seconds / 60);
}

std::string due(std::int64_t us) { return us == 0 ? std::string() : ", due " + day(us); }

std::string mode(pb::MeetingMode mode) { return word(pb::MeetingMode_descriptor(), mode); }

}  // namespace

std::string say(const pb::EmailSent& p, const Saying& how) {
  return fmt::format("We wrote to {}{}", who(how), quoted(how, p.topic()));
}
std::string say(const pb::EmailReceived& p, const Saying& how) {
  return fmt::format("{} wrote to us{}{}", who(how),
                     in_brackets({p.automatic() ? "automatic answer" : "",
                                  p.mentions_leaving() ? "mentions leaving" : ""}),
                     quoted(how, p.topic()));
}
std::string say(const pb::CallCompleted& p, const Saying& how) {
  const std::string length = p.duration_s() == 0 ? "" : " of " + minutes(p.duration_s());
  return fmt::format("Call with {}{}, made by {}{}", who(how), length, side(p.caller()),
                     quoted(how, p.text()));
}
std::string say(const pb::CallMissed& p, const Saying& how) {
  return fmt::format("Call with {} was missed, made by {}", who(how), side(p.caller()));
}
std::string say(const pb::MeetingScheduled& p, const Saying& how) {
  return fmt::format("Meeting with {} was arranged for {}{}{}", who(how), day(p.starts_at_us()),
                     in_brackets({mode(p.mode())}), quoted(how, p.topic()));
}
std::string say(const pb::MeetingHeld& p, const Saying& how) {
  // Who writes it down later need not know how long it took.
  const std::string length = p.duration_s() == 0 ? "was held" : "took " + minutes(p.duration_s());
  return fmt::format("Meeting with {} {}{}{}", who(how), length, in_brackets({mode(p.mode())}),
                     quoted(how, p.topic()));
}
std::string say(const pb::MeetingCancelled& p, const Saying& how) {
  return fmt::format("Meeting with {} was called off by {}{}", who(how), side(p.by()),
                     quoted(how, p.topic()));
}
std::string say(const pb::MeetingNoShow&, const Saying& how) {
  return fmt::format("Meeting to which {} did not come", who(how));
}
std::string say(const pb::ChatMessageSent& p, const Saying& how) {
  return p.by() == pb::SIDE_US
             ? fmt::format("We sent {} a chat message{}", who(how), quoted(how, p.text()))
             : fmt::format("{} sent a chat message{}", who(how), quoted(how, p.text()));
}

std::string say(const pb::StakeholderAdded& p, const Saying& how) {
  return fmt::format("{} became known as {}{}", who(how), role(p.role()), quoted(how, p.title()));
}
std::string say(const pb::StakeholderRoleChanged& p, const Saying& how) {
  return fmt::format("{} is now {}", who(how), role(p.role()));
}
std::string say(const pb::StakeholderLeft& p, const Saying& how) {
  return fmt::format("{} left the client{}", who(how),
                     p.successor().empty() ? ", no successor named" : "");
}
std::string say(const pb::StakeholderSentimentSet& p, const Saying& how) {
  return fmt::format("Sentiment of {} was judged {:+}", who(how), p.sentiment());
}

std::string say(const pb::ComplaintOpened& p, const Saying& how) {
  const std::string severity = word(pb::ComplaintSeverity_descriptor(), p.severity());
  return fmt::format("Complaint {} was opened{}{}", p.complaint(),
                     in_brackets({severity.empty() ? "" : "severity " + severity, p.category(),
                                  p.channel().empty() ? "" : "by " + p.channel()}),
                     quoted(how, p.text()));
}
std::string say(const pb::ComplaintAcknowledged& p, const Saying&) {
  return fmt::format("Complaint {} was taken in charge", p.complaint());
}
std::string say(const pb::ComplaintAssigned& p, const Saying&) {
  return fmt::format("Complaint {} was given to {}", p.complaint(), p.assignee());
}
std::string say(const pb::ComplaintResponded& p, const Saying&) {
  return fmt::format("The client was answered on complaint {}", p.complaint());
}
std::string say(const pb::ComplaintWaiting& p, const Saying&) {
  return fmt::format("Complaint {} waits on the client", p.complaint());
}
std::string say(const pb::ComplaintResumed& p, const Saying&) {
  return fmt::format("Complaint {} goes on after a wait", p.complaint());
}
std::string say(const pb::ComplaintResolved& p, const Saying&) {
  return fmt::format("Complaint {} was resolved{}", p.complaint(),
                     p.accepted() ? ", and the client accepted" : "");
}
std::string say(const pb::ComplaintReopened& p, const Saying& how) {
  return fmt::format("Complaint {} was opened again{}", p.complaint(), quoted(how, p.text()));
}
std::string say(const pb::ComplaintClosed& p, const Saying&) {
  return fmt::format("Complaint {} was closed", p.complaint());
}
std::string say(const pb::ComplaintWithdrawn& p, const Saying&) {
  return fmt::format("The client took complaint {} back", p.complaint());
}
std::string say(const pb::ComplaintProgressed& p, const Saying&) {
  return fmt::format("Complaint {} went on{}", p.complaint(), in_brackets({p.activity()}));
}

std::string say(const pb::SurveySent& p, const Saying&) {
  return fmt::format("{}survey {} was sent", kind(p.kind()), p.survey());
}
std::string say(const pb::SurveyAnswered& p, const Saying& how) {
  return fmt::format("{}survey {} was answered with {}{}", kind(p.kind()), p.survey(),
                     points(p.score_milli()), quoted(how, p.verbatim()));
}

// A promise's id is made by a system and says nothing to people: its words and its day do.
std::string say(const pb::PromiseMade& p, const Saying& how) {
  return fmt::format("A promise was made{}{}", due(p.due_at_us()), quoted(how, p.what()));
}
std::string say(const pb::PromiseRevised& p, const Saying&) {
  return fmt::format("A promise was given another day{}", due(p.due_at_us()));
}
std::string say(const pb::PromiseKept&, const Saying&) { return "A promise was kept"; }
std::string say(const pb::PromiseMissed&, const Saying&) { return "A promise was missed"; }

std::string say(const pb::NoticeDelivered& p, const Saying&) {
  return fmt::format("{} {} reached the client{}", p.policy() ? "Policy" : "Notice", p.notice(),
                     in_brackets({p.topic()}));
}
std::string say(const pb::NoticeOpened& p, const Saying&) {
  return fmt::format("The client opened notice {}", p.notice());
}
std::string say(const pb::NoticeAcknowledged& p, const Saying&) {
  return fmt::format("The client acknowledged notice {}", p.notice());
}

std::string say(const pb::NoteAdded& p, const Saying& how) {
  return fmt::format("A note was added{}", quoted(how, p.text()));
}
std::string say(const pb::TaskCreated& p, const Saying& how) {
  return fmt::format("Task {} was created{}{}", p.task(),
                     in_brackets({p.assignee().empty() ? "" : "for " + p.assignee(),
                                  p.due_at_us() == 0 ? "" : "due " + day(p.due_at_us())}),
                     quoted(how, p.title()));
}
std::string say(const pb::TaskDone& p, const Saying&) {
  return fmt::format("Task {} was done", p.task());
}
std::string say(const pb::OpinionGiven& p, const Saying& how) {
  return fmt::format("The risk was judged {}{}{}", word(pb::Risk_descriptor(), p.risk()),
                     p.until_us() == 0 ? "" : " until " + day(p.until_us()),
                     quoted(how, p.reason()));
}
std::string say(const pb::TaskDropped& p, const Saying&) {
  return fmt::format("Task {} was dropped", p.task());
}

}  // namespace tenure::internal
