// engine/kv/memory_store.h
//
// The twin of the RocksDB store: the same promises in memory, and faults on request. For tests and
// the scenario runner.
#pragma once

#include "engine/kv/kv_store.h"

#include <map>
#include <memory>
#include <string>

namespace tenure {

/// What a store keeps "on disk": it outlives the store, so that a test can crash and reopen.
class MemoryDisk;

/// A disk with nothing on it.
std::shared_ptr<MemoryDisk> make_memory_disk();

/// Loses what was written and not synced, as a power cut does.
void lose_unsynced(MemoryDisk& disk);

/// From now on the n-th write or ingest (1 = the next) fails with kUnavailable and leaves nothing
/// behind, or, with `applied` true, fails although it took effect. 0 takes the order back.
void fail_write(MemoryDisk& disk, int n, bool applied);

/// A store over `disk`. A second store over the same disk is kBusy while the first lives.
Result<std::unique_ptr<KvStore>> open_memory_store(std::shared_ptr<MemoryDisk> disk,
                                                   KvOptions options);

}  // namespace tenure
