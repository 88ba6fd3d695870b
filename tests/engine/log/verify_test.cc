// Whatever is changed in a log's stored bytes, open() or verify() says so.
#include "engine/log/internal/block_format.h"
#include "engine/log/internal/meta_format.h"
#include "tests/engine/log/support/log_fixture.h"

namespace tenure::test {
namespace {

using Row = std::pair<std::string, std::string>;

class Verify : public LogTest {
 protected:
  void SetUp() override {
    log_options.shards = 2;
    LogTest::SetUp();
    append({draft("a"), draft("b", {account_in(0, 2), account_in(1, 2)})}, 1'000, {{"crm", 2}});
    append({draft("c"), draft("a", {"brix"}, "other")}, 2'000, {{"crm", 4}});
    const EventBatch batch = batch_of_envelopes({quarantined_envelope("crm", "q")});
    ASSERT_TRUE(log->append(batch.events(), {}, Instant{3'000}));
    log.reset();
  }
  std::unique_ptr<KvStore> store() {
    auto opened = open_memory_store(disk, log_store_options());
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
  std::vector<Row> rows(FamilyId family) {
    std::vector<Row> found;
    const auto opened = store();
    const auto it = opened->iterate(family);
    for (it->seek(""); it->valid(); it->next()) found.emplace_back(it->key(), it->value());
    return found;
  }
  void put(FamilyId family, const std::string& key, const std::string& value) {
    KvBatch batch;
    batch.put(family, key, value);
    ASSERT_TRUE(store()->write(batch, Durability::kSynced));
  }
  void erase(FamilyId family, const std::string& key) {
    KvBatch batch;
    batch.erase(family, key);
    ASSERT_TRUE(store()->write(batch, Durability::kSynced));
  }
  // What open() and then verify() say, reading and writing.
  std::vector<Result<void>> checks() {
    std::vector<Result<void>> said;
    for (const bool read_only : {false, true}) {
      const auto opened = try_open(read_only);
      said.push_back(opened ? (*opened)->verify() : Result<void>(opened.error()));
    }
    return said;
  }
  void expect_corrupt(const std::string& what) {
    for (const Result<void>& said : checks()) {
      ASSERT_FALSE(said) << what << " went unnoticed";
      EXPECT_EQ(said.error().code, ErrorCode::kCorrupt) << what << ": " << said.error().message;
    }
  }
};

TEST_F(Verify, PassesAGoodLog) {
  for (const Result<void>& said : checks()) EXPECT_TRUE(said) << said.error().message;
}

TEST_F(Verify, FindsEveryFlippedByteOfABlock) {
  for (const auto& [key, value] : rows(log_format::kBlocks)) {
    for (std::size_t k = 0; k < value.size(); ++k) {
      std::string damaged = value;
      damaged[k] = static_cast<char>(damaged[k] ^ 0x10);
      put(log_format::kBlocks, key, damaged);
      expect_corrupt("byte " + std::to_string(k));
    }
    put(log_format::kBlocks, key, value);
  }
}

TEST_F(Verify, FindsEveryFlippedByteOfAnOffset) {
  for (const auto& [key, value] : rows(log_format::kOffsets)) {
    for (std::size_t k = 0; k < value.size(); ++k) {
      std::string damaged = value;
      damaged[k] = static_cast<char>(damaged[k] ^ 0x01);
      put(log_format::kOffsets, key, damaged);
      expect_corrupt("byte " + std::to_string(k));
    }
    put(log_format::kOffsets, key, value);
  }
}

TEST_F(Verify, FindsEveryFlippedByteOfTheRowsBeside) {
  for (const auto& [key, value] : rows(log_format::kMeta)) {
    // The first byte of the row "log" is the format: another one is refused as such.
    for (std::size_t k = key == "log" ? 1 : 0; k < value.size(); ++k) {
      std::string damaged = value;
      damaged[k] = static_cast<char>(damaged[k] ^ 0x80);
      put(log_format::kMeta, key, damaged);
      expect_corrupt(key + ", byte " + std::to_string(k));
    }
    put(log_format::kMeta, key, value);
  }
}

TEST_F(Verify, FindsATruncatedBlockAtEveryLength) {
  const auto [key, value] = rows(log_format::kBlocks).front();
  for (std::size_t size = 0; size < value.size(); ++size) {
    put(log_format::kBlocks, key, value.substr(0, size));
    expect_corrupt("a cut at " + std::to_string(size));
  }
}

TEST_F(Verify, FindsAMissingBlock) {
  for (const auto& [key, value] : rows(log_format::kBlocks)) {
    erase(log_format::kBlocks, key);
    expect_corrupt("a missing block");
    put(log_format::kBlocks, key, value);
  }
}

TEST_F(Verify, FindsABlockUnderTheKeyOfAnother) {
  const auto blocks = rows(log_format::kBlocks);
  put(log_format::kBlocks, blocks[0].first, blocks[1].second);
  expect_corrupt("a moved block");
}

TEST_F(Verify, FindsAStrangeKeyAmongTheBlocks) {
  put(log_format::kBlocks, "strange", "x");
  expect_corrupt("a strange key");
}

TEST_F(Verify, FindsMissingRowsBeside) {
  for (const auto& [key, value] : rows(log_format::kMeta)) {
    erase(log_format::kMeta, key);
    const auto opened = try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    put(log_format::kMeta, key, value);
  }
}

TEST_F(Verify, NamesThePositionOfTheFault) {
  const auto [key, value] = rows(log_format::kBlocks).back();
  put(log_format::kBlocks, key, value.substr(0, value.size() - 1));
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("quarantine/1"), std::string::npos)
      << opened.error().message;
}

TEST_F(Verify, RefusesAFormatThatItDoesNotKnow) {
  for (const auto& [key, value] : rows(log_format::kMeta)) {
    if (key != "log") continue;
    std::string newer = value;
    newer[0] = 9;
    put(log_format::kMeta, key, newer);
  }
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
  EXPECT_NE(opened.error().message.find("format 9"), std::string::npos) << opened.error().message;
}

// A forger can make the sums right: the chain still says that something was changed.
TEST_F(Verify, FindsAChangeWithARightChecksumByTheChain) {
  for (const auto& [key, value] : rows(log_format::kBlocks)) {
    auto header = log_format::read_header(key, value);
    ASSERT_TRUE(header);
    auto body = log_format::read_body(*header, value);
    ASSERT_TRUE(body);
    if (header->first != 1 || header->shard == kQuarantineShard) continue;
    body->back() = static_cast<char>(body->back() ^ 1);
    put(log_format::kBlocks, key, log_format::encode_block(*header, *body));
    expect_corrupt("a forged block");
    put(log_format::kBlocks, key, value);
  }
}

TEST_F(Verify, RefusesShardCountsOutOfRange) {
  for (const int shards : {0, 1025}) {
    disk = make_memory_disk();
    log_options.shards = static_cast<std::uint16_t>(shards);
    EXPECT_EQ(try_open().error().code, ErrorCode::kInvalid);
  }
}

TEST_F(Verify, SaysThatThereIsNoLogToRead) {
  disk = make_memory_disk();
  { const auto opened = store(); }
  EXPECT_EQ(try_open(true).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tenure::test
