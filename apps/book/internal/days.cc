#include "apps/book/internal/days.h"

#include <algorithm>
#include <chrono>

namespace tenure::book {
namespace {

std::int64_t days_of(int year, int month, int day) {
  using namespace std::chrono;
  const int whole = year * 12 + month - 1;
  return sys_days(std::chrono::year(whole / 12) /
                  std::chrono::month(static_cast<unsigned>(whole % 12 + 1)) /
                  std::chrono::day(static_cast<unsigned>(day)))
      .time_since_epoch()
      .count();
}

CivilDay civil_of(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

int weekday_of(std::int64_t days) { return static_cast<int>(((days + 3) % 7 + 7) % 7); }

/// 01:00 UTC on the month's last Sunday, when Europe moves its clocks.
std::int64_t clock_change(int year, int month) {
  const std::int64_t last = days_of(year, month, 31);
  return (last - (weekday_of(last) + 1) % 7) * kDaySeconds + kHour;
}

std::int64_t offset_at(std::int64_t utc) {
  const std::int64_t day = utc >= 0 ? utc / kDaySeconds : (utc - kDaySeconds + 1) / kDaySeconds;
  const int year = civil_of(day).year;
  return utc >= clock_change(year, 3) && utc < clock_change(year, 10) ? 2 * kHour : kHour;
}

}  // namespace

Days::Days(Instant now) {
  const std::int64_t utc = now.us / 1'000'000;
  const std::int64_t local = utc + offset_at(utc);
  epoch_day_ = local / kDaySeconds;
  now_ = local - epoch_day_ * kDaySeconds;
}

Instant Days::instant(Local local) const {
  const std::int64_t wall = epoch_day_ * kDaySeconds + local;
  return {(wall - offset_at(wall - kHour)) * 1'000'000};
}

CivilDay Days::civil(int day) const { return civil_of(epoch_day_ + day); }

int Days::day_of(int year, int month, int day) const {
  return static_cast<int>(days_of(year, month, day) - epoch_day_);
}

int Days::weekday(int day) const { return weekday_of(epoch_day_ + day); }

int Days::workday_from(int day) const {
  while (weekend(day)) ++day;
  return day;
}

int Days::business_milli(int day) const {
  if (weekend(day)) return 0;
  const CivilDay date = civil(day);
  int milli = 1000;
  if (weekday(day) == 0) milli = 1150;
  if (weekday(day) == 4) milli = 850;
  if (date.month == 8) milli = milli * 6 / 10;
  if ((date.month == 12 && date.day >= 20) || (date.month == 1 && date.day <= 3)) {
    milli = milli * 15 / 100;
  }
  return milli;
}

int Days::add_months(int day, int months) const {
  const CivilDay date = civil(day);
  const int next_month = day_of(date.year, date.month + months + 1, 1);
  return std::min(day_of(date.year, date.month + months, 1) + date.day - 1, next_month - 1);
}

Local Days::add_business(Local from, Local seconds) const {
  int day = day_at(from);
  Local of_day = from - at(day, 0);
  while (true) {
    if (!weekend(day) && of_day < kCloses) {
      const Local start = std::max(of_day, kOpens);
      if (start + seconds <= kCloses) return at(day, start + seconds);
      seconds -= kCloses - start;
    }
    ++day;
    of_day = 0;
  }
}

Local Days::take_business(Local from, Local seconds) const {
  int day = day_at(from);
  Local of_day = from - at(day, 0);
  while (true) {
    if (!weekend(day) && of_day > kOpens) {
      const Local end = std::min(of_day, kCloses);
      if (end - seconds >= kOpens) return at(day, end - seconds);
      seconds -= end - kOpens;
    }
    --day;
    of_day = kDaySeconds;
  }
}

}  // namespace tenure::book
