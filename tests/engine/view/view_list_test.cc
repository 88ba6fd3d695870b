#include "engine/view/view_list.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>
#include <vector>

namespace tenure {
namespace {

using Slots = std::vector<ViewList::Slot>;

Slots walked(const ViewList& list) {
  Slots slots;
  list.walk([&](ViewList::Slot slot) {
    slots.push_back(slot);
    return true;
  });
  return slots;
}

// The same with a tree, which is in order all the time.
Slots in_order(const std::map<ViewList::Slot, std::int64_t>& keys) {
  std::set<std::pair<std::int64_t, ViewList::Slot>> sorted;
  for (const auto& [slot, key] : keys) sorted.emplace(key, slot);
  Slots slots;
  for (const auto& [key, slot] : sorted) slots.push_back(slot);
  return slots;
}

TEST(ViewList, IsInOrderWheneverItIsWalked) {
  EXPECT_TRUE(rc::check([] {
    ViewList list;
    std::map<ViewList::Slot, std::int64_t> keys;
    const int steps = *rc::gen::inRange(1, 60);
    for (int k = 0; k < steps; ++k) {
      const auto slot = static_cast<ViewList::Slot>(*rc::gen::inRange(0, 12));
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          list.remove(slot);
          keys.erase(slot);
          break;
        case 1: RC_ASSERT(walked(list) == in_order(keys)); break;
        default: keys[slot] = *rc::gen::inRange(-3, 4); list.put(slot, keys[slot]);
      }
    }
    RC_ASSERT(walked(list) == in_order(keys));
    RC_ASSERT(walked(list) == in_order(keys));
  }));
}

TEST(ViewList, ASlotThatGoesAndComesBackStandsOnce) {
  ViewList list;
  list.put(3, 5);
  EXPECT_EQ(walked(list), Slots{3});
  list.remove(3);
  list.put(3, 5);
  EXPECT_EQ(walked(list), Slots{3});
  list.remove(3);
  EXPECT_EQ(walked(list), Slots{});
  list.remove(70);
  EXPECT_EQ(walked(list), Slots{});
}

TEST(ViewList, StopsWhenTheVisitorHasEnough) {
  ViewList list;
  for (ViewList::Slot slot = 0; slot < 5; ++slot) list.put(slot, 0);
  int seen = 0;
  list.walk([&](ViewList::Slot) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace tenure
