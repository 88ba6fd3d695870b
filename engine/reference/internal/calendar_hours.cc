#include "engine/reference/internal/calendar_hours.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>
#include <string>

namespace tenure::reference_internal {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};
constexpr std::int32_t kDaySeconds = 86'400;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Error refused(std::string_view part, std::string_view what) {
  return fail(ErrorCode::kInvalid,
              fmt::format("hours '{:.64}': {}; write \"Mon-Fri 09:00-17:00; Sat 10:00-14:00\" "
                          "or \"always\"",
                          part, what));
}

std::optional<std::size_t> weekday_of(std::string_view text) {
  const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), text);
  if (found == kWeekdays.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kWeekdays.begin());
}

bool digits(std::string_view text, int& value) {
  if (text.empty()) return false;
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

std::optional<std::int32_t> time_of_day(std::string_view text) {
  int hour = 0;
  int minute = 0;
  if (text.size() != 5 || text[2] != ':' || !digits(text.substr(0, 2), hour) ||
      !digits(text.substr(3), minute))
    return std::nullopt;
  if (minute > 59 || hour > 24 || (hour == 24 && minute > 0)) return std::nullopt;
  return hour * 3600 + minute * 60;
}

Result<void> add_part(std::string_view part, WeekHours& week) {
  const std::size_t space = part.find(' ');
  if (space == std::string_view::npos) return refused(part, "a time is missing");
  const std::string_view days = part.substr(0, space);
  const std::string_view times = trimmed(part.substr(space));
  const auto first = weekday_of(days.substr(0, 3));
  const auto last = days.size() == 3                     ? first
                    : days.size() == 7 && days[3] == '-' ? weekday_of(days.substr(4))
                                                         : std::nullopt;
  if (!first || !last) return refused(part, "not a day or a range of days");
  if (times.size() != 11 || times[5] != '-') return refused(part, "not a range of times");
  const auto open = time_of_day(times.substr(0, 5));
  const auto close = time_of_day(times.substr(6));
  if (!open || !close) return refused(part, "not a time of day");
  if (*open >= *close)
    return refused(part, "closes before it opens; split a night shift at midnight (24:00)");
  for (std::size_t day = *first;; day = (day + 1) % 7) {
    week.days[day].push_back({*open, *close});
    if (day == *last) return ok();
  }
}

Result<void> join_spans(std::string_view hours, std::vector<OpenSpan>& spans) {
  std::sort(spans.begin(), spans.end(),
            [](const OpenSpan& a, const OpenSpan& b) { return a.open < b.open; });
  std::vector<OpenSpan> joined;
  for (const OpenSpan& span : spans) {
    if (joined.empty() || span.open > joined.back().close) {
      joined.push_back(span);
    } else if (span.open == joined.back().close) {
      joined.back().close = span.close;
    } else {
      return refused(hours, "two parts overlap on the same day");
    }
  }
  spans = std::move(joined);
  return ok();
}

}  // namespace

Result<WeekHours> parse_hours(std::string_view hours) {
  WeekHours week;
  if (trimmed(hours) == "always") {
    for (auto& day : week.days) day = {{0, kDaySeconds}};
    week.always = true;
    return week;
  }
  if (hours.size() > 512) return refused(hours, "longer than 512 bytes");
  std::string_view left = hours;
  while (true) {
    const std::size_t end = left.find(';');
    const std::string_view part = trimmed(left.substr(0, end));
    if (part.empty()) return refused(hours, "an empty part");
    TENURE_TRY(add_part(part, week));
    if (end == std::string_view::npos) break;
    left.remove_prefix(end + 1);
  }
  week.always = true;
  for (auto& day : week.days) {
    TENURE_TRY(join_spans(hours, day));
    week.always = week.always && day.size() == 1 && day[0].open == 0 && day[0].close == kDaySeconds;
  }
  return week;
}

Result<void> check_zone(std::string_view zone) {
  try {
    (void)date::locate_zone(std::string(zone));
    return ok();
  } catch (const std::exception&) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("time zone '{:.64}' is not known; write an IANA name like Europe/Berlin "
                    "(if that is one, install the package tzdata)",
                    zone));
  }
}

Result<std::int64_t> parse_day(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && digits(text.substr(0, 4), year) &&
      digits(text.substr(5, 2), month) && digits(text.substr(8), day)) {
    const date::year_month_day ymd{date::year(year), date::month(static_cast<unsigned>(month)),
                                   date::day(static_cast<unsigned>(day))};
    if (ymd.ok()) return date::sys_days(ymd).time_since_epoch().count();
  }
  return fail(ErrorCode::kInvalid, fmt::format("'{:.32}' is not a day; write YYYY-MM-DD", text));
}

}  // namespace tenure::reference_internal
