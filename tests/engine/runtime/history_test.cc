#include "engine/runtime/history.h"

#include "tests/engine/runtime/support/small_log.h"

#include <algorithm>
#include <numeric>

namespace tenure {
namespace {

using testing::call;
using testing::kStart;
using testing::SmallLog;

// What counts of everything in the log's one shard, by (id, revision, duration).
std::vector<std::string> effective(SmallLog& log, const std::string& account = "acc-1",
                                   const AccountHistory::Filter& known = {},
                                   const AccountHistory::Filter& count = {}) {
  std::vector<Sequence> all(log->head(ShardId{0}));
  std::iota(all.begin(), all.end(), 1);
  const auto history =
      AccountHistory::load(*log, ShardId{0}, AccountId(account), all, known, count);
  EXPECT_TRUE(history) << history.error().message;
  std::vector<std::string> told;
  for (const LoggedEvent* event : history->events())
    told.push_back(std::string(event->event.id) + "/" + std::to_string(event->event.revision) +
                   " " +
                   std::to_string(event->event.read<testing::pb::CallCompleted>().duration_s()));
  return told;
}

using Told = std::vector<std::string>;

TEST(History, IsInTheOrderOfFactsWhateverCameFirst) {
  SmallLog log;
  log.append(call("c", 3));
  log.append(call("a", 1).at(kStart - kDay));
  log.append(call("b", 2));
  log.append(call("z", 0).ordinal(-1));
  EXPECT_EQ(effective(log), (Told{"a/0 1", "z/0 0", "b/0 2", "c/0 3"}));
}

TEST(History, TakesTheHighestRevisionWhateverCameFirst) {
  SmallLog log;
  log.append(call("a", 20).revision(2));
  log.append(call("a", 10).revision(1));
  log.append(call("a", 5));
  EXPECT_EQ(effective(log), Told{"a/2 20"});
}

TEST(History, LeavesOutWhatWasTakenBack) {
  SmallLog log;
  log.append(call("a", 1));
  log.append(call("b", 2));
  log.append(call("a", 1).revision(1).retracted());
  EXPECT_EQ(effective(log), Told{"b/0 2"});
  log.append(call("a", 7).revision(2));
  EXPECT_EQ(effective(log), (Told{"a/2 7", "b/0 2"}));
}

TEST(History, TakesTheConflictThatWasKnownLast) {
  for (const bool swapped : {false, true}) {
    SmallLog log;
    const auto early = call("a", 1).known_at(kStart);
    const auto late = call("a", 2).known_at(kStart + kDay);
    log.append(swapped ? late : early);
    log.append(swapped ? early : late);
    EXPECT_EQ(effective(log), Told{"a/0 2"}) << swapped;
  }
}

TEST(History, LetsACorrectedEventLeaveItsOldAccount) {
  for (const bool swapped : {false, true}) {
    SmallLog log;
    const auto first = call("a", 1);
    testing::pb::CallCompleted payload;
    payload.set_duration_s(2);
    testing::EventBuilder second("crm", "a");
    second.account("acc-2").at(kStart).revision(1).payload(payload);
    log.append(swapped ? second : first);
    log.append(swapped ? first : second);
    EXPECT_EQ(effective(log, "acc-1"), Told()) << swapped;
    EXPECT_EQ(effective(log, "acc-2"), Told{"a/1 2"}) << swapped;
  }
}

TEST(History, ChoosesAmongWhatIsKnownAndThenWhatCounts) {
  SmallLog log;
  log.append(call("a", 1).at(kStart), kStart);
  log.append(call("a", 2).at(kStart + 5 * kDay).revision(1), kStart + 9 * kDay);
  const auto recorded = [](const LoggedEvent& e) { return e.recorded_at <= kStart + kDay; };
  const auto occurred = [](const LoggedEvent& e) { return e.event.occurred_at <= kStart + kDay; };
  EXPECT_EQ(effective(log, "acc-1", recorded), Told{"a/0 1"});
  EXPECT_EQ(effective(log, "acc-1", {}, occurred), Told());
}

TEST(History, WalksNewestFirstUntilItIsEnough) {
  SmallLog log;
  for (const char* id : {"a", "b", "c"}) log.append(call(id, 1));
  const auto history =
      AccountHistory::load(*log, ShardId{0}, AccountId("acc-1"), std::vector<Sequence>{1, 2, 3});
  ASSERT_TRUE(history);
  Told ids;
  history->newest_first([&](const Event& event) {
    ids.emplace_back(event.id);
    return ids.size() < 2;
  });
  EXPECT_EQ(ids, (Told{"c", "b"}));
}

}  // namespace
}  // namespace tenure
