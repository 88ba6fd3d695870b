// engine/reference/calendar.h
//
// Business time: working hours in a time zone, with holidays and daylight saving. Zone rules come
// from the system's tz database through Howard Hinnant's date library.
//
// Threads: immutable; share freely.
// Errors:  kInvalid names the zone, the hours or the day that cannot be read.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

class Calendar final {
 public:
  /// `zone` is an IANA name; `hours` is "Mon-Fri 09:00-17:00", parts separated by ';', or "always";
  /// `holidays` are "YYYY-MM-DD" in any order.
  static Result<std::shared_ptr<const Calendar>> make(std::string_view zone, std::string_view hours,
                                                      const std::vector<std::string>& holidays);
  /// UTC, every hour of every day.
  static std::shared_ptr<const Calendar> round_the_clock();
  ~Calendar();

  /// The instant at which `amount` (>= 0) of working time has passed since `from`. Friday 16:30 + 1
  /// h on Mon-Fri 9-17 is Monday 09:30. An amount that ends exactly at closing time ends there, not
  /// at the next opening.
  [[nodiscard]] Instant add_working_time(Instant from, Duration amount) const;
  /// Working time between two instants; 0 when `to` is not after `from`.
  [[nodiscard]] Duration working_time(Instant from, Instant to) const;
  /// The same local time `days` (>= 0) business days later; a start outside a business day counts
  /// from the next opening.
  [[nodiscard]] Instant add_business_days(Instant from, std::int64_t days) const;
  /// Whole business days between the local dates of two instants; 0 when `to` is not after `from`.
  [[nodiscard]] std::int64_t business_days(Instant from, Instant to) const;
  [[nodiscard]] bool is_open(Instant at) const;
  /// First instant after `at` at which is_open() changes; never() for a calendar that never
  /// changes.
  [[nodiscard]] Instant next_change(Instant at) const;

  /// Days since 1970-01-01 of the local date, and the instant at which a local date begins.
  [[nodiscard]] std::int64_t local_day(Instant at) const;
  [[nodiscard]] Instant day_begins(std::int64_t local_day) const;

 private:
  struct Impl;
  explicit Calendar(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
