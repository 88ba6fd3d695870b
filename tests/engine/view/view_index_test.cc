#include "engine/view/view_index.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <vector>

namespace tenure {
namespace {

using Slots = std::vector<ViewIndex::Slot>;

Brief any_brief() {
  Brief brief;
  if (*rc::gen::inRange(0, 4) > 0) brief.health_milli = *rc::gen::inRange(0, 5) * 1000;
  if (*rc::gen::inRange(0, 4) > 0) brief.value_milli = *rc::gen::inRange(-2, 5) * 1000;
  brief.owner = std::string(static_cast<std::size_t>(*rc::gen::inRange(0, 3)), 'a');
  brief.open_alerts = static_cast<std::uint32_t>(*rc::gen::inRange(0, 3));
  if (brief.open_alerts > 0) brief.worst = static_cast<Severity>(*rc::gen::inRange(1, 5));
  return brief;
}

// The naive form: everything, sorted by key and then by slot.
template <class Key>
Slots sorted(const std::map<ViewIndex::Slot, Brief>& briefs, Key key) {
  Slots slots;
  for (const auto& [slot, brief] : briefs) slots.push_back(slot);
  std::stable_sort(slots.begin(), slots.end(),
                   [&](auto a, auto b) { return key(briefs.at(a)) < key(briefs.at(b)); });
  return slots;
}

template <class Walk>
Slots walked(Walk walk) {
  Slots slots;
  walk([&](ViewIndex::Slot slot) {
    slots.push_back(slot);
    return true;
  });
  return slots;
}

void check(const ViewIndex& index, const std::map<ViewIndex::Slot, Brief>& briefs) {
  RC_ASSERT(walked([&](auto v) { index.by_health(v); }) == sorted(briefs, [](const Brief& b) {
              return std::pair(b.health_milli == kMissing, b.health_milli);
            }));
  RC_ASSERT(walked([&](auto v) { index.by_value(v); }) == sorted(briefs, [](const Brief& b) {
              return std::pair(b.value_milli == kMissing,
                               b.value_milli == kMissing ? 0 : -b.value_milli);
            }));
  auto with_alerts = briefs;
  std::erase_if(with_alerts, [](const auto& one) { return one.second.open_alerts == 0; });
  RC_ASSERT(walked([&](auto v) { index.with_alerts(v); }) ==
            sorted(with_alerts, [](const Brief& b) { return -static_cast<int>(b.worst); }));
  for (const char* owner : {"", "a", "aa", "nobody"}) {
    Slots expected;
    for (const auto& [slot, brief] : briefs)
      if (brief.owner == owner) expected.push_back(slot);
    RC_ASSERT(walked([&](auto v) { index.of_owner(owner, v); }) == expected);
  }
}

TEST(ViewIndex, IsTheNaiveSortAfterAnyChanges) {
  EXPECT_TRUE(rc::check([] {
    ViewIndex index;
    std::map<ViewIndex::Slot, Brief> briefs;
    const int steps = *rc::gen::inRange(1, 40);
    for (int k = 0; k < steps; ++k) {
      const auto slot = static_cast<ViewIndex::Slot>(*rc::gen::inRange(0, 12));
      const auto found = briefs.find(slot);
      const Brief brief = any_brief();
      if (found == briefs.end()) {
        index.insert(slot, brief);
        briefs[slot] = brief;
      } else if (*rc::gen::inRange(0, 4) == 0) {
        index.erase(slot, found->second);
        briefs.erase(found);
      } else {
        index.replace(slot, found->second, brief);
        found->second = brief;
      }
    }
    check(index, briefs);
  }));
}

TEST(ViewIndex, StopsWhenTheVisitorHasEnough) {
  ViewIndex index;
  for (ViewIndex::Slot slot = 0; slot < 5; ++slot) index.insert(slot, Brief());
  int seen = 0;
  index.by_health([&](ViewIndex::Slot) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace tenure
