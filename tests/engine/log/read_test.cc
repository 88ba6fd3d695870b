#include "tests/engine/log/support/log_fixture.h"

#include <atomic>
#include <thread>

namespace tenure::test {
namespace {

constexpr ShardId kOnly{0};

class Read : public LogTest {
 protected:
  void SetUp() override {
    log_options.shards = 1;
    LogTest::SetUp();
  }
  void fill(int blocks, int events_each) {
    for (int block = 0; block < blocks; ++block) {
      std::vector<Draft> drafts;
      drafts.reserve(static_cast<std::size_t>(events_each));
      for (int k = 0; k < events_each; ++k)
        drafts.push_back(draft("e" + std::to_string(block) + "-" + std::to_string(k)));
      append(drafts, 1'000 + block);
    }
  }
};

TEST_F(Read, FindsTheBlockOfAnyPosition) {
  fill(5, 3);
  for (int round = 0; round < 2; ++round) {
    for (Sequence sequence = 1; sequence <= 15; ++sequence) {
      const auto block = log->block(kOnly, sequence);
      ASSERT_TRUE(block) << block.error().message;
      EXPECT_EQ((*block)->first(), (sequence - 1) / 3 * 3 + 1);
      EXPECT_EQ((*block)->last(), (*block)->first() + 2);
    }
    log_options.block_cache_bytes = 0;
    reopen();
  }
}

TEST_F(Read, IsNotFoundBeyondTheHead) {
  fill(1, 3);
  for (const Sequence sequence : {Sequence{0}, Sequence{4}, Sequence{UINT64_MAX}})
    EXPECT_EQ(log->block(kOnly, sequence).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(log->block(ShardId{1}, 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(log->block(kReferenceShard, 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(log->head(ShardId{1}), 0u);
}

TEST_F(Read, ScansFromTheBlockThatHoldsAPosition) {
  fill(4, 3);
  for (Sequence from = 0; from <= 13; ++from) {
    std::vector<Sequence> firsts;
    ASSERT_TRUE(log->scan(kOnly, from, [&](const BlockPtr& block) {
      firsts.push_back(block->first());
      return true;
    }));
    std::vector<Sequence> expected;
    for (Sequence first = 1; first <= 10; first += 3)
      if (first + 2 >= from) expected.push_back(first);
    EXPECT_EQ(firsts, expected) << "from " << from;
  }
}

TEST_F(Read, StopsAScanWhenTold) {
  fill(4, 3);
  int seen = 0;
  ASSERT_TRUE(log->scan(kOnly, 1, [&](const BlockPtr&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_F(Read, GivesBackWhatWasAppended) {
  const Draft wanted = draft("a", {"acme"}, std::string(5'000, 'x'));
  const AppendOutcome outcome = append({wanted}, 77);
  ASSERT_EQ(outcome.blocks.size(), 1u);
  log_options.block_cache_bytes = 0;
  reopen();
  const LoggedEvent& logged = at(kOnly, 1);
  const LoggedEvent& told = outcome.blocks[0]->events()[0];
  EXPECT_EQ(logged.event.bytes, envelope_of(wanted));
  EXPECT_EQ(told.event.bytes, logged.event.bytes);
  EXPECT_EQ(logged.event.type, EventType::kNoteAdded);
  EXPECT_EQ(logged.event.accounts[0], AccountId("acme"));
  EXPECT_EQ(logged.content, told.content);
  EXPECT_EQ(logged.content, content_hash(logged.event, log->seed()));
  EXPECT_EQ(logged.recorded_at, Instant{77});
}

TEST_F(Read, GivesBlocksThatOutliveTheLog) {
  fill(1, 3);
  const auto block = log->block(kOnly, 1);
  ASSERT_TRUE(block);
  log.reset();
  EXPECT_EQ((*block)->events()[2].event.id, "e0-2");
}

TEST_F(Read, SeesWholeAppendsWhileTheWriterWrites) {
  constexpr Sequence kEvents = 600;
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  readers.reserve(3);
  for (int k = 0; k < 3; ++k) {
    readers.emplace_back([&] {
      Sequence seen = 0;
      while (!done.load() || seen < kEvents) {
        const Sequence head = log->head(kOnly);
        ASSERT_GE(head, seen);
        ASSERT_EQ(head % 3, 0u) << "half an append";
        Sequence next = 1;
        const auto walked = log->scan(kOnly, 1, [&](const BlockPtr& block) {
          next = block->last() + 1;
          return true;
        });
        ASSERT_TRUE(walked) << walked.error().message;
        ASSERT_GT(next, head);
        if (head > 0) {
          const auto block = log->block(kOnly, head);
          ASSERT_TRUE(block) << block.error().message;
          ASSERT_EQ((*block)->last(), head);
        }
        const auto offset = log->offset("crm");
        ASSERT_TRUE(!offset || offset->next >= static_cast<std::int64_t>(head / 3));
        (void)log->stat();
        ASSERT_TRUE(log->verify());
        seen = head;
      }
    });
  }
  for (Sequence first = 0; first < kEvents; first += 3) {
    std::vector<Draft> drafts;
    for (Sequence k = first; k < first + 3; ++k) drafts.push_back(draft("e" + std::to_string(k)));
    append(drafts, static_cast<std::int64_t>(first),
           {{"crm", static_cast<std::int64_t>(first / 3 + 1)}});
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace tenure::test
