// engine/kv/internal/rocks_options.h
//
// The settings of every RocksDB instance, in one place. tests/engine/kv asserts them on a real
// directory.
#pragma once

#include "engine/kv/kv_store.h"

#include <rocksdb/options.h>

#include <vector>

namespace tenure::kv {

rocksdb::DBOptions database_options(const KvOptions& options);

/// One entry a family of `options`, in their order.
std::vector<rocksdb::ColumnFamilyOptions> family_options(const KvOptions& options);

rocksdb::WriteOptions write_options(const KvOptions& options, Durability durability);

/// Read options of iterators over a family.
rocksdb::ReadOptions scan_options(const FamilyOptions& family);

}  // namespace tenure::kv
