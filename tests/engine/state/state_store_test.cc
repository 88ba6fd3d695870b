#include "engine/state/state_store.h"

#include "engine/kv/memory_store.h"

#include <gtest/gtest.h>

#include <map>

namespace tenure {
namespace {

class StateStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<StateStore> open(const std::string& fingerprint = "p1") {
    auto kv = open_memory_store(disk_, state_store_options());
    EXPECT_TRUE(kv) << kv.error().message;
    auto state = StateStore::open(std::move(*kv), fingerprint);
    EXPECT_TRUE(state) << state.error().message;
    return std::move(*state);
  }
  // Writes past the store, as rot does.
  void spoil(FamilyId family, const std::string& key, const std::string& value) {
    auto kv = open_memory_store(disk_, state_store_options());
    ASSERT_TRUE(kv);
    KvBatch batch;
    batch.put(family, key, value);
    ASSERT_TRUE((*kv)->write(batch, Durability::kSynced));
    ASSERT_TRUE((*kv)->flush());
  }
  static CheckpointRows rows(ShardId shard, Sequence folded, std::uint64_t number) {
    return {shard, {folded, Instant{1000}, number}};
  }
  static void add(CheckpointRows& rows, std::string_view account, std::string_view row,
                  const std::vector<Sequence>& postings) {
    rows.add(AccountId(account), row, postings);
  }

  std::shared_ptr<MemoryDisk> disk_ = make_memory_disk();
};

TEST_F(StateStoreTest, HasNoPositionBeforeTheFirstCheckpoint) {
  const auto state = open();
  const auto position = state->position(ShardId{3});
  ASSERT_TRUE(position);
  EXPECT_FALSE(position->has_value());
}

TEST_F(StateStoreTest, KeepsRowsPostingsAndPositionOverAPowerCut) {
  {
    const auto state = open();
    CheckpointRows one = rows(ShardId{1}, 7, 1);
    add(one, "a", "row-a", {1, 5});
    add(one, "b", "row-b", {2, 7});
    ASSERT_TRUE(state->checkpoint(std::move(one)));
    CheckpointRows two = rows(ShardId{1}, 300, 2);
    add(two, "a", "row-a2", {8, 300});
    add(two, "c", "row-c", {});
    ASSERT_TRUE(state->checkpoint(std::move(two)));
    CheckpointRows other = rows(ShardId{2}, 1, 1);
    add(other, "a", "elsewhere", {1});
    ASSERT_TRUE(state->checkpoint(std::move(other)));
  }
  lose_unsynced(*disk_);
  const auto state = open();
  EXPECT_FALSE(state->stale());
  const auto position = state->position(ShardId{1});
  ASSERT_TRUE(position && *position);
  EXPECT_EQ((*position)->folded, 300u);
  EXPECT_EQ((*position)->due_fired, Instant{1000});
  EXPECT_EQ((*position)->number, 2u);
  std::map<std::string, std::string> found;
  ASSERT_TRUE(state->accounts(ShardId{1}, [&](std::string_view account, std::string_view row) {
    found[std::string(account)] = row;
  }));
  EXPECT_EQ(found,
            (std::map<std::string, std::string>{{"a", "row-a2"}, {"b", "row-b"}, {"c", "row-c"}}));
  EXPECT_EQ(*state->postings(ShardId{1}, AccountId("a")), (std::vector<Sequence>{1, 5, 8, 300}));
  EXPECT_EQ(*state->postings(ShardId{1}, AccountId("c")), std::vector<Sequence>());
  EXPECT_EQ(*state->postings(ShardId{2}, AccountId("a")), std::vector<Sequence>{1});
}

TEST_F(StateStoreTest, KeepsApartAccountsWhoseNamesBeginAlike) {
  const auto state = open();
  CheckpointRows some = rows(ShardId{0}, 9, 1);
  const std::string longer("a\0\0\0\0\0\0\0\1", 9);
  add(some, "a", "1", {1});
  add(some, longer, "2", {2});
  add(some, "ab", "3", {3});
  ASSERT_TRUE(state->checkpoint(std::move(some)));
  EXPECT_EQ(*state->postings(ShardId{0}, AccountId("a")), std::vector<Sequence>{1});
  EXPECT_EQ(*state->postings(ShardId{0}, AccountId(longer)), std::vector<Sequence>{2});
  EXPECT_EQ(*state->postings(ShardId{0}, AccountId("ab")), std::vector<Sequence>{3});
}

TEST_F(StateStoreTest, IsStaleUnderOtherProjections) {
  EXPECT_FALSE(open("p1")->stale());
  EXPECT_TRUE(open("p2")->stale());
}

TEST_F(StateStoreTest, InstallsNothingOfACheckpointThatFails) {
  {
    const auto state = open();
    fail_write(*disk_, 1, false);
    CheckpointRows some = rows(ShardId{0}, 9, 1);
    add(some, "a", "1", {1});
    const auto stored = state->checkpoint(std::move(some));
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, ErrorCode::kUnavailable);
  }
  lose_unsynced(*disk_);
  const auto state = open();
  EXPECT_FALSE(state->position(ShardId{0})->has_value());
  EXPECT_TRUE(state->postings(ShardId{0}, AccountId("a"))->empty());
}

TEST_F(StateStoreTest, SaysThatAPositionCannotBeRead) {
  open();
  spoil(0, std::string("position/\0\4", 11), "\xff");
  const auto position = open()->position(ShardId{4});
  ASSERT_FALSE(position);
  EXPECT_EQ(position.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(position.error().message.find("shard 4"), std::string::npos);
}

TEST_F(StateStoreTest, SaysThatPostingsCannotBeRead) {
  {
    const auto state = open();
    CheckpointRows some = rows(ShardId{0}, 9, 1);
    add(some, "a", "1", {1});
    ASSERT_TRUE(state->checkpoint(std::move(some)));
  }
  spoil(2, std::string("\0\0\1a\0\0\0\0\0\0\0\1", 12), "\xff");
  const auto postings = open()->postings(ShardId{0}, AccountId("a"));
  ASSERT_FALSE(postings);
  EXPECT_EQ(postings.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace tenure
