#include "engine/kv/memory_store.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

KvOptions one_family() {
  KvOptions options;
  options.families = {{"first", false, false}};
  return options;
}

class MemoryFaults : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    store.reset();
    auto opened = open_memory_store(disk, one_family());
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
  }
  Result<void> put(const std::string& key, Durability durability) {
    KvBatch batch;
    batch.put(0, key, "x");
    return store->write(batch, durability);
  }
  bool has(const std::string& key) const { return store->get(0, key).has_value(); }

  std::shared_ptr<MemoryDisk> disk = make_memory_disk();
  std::unique_ptr<KvStore> store;
};

TEST_F(MemoryFaults, LosesASuffixOfWhatWasNotSynced) {
  ASSERT_TRUE(put("a", Durability::kUnsynced));
  ASSERT_TRUE(put("b", Durability::kSynced));
  ASSERT_TRUE(put("c", Durability::kUnsynced));
  lose_unsynced(*disk);
  open();
  EXPECT_TRUE(has("a"));
  EXPECT_TRUE(has("b"));
  EXPECT_FALSE(has("c"));
}

TEST_F(MemoryFaults, KeepsWhatWasFlushedOrCameBeforeAnIngest) {
  ASSERT_TRUE(put("a", Durability::kUnsynced));
  ASSERT_TRUE(store->flush());
  ASSERT_TRUE(put("b", Durability::kUnsynced));
  ASSERT_TRUE(store->ingest({SortedRows{0, {{"c", "x"}}}}));
  lose_unsynced(*disk);
  open();
  EXPECT_TRUE(has("a"));
  EXPECT_TRUE(has("b"));
  EXPECT_TRUE(has("c"));
}

TEST_F(MemoryFaults, FailsTheWriteThatWasNamed) {
  fail_write(*disk, 2, false);
  EXPECT_TRUE(put("a", Durability::kSynced));
  EXPECT_EQ(put("b", Durability::kSynced).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(has("b"));
}

TEST_F(MemoryFaults, CanFailAWriteThatTookEffect) {
  fail_write(*disk, 1, true);
  EXPECT_EQ(put("a", Durability::kSynced).error().code, ErrorCode::kUnavailable);
  lose_unsynced(*disk);
  open();
  EXPECT_TRUE(has("a"));
}

TEST_F(MemoryFaults, RefusesWritesAfterAFailedOneUntilReopened) {
  fail_write(*disk, 1, false);
  EXPECT_FALSE(put("a", Durability::kSynced));
  EXPECT_EQ(put("b", Durability::kSynced).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(store->flush().error().code, ErrorCode::kUnavailable);
  open();
  EXPECT_TRUE(put("b", Durability::kSynced));
}

TEST_F(MemoryFaults, TakesAnOrderBack) {
  fail_write(*disk, 1, false);
  fail_write(*disk, 0, false);
  EXPECT_TRUE(put("a", Durability::kSynced));
}

TEST_F(MemoryFaults, ASecondStoreWaitsForAPowerCutOrAClose) {
  EXPECT_EQ(open_memory_store(disk, one_family()).error().code, ErrorCode::kBusy);
  lose_unsynced(*disk);
  const auto second = open_memory_store(disk, one_family());
  EXPECT_TRUE(second);
  EXPECT_EQ(put("a", Durability::kSynced).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tenure
