// engine/reference/internal/calendar_hours.h
//
// Working hours of a week, as they are written: "Mon-Fri 09:00-17:00; Sat 10:00-14:00", or
// "always".
#pragma once

#include "engine/base/result.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tenure::reference_internal {

/// Seconds of a local day: open <= t < close.
struct OpenSpan {
  std::int32_t open = 0;
  std::int32_t close = 0;
};

/// By weekday, Monday = 0; the spans of a day rise and do not touch.
struct WeekHours {
  std::array<std::vector<OpenSpan>, 7> days;
  bool always = false;
};

/// kInvalid names the part that cannot be read.
Result<WeekHours> parse_hours(std::string_view hours);
/// kInvalid when the zone is not in the machine's tz database.
Result<void> check_zone(std::string_view zone);
/// Days since 1970-01-01 of "YYYY-MM-DD"; kInvalid for a day that does not exist.
Result<std::int64_t> parse_day(std::string_view text);

}  // namespace tenure::reference_internal
