#include "engine/kv/memory_store.h"

#include "engine/base/assert.h"

#include <fmt/format.h>

#include <mutex>

namespace tenure {
namespace {

using Family = std::map<std::string, std::string, std::less<>>;
// Readers hold a family as it was; a writer copies it only while somebody does.
using FamilyPtr = std::shared_ptr<Family>;

}  // namespace

class MemoryDisk {
 public:
  std::mutex mutex;
  std::map<std::string, FamilyPtr> families;    // what a reader sees
  std::vector<KvBatch> unsynced;                // writes since the last sync, in order
  std::vector<std::vector<std::string>> names;  // of the families of each unsynced batch
  std::map<std::string, FamilyPtr> synced;      // what survives a power cut
  bool held = false;
  std::uint64_t life = 0;  // rises with a power cut: stores from before it are dead
  int fail_in = 0;
  bool fail_applied = false;
  bool ever_created = false;
};

namespace {

Family& own(FamilyPtr& family) {
  if (family == nullptr) family = std::make_shared<Family>();
  if (family.use_count() > 1) family = std::make_shared<Family>(*family);
  return *family;
}

void apply(std::map<std::string, FamilyPtr>& families, const std::vector<std::string>& names,
           const KvBatch& batch) {
  for (const KvBatch::Op& op : batch.ops()) {
    Family& family = own(families[names[op.family]]);
    if (op.kind == KvBatch::Op::Kind::kPut)
      family.insert_or_assign(op.key, op.value);
    else
      family.erase(op.key);
  }
}

// Called with the disk's mutex held.
void sync(MemoryDisk& disk) {
  for (std::size_t k = 0; k < disk.unsynced.size(); ++k)
    apply(disk.synced, disk.names[k], disk.unsynced[k]);
  disk.unsynced.clear();
  disk.names.clear();
}

class MemoryIterator final : public KvIterator {
 public:
  MemoryIterator(std::shared_ptr<MemoryDisk> disk, std::shared_ptr<const Family> family)
      : disk_(std::move(disk)), family_(std::move(family)), at_(family_->end()) {}
  ~MemoryIterator() override {
    // Under the mutex, so that a writer who then finds itself alone is ordered after this reader.
    const std::lock_guard lock(disk_->mutex);
    family_.reset();
  }
  MemoryIterator(const MemoryIterator&) = delete;
  MemoryIterator& operator=(const MemoryIterator&) = delete;

  void seek(std::string_view key) override { at_ = family_->lower_bound(key); }
  void seek_for_prev(std::string_view key) override {
    at_ = family_->upper_bound(key);
    prev();
  }
  void next() override { ++at_; }
  void prev() override { at_ = at_ == family_->begin() ? family_->end() : std::prev(at_); }
  [[nodiscard]] bool valid() const override { return at_ != family_->end(); }
  [[nodiscard]] std::string_view key() const override { return at_->first; }
  [[nodiscard]] std::string_view value() const override { return at_->second; }
  [[nodiscard]] Result<void> status() const override { return ok(); }

 private:
  std::shared_ptr<MemoryDisk> disk_;
  std::shared_ptr<const Family> family_;
  Family::const_iterator at_;
};

class MemoryStore final : public KvStore {
 public:
  MemoryStore(std::shared_ptr<MemoryDisk> disk, KvOptions options)
      : disk_(std::move(disk)), options_(std::move(options)), life_(disk_->life) {
    for (const FamilyOptions& family : options_.families) names_.push_back(family.name);
  }
  ~MemoryStore() override {
    const std::lock_guard lock(disk_->mutex);
    if (options_.read_only || disk_->life != life_) return;
    sync(*disk_);  // a clean end keeps everything, as RocksDB does
    disk_->held = false;
  }
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  Result<void> write(const KvBatch& batch, Durability durability) override {
    const std::lock_guard lock(disk_->mutex);
    TENURE_TRY(writable());
    for (const KvBatch::Op& op : batch.ops()) check(op.family);
    return guarded([&] {
      apply(disk_->families, names_, batch);
      disk_->unsynced.push_back(batch);
      disk_->names.push_back(names_);
      if (durability == Durability::kSynced) sync(*disk_);
    });
  }

  [[nodiscard]] Result<std::string> get(FamilyId id, std::string_view key) const override {
    const std::lock_guard lock(disk_->mutex);
    const FamilyPtr& family = visible(id);
    const auto found = family->find(key);
    if (found == family->end()) return fail(ErrorCode::kNotFound, "no such key");
    return found->second;
  }

  [[nodiscard]] std::unique_ptr<KvIterator> iterate(FamilyId id) const override {
    std::shared_ptr<const Family> family;
    {
      const std::lock_guard lock(disk_->mutex);
      family = visible(id);
    }
    return std::make_unique<MemoryIterator>(disk_, std::move(family));
  }

