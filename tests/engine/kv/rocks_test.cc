#include "engine/kv/internal/background_pace.h"
#include "engine/kv/internal/rocks_options.h"
#include "engine/kv/kv_store.h"
#include "engine/kv/served_by.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace tenure {
namespace {

KvOptions log_like(bool write_ahead_log = true) {
  KvOptions options;
  options.families = {{"state", true, false}, {"log", false, true}};
  options.write_ahead_log = write_ahead_log;
  return options;
}

class Rocks : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "tenure-rocks-XXXXXX";
    root_ = ::mkdtemp(name.data());
    directory = root_ + "/store";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  std::unique_ptr<KvStore> open(KvOptions options = log_like()) {
    auto opened = open_rocks_store(directory, std::move(options));
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  // The settings as RocksDB itself wrote them down.
  std::string settings() const {
    std::string newest;
    for (const auto& file : std::filesystem::directory_iterator(directory))
      if (file.path().filename().string().rfind("OPTIONS-", 0) == 0)
        newest = std::max(newest, file.path().string());
    std::stringstream text;
    text << std::ifstream(newest).rdbuf();
    return text.str();
  }
  std::filesystem::path biggest_table() const {
    std::filesystem::path biggest;
    for (const auto& file : std::filesystem::directory_iterator(directory))
      if (file.path().extension() == ".sst" &&
          (biggest.empty() || file.file_size() > std::filesystem::file_size(biggest)))
        biggest = file.path();
    return biggest;
  }

  std::string directory;

 private:
  std::string root_;
};

TEST_F(Rocks, IsSetUpAsTheFailuresDemand) {
  const auto store = open();
  const std::string text = settings();
  for (const char* wanted :
       {"wal_recovery_mode=kPointInTimeRecovery", "track_and_verify_wals_in_manifest=true",
        "recycle_log_file_num=0", "wal_bytes_per_sync=0", "paranoid_checks=true",
        "file_checksum_gen_factory=FileChecksumGenCrc32cFactory", "checksum=kXXH3",
        "compression=kLZ4Compression", "bottommost_compression=kZSTD",
        "memtable_protection_bytes_per_key=8", "paranoid_file_checks=true", "atomic_flush=false",
        "sst_partitioner_factory="})
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted;
  EXPECT_EQ(text.find("sst_partitioner_factory=nullptr\n", text.find("[CFOptions \"log\"]")),
            std::string::npos);
}

TEST_F(Rocks, FlushesAllFamiliesTogetherWithoutAWriteAheadLog) {
  const auto store = open(log_like(false));
  EXPECT_NE(settings().find("atomic_flush=true"), std::string::npos);
}

TEST_F(Rocks, SyncsWhatIsToBeSynced) {
  EXPECT_TRUE(kv::write_options(log_like(), Durability::kSynced).sync);
  EXPECT_FALSE(kv::write_options(log_like(), Durability::kUnsynced).sync);
  EXPECT_FALSE(kv::write_options(log_like(), Durability::kSynced).disableWAL);
  EXPECT_TRUE(kv::write_options(log_like(false), Durability::kUnsynced).disableWAL);
}

TEST_F(Rocks, KeepsSyncedWritesOfAProcessThatIsKilled) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = open_rocks_store(directory, log_like());
    KvBatch batch;
    batch.put(0, "a", "1");
    batch.put(1, "b", "2");
    const bool good = store && (*store)->write(batch, Durability::kSynced);
    ::_exit(good ? 7 : 1);  // without closing anything
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 7);
  const auto store = open();
  EXPECT_EQ(*store->get(0, "a"), "1");
  EXPECT_EQ(*store->get(1, "b"), "2");
}

