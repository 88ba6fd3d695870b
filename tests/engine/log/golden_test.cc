// Log format 0, byte by byte. A failure here means that logs of today could not be read tomorrow: a
// change needs a new format number. TENURE_WRITE_GOLDEN=1 writes the files anew.
#include "engine/base/hash.h"
#include "engine/log/internal/block_format.h"
#include "engine/log/internal/meta_format.h"
#include "tests/engine/log/support/log_fixture.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace tenure::test {
namespace {

const std::string kFolder = std::string(TENURE_SOURCE_DIR) + "/tests/golden/log_format_0/";

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t k = 0; k + 1 < digits.size(); k += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(k, 2)), nullptr, 16)));
  return bytes;
}

class Golden : public LogTest {
 protected:
  // A log with a known seed and key.
  void SetUp() override {
    log_format::LogNature nature;
    nature.shards = 2;
    nature.seed = 0x0123456789abcdef;
    nature.person_key = std::string(64, '7');
    nature.tenant = "golden";
    KvBatch batch;
    batch.put(log_format::kMeta, "log", log_format::encode_nature(nature));
    batch.put(log_format::kMeta, "head", log_format::encode_head({}));
    auto store = open_memory_store(disk, log_store_options());
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->write(batch, Durability::kSynced));
    store->reset();
    open();
  }
  void fill() {
    append({draft("a", {account_in(0, 2)}), draft("b", {account_in(0, 2), account_in(1, 2)})},
           1'700'000'000'000'000, {{"kafka:c/orders/3", 2}});
    append({draft("a", {account_in(1, 2)}, std::string(300, 'x'), 1)}, 1'700'000'001'000'000,
           {{"kafka:c/orders/3", 3}, {"review/1", -1, 1'699'999'999'999'999}});
    const EventBatch batch =
        batch_of_envelopes({quarantined_envelope("crm", "q"), reference_envelope("gap")});
    ASSERT_TRUE(log->append(batch.events(), {}, Instant{1'700'000'002'000'000}, kMarkBehind));
    log.reset();
  }
  // Every row of a family: key, a space, value, in hexadecimal.
  std::string dump(FamilyId family) {
    auto store = open_memory_store(disk, log_store_options(true));
    EXPECT_TRUE(store);
    const auto it = (*store)->iterate(family);
    std::string text;
    for (it->seek(""); it->valid(); it->next())
      text += to_hex(it->key()) + " " + to_hex(it->value()) + "\n";
    return text;
  }
  // Blocks as the chain sees them: other versions of lz4 may pack the same bytes in another way.
  static std::string unpacked(const std::string& dumped) {
    std::string text;
    std::stringstream lines(dumped);
    std::string key;
    std::string value;
    while (lines >> key >> value) {
      const std::string bytes = from_hex(value);
      const auto header = log_format::read_header(from_hex(key), bytes);
      EXPECT_TRUE(header) << header.error().message;
      if (!header) return text;
      const auto body = log_format::read_body(*header, bytes);
      EXPECT_TRUE(body);
      if (!body) return text;
      text +=
          key + " " + to_hex(log_format::chain_hash(*header, *body)) + " " + to_hex(*body) + "\n";
    }
    return text;
  }
  static std::string read(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
};

TEST_F(Golden, StoresTheSameBytesAsEver) {
  fill();
  const std::vector<std::pair<FamilyId, std::string>> files = {
      {log_format::kBlocks, "blocks.hex"},
      {log_format::kOffsets, "offsets.hex"},
      {log_format::kMeta, "meta.hex"}};
  for (const auto& [family, name] : files) {
    const std::string bytes = dump(family);
    if (std::getenv("TENURE_WRITE_GOLDEN") != nullptr)
      std::ofstream(kFolder + name, std::ios::binary) << bytes;
    const std::string old = read(kFolder + name);
    if (family == log_format::kBlocks)
      EXPECT_EQ(unpacked(bytes), unpacked(old));
    else
      EXPECT_EQ(bytes, old) << name;
  }
}

TEST_F(Golden, ReadsTheBytesOfOld) {
  log.reset();
  KvBatch batch;
  for (const auto& [family, name] :
       {std::pair{log_format::kBlocks, "blocks.hex"},
        std::pair{log_format::kOffsets, "offsets.hex"}, std::pair{log_format::kMeta, "meta.hex"}}) {
    std::ifstream file(kFolder + name);
    std::string key;
    std::string value;
    while (file >> key >> value) batch.put(family, from_hex(key), from_hex(value));
  }
  {
    auto store = open_memory_store(disk, log_store_options());
    ASSERT_TRUE((*store)->write(batch, Durability::kSynced));
  }
  open();
  EXPECT_TRUE(log->verify());
  EXPECT_EQ(ids_of(ShardId{0}), (std::vector<std::string>{"a/0", "b/0", "a/1"}));
  EXPECT_EQ(ids_of(ShardId{1}), (std::vector<std::string>{"b/0", "a/1"}));
  EXPECT_EQ(ids_of(kReferenceShard), std::vector<std::string>{"gap/0"});
  EXPECT_EQ(log->offset("review/1")->extra, 1'699'999'999'999'999);
  EXPECT_EQ(log->person_key(), std::string(64, '7'));
  EXPECT_EQ(append({draft("a", {account_in(0, 2)})}).repeated, 1u);
}

}  // namespace
}  // namespace tenure::test
