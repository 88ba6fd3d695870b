#include "engine/base/assert.h"
#include "engine/base/clock.h"
#include "engine/kv/internal/background_pace.h"
#include "engine/kv/internal/rocks_options.h"
#include "engine/kv/kv_store.h"
#include "engine/kv/served_by.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <unistd.h>

namespace tenure {
namespace {

using kv::BackgroundPace;
using kv::database_options;
using kv::family_options;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

/// What RocksDB said, in our words. `where` is the directory.
Error translated(const rocksdb::Status& status, const std::string& where) {
  const std::string said = status.ToString();
  const auto with = [&](ErrorCode code, std::string_view advice) {
    return fail(code, fmt::format("{}: {}; {}", where, said, advice));
  };
  if (status.IsNotFound()) return fail(ErrorCode::kNotFound, "no such key");
  if (status.IsCorruption())
    return with(ErrorCode::kCorrupt, "stored bytes are wrong: restore from a backup or a replica");
  if (status.IsNoSpace()) return with(ErrorCode::kUnavailable, "the disk is full: make room");
  if (status.IsIOError())
    return with(ErrorCode::kUnavailable, "check the disk and the directory's permissions");
  if (status.IsBusy() || status.IsTryAgain() || status.IsTimedOut())
    return with(ErrorCode::kUnavailable, "try again");
  if (status.IsShutdownInProgress() || status.IsAborted())
    return with(ErrorCode::kStopping, "the store is closing");
  if (status.IsInvalidArgument() || status.IsNotSupported())
    return with(ErrorCode::kInvalid, "the directory was made with other families or versions");
  return with(ErrorCode::kUnavailable, "reopen the store");
}

class RocksIterator final : public KvIterator {
 public:
  RocksIterator(std::unique_ptr<rocksdb::Iterator> inner, const std::string& directory)
      : inner_(std::move(inner)), directory_(directory) {}

  void seek(std::string_view key) override { inner_->Seek(slice(key)); }
  void seek_for_prev(std::string_view key) override { inner_->SeekForPrev(slice(key)); }
  void next() override { inner_->Next(); }
  void prev() override { inner_->Prev(); }
  [[nodiscard]] bool valid() const override { return inner_->Valid(); }
  [[nodiscard]] std::string_view key() const override { return view(inner_->key()); }
  [[nodiscard]] std::string_view value() const override { return view(inner_->value()); }
  [[nodiscard]] Result<void> status() const override {
    const rocksdb::Status status = inner_->status();
    if (status.ok()) return ok();
    return translated(status, directory_);
  }

 private:
  std::unique_ptr<rocksdb::Iterator> inner_;
  const std::string& directory_;
};

class RocksStore final : public KvStore {
 public:
  RocksStore(std::string directory, KvOptions options)
      : directory_(std::move(directory)), options_(std::move(options)) {}

  ~RocksStore() override {
    if (db_ == nullptr) return;
    if (pace_) pace_->hurry();
    // After an orderly end the write-ahead log, whose records vouch only for themselves, holds
    // nothing: a byte that rots lies in a file with checksums. A failure loses nothing.
    if (options_.write_ahead_log && !options_.read_only && !failed_.load())
      (void)db_->Flush(rocksdb::FlushOptions(), families_);
    for (rocksdb::ColumnFamilyHandle* const family : families_)
      (void)db_->DestroyColumnFamilyHandle(family);
    if (default_family_ != nullptr) (void)db_->DestroyColumnFamilyHandle(default_family_);
    (void)db_->Close();
  }

  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  Result<void> open();
  Result<void> write(const KvBatch& batch, Durability durability) override;
  [[nodiscard]] Result<std::string> get(FamilyId family, std::string_view key) const override;
  [[nodiscard]] std::unique_ptr<KvIterator> iterate(FamilyId family) const override;
  Result<void> ingest(std::vector<SortedRows> rows) override;
  Result<void> flush() override;
  [[nodiscard]] std::uint64_t stored_bytes() const override;
  Result<void> verify_checksums() override;

 private:
  Result<void> writable() const;
  /// The store refuses further writes: what is on disk is not known before it is opened again.
  Error failed_write(const rocksdb::Status& status) {
    failed_.store(true, std::memory_order_release);
    return translated(status, directory_);
  }
  [[nodiscard]] std::string scratch_directory() const { return directory_ + "/ingest"; }
  Result<std::string> write_sorted_file(const SortedRows& rows);
  Result<void> flush_memory();
  [[nodiscard]] rocksdb::ColumnFamilyHandle* family(FamilyId id) const {
    TENURE_ASSERT(id < families_.size(), "a family that the store was not opened with");
    return families_[id];
  }

