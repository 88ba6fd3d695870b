#include "projections/complaints/complaints.h"

#include "projections/complaints/internal/clock.h"
#include "projections/complaints/internal/life.h"
#include "tenure/event/v1/complaint.pb.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

namespace {

using Acts = std::vector<std::pair<complaints::ComplaintAct, Instant>>;

/// A complaint's events are behind its clock and its being open, all of them.
std::vector<bool> behind_open(const Acts& acts, const ComplaintsFacts& facts, std::size_t signal,
                              SubjectId subject, Instant now, const Calendar& calendar) {
  std::set<std::string, std::less<>> cited;
  for (const ComplaintRecord& complaint : facts.complaints) {
    using P = ComplaintsProjection;
    if (!complaint.is_open()) continue;
    if (signal == P::kClock && complaint.id.view() != subject.text) continue;
    // Without the worst alone the second would be it: all whose clock has moved are behind it.
    if (signal == P::kWorstClock && complaints::read_clock(complaint, now, calendar).milli == 0)
      continue;
    cited.emplace(complaint.id.view());
  }
  std::vector<bool> behind(acts.size());
  for (std::size_t k = 0; k < acts.size(); ++k)
    behind[k] = cited.count(CompactText::cut(acts[k].first.id)) > 0;
  return behind;
}

/// The recent reopenings, and the steps after one that would reopen in its place.
std::vector<bool> behind_reopened(const Acts& acts, Instant now) {
  using complaints::Step;
  std::set<std::string, std::less<>> reopened;  // and not resolved since
  std::vector<bool> behind(acts.size());
  ComplaintsFacts facts;
  for (std::size_t k = 0; k < acts.size(); ++k) {
    const auto& [act, at] = acts[k];
    const std::string_view id = CompactText::cut(act.id);
    const std::uint32_t before = facts.reopened;
    complaints::apply(facts, act, at);
    if (act.step == Step::kResolve) reopened.erase(std::string(id));
    if (facts.reopened > before && at + complaints::kReopeningsFor > now) reopened.emplace(id);
    const bool may_reopen =
        act.step == Step::kTakeUp || act.step == Step::kReopen || act.step == Step::kWait;
    behind[k] = may_reopen && reopened.count(id) > 0;
  }
  return behind;
}

}  // namespace

void ComplaintsProjection::causes(const History& history, Instant now,
                                  const AccountContext& account, const Reference& /*reference*/,
                                  std::size_t signal, SubjectId subject, CauseSink& sink) {
  static const EventTypes consumed = consumes();
  // Which complaints are open is known only by folding them: once over the account's complaint
  // events, oldest first.
  Acts acts;
  history.newest_first([&](const Event& event) {
    if (consumed.has(event.type)) acts.emplace_back(complaints::read_act(event), event.occurred_at);
    return true;
  });
  std::reverse(acts.begin(), acts.end());
  Facts facts;
  for (const auto& [act, at] : acts) complaints::apply(facts, act, at);
  const std::vector<bool> behind =
      signal == kReopened90d ? behind_reopened(acts, now)
                             : behind_open(acts, facts, signal, subject, now, *account.calendar);
  std::size_t place = acts.size();
  history.newest_first([&](const Event& event) {
    if (consumed.has(event.type) && behind[--place]) sink.add(event);
    return true;
  });
}

}  // namespace tenure
