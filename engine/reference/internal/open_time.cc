#include "engine/reference/internal/open_time.h"

#include <date/tz.h>

#include <algorithm>

namespace tenure::reference_internal {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kFirstSecond = kEarliestInstant.us / kMicros;
constexpr std::int64_t kEndSecond = kLatestInstant.us / kMicros;
// Sums of open time are kept per block of days: a longer block saves memory, a shorter one steps.
constexpr std::int64_t kBlockSeconds = 16 * kDaySeconds;
constexpr std::int64_t kBlocks = (kEndSecond - kFirstSecond) / kBlockSeconds + 1;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// 1970-01-01 was a Thursday; Monday = 0.
std::size_t weekday_of(std::int64_t day) { return static_cast<std::size_t>((day % 7 + 7 + 3) % 7); }

const std::vector<OpenSpan> kClosed;

}  // namespace

std::vector<ZoneOffset> offsets_of(std::string_view zone) {
  std::vector<ZoneOffset> offsets;
  const date::time_zone* found = date::locate_zone(std::string(zone));
  date::sys_seconds at{std::chrono::seconds(kFirstSecond)};
  const date::sys_seconds end{std::chrono::seconds(kEndSecond)};
  while (at < end) {
    const date::sys_info info = found->get_info(at);
    const std::int64_t offset = info.offset.count();
    if (offsets.empty() || offsets.back().offset_s != offset)
      offsets.push_back({at.time_since_epoch().count(), offset});
    if (info.end <= at) break;
    at = info.end;
  }
  if (offsets.empty()) offsets.push_back({kFirstSecond, 0});
  // Nothing lies before the first one: what an instant before it shows is nobody's business.
  offsets.front().begin_s = std::numeric_limits<std::int64_t>::min() / 4;
  return offsets;
}

OpenTime::OpenTime(std::vector<ZoneOffset> offsets, WeekHours week,
                   std::vector<std::int64_t> holidays)
    : offsets_(std::move(offsets)), week_(std::move(week)), holidays_(std::move(holidays)) {
  std::sort(holidays_.begin(), holidays_.end());
  holidays_.erase(std::unique(holidays_.begin(), holidays_.end()), holidays_.end());
  for (const std::int64_t day : holidays_)
    if (!week_.days[weekday_of(day)].empty()) weekday_holidays_.push_back(day);
  always_ = week_.always && holidays_.empty();
  if (always_) return;
  open_before_s_.reserve(static_cast<std::size_t>(kBlocks) + 1);
  std::int64_t sum = 0;
  for (std::int64_t block = 0; block <= kBlocks; ++block) {
    open_before_s_.push_back(sum);
    const std::int64_t begin = kFirstSecond + block * kBlockSeconds;
    each_open(begin, begin + kBlockSeconds, [&](std::int64_t from, std::int64_t to) {
      sum += to - from;
      return true;
    });
  }
}

std::size_t OpenTime::segment(std::int64_t utc_s) const {
  const auto next = std::upper_bound(
      offsets_.begin(), offsets_.end(), utc_s,
      [](std::int64_t second, const ZoneOffset& offset) { return second < offset.begin_s; });
  return next == offsets_.begin() ? 0 : static_cast<std::size_t>(next - offsets_.begin()) - 1;
}

const std::vector<OpenSpan>& OpenTime::spans(std::int64_t local_day) const {
  const auto& hours = week_.days[weekday_of(local_day)];
  if (hours.empty() || holidays_.empty()) return hours;
  return std::binary_search(holidays_.begin(), holidays_.end(), local_day) ? kClosed : hours;
}

// Visits the open parts of [begin_s, end_s) in order until `visit` returns false. Parts may touch.
template <class Visit>
void OpenTime::each_open(std::int64_t begin_s, std::int64_t end_s, const Visit& visit) const {
  for (std::size_t k = segment(begin_s); k < offsets_.size() && begin_s < end_s; ++k) {
    const std::int64_t offset = offsets_[k].offset_s;
    const std::int64_t end =
        k + 1 < offsets_.size() ? std::min(end_s, offsets_[k + 1].begin_s) : end_s;
    const std::int64_t last_day = floor_div(end - 1 + offset, kDaySeconds);
    for (std::int64_t day = floor_div(begin_s + offset, kDaySeconds); day <= last_day; ++day) {
      for (const OpenSpan& span : spans(day)) {
        const std::int64_t from = std::max(begin_s, day * kDaySeconds + span.open - offset);
        const std::int64_t to = std::min(end, day * kDaySeconds + span.close - offset);
        if (from < to && !visit(from, to)) return;
      }
    }
    begin_s = end;
  }
}

bool OpenTime::is_open(Instant at) const {
  if (always_) return true;
  const Duration local = local_time(at);
  const std::int64_t second = floor_div(local.count(), kMicros);
  const std::int64_t day = floor_div(second, kDaySeconds);
  const std::int64_t in_day = second - day * kDaySeconds;
  for (const OpenSpan& span : spans(day))
    if (in_day >= span.open && in_day < span.close) return true;
  return false;
}

