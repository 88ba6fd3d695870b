#include "projections/complaints/complaints.h"

#include "projections/complaints/internal/clock.h"
#include "projections/complaints/internal/life.h"
#include "tenure/event/v1/complaint.pb.h"

#include <algorithm>
#include <set>
#include <string>

namespace tenure {
namespace {

namespace pb = event::v1;

std::int64_t weight(std::uint8_t severity) {
  switch (severity) {
    case pb::COMPLAINT_SEVERITY_HIGH: return 2;
    case pb::COMPLAINT_SEVERITY_CRITICAL: return 4;
    default: return 1;
  }
}

void emit_reopened(const ComplaintsFacts& facts, Instant now, SignalSink& sink) {
  std::int64_t recent = 0;
  Instant until = Instant::never();
  for (const Instant at : facts.reopenings) {
    const Instant ends = at + complaints::kReopeningsFor;
    if (ends <= now) continue;
    ++recent;
    until = std::min(until, ends);
  }
  sink.emit(ComplaintsProjection::kReopened90d, recent * 1000, until);
}

}  // namespace

EventTypes ComplaintsProjection::consumes() {
  using enum EventType;
  return {kComplaintOpened,  kComplaintAcknowledged, kComplaintAssigned,  kComplaintResponded,
          kComplaintWaiting, kComplaintResumed,      kComplaintResolved,  kComplaintReopened,
          kComplaintClosed,  kComplaintWithdrawn,    kComplaintProgressed};
}

void ComplaintsProjection::fold(Facts& facts, const Event& event, AccountId /*self*/) {
  complaints::apply(facts, complaints::read_act(event), event.occurred_at);
}

void ComplaintsProjection::signals(const Facts& facts, Instant now, const AccountContext& account,
                                   const Reference& /*reference*/, SignalSink& sink) {
  std::int64_t open = 0;
  std::int64_t weighted = 0;
  std::int64_t worst = 0;
  for (const ComplaintRecord& complaint : facts.complaints) {
    if (!complaint.is_open()) continue;
    ++open;
    weighted += weight(complaint.severity);
    const auto clock = complaints::read_clock(complaint, now, *account.calendar);
    worst = std::max(worst, clock.milli);
    sink.emit(kClock, SubjectId(complaint.id.view()), clock.milli, clock.valid_until);
  }
  sink.emit(kOpen, open * 1000, Instant::never());
  sink.emit(kOpenWeighted, weighted * 1000, Instant::never());
  sink.emit(kWorstClock, worst, Instant::never());  // its steps are among those of the clocks
  emit_reopened(facts, now, sink);
}

void ComplaintsProjection::causes(const History& history, Instant now,
                                  const AccountContext& account, const Reference& /*reference*/,
                                  std::size_t signal, SubjectId subject, CauseSink& sink) {
  static const EventTypes consumed = consumes();
  // Which complaints are open is known only by folding them: once over the account's complaint
  // events, oldest first.
  std::vector<std::pair<complaints::ComplaintAct, Instant>> acts;
  history.newest_first([&](const Event& event) {
    if (consumed.has(event.type)) acts.emplace_back(complaints::read_act(event), event.occurred_at);
    return true;
  });
  Facts facts;
  for (auto act = acts.rbegin(); act != acts.rend(); ++act)
    complaints::apply(facts, act->first, act->second);

  std::set<std::string, std::less<>> cited;
  std::int64_t worst = -1;
  for (const ComplaintRecord& complaint : facts.complaints) {
    const std::string id(complaint.id.view());
    if (signal == kClock && complaint.id.view() != subject.text) continue;
    if (signal == kReopened90d || !complaint.is_open()) continue;
    if (signal != kWorstClock) {
      cited.insert(id);
      continue;
    }
    const auto clock = complaints::read_clock(complaint, now, *account.calendar);
    if (clock.milli > worst) cited.clear();
    worst = std::max(worst, clock.milli);
    if (clock.milli == worst) cited.insert(id);
  }
  // A clock rests on every step of its complaint; a count of open ones on the openings and
  // reopenings; both are all events of those complaints. Reopenings are told by the facts'
  // instants.
  std::size_t place = 0;
  history.newest_first([&](const Event& event) {
    if (!consumed.has(event.type)) return true;
    const auto& [act, at] = acts[place++];
    const bool reopening =
        signal == kReopened90d && at + complaints::kReopeningsFor > now &&
        std::find(facts.reopenings.begin(), facts.reopenings.end(), at) != facts.reopenings.end() &&
        (act.step == complaints::Step::kTakeUp || act.step == complaints::Step::kReopen ||
         act.step == complaints::Step::kWait);
    if (reopening || cited.count(CompactText::cut(act.id)) > 0) sink.add(event);
    return true;
  });
}

}  // namespace tenure
