#include "engine/runtime/ingestor.h"

#include "projections/registry.h"
#include "tests/engine/runtime/support/small_log.h"

namespace tenure {
namespace {

using testing::call;
using testing::kStart;
using testing::SmallLog;

class IngestorTest : public ::testing::Test {
 protected:
  IngestorTest()
      : clock_(EngineClock::of_wall(wall_)),
        ingestor_(*log_, reference_, version_, clock_, Ingestor::Options()) {
    DecoderOptions decoding;
    decoding.format = RecordFormat::kProtobuf;
    EXPECT_FALSE(ingestor_.assigned(0, "kafka:a/0", decoding).has_value());
    EXPECT_FALSE(ingestor_.assigned(1, "kafka:a/1", decoding).has_value());
  }

  // A record; its bytes live as long as the test.
  IncomingRecord record(std::int64_t offset, const testing::EventBuilder& event,
                        Instant appended_at = kStart, std::uint32_t partition = 0) {
    values_.push_back(std::make_unique<std::string>(event.bytes()));
    IncomingRecord incoming;
    incoming.partition = partition;
    incoming.record.offset = offset;
    incoming.record.value = *values_.back();
    incoming.record.appended_at = appended_at;
    return incoming;
  }
  std::vector<BlockPtr> ingest(std::vector<IncomingRecord> records) {
    auto blocks = ingestor_.ingest(records);
    EXPECT_TRUE(blocks) << blocks.error().message;
    return blocks ? std::move(*blocks) : std::vector<BlockPtr>();
  }
  std::int64_t stored(const std::string& partition) const {
    const auto offset = log_->offset(partition);
    return offset ? offset->next : -1;
  }

  mutable SmallLog log_;
  ManualClock wall_{kStart};
  EngineClock clock_;
  ProjectionSet set_{all_projections()};
  ReferenceHistory reference_{set_.catalog()};
  std::atomic<std::uint64_t> version_{0};
  Ingestor ingestor_;
  std::vector<std::unique_ptr<std::string>> values_;
};

TEST_F(IngestorTest, StoresTheNextOffsetWithTheEvents) {
  const auto blocks = ingest({record(5, call("a", 1)), record(9, call("b", 2))});
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0]->events().size(), 2u);
  EXPECT_EQ(stored("kafka:a/0"), 10);
  EXPECT_EQ(ingestor_.counters().accepted, 2u);
  const auto synced = ingestor_.take_synced();
  ASSERT_EQ(synced.size(), 1u);
  EXPECT_EQ(synced[0].next, 10);
  EXPECT_TRUE(ingestor_.take_synced().empty());
}

TEST_F(IngestorTest, DropsWhatIsBelowTheStoredOffset) {
  ingest({record(5, call("a", 1))});
  EXPECT_TRUE(ingest({record(5, call("other", 1)), record(4, call("b", 1))}).empty());
  EXPECT_EQ(ingestor_.counters().redelivered, 2u);
  EXPECT_EQ(log_->head(ShardId{0}), 1u);
  EXPECT_EQ(ingest({record(6, call("c", 1))}).size(), 1u);
}

TEST_F(IngestorTest, CountsARepeatUnderANewOffsetAndMovesOn) {
  ingest({record(5, call("a", 1))});
  EXPECT_TRUE(ingest({record(6, call("a", 1))}).empty());
  EXPECT_EQ(ingestor_.counters().repeated, 1u);
  EXPECT_EQ(stored("kafka:a/0"), 7);
}

TEST_F(IngestorTest, TakesNothingOfARevokedPartition) {
  ingestor_.revoked(0);
  EXPECT_TRUE(ingest({record(5, call("a", 1))}).empty());
  EXPECT_EQ(stored("kafka:a/0"), -1);
  EXPECT_EQ(log_->head(ShardId{0}), 0u);
}

TEST_F(IngestorTest, GoesOnAtTheStoredOffsetAfterAssignment) {
  ingest({record(5, call("a", 1))});
  ingestor_.revoked(0);
  DecoderOptions decoding;
  decoding.format = RecordFormat::kProtobuf;
  const auto offset = ingestor_.assigned(0, "kafka:a/0", decoding);
  ASSERT_TRUE(offset);
  EXPECT_EQ(offset->next, 6);
}

TEST_F(IngestorTest, PutsWhatIsBehindFirstAndMarksIt) {
  wall_.advance_to(kStart + kDay);
  const auto blocks =
      ingest({record(1, call("live", 1), kStart + kDay), record(1, call("old", 1), kStart, 1)});
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0]->events()[0].event.id, "old");
  EXPECT_TRUE(blocks[0]->events()[0].has(kMarkBehind));
  EXPECT_EQ(blocks[1]->events()[0].event.id, "live");
  EXPECT_FALSE(blocks[1]->events()[0].has(kMarkBehind));
  EXPECT_TRUE(ingestor_.anyone_behind());
  EXPECT_EQ(stored("kafka:a/0"), 2);
  EXPECT_EQ(stored("kafka:a/1"), 2);
}

TEST_F(IngestorTest, IsNotBehindWithinAMinute) {
  wall_.advance_to(kStart + std::chrono::seconds(60));
  ingest({record(1, call("a", 1), kStart)});
  EXPECT_FALSE(ingestor_.anyone_behind());
}

TEST_F(IngestorTest, SaysOnceThatSourcesWentLive) {
  auto nothing = ingestor_.went_live();
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty());
  wall_.advance_to(kStart + kDay);
  ingest({record(1, call("a", 1), kStart)});
  const auto blocks = ingestor_.went_live();
  ASSERT_TRUE(blocks);
  ASSERT_EQ(blocks->size(), 1u);
  EXPECT_EQ((*blocks)[0]->shard(), kReferenceShard);
  EXPECT_EQ((*blocks)[0]->events()[0].event.type, EventType::kSourceWentLive);
  EXPECT_FALSE(ingestor_.anyone_behind());
  EXPECT_TRUE(ingestor_.went_live()->empty());
  EXPECT_GT(version_, 0u);
}

TEST_F(IngestorTest, StoresPairsWithTheNextAppendOrAtOnce) {
  Told told;
  told.pair = {review_partition(ShardId{0}), 3, 77};
  ASSERT_TRUE(ingestor_.append_told({told}, false));
  EXPECT_EQ(stored("review/0"), -1);
  ingest({record(1, call("a", 1))});
  EXPECT_EQ(stored("review/0"), 3);
  told.pair.next = 4;
  ASSERT_TRUE(ingestor_.append_told({told}, true));
  EXPECT_EQ(stored("review/0"), 4);
}

TEST_F(IngestorTest, AppendsNothingOfAnOrderThatCannotBeRead) {
  const std::vector<std::string> envelopes{call("a", 1).bytes(), "\xff nonsense"};
  const auto blocks = ingestor_.append_own("acts", envelopes);
  ASSERT_FALSE(blocks);
  EXPECT_EQ(blocks.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(log_->head(ShardId{0}), 0u);
}

TEST_F(IngestorTest, StopsWhenTheClockFellBehindTheLog) {
  wall_.advance_to(kStart + kDay);
  ingest({record(1, call("a", 1), kStart + kDay)});
  const ManualClock back(kStart);
  EngineClock clock = EngineClock::of_wall(back);
  Ingestor later(*log_, reference_, version_, clock, Ingestor::Options());
  const auto blocks = later.ingest({});
  ASSERT_FALSE(blocks);
  EXPECT_EQ(blocks.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tenure
