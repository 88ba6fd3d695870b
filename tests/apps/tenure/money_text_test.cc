#include "apps/tenure/money_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace tenure {
namespace {

TEST(MoneyText, RoundsHalfAwayFromZeroAtEveryEdge) {
  const struct {
    std::int64_t cents;
    const char* text;
  } all[] = {
      {0, "€0"},
      {49, "€0"},
      {50, "€1"},
      {94'000, "€940"},
      {99'949, "€999"},
      {99'950, "€1 k"},
      {149'999, "€1 k"},
      {150'000, "€2 k"},
      {31'049'999, "€310 k"},
      {31'050'000, "€311 k"},
      {99'949'999, "€999 k"},
      {99'950'000, "€1.00 M"},
      {99'995'000, "€1.00 M"},
      {100'499'999, "€1.00 M"},
      {100'500'000, "€1.01 M"},
      {184'000'000, "€1.84 M"},
      {999'499'999, "€9.99 M"},
      {999'500'000, "€10.0 M"},
      {1'004'999'999, "€10.0 M"},
      {1'005'000'000, "€10.1 M"},
      {-99'949'999, "−€999 k"},
      {-99'950'000, "−€1.00 M"},
      {-31'050'000, "−€311 k"},
      {std::numeric_limits<std::int64_t>::min(), "−€92233720368.5 M"},
  };
  for (const auto& [cents, text] : all) EXPECT_EQ(money_text(cents), text) << cents;
}

TEST(MoneyText, WholeUnitsAreRoundedToo) {
  EXPECT_EQ(whole_units(1'499, 1000), "1");
  EXPECT_EQ(whole_units(1'500, 1000), "2");
  EXPECT_EQ(whole_units(999'999'500, 1000), "1,000,000");
  EXPECT_EQ(whole_units(-1'500, 1000), "-2");
  EXPECT_EQ(whole_units(-499, 1000), "0");
}

}  // namespace
}  // namespace tenure
