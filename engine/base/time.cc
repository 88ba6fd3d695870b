#include "engine/base/time.h"

#include <charconv>
#include <cstdlib>

namespace tenure {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-compatible low-level
// date algorithms").
constexpr std::int64_t days_from_civil(std::int64_t y, unsigned m, unsigned d) {
  y -= m <= 2;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<unsigned>(y - era * 400);
  const unsigned doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

bool digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
  if (at + count > text.size()) return false;
  value = 0;
  for (std::size_t k = at; k < at + count; ++k) {
    if (text[k] < '0' || text[k] > '9') return false;
    value = value * 10 + (text[k] - '0');
  }
  return true;
}

int days_in_month(int y, int m) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  return m == 2 && leap ? 29 : kDays[m - 1];
}

// Reads ".123456789" at `at`, moves `at` behind it, and returns microseconds; -1 when it is
// malformed.
int fraction(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return 0;
  int us = 0;
  std::size_t count = 0;
  for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count)
    if (count < 6) us = us * 10 + (text[at] - '0');
  if (count == 0 || count > 9) return -1;
  for (std::size_t k = count; k < 6; ++k) us *= 10;
  return us;
}

// Reads "Z" or "+hh:mm" to the end of the text, in minutes east of Greenwich.
bool zone(std::string_view text, std::size_t at, int& minutes) {
  minutes = 0;
  if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) return true;
  int hour = 0;
  int minute = 0;
  if (at >= text.size() || (text[at] != '+' && text[at] != '-') || !digits(text, at + 1, 2, hour))
    return false;
  const bool colon = at + 3 < text.size() && text[at + 3] == ':';
  const std::size_t minutes_at = at + (colon ? 4 : 3);
  if (!digits(text, minutes_at, 2, minute) || minutes_at + 2 != text.size()) return false;
  if (hour > 23 || minute > 59) return false;
  minutes = (hour * 60 + minute) * (text[at] == '-' ? -1 : 1);
  return true;
}

// At least `width` digits.
void put(std::string& out, unsigned value, std::size_t width) {
  char digits[10];
  std::size_t count = 0;
  for (; value > 0 || count < width; value /= 10)
    digits[count++] = static_cast<char>('0' + value % 10);
  while (count > 0) out += digits[--count];
}

Error not_a_time(std::string_view text) {
  return fail(ErrorCode::kInvalid,
              "not a time: '" + std::string(text.substr(0, 64)) +
                  "'; write it like 2026-11-23T09:41:07Z, with Z or an offset");
}

}  // namespace

std::string to_string(Instant instant) {
  if (instant == Instant::never()) return "never";
  if (instant == Instant::always()) return "always";
  using namespace std::chrono;
  const auto point = sys_time<microseconds>(microseconds(instant.us));
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss<microseconds> time(point - day);
  const auto year = static_cast<int>(date.year());
  // By hand: every answer holds several, and printf takes longer than all else that they need.
  std::string out;
  out.reserve(sizeof "2026-11-23T09:41:07.123456Z");
  if (year < 0) out += '-';
  put(out, static_cast<unsigned>(std::abs(year)), year < 0 ? 3 : 4);
  put(out += '-', static_cast<unsigned>(date.month()), 2);
  put(out += '-', static_cast<unsigned>(date.day()), 2);
  put(out += 'T', static_cast<unsigned>(time.hours().count()), 2);
  put(out += ':', static_cast<unsigned>(time.minutes().count()), 2);
  put(out += ':', static_cast<unsigned>(time.seconds().count()), 2);
  if (const auto us = static_cast<unsigned>(time.subseconds().count()); us % 1000 != 0)
    put(out += '.', us, 6);
  else if (us != 0)
    put(out += '.', us / 1000, 3);
  return out += 'Z';
}

Result<Instant> parse_instant(std::string_view text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  const bool shape = digits(text, 0, 4, y) && text.size() >= 20 && text[4] == '-' &&
                     digits(text, 5, 2, mo) && text[7] == '-' && digits(text, 8, 2, d) &&
                     (text[10] == 'T' || text[10] == 't' || text[10] == ' ') &&
                     digits(text, 11, 2, h) && text[13] == ':' && digits(text, 14, 2, mi) &&
                     text[16] == ':' && digits(text, 17, 2, s);
  if (!shape || mo < 1 || mo > 12 || d < 1 || d > days_in_month(y, mo) || h > 23 || mi > 59 ||
      s > 60)
    return not_a_time(text);
  std::size_t at = 19;
  int us = fraction(text, at);
  int east = 0;
  if (us < 0 || !zone(text, at, east)) return not_a_time(text);
  if (s == 60) {  // a leap second: the last microsecond before it, since our time scale has none
    s = 59;
    us = 999'999;
  }
  const std::int64_t seconds =
      days_from_civil(y, static_cast<unsigned>(mo), static_cast<unsigned>(d)) * 86400 + h * 3600 +
      mi * 60 + s - static_cast<std::int64_t>(east) * 60;
  return Instant{seconds * 1'000'000 + us};
}

Result<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::int64_t us = 0;
  if (unit == "ms") us = 1'000;
  if (unit == "s") us = 1'000'000;
  if (unit == "m") us = 60'000'000;
  if (unit == "h") us = 3'600'000'000;
  if (unit == "d") us = 86'400'000'000;
  // 36,500 days keep every sum of an instant and a duration inside 64 bits.
  if (error != std::errc() || us == 0 || count < 0 || count > 3'153'600'000'000'000 / us)
    return fail(ErrorCode::kInvalid, "not a duration: '" + std::string(text.substr(0, 64)) +
                                         "'; write it like 21d, 36h, 15m, 90s or 500ms");
  return Duration(count * us);
}

}  // namespace tenure
