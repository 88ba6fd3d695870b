#include "apps/tenure/money_text.h"

#include "apps/tenure/output.h"

#include <fmt/format.h>

namespace tenure {
namespace {

constexpr std::uint64_t kCentsOfUnit = 100;
constexpr std::uint64_t kCentsOfThousand = 1000 * kCentsOfUnit;
constexpr std::uint64_t kCentsOfMillion = 1000 * kCentsOfThousand;

// Of the smallest number, too.
std::uint64_t size_of(std::int64_t amount) {
  return amount < 0 ? 0 - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
}

// Each figure comes from the amount itself: rounded twice, 999,499.50 would become a million.
std::uint64_t rounded(std::uint64_t size, std::uint64_t unit) { return (size + unit / 2) / unit; }

std::string short_form(std::uint64_t cents) {
  if (rounded(cents, kCentsOfUnit) < 1000) return fmt::format("{}", rounded(cents, kCentsOfUnit));
  if (const std::uint64_t thousands = rounded(cents, kCentsOfThousand); thousands < 1000)
    return fmt::format("{} k", thousands);
  if (const std::uint64_t hundredths = rounded(cents, kCentsOfMillion / 100); hundredths < 1000)
    return fmt::format("{}.{:02} M", hundredths / 100, hundredths % 100);
  const std::uint64_t tenths = rounded(cents, kCentsOfMillion / 10);
  return fmt::format("{}.{} M", tenths / 10, tenths % 10);
}

}  // namespace

std::string money_text(std::int64_t cents) {
  return (cents < 0 ? "−€" : "€") + short_form(size_of(cents));
}

std::string whole_units(std::int64_t amount, std::int64_t unit_size) {
  const std::uint64_t units = rounded(size_of(amount), static_cast<std::uint64_t>(unit_size));
  return (amount < 0 && units != 0 ? "-" : "") + grouped(units);
}

}  // namespace tenure
