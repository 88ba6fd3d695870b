// apps/book/internal/days.h
//
// The book's calendar. Inside the generator a time is seconds of the local wall clock in Berlin,
// counted from midnight of day 0; it becomes an Instant only when an event is written.
#pragma once

#include "engine/base/time.h"

#include <cstdint>

namespace tenure::book {

using Local = std::int64_t;

inline constexpr Local kMinute = 60;
inline constexpr Local kHour = 3600;
inline constexpr Local kDaySeconds = 86400;
inline constexpr Local kOpens = 9 * kHour;  // of business time, which clocks count
inline constexpr Local kCloses = 17 * kHour;
inline constexpr int kNeverDay = 1 << 28;

struct CivilDay {
  int year = 0;
  int month = 0;  // 1 to 12
  int day = 0;
};

class Days final {
 public:
  explicit Days(Instant now);

  [[nodiscard]] Instant instant(Local local) const;
  /// Local time of `now` itself.
  [[nodiscard]] Local now() const { return now_; }
  [[nodiscard]] CivilDay civil(int day) const;
  /// The day with that date; months may run beyond 1 to 12.
  [[nodiscard]] int day_of(int year, int month, int day) const;
  /// 0 = Monday.
  [[nodiscard]] int weekday(int day) const;
  [[nodiscard]] bool weekend(int day) const { return weekday(day) >= 5; }
  /// The day itself or the Monday after it.
  [[nodiscard]] int workday_from(int day) const;
  /// How busy a day is, in thousandths: weekday, August, the turn of the year. 0 on weekends.
  [[nodiscard]] int business_milli(int day) const;
  /// The same day `months` later, or the month's last.
  [[nodiscard]] int add_months(int day, int months) const;

  /// Business time is Monday to Friday, 09:00 to 17:00.
  [[nodiscard]] Local add_business(Local from, Local seconds) const;
  [[nodiscard]] Local take_business(Local from, Local seconds) const;

 private:
  std::int64_t epoch_day_;  // day 0, counted from 1970-01-01
  Local now_;
};

inline Local at(int day, Local second_of_day) { return day * kDaySeconds + second_of_day; }
inline int day_at(Local local) {
  return static_cast<int>(local >= 0 ? local / kDaySeconds
                                     : -((-local + kDaySeconds - 1) / kDaySeconds));
}

}  // namespace tenure::book
