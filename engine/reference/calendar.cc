#include "engine/reference/calendar.h"

#include "engine/reference/internal/calendar_hours.h"
#include "engine/reference/internal/open_time.h"

#include <algorithm>

namespace tenure {

using reference_internal::OpenTime;

struct Calendar::Impl {
  OpenTime open;
};

Calendar::Calendar(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Calendar::~Calendar() = default;

Result<std::shared_ptr<const Calendar>> Calendar::make(std::string_view zone,
                                                       std::string_view hours,
                                                       const std::vector<std::string>& holidays) {
  TENURE_TRY(reference_internal::check_zone(zone));
  TENURE_TRY_ASSIGN(auto week, reference_internal::parse_hours(hours));
  std::vector<std::int64_t> days;
  days.reserve(holidays.size());
  for (const std::string& text : holidays) {
    TENURE_TRY_ASSIGN(const std::int64_t day, reference_internal::parse_day(text));
    days.push_back(day);
  }
  return std::shared_ptr<const Calendar>(new Calendar(std::make_unique<Impl>(
      Impl{OpenTime(reference_internal::offsets_of(zone), std::move(week), std::move(days))})));
}

std::shared_ptr<const Calendar> Calendar::round_the_clock() {
  static const std::shared_ptr<const Calendar> calendar = *make("UTC", "always", {});
  return calendar;
}

Instant Calendar::add_working_time(Instant from, Duration amount) const {
  if (amount <= Duration(0)) return from;
  return impl_->open.after(from, amount);
}

Duration Calendar::working_time(Instant from, Instant to) const {
  if (to <= from) return Duration(0);
  return impl_->open.open_between(from, to);
}

Instant Calendar::add_business_days(Instant from, std::int64_t days) const {
  const OpenTime& open = impl_->open;
  if (from < kEarliestInstant || from >= kLatestInstant) return from;
  std::int64_t day = open.local_day(from);
  Duration time_of_day = open.local_time(from) - kDay * day;
  if (!open.is_business_day(day)) {
    day = open.business_day_from(day);
    if (day == OpenTime::kNoDay) return Instant::never();
    time_of_day = open.opening(day);
  }
  for (std::int64_t left = days; left > 0; --left) {
    day = open.business_day_from(day + 1);
    if (day == OpenTime::kNoDay) return Instant::never();
  }
  return open.instant_of(kDay * day + time_of_day);
}

std::int64_t Calendar::business_days(Instant from, Instant to) const {
  if (to <= from) return 0;
  const Instant first = std::clamp(from, kEarliestInstant, kLatestInstant);
  const Instant last = std::clamp(to, kEarliestInstant, kLatestInstant);
  return impl_->open.business_days_between(impl_->open.local_day(first),
                                           impl_->open.local_day(last));
}

bool Calendar::is_open(Instant at) const { return impl_->open.is_open(at); }
Instant Calendar::next_change(Instant at) const { return impl_->open.next_change(at); }
std::int64_t Calendar::local_day(Instant at) const { return impl_->open.local_day(at); }
Instant Calendar::day_begins(std::int64_t local_day) const {
  return impl_->open.instant_of(kDay * local_day);
}

}  // namespace tenure
