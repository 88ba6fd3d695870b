// projections/complaints/internal/clock.h
//
// A complaint's clock: where it ran is a fact, how much business time that is depends on the
// calendar.
#pragma once

#include "engine/reference/calendar.h"
#include "projections/complaints/complaints.h"

namespace tenure::complaints {

inline constexpr std::size_t kStretchesMax = 64;

/// Lets the clock run from `at`; nothing when it runs.
void start_clock(ComplaintRecord& complaint, Instant at);
/// Stops it at `at`; nothing when it stands.
void stop_clock(ComplaintRecord& complaint, Instant at);

/// The business time that a severity allows.
Duration clock_limit(std::uint8_t severity);

struct ClockReading {
  // 0, 50, ... 950, 1000 at the limit, 2000 at twice the limit
  std::int64_t milli = 0;
  Instant valid_until = Instant::never();  // the exact instant of the next step
};
ClockReading read_clock(const ComplaintRecord& complaint, Instant now, const Calendar& calendar);

}  // namespace tenure::complaints
