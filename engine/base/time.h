// engine/base/time.h
//
// Instants and durations of the engine: whole microseconds, UTC, no floating point.
#pragma once

#include "engine/base/result.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenure {

using Duration = std::chrono::microseconds;

/// A point in time: microseconds since 1970-01-01T00:00Z. Totally ordered; negative before 1970.
struct Instant {
  std::int64_t us = 0;

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant a, Duration d) { return {a.us + d.count()}; }
  friend constexpr Instant operator-(Instant a, Duration d) { return {a.us - d.count()}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration(a.us - b.us); }

  /// Later than every instant that can occur: "never".
  static constexpr Instant never() { return {INT64_MAX}; }
  /// Earlier than every instant that can occur: "always was".
  static constexpr Instant always() { return {INT64_MIN}; }
};

inline constexpr Duration kDay = std::chrono::hours(24);

/// The instants that events may carry: 1900-01-01 to 2200-01-01.
inline constexpr Instant kEarliestInstant{-2'208'988'800'000'000};
inline constexpr Instant kLatestInstant{7'258'118'400'000'000};

/// RFC 3339 in UTC with as many fraction digits as needed (0, 3 or 6): "2026-11-23T09:41:07Z".
/// `never()` is "never", `always()` is "always".
std::string to_string(Instant instant);

/// Reads RFC 3339: "2026-11-23T09:41:07.5+01:00", a space for the T allowed, Z or an offset
/// required, fractions of 1 to 9 digits (cut to microseconds), second 60 read as 59.999999.
/// kInvalid otherwise.
Result<Instant> parse_instant(std::string_view text);

/// "21d", "36h", "15m", "90s", "500ms", "0d": what rules and the configuration write. kInvalid
/// otherwise.
Result<Duration> parse_duration(std::string_view text);

}  // namespace tenure
