// engine/kv/kv_store.h
//
// Ordered keys with atomic batches: the only door to RocksDB, with a twin in memory that can be
// told to fail.
//
// Atomic:   a batch is there whole or not at all, over all families.
// Durable:  write(kSynced) returns after fsync; kUnsynced may be lost by a crash, always as a whole
//           suffix of writes; ingest() is durable when it returns.
// Threads:  one writer at a time; any number of readers. Iterators see the store as it was when
//           they were made.
// Errors:   kNotFound (no such key), kBusy (another process holds the directory: names it where it
//           can), kCorrupt (stored bytes are wrong), kUnavailable (I/O failed: nothing may be
//           assumed of that write).
// Stored:   docs/formats.md, "stores".
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure {

/// Index into KvOptions::families.
using FamilyId = std::uint8_t;

struct FamilyOptions {
  std::string name;
  bool point_reads = false;  // keeps filters in memory
  bool append_only = false;  // keys only rise and are never overwritten: the log
};

struct KvOptions {
  std::vector<FamilyOptions> families;
  // false: only flush() and ingest() make writes durable (the state store)
  bool write_ahead_log = true;
  std::size_t block_cache_bytes = 32u << 20;
  std::size_t write_buffer_bytes = 32u << 20;
  // flushes and compactions follow the pace of writes, so that they take no processor for long
  bool paced = false;
  bool create_if_missing = true;
  bool read_only = false;
};

enum class Durability { kUnsynced, kSynced };

/// Writes that belong together, in order.
class KvBatch final {
 public:
  struct Op {
    enum class Kind : std::uint8_t { kPut, kDelete } kind;
    FamilyId family;
    std::string key;
    std::string value;
  };
  void put(FamilyId family, std::string key, std::string value) {
    ops_.push_back({Op::Kind::kPut, family, std::move(key), std::move(value)});
  }
  void erase(FamilyId family, std::string key) {
    ops_.push_back({Op::Kind::kDelete, family, std::move(key), {}});
  }
  [[nodiscard]] std::span<const Op> ops() const { return ops_; }
  [[nodiscard]] bool empty() const { return ops_.empty(); }
  void clear() { ops_.clear(); }

 private:
  std::vector<Op> ops_;
};

/// Walks keys in byte order. Not valid after the store is gone.
class KvIterator {
 public:
  virtual ~KvIterator() = default;
  virtual void seek(std::string_view key) = 0;           // to the first key >= `key`
  virtual void seek_for_prev(std::string_view key) = 0;  // to the last key <= `key`
  virtual void next() = 0;
  virtual void prev() = 0;
  [[nodiscard]] virtual bool valid() const = 0;  // false at the end and after an error
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  [[nodiscard]] virtual Result<void> status() const = 0;  // ask when valid() turns false
};

/// Rows of one family in strictly rising key order; an absent value deletes the key. Borrows its
/// bytes: they must live until ingest() returns.
struct SortedRows {
  FamilyId family = 0;
  std::vector<std::pair<std::string_view, std::optional<std::string_view>>> rows;
};

class KvStore {
 public:
  virtual ~KvStore() = default;
  virtual Result<void> write(const KvBatch& batch, Durability durability) = 0;
  [[nodiscard]] virtual Result<std::string> get(FamilyId family, std::string_view key) const = 0;
  [[nodiscard]] virtual std::unique_ptr<KvIterator> iterate(FamilyId family) const = 0;
  /// Installs all families' rows at once, as sorted files: durable, atomic over the families, newer
  /// than every write before.
  virtual Result<void> ingest(std::vector<SortedRows> rows) = 0;
  /// Makes everything written so far durable.
  virtual Result<void> flush() = 0;
  /// Bytes on disk (or in memory, for the twin).
  [[nodiscard]] virtual std::uint64_t stored_bytes() const = 0;
  /// Walks all files and checks their checksums. kCorrupt names the file.
  virtual Result<void> verify_checksums() = 0;
};

/// kCorrupt when a RocksDB directory holds stored bytes but not the file that names its newest
/// state; opening it as a new one would delete them. Changes nothing.
Result<void> refuse_lost_current(const std::string& directory);

/// Opens a RocksDB directory. A directory held by another process is kBusy.
Result<std::unique_ptr<KvStore>> open_rocks_store(const std::string& directory, KvOptions options);

}  // namespace tenure
