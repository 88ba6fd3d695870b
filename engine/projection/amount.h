// engine/projection/amount.h
//
// Integer arithmetic on values from outside: sums that stop at the limits instead of overflowing,
// money as signals show it, whole days.
#pragma once

#include "engine/base/time.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace tenure {

/// Amounts in facts stay within this, so that sums of a thousand of them fit, in thousandths too.
inline constexpr std::int64_t kAmountMax = 1'000'000'000'000;

constexpr std::int64_t clamp_amount(std::int64_t amount) {
  return std::clamp(amount, -kAmountMax, kAmountMax);
}
constexpr std::int64_t clamp_count(std::int64_t count) {
  return std::clamp<std::int64_t>(count, 0, kAmountMax);
}
/// An instant of a payload, within the instants that events may carry.
constexpr Instant clamp_instant(std::int64_t us) {
  return {std::clamp(us, kEarliestInstant.us, kLatestInstant.us)};
}

/// Whole days from `from` to `to`, rounded down; negative before `from`.
constexpr std::int64_t whole_days(Instant from, Instant to) {
  const std::int64_t us = to.us - from.us;
  const std::int64_t days = us / kDay.count();
  return us % kDay.count() < 0 ? days - 1 : days;
}

/// A currency: three letters, or nothing.
using Currency = std::array<char, 4>;

constexpr Currency make_currency(std::string_view code) {
  Currency currency{};
  if (code.size() == 3) std::copy(code.begin(), code.end(), currency.begin());
  return currency;
}
constexpr std::string_view view(const Currency& currency) {
  return currency[0] == 0 ? std::string_view() : std::string_view(currency.data(), 3);
}

/// Minor units in thousandths of the currency's unit: 100 cents are 1000. Digits after ISO 4217.
constexpr std::int64_t money_milli(std::int64_t minor, const Currency& currency) {
  constexpr std::array<std::string_view, 16> kWhole = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                       "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
                                                       "VUV", "XAF", "XOF", "XPF"};
  constexpr std::array<std::string_view, 7> kThousandths = {"BHD", "IQD", "JOD", "KWD",
                                                            "LYD", "OMR", "TND"};
  const std::string_view code = view(currency);
  if (std::find(kWhole.begin(), kWhole.end(), code) != kWhole.end()) return minor * 1000;
  if (std::find(kThousandths.begin(), kThousandths.end(), code) != kThousandths.end()) return minor;
  return minor * 10;
}

}  // namespace tenure
