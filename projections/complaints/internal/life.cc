#include "projections/complaints/internal/life.h"

#include "engine/base/hash.h"
#include "projections/complaints/internal/clock.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure::complaints {
namespace {

namespace pb = event::v1;

// The last bits of an ended complaint's hash.
constexpr std::uint64_t kStateBits = 7;
constexpr std::uint64_t kResolvedBit = 1;
constexpr std::uint64_t kClosedBit = 2;

ComplaintRecord* place_of(ComplaintsFacts& facts, std::string_view id) {
  return std::lower_bound(
      facts.complaints.begin(), facts.complaints.end(), id,
      [](const ComplaintRecord& one, std::string_view wanted) { return one.id.view() < wanted; });
}

std::uint64_t* ended_place(ComplaintsFacts& facts, std::uint64_t key) {
  return std::lower_bound(facts.ended.begin(), facts.ended.end(), key);
}

std::uint64_t ended_key(std::string_view id) { return fast_hash64(id) & ~kStateBits; }

/// The complaint of that id, or null. One that is kept as a hash only becomes a full one again.
ComplaintRecord* find(ComplaintsFacts& facts, std::string_view id, Instant at) {
  ComplaintRecord* place = place_of(facts, id);
  if (place != facts.complaints.end() && place->id.view() == id) return place;
  const std::uint64_t key = ended_key(id);
  std::uint64_t* ended = ended_place(facts, key);
  if (ended == facts.ended.end() || (*ended & ~kStateBits) != key) return nullptr;
  ComplaintRecord complaint;
  complaint.id.set(id);
  complaint.opened_at = at;
  complaint.last_at = at;
  complaint.severity = pb::COMPLAINT_SEVERITY_NORMAL;
  complaint.resolved = (*ended & kResolvedBit) != 0;
  complaint.closed = (*ended & kClosedBit) != 0;
  facts.ended.erase(ended);
  return facts.complaints.insert(place, std::move(complaint));
}

/// Keeps the 50 ended complaints with the latest steps in full; of the one that goes, its hash
/// stays.
void shorten_ended(ComplaintsFacts& facts) {
  std::size_t ended = 0;
  ComplaintRecord* oldest = nullptr;
  for (ComplaintRecord& complaint : facts.complaints) {
    if (complaint.is_open()) continue;
    ++ended;
    if (oldest == nullptr || complaint.last_at < oldest->last_at) oldest = &complaint;
  }
  if (ended <= kEndedKept) return;
  const std::uint64_t key = ended_key(oldest->id.view()) | (oldest->resolved ? kResolvedBit : 0) |
                            (oldest->closed ? kClosedBit : 0);
  facts.ended.insert(ended_place(facts, key), key);
  facts.complaints.erase(oldest);
}

void note_reopening(ComplaintsFacts& facts, Instant at) {
  ++facts.reopened;
  auto& reopenings = facts.reopenings;
  auto* old = reopenings.begin();
  while (old != reopenings.end() && *old + kReopeningsFor <= at) ++old;
  reopenings.erase(reopenings.begin(), old);
  if (reopenings.size() >= kReopeningsKept) reopenings.erase(reopenings.begin());
  reopenings.push_back(at);
}

void run(ComplaintsFacts& facts, ComplaintRecord& complaint, Instant at) {
  if (complaint.resolved) note_reopening(facts, at);
  complaint.resolved = false;
  complaint.closed = false;
  complaint.waiting = false;
  start_clock(complaint, at);
}

void take_step(ComplaintsFacts& facts, ComplaintRecord& complaint, Step step, Instant at) {
  switch (step) {
    case Step::kTakeUp:
    case Step::kReopen: return run(facts, complaint, at);
    case Step::kWait:
      run(facts, complaint, at);
      complaint.waiting = true;
      return stop_clock(complaint, at);
    case Step::kRun:
    case Step::kWork:  // somebody works on it: the wait is over
      if (complaint.is_open()) run(facts, complaint, at);
      return;
    case Step::kResolve:
      if (!complaint.resolved) ++facts.resolved;
      complaint.resolved = true;
      break;
    case Step::kWithdraw:
      if (complaint.is_open()) ++facts.withdrawn;
      complaint.closed = true;
      break;
    case Step::kClose: complaint.closed = true; break;
    case Step::kOpen:
    case Step::kTouch: return;
  }
  complaint.waiting = false;
  stop_clock(complaint, at);
}

Step first_step(int step) {
  switch (step) {
    case pb::COMPLAINT_STEP_WAITING: return Step::kWait;
    case pb::COMPLAINT_STEP_RESOLVED: return Step::kResolve;
    case pb::COMPLAINT_STEP_CLOSED: return Step::kClose;
    default: return Step::kTouch;
  }
}

template <class Message>
ComplaintAct simple(const Event& event, Step step) {
  return {event.read<Message>().complaint(), step};
}

}  // namespace

ComplaintAct read_act(const Event& event) {
  switch (event.type) {
    case EventType::kComplaintOpened: {
      const auto& opened = event.read<pb::ComplaintOpened>();
      const int severity = opened.severity();
      const bool known =
          severity >= pb::COMPLAINT_SEVERITY_LOW && severity <= pb::COMPLAINT_SEVERITY_CRITICAL;
      return {opened.complaint(), Step::kOpen,
              static_cast<std::uint8_t>(known ? severity : pb::COMPLAINT_SEVERITY_NORMAL),
              first_step(opened.first_step())};
    }
    case EventType::kComplaintAcknowledged:
      return simple<pb::ComplaintAcknowledged>(event, Step::kTakeUp);
    case EventType::kComplaintAssigned: return simple<pb::ComplaintAssigned>(event, Step::kTouch);
    case EventType::kComplaintResponded: return simple<pb::ComplaintResponded>(event, Step::kTouch);
    case EventType::kComplaintWaiting: return simple<pb::ComplaintWaiting>(event, Step::kWait);
    case EventType::kComplaintResumed: return simple<pb::ComplaintResumed>(event, Step::kRun);
    case EventType::kComplaintResolved: return simple<pb::ComplaintResolved>(event, Step::kResolve);
    case EventType::kComplaintReopened: return simple<pb::ComplaintReopened>(event, Step::kReopen);
    case EventType::kComplaintClosed: return simple<pb::ComplaintClosed>(event, Step::kClose);
    case EventType::kComplaintWithdrawn:
      return simple<pb::ComplaintWithdrawn>(event, Step::kWithdraw);
    case EventType::kComplaintProgressed: {
      const auto& progressed = event.read<pb::ComplaintProgressed>();
      return {progressed.complaint(), progressed.reopens() ? Step::kTakeUp : Step::kWork};
    }
    default: return {};
  }
}

void apply(ComplaintsFacts& facts, const ComplaintAct& act, Instant at) {
  const std::string_view id = CompactText::cut(act.id);
  ComplaintRecord* complaint = find(facts, id, at);
  Step step = act.step;
  if (complaint == nullptr) {
    if (step != Step::kOpen) {
      ++facts.foreign;
      return;
    }
    ComplaintRecord opened;
    opened.id.set(id);
    opened.opened_at = at;
    opened.severity = act.severity;
    complaint = facts.complaints.insert(place_of(facts, id), std::move(opened));
    ++facts.opened;
    start_clock(*complaint, at);
    step = act.first;
  } else if (step == Step::kOpen) {
    step = Step::kWork;  // a second opening is a step of work
  }
  complaint->last_at = at;
  take_step(facts, *complaint, step, at);
  shorten_ended(facts);
}

}  // namespace tenure::complaints
