#include "tests/engine/log/support/log_fixture.h"

namespace tenure::test {
namespace {

using testing::Test;

class Append : public LogTest {
 protected:
  void SetUp() override {
    log_options.shards = 4;
    LogTest::SetUp();
  }
  const std::string acme = account_in(1, 4);
  const std::string brix = account_in(2, 4);
};

TEST_F(Append, GivesDensePositionsFromOne) {
  append({draft("a", {acme}), draft("b", {acme})});
  const AppendOutcome second = append({draft("c", {acme})});
  EXPECT_EQ(ids_of(ShardId{1}), (std::vector<std::string>{"a/0", "b/0", "c/0"}));
  EXPECT_EQ(log->head(ShardId{1}), 3u);
  ASSERT_EQ(second.blocks.size(), 1u);
  EXPECT_EQ(second.blocks[0]->first(), 3u);
  EXPECT_EQ(second.blocks[0]->last(), 3u);
  EXPECT_EQ(at(ShardId{1}, 2).position, (Position{ShardId{1}, 2}));
}

TEST_F(Append, RoutesByTheAccountAndReturnsBlocksByRisingShard) {
  const AppendOutcome outcome = append({draft("b", {brix}), draft("a", {acme})});
  ASSERT_EQ(outcome.blocks.size(), 2u);
  EXPECT_EQ(outcome.blocks[0]->shard(), ShardId{1});
  EXPECT_EQ(outcome.blocks[1]->shard(), ShardId{2});
  EXPECT_EQ(outcome.blocks[0]->commit(), outcome.blocks[1]->commit());
  EXPECT_EQ(outcome.accepted, 2u);
  EXPECT_GT(outcome.bytes, 0u);
}

TEST_F(Append, StoresAnEventOfTwoShardsInBothAndCountsItOnce) {
  const AppendOutcome outcome = append({draft("a", {brix, acme})});
  EXPECT_EQ(outcome.accepted, 1u);
  EXPECT_FALSE(at(ShardId{2}, 1).has(kMarkCopy));
  EXPECT_TRUE(at(ShardId{1}, 1).has(kMarkCopy));
  EXPECT_EQ(log->stat().events, 1u);
  reopen();
  EXPECT_EQ(log->stat().events, 1u);
  EXPECT_EQ(append({draft("a", {brix, acme})}).repeated, 1u);
}

TEST_F(Append, StoresAnEventOfTwoAccountsOfAShardOnce) {
  append({draft("a", {acme, acme + "x"})});
  const std::size_t shards_used = shard_of(AccountId(acme + "x"), 4) == ShardId{1} ? 1 : 2;
  std::size_t used = 0;
  for (std::uint16_t shard = 0; shard < 4; ++shard) used += log->head(ShardId{shard});
  EXPECT_EQ(used, shards_used);
}

TEST_F(Append, KeepsReferenceAndQuarantinedEventsInStreamsOfTheirOwn) {
  const EventBatch batch = batch_of_envelopes(
      {reference_envelope("gap-1"), quarantined_envelope("kafka:orders", "3-17")});
  std::vector<Verdict> verdicts;
  const auto outcome = log->append(batch.events(), {}, Instant{5}, 0, &verdicts);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->accepted, 2u);
  EXPECT_EQ(outcome->quarantined, 1u);
  EXPECT_EQ(verdicts, (std::vector<Verdict>{Verdict::kAccepted, Verdict::kQuarantined}));
  EXPECT_EQ(ids_of(kReferenceShard), std::vector<std::string>{"gap-1/0"});
  EXPECT_EQ(ids_of(kQuarantineShard), std::vector<std::string>{"3-17/0"});
  EXPECT_TRUE(at(kQuarantineShard, 1).event.quarantined);
  const LogStat stat = log->stat();
  EXPECT_EQ(stat.events, 2u);
  EXPECT_EQ(stat.quarantined, 1u);
  EXPECT_EQ(stat.reference, 1u);
}

TEST_F(Append, TakesTheSameQuarantinedRecordOnce) {
  const EventBatch batch = batch_of_envelopes({quarantined_envelope("kafka:orders", "3-17")});
  ASSERT_TRUE(log->append(batch.events(), {}, Instant{5}));
  EXPECT_EQ(log->append(batch.events(), {}, Instant{6})->repeated, 1u);
  reopen();
  EXPECT_EQ(log->append(batch.events(), {}, Instant{7})->repeated, 1u);
  EXPECT_EQ(log->head(kQuarantineShard), 1u);
}

TEST_F(Append, LetsAQuarantinedRecordClaimNoIdentity) {
  const EventBatch batch = batch_of_envelopes({quarantined_envelope("crm", "a")});
  ASSERT_TRUE(log->append(batch.events(), {}, Instant{5}));
  const AppendOutcome outcome = append({draft("a", {acme})});
  EXPECT_EQ(outcome.accepted, 1u);
  EXPECT_EQ(outcome.conflicts, 0u);
  EXPECT_EQ(at(ShardId{1}, 1).marks, 0);
}

TEST_F(Append, AddsTheMarksItIsGiven) {
  const EventBatch batch = batch_of({draft("a", {acme})});
  ASSERT_TRUE(log->append(batch.events(), {}, Instant{5}, kMarkBehind));
  EXPECT_EQ(at(ShardId{1}, 1).marks, kMarkBehind);
}

TEST_F(Append, NeverStampsEarlierThanBefore) {
  append({draft("a", {acme})}, 2'000);
  append({draft("b", {brix})}, 1'000);
  EXPECT_EQ(at(ShardId{2}, 1).recorded_at, Instant{2'000});
  reopen();
  append({draft("c", {acme})}, 500);
  EXPECT_EQ(at(ShardId{1}, 2).recorded_at, Instant{2'000});
  EXPECT_EQ(log->last_recorded_at(), Instant{2'000});
}

TEST_F(Append, StampsNothingInClosedTime) {
  append({draft("a", {acme})}, 1'000);
  EXPECT_EQ(log->close_time(Instant{5'000}), Instant{5'000});
  append({draft("b", {acme})}, 4'000);
  EXPECT_EQ(at(ShardId{1}, 2).recorded_at, Instant{5'001});
  EXPECT_EQ(log->close_time(Instant{2'000}), Instant{5'001});
  append({draft("c", {acme})}, 5'001);
  EXPECT_EQ(at(ShardId{1}, 3).recorded_at, Instant{5'002});
}

TEST_F(Append, RemembersClosedTimeWithTheNextAppend) {
  (void)log->close_time(Instant{5'000});
  const std::vector<SourceOffset> offsets = {{"review/1", 3, 4'999}};
  ASSERT_TRUE(log->append({}, offsets, Instant{100}));
  crash();
  append({draft("b", {acme})}, 4'000);
  EXPECT_EQ(at(ShardId{1}, 1).recorded_at, Instant{5'001});
}

TEST_F(Append, MovesOffsetsWithoutEvents) {
  const std::vector<SourceOffset> offsets = {{"kafka:c/orders/3", 42, 7}};
  ASSERT_TRUE(log->append({}, offsets, Instant{100}));
  crash();
  const auto offset = log->offset("kafka:c/orders/3");
  ASSERT_TRUE(offset);
  EXPECT_EQ(offset->next, 42);
  EXPECT_EQ(offset->extra, 7);
  EXPECT_FALSE(log->offset("kafka:c/orders/4"));
  EXPECT_TRUE(log->verify());
}

TEST_F(Append, RefusesAnEventWithoutEnvelope) {
  const std::vector<Event> events(1);
  const auto outcome = log->append(events, {}, Instant{5});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(append({draft("a", {acme})}).accepted, 1u);  // the log goes on
}

TEST_F(Append, IsRefusedByALogOpenedForReading) {
  append({draft("a", {acme})});
  auto reader = try_open(true);
  ASSERT_TRUE(reader) << reader.error().message;
  const EventBatch batch = batch_of({draft("b", {acme})});
  EXPECT_EQ((*reader)->append(batch.events(), {}, Instant{5}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ((*reader)->head(ShardId{1}), 1u);
  EXPECT_EQ((*reader)->stat().events, 1u);
  EXPECT_TRUE((*reader)->block(ShardId{1}, 1));
  EXPECT_TRUE((*reader)->verify());
}

TEST_F(Append, DatesEachEventOfAFirstImport) {
  const EventBatch batch = batch_of({draft("a", {acme}), draft("b", {brix}), draft("c", {acme})});
  const std::vector<Instant> instants = {{10}, {20}, {30}};
  ASSERT_TRUE(log->append_dated(batch.events(), instants, {}));
  EXPECT_EQ(at(ShardId{1}, 1).recorded_at, Instant{10});
  EXPECT_EQ(at(ShardId{1}, 2).recorded_at, Instant{30});
  EXPECT_EQ(at(ShardId{2}, 1).recorded_at, Instant{20});
  EXPECT_EQ(log->last_recorded_at(), Instant{30});
  EXPECT_TRUE(log->verify());
}

TEST_F(Append, RaisesDatesThatTheLogHasPassed) {
  append({draft("z", {acme})}, 25);
  const EventBatch batch = batch_of({draft("a", {acme}), draft("b", {acme})});
  const std::vector<Instant> instants = {{10}, {40}};
  ASSERT_TRUE(log->append_dated(batch.events(), instants, {}));
  EXPECT_EQ(at(ShardId{1}, 2).recorded_at, Instant{25});
  EXPECT_EQ(at(ShardId{1}, 3).recorded_at, Instant{40});
}

TEST_F(Append, RefusesDatesThatFall) {
  const EventBatch batch = batch_of({draft("a", {acme}), draft("b", {acme})});
  const std::vector<Instant> falling = {{20}, {10}};
  EXPECT_EQ(log->append_dated(batch.events(), falling, {}).error().code, ErrorCode::kInvalid);
  const std::vector<Instant> few = {{20}};
  EXPECT_EQ(log->append_dated(batch.events(), few, {}).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace tenure::test
