// engine/reference/internal/open_time.h
//
// The set of instants at which a calendar is open: an instant belongs to it when its local time
// lies in the hours of its local weekday and its local date is no holiday. Defined on the UTC axis,
// so that days of 23 and 25 hours, skipped dates and clocks that go back across midnight need no
// rules of their own.
#pragma once

#include "engine/base/time.h"
#include "engine/reference/internal/calendar_hours.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace tenure::reference_internal {

/// From `begin_s` (seconds since 1970, UTC) on, local time = UTC + offset.
struct ZoneOffset {
  std::int64_t begin_s = 0;
  std::int64_t offset_s = 0;
};
/// The offsets of a known zone over the instants that events may carry, by rising begin.
std::vector<ZoneOffset> offsets_of(std::string_view zone);

class OpenTime final {
 public:
  static constexpr std::int64_t kNoDay = std::numeric_limits<std::int64_t>::max();

  OpenTime(std::vector<ZoneOffset> offsets, WeekHours week, std::vector<std::int64_t> holidays);

  [[nodiscard]] bool is_open(Instant at) const;
  [[nodiscard]] Instant next_change(Instant at) const;
  /// Open time in [from, to), to > from; what lies outside the years of kEarliestInstant and
  /// kLatestInstant is closed, save for a calendar that is always open.
  [[nodiscard]] Duration open_between(Instant from, Instant to) const;
  /// The least instant with `amount` > 0 of open time between `from` and it; never() beyond the
  /// end.
  [[nodiscard]] Instant after(Instant from, Duration amount) const;

  [[nodiscard]] bool is_business_day(std::int64_t local_day) const;
  /// The first business day at or after a local day; kNoDay beyond the end.
  [[nodiscard]] std::int64_t business_day_from(std::int64_t local_day) const;
  /// Business days in [first, last).
  [[nodiscard]] std::int64_t business_days_between(std::int64_t first, std::int64_t last) const;
  /// When a business day opens, since its local midnight.
  [[nodiscard]] Duration opening(std::int64_t local_day) const;

  [[nodiscard]] std::int64_t local_day(Instant at) const;
  /// Local time since 1970-01-01T00:00 local.
  [[nodiscard]] Duration local_time(Instant at) const;
  /// The first instant that shows a local time; the jump's instant for a local time that the clock
  /// skips.
  [[nodiscard]] Instant instant_of(Duration local_time) const;

 private:
  template <class Visit>
  void each_open(std::int64_t begin_s, std::int64_t end_s, const Visit& visit) const;
  [[nodiscard]] std::size_t segment(std::int64_t utc_s) const;
  [[nodiscard]] Duration open_since_epoch(Instant at) const;
  [[nodiscard]] const std::vector<OpenSpan>& spans(std::int64_t local_day) const;

  std::vector<ZoneOffset> offsets_;
  WeekHours week_;
  std::vector<std::int64_t> holidays_;          // rising
  std::vector<std::int64_t> weekday_holidays_;  // those of them on days that have hours
  bool always_ = false;                         // no hour is ever closed
  // open seconds before each block of days since kEarliestInstant
  std::vector<std::int64_t> open_before_s_;
};

}  // namespace tenure::reference_internal