  const std::string directory_;
  const KvOptions options_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  rocksdb::ColumnFamilyHandle* default_family_ = nullptr;
  std::vector<rocksdb::ColumnFamilyOptions> family_options_;
  rocksdb::DBOptions database_options_;
  std::optional<BackgroundPace> pace_;
  std::atomic<bool> failed_{false};
  bool unflushed_ = false;  // writes without a write-ahead log that no flush has covered
  std::uint64_t files_ingested_ = 0;
};

bool is_lock_refusal(const rocksdb::Status& status) {
  if (!status.IsIOError() && !status.IsBusy()) return false;
  const std::string said = status.ToString();
  return said.find("While lock file") != std::string::npos ||
         said.find("lock hold by current process") != std::string::npos;
}

Error held_by_another(const std::string& directory) {
  const std::string note = read_served_by(directory);
  return fail(ErrorCode::kBusy,
              fmt::format("{} is held by {}: stop it, or ask it with --server", directory,
                          note.empty() ? std::string("another process") : note));
}

// The name of a file that holds something stored: a sorted file, or a write-ahead log that is not
// empty. A first opening that was cut short leaves neither.
std::string stored_file(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code code;
  for (fs::directory_iterator at(directory, code), end; !code && at != end; at.increment(code)) {
    const std::string kind = at->path().extension().string();
    std::error_code unread;
    if (kind == ".sst" || (kind == ".log" && at->file_size(unread) > 0))
      return at->path().filename().string();
  }
  return {};
}

Result<void> RocksStore::open() {
  std::error_code trouble;
  const bool creating = options_.create_if_missing && !options_.read_only;
  if (creating) std::filesystem::create_directories(directory_, trouble);
  if (!std::filesystem::is_directory(directory_, trouble))
    return fail(creating ? ErrorCode::kUnavailable : ErrorCode::kNotFound,
                fmt::format("{} cannot be opened: check that it is a directory, and its "
                            "permissions",
                            directory_));
  database_options_ = database_options(options_);
  if (options_.paced) {
    pace_.emplace();
    database_options_.rate_limiter = pace_->limiter();
  }
  family_options_ = family_options(options_);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (std::size_t k = 0; k < options_.families.size(); ++k)
    descriptors.emplace_back(options_.families[k].name, family_options_[k]);

  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      options_.read_only
          ? rocksdb::DB::OpenForReadOnly(database_options_, directory_, descriptors, &handles, &db)
          : rocksdb::DB::Open(database_options_, directory_, descriptors, &handles, &db);
  if (is_lock_refusal(status)) return held_by_another(directory_);
  if (!status.ok()) {
    if (!creating && !std::filesystem::exists(directory_ + "/CURRENT", trouble))
      return fail(ErrorCode::kNotFound, fmt::format("there is no store in {}", directory_));
    // Families are made one after another once CURRENT is there.
    if (options_.read_only && status.IsInvalidArgument() && stored_file(directory_).empty())
      return fail(ErrorCode::kNotFound,
                  fmt::format("{}: the store's making was cut short and nothing was stored; open "
                              "it for writing again",
                              directory_));
    return translated(status, directory_);
  }
  db_.reset(db);
  default_family_ = handles.front();
  families_.assign(handles.begin() + 1, handles.end());
  if (options_.read_only) return ok();
  std::filesystem::remove_all(scratch_directory(), trouble);  // of an ingest that a crash cut off
  return write_served_by(directory_, fmt::format("process {}", ::getpid()));
}

Result<void> RocksStore::writable() const {
  if (options_.read_only)
    return fail(ErrorCode::kInvalid, fmt::format("{} was opened for reading only", directory_));
  if (failed_.load(std::memory_order_acquire))
    return fail(ErrorCode::kUnavailable,
                fmt::format("{}: an earlier write failed and its outcome is not known; reopen the "
                            "store",
                            directory_));
  return ok();
}

Result<void> RocksStore::write(const KvBatch& batch, Durability durability) {
  TENURE_TRY(writable());
  std::size_t bytes = 64;
  for (const KvBatch::Op& op : batch.ops()) bytes += op.key.size() + op.value.size() + 32;
  rocksdb::WriteBatch out(bytes, 0, /*protection_bytes_per_key=*/8, 0);
  for (const KvBatch::Op& op : batch.ops()) {
    const rocksdb::Status status = op.kind == KvBatch::Op::Kind::kPut
                                       ? out.Put(family(op.family), op.key, op.value)
                                       : out.Delete(family(op.family), op.key);
    if (!status.ok()) return translated(status, directory_);  // nothing was written
  }
  const rocksdb::Status status = db_->Write(kv::write_options(options_, durability), &out);
  if (!status.ok()) return failed_write(status);
  if (pace_) pace_->wrote(bytes, steady_now_us());
  if (!options_.write_ahead_log) {
    unflushed_ = true;
    if (durability == Durability::kSynced) return flush();
  }
  return ok();
}

Result<std::string> RocksStore::get(FamilyId id, std::string_view key) const {
  std::string value;
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  const rocksdb::Status status = db_->Get(options, family(id), slice(key), &value);
  if (!status.ok()) return translated(status, directory_);
  return value;
}

std::unique_ptr<KvIterator> RocksStore::iterate(FamilyId id) const {
  std::unique_ptr<rocksdb::Iterator> inner(
      db_->NewIterator(kv::scan_options(options_.families[id]), family(id)));
  return std::make_unique<RocksIterator>(std::move(inner), directory_);
}

Result<std::string> RocksStore::write_sorted_file(const SortedRows& rows) {
  const std::string path = fmt::format("{}/{}.sst", scratch_directory(), ++files_ingested_);
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(),
                              rocksdb::Options(database_options_, family_options_[rows.family]),
                              family(rows.family));
  rocksdb::Status status = file.Open(path);
  const std::string_view* previous = nullptr;
  for (const auto& [key, value] : rows.rows) {
    if (!status.ok()) break;
    if (previous != nullptr && !(*previous < key))
      return fail(ErrorCode::kInvalid, fmt::format("rows of family {} do not rise by key",
                                                   options_.families[rows.family].name));
    status = value ? file.Put(slice(key), slice(*value)) : file.Delete(slice(key));
    previous = &key;
  }
  if (status.ok()) status = file.Finish();
  if (!status.ok()) return translated(status, directory_);
  return path;
}

Result<void> RocksStore::ingest(std::vector<SortedRows> rows) {
  TENURE_TRY(writable());
  std::error_code trouble;
  std::filesystem::create_directories(scratch_directory(), trouble);
  std::vector<rocksdb::IngestExternalFileArg> files;
  std::vector<bool> seen(families_.size(), false);
  for (const SortedRows& part : rows) {
    TENURE_ASSERT(part.family < families_.size(), "a family that the store was not opened with");
    if (part.rows.empty()) continue;
    if (seen[part.family])
      return fail(ErrorCode::kInvalid, fmt::format("family {} comes twice in one ingest",
                                                   options_.families[part.family].name));
    seen[part.family] = true;
    TENURE_TRY_ASSIGN(std::string path, write_sorted_file(part));
    rocksdb::IngestExternalFileArg file;
    file.column_family = family(part.family);
    file.external_files = {std::move(path)};
    file.options.move_files = true;
    file.options.write_global_seqno = false;
    files.push_back(std::move(file));
  }
  if (files.empty()) return ok();
  TENURE_TRY(flush());  // what was written before must not be lost while this survives
  const rocksdb::Status status = db_->IngestExternalFiles(files);
  std::filesystem::remove_all(scratch_directory(), trouble);
  if (!status.ok()) return failed_write(status);
  return ok();
}

Result<void> RocksStore::flush_memory() {
  if (!unflushed_) return ok();
  const rocksdb::Status status = db_->Flush(rocksdb::FlushOptions(), families_);
  if (!status.ok()) return failed_write(status);
  unflushed_ = false;
  return ok();
}

Result<void> RocksStore::flush() {
  TENURE_TRY(writable());
  if (!options_.write_ahead_log) return flush_memory();
  const rocksdb::Status status = db_->SyncWAL();
  if (!status.ok()) return failed_write(status);
  return ok();
}

std::uint64_t RocksStore::stored_bytes() const {
  std::uint64_t bytes = 0;
  std::error_code trouble;
  // Files may vanish under the walk: compaction runs on.
  for (auto file = std::filesystem::directory_iterator(directory_, trouble);
       !trouble && file != std::filesystem::directory_iterator(); file.increment(trouble)) {
    std::error_code gone;
    const std::uintmax_t size = file->is_regular_file(gone) ? file->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

Result<void> RocksStore::verify_checksums() {
  const rocksdb::Status whole = db_->VerifyFileChecksums(rocksdb::ReadOptions());
  if (!whole.ok()) return translated(whole, directory_);
  const rocksdb::Status blocks = db_->VerifyChecksum(rocksdb::ReadOptions());
  if (!blocks.ok()) return translated(blocks, directory_);
  return ok();
}

}  // namespace

// Without CURRENT RocksDB takes a directory for a new one and deletes the files that it does not
// know: everything that was stored.
Result<void> refuse_lost_current(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code code;
  if (fs::exists(fs::path(directory) / "CURRENT", code)) return {};
  const std::string stored = stored_file(directory);
  if (stored.empty()) return {};
  return fail(ErrorCode::kCorrupt,
              directory + ": the file CURRENT is missing, although " + stored +
                  " holds stored bytes; nothing was changed: bring CURRENT back (it names the "
                  "newest MANIFEST file), or restore a copy of the directory");
}

Result<std::unique_ptr<KvStore>> open_rocks_store(const std::string& directory, KvOptions options) {
  TENURE_TRY(refuse_lost_current(directory));
  auto store = std::make_unique<RocksStore>(directory, std::move(options));
  TENURE_TRY(store->open());
  return std::unique_ptr<KvStore>(std::move(store));
}

}  // namespace tenure