  Result<void> ingest(std::vector<SortedRows> rows) override {
    const std::lock_guard lock(disk_->mutex);
    TENURE_TRY(writable());
    TENURE_TRY_ASSIGN(const KvBatch batch, as_batch(std::move(rows)));
    return guarded([&] {
      apply(disk_->families, names_, batch);
      disk_->unsynced.push_back(batch);
      disk_->names.push_back(names_);
      sync(*disk_);
    });
  }

  Result<void> flush() override {
    const std::lock_guard lock(disk_->mutex);
    TENURE_TRY(writable());
    sync(*disk_);
    return ok();
  }

  [[nodiscard]] std::uint64_t stored_bytes() const override {
    const std::lock_guard lock(disk_->mutex);
    std::uint64_t bytes = 0;
    for (const auto& [name, family] : disk_->families)
      for (const auto& [key, value] : *family) bytes += key.size() + value.size();
    return bytes;
  }

  Result<void> verify_checksums() override { return ok(); }

 private:
  void check(FamilyId id) const {
    TENURE_ASSERT(id < names_.size(), "a family that the store was not opened with");
  }

  // Called with the disk's mutex held.
  [[nodiscard]] const FamilyPtr& visible(FamilyId id) const {
    check(id);
    FamilyPtr& family = disk_->families[names_[id]];
    if (family == nullptr) family = std::make_shared<Family>();
    return family;
  }

  Result<void> writable() const {
    if (options_.read_only)
      return fail(ErrorCode::kInvalid, "the memory store was opened for reading only");
    if (failed_ || disk_->life != life_)
      return fail(ErrorCode::kUnavailable,
                  "memory store: an earlier write failed and its outcome is not known; reopen the "
                  "store");
    return ok();
  }

  Result<KvBatch> as_batch(std::vector<SortedRows> rows) const {
    KvBatch batch;
    std::vector<bool> seen(names_.size(), false);
    for (SortedRows& part : rows) {
      check(part.family);
      if (part.rows.empty()) continue;
      if (seen[part.family])
        return fail(ErrorCode::kInvalid,
                    fmt::format("family {} comes twice in one ingest", names_[part.family]));
      seen[part.family] = true;
      for (std::size_t k = 0; k < part.rows.size(); ++k) {
        if (k > 0 && !(part.rows[k - 1].first < part.rows[k].first))
          return fail(ErrorCode::kInvalid,
                      fmt::format("rows of family {} do not rise by key", names_[part.family]));
        if (part.rows[k].second)
          batch.put(part.family, std::string(part.rows[k].first),
                    std::string(*part.rows[k].second));
        else
          batch.erase(part.family, std::string(part.rows[k].first));
      }
    }
    return batch;
  }

  /// Does `change`, or fails as fail_write() ordered.
  template <class Change>
  Result<void> guarded(const Change& change) {
    const bool failing = disk_->fail_in > 0 && --disk_->fail_in == 0;
    if (!failing || disk_->fail_applied) change();
    if (!failing) return ok();
    failed_ = true;
    return fail(ErrorCode::kUnavailable, "memory store: the write failed as ordered");
  }

  std::shared_ptr<MemoryDisk> disk_;
  const KvOptions options_;
  const std::uint64_t life_;
  std::vector<std::string> names_;
  bool failed_ = false;
};

}  // namespace

std::shared_ptr<MemoryDisk> make_memory_disk() { return std::make_shared<MemoryDisk>(); }

void lose_unsynced(MemoryDisk& disk) {
  const std::lock_guard lock(disk.mutex);
  disk.families.clear();
  for (const auto& [name, family] : disk.synced)
    disk.families[name] = std::make_shared<Family>(*family);
  disk.unsynced.clear();
  disk.names.clear();
  disk.held = false;
  ++disk.life;
}

void fail_write(MemoryDisk& disk, int n, bool applied) {
  const std::lock_guard lock(disk.mutex);
  disk.fail_in = n;
  disk.fail_applied = applied;
}

Result<std::unique_ptr<KvStore>> open_memory_store(std::shared_ptr<MemoryDisk> disk,
                                                   KvOptions options) {
  {
    const std::lock_guard lock(disk->mutex);
    if (!options.read_only && disk->held)
      return fail(ErrorCode::kBusy, "the memory disk is held by another store: close that first");
    if (!disk->ever_created && (options.read_only || !options.create_if_missing))
      return fail(ErrorCode::kNotFound, "there is no store on the memory disk");
    disk->ever_created = true;
    if (!options.read_only) disk->held = true;
  }
  return std::unique_ptr<KvStore>(
      std::make_unique<MemoryStore>(std::move(disk), std::move(options)));
}

}  // namespace tenure
