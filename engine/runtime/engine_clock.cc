#include "engine/runtime/engine_clock.h"

#include <charconv>

namespace tenure {
namespace {

constexpr Duration kLeapMax = std::chrono::hours(24 * 7);
constexpr Duration kBehindMax = std::chrono::seconds(60);
constexpr Duration kAheadMax = std::chrono::hours(24 * 365);

}  // namespace

Result<void> EngineClock::tick(std::string_view header) {
  std::int64_t us = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), us);
  if (error != std::errc() || end != header.data() + header.size())
    return fail(ErrorCode::kInvalid,
                "a record's tenure-tick header is not a whole number of microseconds");
  const Instant at{us};
  if (at < kEarliestInstant || at >= kLatestInstant)
    return fail(ErrorCode::kInvalid, "a record's tenure-tick header is outside 1900 to 2200");
  const Instant before = records_.now();
  if (before != Instant{0} && at - before > kLeapMax)
    return fail(ErrorCode::kInvalid,
                "a record's tick leaps from " + to_string(before) + " to " + to_string(at) +
                    ", over seven days; check the producer, then send ticks in smaller steps");
  records_.advance_to(at);
  return {};
}

Result<void> EngineClock::check(Instant last_recorded, bool starting) const {
  if (wall_ == nullptr || last_recorded <= kEarliestInstant) return {};
  const Instant now = wall_->now();
  if (now < last_recorded - kBehindMax)
    return fail(ErrorCode::kUnavailable, "the machine's clock says " + to_string(now) +
                                             ", behind the log's last event at " +
                                             to_string(last_recorded) + "; set the clock right");
  if (starting && now > last_recorded + kAheadMax)
    return fail(ErrorCode::kUnavailable, "the machine's clock says " + to_string(now) +
                                             ", over a year after the log's last event at " +
                                             to_string(last_recorded) +
                                             "; if that is right, start once with --trust-clock");
  return {};
}

}  // namespace tenure
