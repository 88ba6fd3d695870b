// One suite over both stores: what kv_store.h promises.
#include "engine/kv/kv_store.h"
#include "engine/kv/memory_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>

namespace tenure {
namespace {

using Rows = std::vector<std::pair<std::string_view, std::optional<std::string_view>>>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr FamilyId kFirst = 0;
constexpr FamilyId kSecond = 1;

KvOptions two_families(bool write_ahead_log = true) {
  KvOptions options;
  options.families = {{"first", true, false}, {"second", false, true}};
  options.write_ahead_log = write_ahead_log;
  options.write_buffer_bytes = 1u << 20;
  return options;
}

/// A place where a store can be opened again and again.
class Place {
 public:
  virtual ~Place() = default;
  virtual Result<std::unique_ptr<KvStore>> open(KvOptions options) = 0;
};

class RocksPlace final : public Place {
 public:
  explicit RocksPlace(bool paced) : paced_(paced) {
    std::string name = testing::TempDir() + "tenure-kv-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~RocksPlace() override { std::filesystem::remove_all(directory_); }
  Result<std::unique_ptr<KvStore>> open(KvOptions options) override {
    options.paced = paced_;
    return open_rocks_store(directory_ + "/store", std::move(options));
  }

 private:
  const bool paced_;
  std::string directory_;
};

class MemoryPlace final : public Place {
 public:
  Result<std::unique_ptr<KvStore>> open(KvOptions options) override {
    return open_memory_store(disk_, std::move(options));
  }

 private:
  std::shared_ptr<MemoryDisk> disk_ = make_memory_disk();
};

struct Form {
  std::string name;
  std::function<std::unique_ptr<Place>()> make;
};

class KvContract : public testing::TestWithParam<Form> {
 protected:
  void SetUp() override {
    place = GetParam().make();
    open();
  }
  void open(KvOptions options = two_families()) {
    store.reset();
    auto opened = place->open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
  }
  void put(FamilyId family, const std::string& key, const std::string& value) {
    KvBatch batch;
    batch.put(family, key, value);
    ASSERT_TRUE(store->write(batch, Durability::kUnsynced));
  }
  Pairs all(FamilyId family) const {
    Pairs pairs;
    const auto it = store->iterate(family);
    for (it->seek(""); it->valid(); it->next()) pairs.emplace_back(it->key(), it->value());
    EXPECT_TRUE(it->status());
    return pairs;
  }

