// Commit 1: events and offsets together or not at all, whatever fails and whenever.
#include "tests/engine/log/support/log_fixture.h"

namespace tenure::test {
namespace {

constexpr const char* kPartition = "kafka:c/orders/0";

class Crash : public LogTest {
 protected:
  void SetUp() override {
    log_options.shards = 4;
    LogTest::SetUp();
  }
  std::int64_t next_offset() const {
    const auto offset = log->offset(kPartition);
    return offset ? offset->next : 0;
  }
  std::uint64_t events() const { return log->stat().events; }
  // Appends events n*3 to n*3+2, of three shards, with the offset behind them.
  Result<AppendOutcome> append_round(int round) {
    std::vector<Draft> drafts;
    for (int k = round * 3; k < round * 3 + 3; ++k)
      drafts.push_back(draft("e" + std::to_string(k), {account_in(k % 3, 4)}));
    const EventBatch batch = batch_of(drafts);
    const std::vector<SourceOffset> offsets = {{kPartition, round * 3 + 3}};
    return log->append(batch.events(), offsets, Instant{1'000 + round});
  }
};

TEST_F(Crash, KeepsWhatAnAppendHasConfirmed) {
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(append_round(round));
    crash();
    EXPECT_EQ(next_offset(), round * 3 + 3);
    EXPECT_EQ(events(), static_cast<std::uint64_t>(round * 3 + 3));
    EXPECT_TRUE(log->verify());
  }
}

// At each point, with the write having taken effect or not: the source goes on at the stored
// offset, and in the end every event is there once.
TEST_F(Crash, LosesAndDoublesNothingWhereverAWriteFails) {
  constexpr int kRounds = 6;
  for (const bool applied : {false, true}) {
    for (int failing = 1; failing <= kRounds; ++failing) {
      log.reset();
      disk = make_memory_disk();
      open();
      fail_write(*disk, failing, applied);
      int failures = 0;
      while (next_offset() < kRounds * 3) {
        const auto outcome = append_round(static_cast<int>(next_offset() / 3));
        if (outcome) continue;
        EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
        ++failures;
        ASSERT_LE(failures, 1) << "a write failed that was not told to";
        crash();
        EXPECT_EQ(events(), static_cast<std::uint64_t>(next_offset()));
      }
      EXPECT_EQ(failures, 1);
      EXPECT_EQ(events(), static_cast<std::uint64_t>(kRounds * 3));
      for (std::uint16_t shard = 0; shard < 3; ++shard)
        EXPECT_EQ(log->head(ShardId{shard}), static_cast<Sequence>(kRounds));
      EXPECT_TRUE(log->verify());
    }
  }
}

TEST_F(Crash, RefusesToGoOnAfterAFailedAppend) {
  fail_write(*disk, 1, true);
  ASSERT_FALSE(append_round(0));
  const auto again = append_round(0);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(log->head(ShardId{0}), 0u) << "what is not known to be synced is not shown";
  EXPECT_EQ(next_offset(), 0);
  reopen();
  EXPECT_EQ(next_offset(), 3);
  const auto outcome = append_round(0);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->repeated, 3u);
}

TEST_F(Crash, ShowsNothingOfAnAppendThatFailed) {
  ASSERT_TRUE(append_round(0));
  fail_write(*disk, 1, false);
  ASSERT_FALSE(append_round(1));
  EXPECT_EQ(log->head(ShardId{0}), 1u);
  EXPECT_EQ(next_offset(), 3);
  EXPECT_EQ(log->block(ShardId{0}, 2).error().code, ErrorCode::kNotFound);
}

TEST_F(Crash, KeepsItsNatureOverRestarts) {
  const std::string key = log->person_key();
  const std::uint64_t seed = log->seed();
  EXPECT_EQ(key.size(), 64u);
  log_options.shards = 9;
  crash();
  EXPECT_EQ(log->person_key(), key);
  EXPECT_EQ(log->seed(), seed);
  EXPECT_EQ(log->shards(), 4);
  EXPECT_EQ(log->stat().incarnation, 1u);
}

TEST_F(Crash, GivesEachLogAKeyOfItsOwn) {
  const std::string key = log->person_key();
  log.reset();
  disk = make_memory_disk();
  open();
  EXPECT_NE(log->person_key(), key);
}

}  // namespace
}  // namespace tenure::test
