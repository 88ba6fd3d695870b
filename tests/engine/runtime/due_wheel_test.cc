#include "engine/runtime/due_wheel.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace tenure {
namespace {

TEST(DueWheel, IsEmptyAtFirstAndNeverHoldsNever) {
  DueWheel wheel;
  EXPECT_EQ(wheel.next(), Instant::never());
  wheel.add(1, Instant::never());
  EXPECT_EQ(wheel.next(), Instant::never());
}

// Days and microseconds, before 1970 and after; entries come while others are taken.
TEST(DueWheel, GivesBackEveryEntryByRisingInstant) {
  EXPECT_TRUE(rc::check([] {
    DueWheel wheel;
    std::multiset<std::pair<Instant, DueWheel::Slot>> model;
    const int steps = *rc::gen::inRange(1, 60);
    for (int k = 0; k < steps; ++k) {
      if (*rc::gen::inRange(0, 3) > 0) {
        const Instant due{*rc::gen::inRange<std::int64_t>(-5, 5) * 450'000'000 +
                          *rc::gen::inRange<std::int64_t>(-2, 3)};
        const auto slot = static_cast<DueWheel::Slot>(*rc::gen::inRange(0, 5));
        wheel.add(slot, due);
        model.emplace(due, slot);
        continue;
      }
      const Instant next = wheel.next();
      RC_ASSERT(next == (model.empty() ? Instant::never() : model.begin()->first));
      if (model.empty()) continue;
      std::vector<DueWheel::Slot> taken;
      wheel.take(next, taken);
      std::multiset<DueWheel::Slot> expected;
      while (!model.empty() && model.begin()->first == next) {
        expected.insert(model.begin()->second);
        model.erase(model.begin());
      }
      RC_ASSERT(std::multiset<DueWheel::Slot>(taken.begin(), taken.end()) == expected);
    }
  }));
}

}  // namespace
}  // namespace tenure