  std::unique_ptr<Place> place;
  std::unique_ptr<KvStore> store;
};

TEST_P(KvContract, GivesBackWhatWasPut) {
  put(kFirst, "a", "1");
  EXPECT_EQ(*store->get(kFirst, "a"), "1");
  EXPECT_EQ(store->get(kSecond, "a").error().code, ErrorCode::kNotFound);
  put(kFirst, "a", "2");
  EXPECT_EQ(*store->get(kFirst, "a"), "2");
}

TEST_P(KvContract, KeepsEmptyValuesAndKeysWithZeros) {
  const std::string key("k\0k", 3);
  put(kFirst, key, "");
  EXPECT_EQ(*store->get(kFirst, key), "");
  EXPECT_EQ(store->get(kFirst, "k").error().code, ErrorCode::kNotFound);
}

TEST_P(KvContract, AppliesABatchInOrderOverAllFamilies) {
  KvBatch batch;
  batch.put(kFirst, "a", "1");
  batch.put(kSecond, "b", "2");
  batch.erase(kFirst, "a");
  batch.put(kFirst, "c", "3");
  batch.erase(kFirst, "never there");
  ASSERT_TRUE(store->write(batch, Durability::kSynced));
  EXPECT_EQ(all(kFirst), (Pairs{{"c", "3"}}));
  EXPECT_EQ(all(kSecond), (Pairs{{"b", "2"}}));
}

TEST_P(KvContract, TakesAnEmptyBatch) { EXPECT_TRUE(store->write(KvBatch(), Durability::kSynced)); }

TEST_P(KvContract, WalksKeysInByteOrder) {
  for (const char* key : {"b", "\xff", "a", "ab"}) put(kFirst, key, key);
  EXPECT_EQ(all(kFirst), (Pairs{{"a", "a"}, {"ab", "ab"}, {"b", "b"}, {"\xff", "\xff"}}));
}

TEST_P(KvContract, SeeksToTheNeighbour) {
  for (const char* key : {"b", "d"}) put(kFirst, key, key);
  const auto it = store->iterate(kFirst);
  it->seek("c");
  ASSERT_TRUE(it->valid());
  EXPECT_EQ(it->key(), "d");
  it->prev();
  EXPECT_EQ(it->key(), "b");
  it->prev();
  EXPECT_FALSE(it->valid());
  it->seek_for_prev("c");
  EXPECT_EQ(it->key(), "b");
  it->seek_for_prev("d");
  EXPECT_EQ(it->key(), "d");
  it->next();
  EXPECT_FALSE(it->valid());
  it->seek_for_prev("a");
  EXPECT_FALSE(it->valid());
  it->seek("e");
  EXPECT_FALSE(it->valid());
  EXPECT_TRUE(it->status());
}

TEST_P(KvContract, ShowsAnIteratorTheStoreAsItWas) {
  put(kFirst, "a", "1");
  const auto it = store->iterate(kFirst);
  put(kFirst, "b", "2");
  put(kFirst, "a", "3");
  it->seek("");
  EXPECT_EQ(it->value(), "1");
  it->next();
  EXPECT_FALSE(it->valid());
}

TEST_P(KvContract, KeepsEverythingOverACleanRestart) {
  put(kFirst, "a", "1");
  open();
  EXPECT_EQ(*store->get(kFirst, "a"), "1");
}

TEST_P(KvContract, IngestsAllFamiliesAtOnce) {
  put(kFirst, "a", "old");
  put(kFirst, "b", "old");
  put(kFirst, "z", "stays");
  std::vector<SortedRows> rows(2);
  rows[0] = {kFirst, Rows{{"a", "new"}, {"b", std::nullopt}, {"c", "new"}}};
  rows[1] = {kSecond, Rows{{"x", "1"}}};
  ASSERT_TRUE(store->ingest(rows));
  EXPECT_EQ(all(kFirst), (Pairs{{"a", "new"}, {"c", "new"}, {"z", "stays"}}));
  EXPECT_EQ(all(kSecond), (Pairs{{"x", "1"}}));
  put(kFirst, "a", "newest");
  EXPECT_EQ(*store->get(kFirst, "a"), "newest");
  open();
  EXPECT_EQ(*store->get(kFirst, "a"), "newest");
  EXPECT_EQ(*store->get(kSecond, "x"), "1");
}

TEST_P(KvContract, IngestsAgainAndAgain) {
  for (int round = 0; round < 5; ++round) {
    std::vector<SortedRows> rows(1);
    const std::string value = std::to_string(round);
    const std::string key = "b" + value;
    rows[0] = {kFirst, Rows{{"a", value}, {key, "x"}}};
    ASSERT_TRUE(store->ingest(rows));
  }
  EXPECT_EQ(*store->get(kFirst, "a"), "4");
  EXPECT_EQ(all(kFirst).size(), 6u);
  EXPECT_TRUE(store->verify_checksums());
}

TEST_P(KvContract, TakesAnEmptyIngest) {
  EXPECT_TRUE(store->ingest({}));
  EXPECT_TRUE(store->ingest({SortedRows{kFirst, {}}}));
}

TEST_P(KvContract, RefusesRowsThatDoNotRise) {
  std::vector<SortedRows> rows(1);
  rows[0] = {kFirst, Rows{{"b", "1"}, {"a", "2"}}};
  EXPECT_EQ(store->ingest(rows).error().code, ErrorCode::kInvalid);
  rows[0] = {kFirst, Rows{{"a", "1"}, {"a", "2"}}};
  EXPECT_EQ(store->ingest(rows).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(all(kFirst).empty());
}

TEST_P(KvContract, RefusesAFamilyTwiceInOneIngest) {
  std::vector<SortedRows> rows(2);
  rows[0] = {kFirst, Rows{{"a", "1"}}};
  rows[1] = {kFirst, Rows{{"b", "1"}}};
  EXPECT_EQ(store->ingest(rows).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(all(kFirst).empty());
}

TEST_P(KvContract, WorksWithoutAWriteAheadLog) {
  open(two_families(false));
  put(kFirst, "a", "1");
  put(kSecond, "b", "2");
  ASSERT_TRUE(store->flush());
  put(kFirst, "a", "2");
  std::vector<SortedRows> rows(1);
  rows[0] = {kFirst, Rows{{"a", "3"}}};
  ASSERT_TRUE(store->ingest(rows));
  open(two_families(false));
  EXPECT_EQ(*store->get(kFirst, "a"), "3");
  EXPECT_EQ(*store->get(kSecond, "b"), "2");
}

TEST_P(KvContract, ReadsOnlyWhenOpenedForReading) {
  put(kFirst, "a", "1");
  store.reset();
  KvOptions options = two_families();
  options.read_only = true;
  open(options);
  EXPECT_EQ(*store->get(kFirst, "a"), "1");
  KvBatch batch;
  batch.put(kFirst, "a", "2");
  EXPECT_EQ(store->write(batch, Durability::kSynced).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(store->ingest({}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(store->flush().error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(store->verify_checksums());
}

TEST_P(KvContract, OpensForReadingBesideAWriter) {
  put(kFirst, "a", "1");
  ASSERT_TRUE(store->flush());
  KvOptions options = two_families();
  options.read_only = true;
  auto reader = place->open(options);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(*(*reader)->get(kFirst, "a"), "1");
}

TEST_P(KvContract, SaysThatThereIsNoStore) {
  const auto elsewhere = GetParam().make();
  KvOptions options = two_families();
  options.create_if_missing = false;
  EXPECT_EQ(elsewhere->open(options).error().code, ErrorCode::kNotFound);
  options.create_if_missing = true;
  options.read_only = true;
  EXPECT_EQ(elsewhere->open(options).error().code, ErrorCode::kNotFound);
}

TEST_P(KvContract, IsBusyWhileAnotherHoldsIt) {
  EXPECT_EQ(place->open(two_families()).error().code, ErrorCode::kBusy);
  store.reset();
  EXPECT_TRUE(place->open(two_families()));
}

TEST_P(KvContract, KeepsMoreThanItsWriteBuffersHold) {
  const std::string value(64 * 1024, 'x');
  const auto key = [](int k) { return "key " + std::to_string(1000 + k); };
  for (int k = 0; k < 160; ++k) put(kSecond, key(k), value + std::to_string(k));
  open();
  for (int k = 0; k < 160; ++k) EXPECT_EQ(*store->get(kSecond, key(k)), value + std::to_string(k));
}

TEST_P(KvContract, SaysHowMuchItStores) {
  put(kFirst, "a", std::string(100'000, 'x'));
  ASSERT_TRUE(store->flush());
  EXPECT_GT(store->stored_bytes(), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Stores, KvContract,
    testing::Values(Form{"Rocks", [] { return std::make_unique<RocksPlace>(false); }},
                    Form{"PacedRocks", [] { return std::make_unique<RocksPlace>(true); }},
                    Form{"Memory", [] { return std::make_unique<MemoryPlace>(); }}),
    [](const auto& form) { return form.param.name; });

}  // namespace
}  // namespace tenure
