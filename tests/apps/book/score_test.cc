#include "apps/book/score.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

constexpr Instant kNow{1'795'420'800'000'000};

AccountTruth client(const char* name) {
  AccountTruth truth;
  truth.account = name;
  truth.value_minor = 100;
  return truth;
}

AccountTruth leaver(const char* name, int days_ago, ArcKind arc = ArcKind::kFull) {
  AccountTruth truth = client(name);
  truth.left = true;
  truth.left_at = kNow - kDay * days_ago;
  truth.arc = arc;
  return truth;
}

RaisedAlert alert(const char* account, int raised_days_ago, int cleared_days_ago = -1,
                  const char* rule = "silence") {
  RaisedAlert out{account, rule, kNow - kDay * raised_days_ago, std::nullopt};
  if (cleared_days_ago >= 0) out.cleared_at = kNow - kDay * cleared_days_ago;
  return out;
}

ScoreRow judge(const Truth& truth, const std::vector<RaisedAlert>& alerts) {
  ScoreOptions options;
  options.now = kNow;
  return score(truth, alerts, options).all;
}

TEST(Score, AnAlertInTimeFindsTheLeaver) {
  const ScoreRow row = judge({leaver("a", 100)}, {alert("a", 150)});
  EXPECT_EQ(row.found, 1);
  EXPECT_EQ(row.precision_milli(), 1000);
  EXPECT_EQ(row.recall_milli(), 1000);
  EXPECT_EQ(row.value_found_minor, 100);
}

TEST(Score, TheWindowEndsSevenDaysBefore) {
  EXPECT_EQ(judge({leaver("a", 100)}, {alert("a", 107)}).found, 1);
  const ScoreRow late = judge({leaver("a", 100)}, {alert("a", 106)});
  EXPECT_EQ(late.found, 0);
  EXPECT_EQ(late.late, 1);
  EXPECT_EQ(late.missed, 0);
  EXPECT_EQ(late.precision_milli(), std::nullopt);
  EXPECT_EQ(late.recall_milli(), 0);
}

TEST(Score, AnOldAlertCountsWhileItIsOpen) {
  EXPECT_EQ(judge({leaver("a", 100)}, {alert("a", 400)}).found, 1);
  EXPECT_EQ(judge({leaver("a", 100)}, {alert("a", 400, 279)}).found, 1);
  const ScoreRow cleared = judge({leaver("a", 100)}, {alert("a", 400, 280)});
  EXPECT_EQ(cleared.found, 0);
  EXPECT_EQ(cleared.missed, 1);
  EXPECT_EQ(cleared.false_ones, 1);
}

TEST(Score, ALeaverWithoutAlertIsMissed) {
  const ScoreRow row = judge({leaver("a", 100)}, {});
  EXPECT_EQ(row.missed, 1);
  EXPECT_EQ(row.value_missed_minor, 100);
  EXPECT_EQ(row.recall_milli(), 0);
}

TEST(Score, AnAlertOfAClientIsFalseOnceItIsOldEnough) {
  EXPECT_EQ(judge({client("a")}, {alert("a", 180)}).false_ones, 1);
  const ScoreRow young = judge({client("a")}, {alert("a", 179)});
  EXPECT_EQ(young.false_ones, 0);
  EXPECT_EQ(young.undecided, 1);
}

TEST(Score, AnAccountCountsOnceHoweverManyAlerts) {
  const ScoreRow row = judge({client("a"), leaver("b", 10)},
                             {alert("a", 300), alert("a", 250), alert("b", 40), alert("b", 30)});
  EXPECT_EQ(row.false_ones, 1);
  EXPECT_EQ(row.found, 1);
  EXPECT_EQ(row.precision_milli(), 500);
}

TEST(Score, OtherRulesStrangersAndTheFutureAreLeftOut) {
  const ScoreRow row = judge(
      {client("a")}, {alert("a", 300, -1, "invoice_overdue"), alert("x", 300), alert("a", -1)});
  EXPECT_EQ(row.false_ones, 0);
  EXPECT_EQ(row.undecided, 0);
}

TEST(Score, WhoLeavesAfterNowIsAClient) {
  const ScoreRow row = judge({leaver("a", -30)}, {alert("a", 20)});
  EXPECT_EQ(row.leavers, 0);
  EXPECT_EQ(row.undecided, 1);
}

TEST(Score, TheTableSplitsByTierAndArc) {
  ScoreOptions options;
  options.now = kNow;
  AccountTruth key = leaver("k", 50, ArcKind::kPartial);
  key.tier = BookTier::kKey;
  AccountTruth decoy = client("d");
  decoy.decoy = true;
  const Score result = score({key, decoy, client("s")}, {alert("k", 90), alert("d", 300)}, options);
  EXPECT_EQ(result.by_tier[0].found, 1);
  EXPECT_EQ(result.by_tier[2].false_ones, 1);
  EXPECT_EQ(result.by_arc[1].found, 1);
  EXPECT_EQ(result.by_arc[3].false_ones, 1);
  EXPECT_EQ(result.by_arc[4].accounts, 1);
  const std::string table = score_table(result);
  EXPECT_NE(table.find("partial"), std::string::npos);
  EXPECT_NE(table.find("50 %"), std::string::npos);
}

}  // namespace
}  // namespace tenure
