#include "engine/event/render.h"
#include "engine/review/internal/truth.h"
#include "engine/review/review.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tenure {
namespace {

constexpr std::string_view kNotKnown = "not known";
constexpr std::size_t kCausesShown = 3;

// Thousandths as people write them, with at most `decimals` places, cut and without trailing zeros.
std::string number(std::int64_t milli, int decimals) {
  const bool negative = milli < 0;
  const auto size = static_cast<std::uint64_t>(negative ? -milli : milli);
  std::string text = fmt::format("{}", size / 1000);
  std::string places =
      fmt::format("{:03}", size % 1000).substr(0, static_cast<std::size_t>(decimals));
  while (!places.empty() && places.back() == '0') places.pop_back();
  if (!places.empty()) text += "." + places;
  return negative && text != "0" ? "-" + text : text;
}

std::string days(std::int64_t milli) {
  const std::string text = number(milli, milli < 10'000 && milli > -10'000 ? 1 : 0);
  return text + (text == "1" ? " day" : " days");
}

std::string money(std::int64_t milli) {
  std::string text = number(milli - milli % 1000, 0);
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string day(std::int64_t ms, const Calendar* calendar) {
  if (ms < kEarliestInstant.us / 1000 || ms > kLatestInstant.us / 1000)
    return std::string(kNotKnown);
  const Instant at{ms * 1000};
  const Calendar& local = calendar != nullptr ? *calendar : *Calendar::round_the_clock();
  return words_of_day(local.local_day(at));
}

std::string value(std::int64_t milli, SignalUnit unit, const Calendar* calendar) {
  if (milli == kMissing) return std::string(kNotKnown);
  switch (unit) {
    case SignalUnit::kCount: return number(milli, 1);
    case SignalUnit::kDays: return days(milli);
    case SignalUnit::kShare: return number(milli * 100, 1) + " %";
    case SignalUnit::kFlag: return milli != 0 ? "yes" : "no";
    case SignalUnit::kInstant: return day(milli, calendar);
    case SignalUnit::kMoney: return money(milli);
  }
  return std::string(kNotKnown);
}

// What happened and on which day; what reads the same as one before it says nothing new.
std::string causes(std::span<const Cause> cited, std::size_t shown, const Calendar* calendar) {
  std::vector<std::string> told;
  for (const Cause& cause : cited) {
    if (told.size() == shown) break;
    // In brackets: behind a comma it could be read as the day of something in the sentence.
    std::string one =
        fmt::format("{} (on {})", cause.sentence, day(cause.occurred_at.us / 1000, calendar));
    if (std::find(told.begin(), told.end(), one) == told.end()) told.push_back(std::move(one));
  }
  return told.empty() ? "no single event" : fmt::format("{}", fmt::join(told, "; "));
}

std::string account_of(const SentenceInput& input) {
  return input.account.name.empty() ? input.account.account.str() : std::string(input.account.name);
}

std::string placeholder(std::string_view name, const SentenceInput& input) {
  if (name == "account") return account_of(input);
  if (name == "subject") return std::string(input.subject);
  if (name == "owner")
    return input.account.owner.empty() ? "nobody" : std::string(input.account.owner);
  if (name == "health.total")
    return input.health_milli ? number(*input.health_milli, 0) : std::string(kNotKnown);
  if (name == "causes") return causes(input.causes, kCausesShown, input.account.calendar);
  if (name.starts_with("causes:") && name.size() == 8)
    return causes(input.causes, static_cast<std::size_t>(name[7] - '0'), input.account.calendar);
  const auto signal = input.catalog != nullptr ? input.catalog->find(name) : std::nullopt;
  if (!signal) return std::string(kNotKnown);
  const SignalSpec& spec = input.catalog->spec(*signal);
  return value(review_internal::value_of(input.signals, *signal, spec.per_subject, input.subject),
               spec.unit, input.account.calendar);
}

}  // namespace

std::string fill_sentence(const Rule& rule, const SentenceInput& input) {
  if (rule.say.empty()) {
    std::string text = account_of(input) + ": " + rule.name;
    if (!input.subject.empty()) text += " (" + std::string(input.subject) + ")";
    if (!input.causes.empty()) text += ": " + input.causes.front().sentence;
    return text;
  }
  std::string text;
  std::string_view left = rule.say;
  // The rule was compiled: every brace has its partner.
  for (std::size_t open = left.find('{'); open != std::string_view::npos; open = left.find('{')) {
    const std::size_t close = left.find('}', open);
    if (close == std::string_view::npos) break;
    text += left.substr(0, open);
    text += placeholder(left.substr(open + 1, close - open - 1), input);
    left.remove_prefix(close + 1);
  }
  text += left;
  return text;
}

}  // namespace tenure