TEST_F(Rocks, ALostCurrentIsRefusedAndNothingIsDeleted) {
  KvBatch batch;
  batch.put(0, "key", "value");
  {
    const auto store = open(log_like(false));
    ASSERT_TRUE(store->write(batch, Durability::kUnsynced));
    ASSERT_TRUE(store->flush());
  }
  const std::filesystem::path current = std::filesystem::path(directory) / "CURRENT";
  const std::filesystem::path kept = directory + ".CURRENT";
  std::filesystem::rename(current, kept);
  const std::filesystem::path table = biggest_table();
  const auto refused = open_rocks_store(directory, log_like(false));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(refused.error().message.find("CURRENT"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(table));
  EXPECT_FALSE(std::filesystem::exists(current));
  std::filesystem::rename(kept, current);
  EXPECT_EQ(*open(log_like(false))->get(0, "key"), "value");
}

TEST_F(Rocks, AMakingThatWasCutShortIsToldFromDamageAndGoesOnWhenOpenedForWriting) {
  { const auto begun = open_rocks_store(directory, KvOptions{}); }
  KvOptions reading = log_like();
  reading.read_only = true;
  reading.create_if_missing = false;
  const auto refused = open_rocks_store(directory, reading);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_NE(refused.error().message.find("cut short"), std::string::npos);
  { const auto store = open(); }
  EXPECT_TRUE(open_rocks_store(directory, reading));
}

TEST_F(Rocks, NamesTheProcessThatHoldsTheDirectory) {
  const auto store = open();
  const auto second = open_rocks_store(directory, log_like());
  ASSERT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_NE(second.error().message.find(directory), std::string::npos);
  EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())),
            std::string::npos);
  ASSERT_TRUE(write_served_by(directory, "process 4711 at 127.0.0.1:8080\x1b[2J"));
  EXPECT_EQ(read_served_by(directory), "process 4711 at 127.0.0.1:8080[2J");
  EXPECT_NE(open_rocks_store(directory, log_like()).error().message.find("127.0.0.1:8080"),
            std::string::npos);
}

TEST_F(Rocks, SaysSoWhenTheDirectoryIsAFile) {
  std::ofstream(directory) << "no directory";
  EXPECT_EQ(open_rocks_store(directory, log_like()).error().code, ErrorCode::kUnavailable);
}

TEST_F(Rocks, CallsAFlippedByteCorrupt) {
  {
    const auto store = open();
    std::vector<SortedRows> rows(1);
    std::vector<std::string> keys;
    keys.reserve(1000);
    for (int k = 0; k < 1000; ++k) keys.push_back("key" + std::to_string(10'000 + k));
    for (const std::string& key : keys) rows[0].rows.emplace_back(key, "value");
    ASSERT_TRUE(store->ingest(rows));
  }
  const std::filesystem::path table = biggest_table();
  ASSERT_FALSE(table.empty());
  std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(100);
  const char byte = static_cast<char>(file.get());
  file.seekp(100);
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  const auto store = open();
  const auto checked = store->verify_checksums();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(checked.error().message.find(directory), std::string::npos);
  EXPECT_EQ(store->get(0, "key10000").error().code, ErrorCode::kCorrupt);
  const auto it = store->iterate(0);
  it->seek("");
  EXPECT_FALSE(it->valid());
  EXPECT_EQ(it->status().error().code, ErrorCode::kCorrupt);
}

TEST(BackgroundPace, IsFourTimesThatOfWritesAndNeverBelowItsLeast) {
  constexpr std::int64_t kMiB = 1 << 20;
  constexpr std::int64_t kStep = 100'000;
  kv::BackgroundPace pace;
  const auto limit = [&] { return pace.limiter()->GetBytesPerSecond(); };
  const std::int64_t unbounded = limit();
  EXPECT_GE(unbounded, 1024 * kMiB) << "recovery waits for nobody";
  std::int64_t now_us = 3'600'000'000;
  pace.wrote(1, now_us);
  EXPECT_EQ(limit(), 16 * kMiB);
  pace.wrote(4 * kMiB, now_us += kStep / 2);
  EXPECT_EQ(limit(), 16 * kMiB) << "it is looked at ten times a second";
  pace.wrote(4 * kMiB, now_us += kStep / 2);
  EXPECT_EQ(limit(), 320 * kMiB);
  pace.wrote(1, now_us += kStep);
  EXPECT_EQ(limit(), 16 * kMiB);
  pace.hurry();
  EXPECT_EQ(limit(), unbounded);
}

TEST_F(Rocks, ClearsWhatAnIngestLeftBehind) {
  { const auto store = open(); }
  std::filesystem::create_directories(directory + "/ingest");
  std::ofstream(directory + "/ingest/9.sst") << "half a file";
  const auto store = open();
  EXPECT_FALSE(std::filesystem::exists(directory + "/ingest/9.sst"));
}

}  // namespace
}  // namespace tenure
