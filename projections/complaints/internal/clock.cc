#include "projections/complaints/internal/clock.h"

#include "tenure/event/v1/complaint.pb.h"

#include <algorithm>

namespace tenure::complaints {
namespace {

constexpr std::int64_t kStep = 50;
constexpr std::int64_t kLimit = 1000;
constexpr std::int64_t kTwice = 2000;

void forget_shortest_pause(CompactList<ComplaintStretch>& ran) {
  std::size_t shortest = 1;
  for (std::size_t k = 2; k < ran.size(); ++k)
    if (ran[k].from - ran[k - 1].until < ran[shortest].from - ran[shortest - 1].until) shortest = k;
  ran[shortest - 1].until = ran[shortest].until;
  ran.erase(ran.begin() + shortest);
}

}  // namespace

void start_clock(ComplaintRecord& complaint, Instant at) {
  auto& ran = complaint.ran;
  if (!ran.empty() && ran.back().until == Instant::never()) return;
  if (!ran.empty() && ran.back().until == at) {
    ran.back().until = Instant::never();  // no pause at all
    return;
  }
  ran.push_back({at, Instant::never()});
  if (ran.size() > kStretchesMax) forget_shortest_pause(ran);
}

void stop_clock(ComplaintRecord& complaint, Instant at) {
  auto& ran = complaint.ran;
  if (ran.empty() || ran.back().until != Instant::never()) return;
  ran.back().until = at;
  if (ran.back().from == at) ran.erase(&ran.back());
}

Duration clock_limit(std::uint8_t severity) {
  switch (severity) {
    case event::v1::COMPLAINT_SEVERITY_LOW: return std::chrono::hours(80);
    case event::v1::COMPLAINT_SEVERITY_HIGH: return std::chrono::hours(16);
    case event::v1::COMPLAINT_SEVERITY_CRITICAL: return std::chrono::hours(8);
    default: return std::chrono::hours(40);
  }
}

ClockReading read_clock(const ComplaintRecord& complaint, Instant now, const Calendar& calendar) {
  const std::int64_t limit = clock_limit(complaint.severity).count();
  Duration before{0};  // in stretches that ended
  Instant running = Instant::never();
  for (const ComplaintStretch& stretch : complaint.ran) {
    if (stretch.until == Instant::never()) {
      running = stretch.from;
    } else {
      before += calendar.working_time(stretch.from, stretch.until);
    }
  }
  Duration used = before;
  if (running < now) used += calendar.working_time(running, now);
  const std::int64_t share = std::min(used.count() / (limit / kLimit), kTwice);
  ClockReading reading;
  reading.milli = share >= kTwice ? kTwice : share >= kLimit ? kLimit : share / kStep * kStep;
  if (running == Instant::never() || reading.milli == kTwice) return reading;
  const std::int64_t next = reading.milli < kLimit ? reading.milli + kStep : kTwice;
  reading.valid_until =
      calendar.add_working_time(running, Duration(limit / kLimit * next) - before);
  return reading;
}

}  // namespace tenure::complaints
