#include "engine/kv/internal/rocks_options.h"

#include "engine/kv/internal/background_pace.h"

#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/table.h>

namespace tenure::kv {
namespace {

constexpr std::uint64_t kWalBytesMax = 512u << 20;
constexpr std::size_t kBlockBytes = 16 * 1024;
constexpr std::size_t kReadaheadBytesMax = 2u << 20;
constexpr std::size_t kShardBytes = 2;

// The log's keys begin with the shard and rise within it. Cut by shard, a file overlaps nothing
// that is older, so from the first level on it moves down without being rewritten. Values are
// compressed by the log already: lz4 finds that out at once, and one compression on all levels
// keeps the moves trivial.
void tune_append_only(rocksdb::ColumnFamilyOptions& family) {
  family.sst_partitioner_factory = rocksdb::NewSstPartitionerFixedPrefixFactory(kShardBytes);
  family.compression = rocksdb::kLZ4Compression;
  family.bottommost_compression = rocksdb::kDisableCompressionOption;
  family.paranoid_file_checks = true;
}

rocksdb::ColumnFamilyOptions one_family(const KvOptions& options, const FamilyOptions& wanted,
                                        const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = options.write_buffer_bytes;
  family.max_write_buffer_number = 3;
  family.level_compaction_dynamic_level_bytes = true;
  family.compression = rocksdb::kLZ4Compression;
  family.bottommost_compression = rocksdb::kZSTD;
  family.memtable_protection_bytes_per_key = 8;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = kBlockBytes;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  table.max_auto_readahead_size = kReadaheadBytesMax;
  if (wanted.point_reads) {
    table.filter_policy.reset(rocksdb::NewRibbonFilterPolicy(10));
    table.optimize_filters_for_memory = true;
  }
  if (wanted.append_only) tune_append_only(family);
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

}  // namespace

rocksdb::DBOptions database_options(const KvOptions& options) {
  rocksdb::DBOptions out;
  out.create_if_missing = options.create_if_missing && !options.read_only;
  out.create_missing_column_families = !options.read_only;
  // A hole in the write-ahead log ends recovery instead of being skipped, and a log file that went
  // missing is an error.
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  out.track_and_verify_wals_in_manifest = true;
  out.recycle_log_file_num = 0;
  out.wal_bytes_per_sync = 0;
  out.bytes_per_sync = 1u << 20;
  out.paranoid_checks = true;
  out.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  out.max_total_wal_size = kWalBytesMax;
  // Without a write-ahead log a flush is what makes a write durable: of all families at once, or of
  // none.
  out.atomic_flush = !options.write_ahead_log;
  out.max_background_jobs = 2;
  if (options.paced) out.writable_file_max_buffer_size = BackgroundPace::kStepBytes;
  out.max_open_files = -1;
  out.keep_log_file_num = 4;
  out.max_log_file_size = 8u << 20;
  out.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return out;
}

std::vector<rocksdb::ColumnFamilyOptions> family_options(const KvOptions& options) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyOptions> out;
  out.reserve(options.families.size());
  for (const FamilyOptions& family : options.families)
    out.push_back(one_family(options, family, cache));
  return out;
}

rocksdb::WriteOptions write_options(const KvOptions& options, Durability durability) {
  rocksdb::WriteOptions out;
  out.disableWAL = !options.write_ahead_log;
  out.sync = options.write_ahead_log && durability == Durability::kSynced;
  return out;
}

rocksdb::ReadOptions scan_options(const FamilyOptions& family) {
  rocksdb::ReadOptions out;
  out.verify_checksums = true;
  out.fill_cache = !family.append_only;  // the log keeps decoded blocks of its own
  return out;
}

}  // namespace tenure::kv
