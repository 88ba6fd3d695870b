#include "engine/runtime/engine_clock.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

constexpr Instant kStart{1'767'225'600'000'000};  // 2026-01-01
constexpr Duration kMinute = std::chrono::minutes(1);

std::string header(Instant instant) { return std::to_string(instant.us); }

TEST(EngineClock, FollowsTheWall) {
  ManualClock wall(kStart);
  const EngineClock clock = EngineClock::of_wall(wall);
  EXPECT_FALSE(clock.follows_records());
  EXPECT_EQ(clock.now(), kStart);
  wall.advance_to(kStart + kDay);
  EXPECT_EQ(clock.now(), kStart + kDay);
}

TEST(EngineClock, RefusesAWallClockBehindTheLog) {
  const ManualClock wall(kStart);
  const EngineClock clock = EngineClock::of_wall(wall);
  EXPECT_TRUE(clock.check(kStart + kMinute, false));
  const auto checked = clock.check(kStart + kMinute + Duration(1), false);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(checked.error().message.find("set the clock right"), std::string::npos);
}

TEST(EngineClock, RefusesAStartOverAYearAheadAndOnlyAStart) {
  const ManualClock wall(kStart + 366 * kDay);
  const EngineClock clock = EngineClock::of_wall(wall);
  EXPECT_TRUE(clock.check(kStart, false));
  const auto checked = clock.check(kStart, true);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(clock.check(kStart + 2 * kDay, true));
}

TEST(EngineClock, TakesAnEmptyLogAsItIs) {
  const ManualClock wall(kStart);
  EXPECT_TRUE(EngineClock::of_wall(wall).check(Instant::always(), true));
}

TEST(EngineClock, MovesByTicksAndNeverBack) {
  EngineClock clock = EngineClock::of_records();
  EXPECT_TRUE(clock.follows_records());
  ASSERT_TRUE(clock.tick(header(kStart)));
  EXPECT_EQ(clock.now(), kStart);
  ASSERT_TRUE(clock.tick(header(kStart - kDay)));
  EXPECT_EQ(clock.now(), kStart);
  ASSERT_TRUE(clock.tick(header(kStart + 7 * kDay)));
  EXPECT_EQ(clock.now(), kStart + 7 * kDay);
}

TEST(EngineClock, RefusesALeapOverSevenDays) {
  EngineClock clock = EngineClock::of_records();
  ASSERT_TRUE(clock.tick(header(kStart)));
  const auto leap = clock.tick(header(kStart + 7 * kDay + Duration(1)));
  ASSERT_FALSE(leap);
  EXPECT_EQ(leap.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(clock.now(), kStart);
}

TEST(EngineClock, GoesOnFromWhereTheLogStands) {
  EngineClock clock = EngineClock::of_records();
  clock.start_at(kStart);
  EXPECT_EQ(clock.now(), kStart);
  EXPECT_FALSE(clock.tick(header(kStart + 8 * kDay)));
}

TEST(EngineClock, StartsFromNothingOverAnEmptyLog) {
  EngineClock clock = EngineClock::of_records();
  clock.start_at(Instant::always());
  ASSERT_TRUE(clock.tick(header(kStart)));
  EXPECT_EQ(clock.now(), kStart);
}

TEST(EngineClock, RefusesWhatIsNoInstant) {
  for (const char* text : {"", "12x", "1.5", "soon", "9223372036854775807", "-9223372036854775808",
                           "99999999999999999999"}) {
    EngineClock clock = EngineClock::of_records();
    const auto tick = clock.tick(text);
    ASSERT_FALSE(tick) << text;
    EXPECT_EQ(tick.error().code, ErrorCode::kInvalid) << text;
  }
}

}  // namespace
}  // namespace tenure