Instant OpenTime::next_change(Instant at) const {
  if (always_ || at >= kLatestInstant) return Instant::never();
  at = std::max(at, kEarliestInstant);
  const std::int64_t second = floor_div(at.us, kMicros);
  std::int64_t change = kEndSecond;
  if (!is_open(at)) {
    each_open(second, kEndSecond, [&](std::int64_t from, std::int64_t) {
      change = from;
      return false;
    });
  } else {
    std::int64_t end = second;
    each_open(second, kEndSecond, [&](std::int64_t from, std::int64_t to) {
      if (from > end) return false;
      end = to;
      // After the last holiday a week without a closed hour stays open.
      return !(week_.always && floor_div(to, kDaySeconds) > holidays_.back() + 2);
    });
    const bool for_ever = week_.always && floor_div(end, kDaySeconds) > holidays_.back() + 2;
    change = for_ever ? kEndSecond : end;
  }
  return change >= kEndSecond ? Instant::never() : Instant{change * kMicros};
}

Duration OpenTime::open_since_epoch(Instant at) const {
  if (at <= kEarliestInstant) return Duration(0);
  at = std::min(at, kLatestInstant);
  const std::int64_t second = floor_div(at.us, kMicros);
  const std::int64_t block = (second - kFirstSecond) / kBlockSeconds;
  std::int64_t open_us = open_before_s_[static_cast<std::size_t>(block)] * kMicros;
  each_open(kFirstSecond + block * kBlockSeconds, second + 1,
            [&](std::int64_t from, std::int64_t to) {
              open_us += std::min(to * kMicros, at.us) - from * kMicros;
              return true;
            });
  return Duration(open_us);
}

Duration OpenTime::open_between(Instant from, Instant to) const {
  if (!always_) return open_since_epoch(to) - open_since_epoch(from);
  return std::min(to, kLatestInstant) - std::clamp(from, kEarliestInstant, kLatestInstant);
}

Instant OpenTime::after(Instant from, Duration amount) const {
  if (from >= kLatestInstant) return Instant::never();
  from = std::max(from, kEarliestInstant);
  if (always_) return amount >= kLatestInstant - from ? Instant::never() : from + amount;
  const Duration most = kLatestInstant - kEarliestInstant;
  if (amount > most) return Instant::never();
  const std::int64_t target_us = (open_since_epoch(from) + amount).count();
  // The last block that begins with less than the target: the target is reached inside it.
  const auto reached = std::lower_bound(
      open_before_s_.begin(), open_before_s_.end(), target_us,
      [](std::int64_t before_s, std::int64_t target) { return before_s * kMicros < target; });
  if (reached == open_before_s_.end()) return Instant::never();
  const std::int64_t block = reached - open_before_s_.begin() - 1;
  std::int64_t left_us = target_us - open_before_s_[static_cast<std::size_t>(block)] * kMicros;
  Instant found = Instant::never();
  const std::int64_t begin = kFirstSecond + block * kBlockSeconds;
  each_open(begin, begin + kBlockSeconds, [&](std::int64_t open, std::int64_t close) {
    const std::int64_t length_us = (close - open) * kMicros;
    if (left_us <= length_us) {
      found = Instant{open * kMicros + left_us};
      return false;
    }
    left_us -= length_us;
    return true;
  });
  return found < kLatestInstant ? found : Instant::never();
}

bool OpenTime::is_business_day(std::int64_t local_day) const { return !spans(local_day).empty(); }

std::int64_t OpenTime::business_day_from(std::int64_t local_day) const {
  const std::int64_t end = kEndSecond / kDaySeconds;
  for (std::int64_t day = local_day; day < end; ++day)
    if (is_business_day(day)) return day;
  return kNoDay;
}

std::int64_t OpenTime::business_days_between(std::int64_t first, std::int64_t last) const {
  if (last <= first) return 0;
  std::int64_t a_week = 0;
  for (const auto& day : week_.days) a_week += day.empty() ? 0 : 1;
  const std::int64_t weeks = (last - first) / 7;
  std::int64_t count = weeks * a_week;
  for (std::int64_t day = first + weeks * 7; day < last; ++day)
    count += week_.days[weekday_of(day)].empty() ? 0 : 1;
  const auto begin = std::lower_bound(weekday_holidays_.begin(), weekday_holidays_.end(), first);
  const auto end = std::lower_bound(begin, weekday_holidays_.end(), last);
  return count - (end - begin);
}

Duration OpenTime::opening(std::int64_t local_day) const {
  const auto& day = spans(local_day);
  return std::chrono::seconds(day.empty() ? 0 : day.front().open);
}

Duration OpenTime::local_time(Instant at) const {
  at = std::clamp(at, kEarliestInstant, kLatestInstant);
  const ZoneOffset& offset = offsets_[segment(floor_div(at.us, kMicros))];
  return Duration(at.us + offset.offset_s * kMicros);
}

std::int64_t OpenTime::local_day(Instant at) const {
  return floor_div(local_time(at).count(), kDay.count());
}

Instant OpenTime::instant_of(Duration local_time) const {
  // No offset is wider than 26 hours: the segment that holds this is the right one or before it.
  const std::int64_t early_s = floor_div(local_time.count(), kMicros) - 26 * 3600;
  for (std::size_t k = segment(early_s);; ++k) {
    const std::int64_t at_us = local_time.count() - offsets_[k].offset_s * kMicros;
    if (k > 0 && at_us < offsets_[k].begin_s * kMicros) return {offsets_[k].begin_s * kMicros};
    if (k + 1 == offsets_.size() || at_us < offsets_[k + 1].begin_s * kMicros) return {at_us};
  }
}

}  // namespace tenure::reference_internal
