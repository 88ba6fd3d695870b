#include "engine/runtime/checkpoint_writer.h"

#include "engine/kv/memory_store.h"

#include <gtest/gtest.h>

#include <atomic>

namespace tenure {
namespace {

class CheckpointWriterTest : public ::testing::Test {
 protected:
  CheckpointWriterTest() {
    state_ = std::move(
        *StateStore::open(std::move(*open_memory_store(disk_, state_store_options())), "p"));
  }
  static CheckpointRows rows(std::uint16_t shard, Sequence folded) {
    CheckpointRows rows(ShardId{shard}, {folded, Instant{1}, 1});
    const Sequence posting[] = {folded};
    rows.add(AccountId("a"), "row", posting);
    return rows;
  }
  [[nodiscard]] Sequence stored(std::uint16_t shard) const {
    const auto position = state_->position(ShardId{shard});
    return position && *position ? (*position)->folded : 0;
  }
  CheckpointWriter::Callbacks callbacks() {
    return {[this](const CheckpointRows&) {
              asked_ = true;
              return logged_.load();
            },
            [this] { ++installed_; }, [this](const Error& error) { failed_ = error.code; }};
  }

  std::shared_ptr<MemoryDisk> disk_ = make_memory_disk();
  std::unique_ptr<StateStore> state_;
  std::atomic<bool> asked_{false};
  std::atomic<bool> logged_{true};
  std::atomic<int> installed_{0};
  std::atomic<ErrorCode> failed_{ErrorCode::kNotFound};
};

TEST_F(CheckpointWriterTest, InstallsEachShardsRows) {
  CheckpointWriter writer(*state_, 2, callbacks());
  EXPECT_TRUE(writer.finished(ShardId{0}));
  writer.add(rows(0, 7));
  writer.add(rows(1, 8));
  EXPECT_TRUE(writer.wait(ShardId{0}));
  EXPECT_TRUE(writer.wait(ShardId{1}));
  EXPECT_EQ(stored(0), 7u);
  EXPECT_EQ(stored(1), 8u);
  EXPECT_EQ(*state_->postings(ShardId{1}, AccountId("a")), std::vector<Sequence>{8});
}

TEST_F(CheckpointWriterTest, InstallsNothingBeforeTheLogHasWhatItRestsOn) {
  logged_ = false;
  CheckpointWriter writer(*state_, 1, callbacks());
  writer.add(rows(0, 7));
  while (!asked_) std::this_thread::yield();
  EXPECT_FALSE(writer.finished(ShardId{0}));
  EXPECT_EQ(stored(0), 0u);
  logged_ = true;
  EXPECT_TRUE(writer.wait(ShardId{0}));
  EXPECT_EQ(stored(0), 7u);
}

TEST_F(CheckpointWriterTest, LeavesOutWhatTheLogNeverGotWhenItEnds) {
  logged_ = false;
  {
    CheckpointWriter writer(*state_, 1, callbacks());
    writer.add(rows(0, 7));
    while (!asked_) std::this_thread::yield();
  }
  EXPECT_EQ(stored(0), 0u);
  EXPECT_EQ(installed_, 0);
}

TEST_F(CheckpointWriterTest, HandsOutTheFirstErrorAndStops) {
  fail_write(*disk_, 1, false);
  CheckpointWriter writer(*state_, 1, callbacks());
  writer.add(rows(0, 7));
  EXPECT_FALSE(writer.wait(ShardId{0}));
  EXPECT_FALSE(writer.finished(ShardId{0}));
  EXPECT_EQ(failed_, ErrorCode::kUnavailable);
  EXPECT_EQ(installed_, 0);
}

}  // namespace
}  // namespace tenure
