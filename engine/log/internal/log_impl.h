// engine/log/internal/log_impl.h
//
// What an open log holds. The parts up to `shared with readers` are the writer's alone.
#pragma once

#include "engine/log/event_log.h"
#include "engine/log/internal/block_cache.h"
#include "engine/log/internal/block_format.h"
#include "engine/log/internal/identity_index.h"
#include "engine/log/internal/meta_format.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tenure {

struct LogImpl {
  LogImpl(std::unique_ptr<KvStore> opened, LogOptions wanted)
      : store(std::move(opened)), options(std::move(wanted)), cache(options.block_cache_bytes) {}

  // Opening: open.cc.
  Result<void> open();
  Result<void> create();
  Result<void> load_offsets();
  Result<void> find_heads();   // read-only: the last block of each shard
  Result<void> build_index();  // read-write: every block
  void take_block(const LogBlock& block, std::size_t slot);

  // Writing: append.cc.
  struct Stamps {
    Instant all;
    std::span<const Instant> each;  // when not empty, one an event
    [[nodiscard]] Instant of(std::size_t k) const { return each.empty() ? all : each[k]; }
  };
  Result<AppendOutcome> append(std::span<const Event> events, std::span<const SourceOffset> offsets,
                               const Stamps& stamps, std::uint8_t marks,
                               std::vector<Verdict>* verdicts);
  [[nodiscard]] Instant earliest_stamp() const;

  // Reading: read.cc.
  [[nodiscard]] Result<BlockPtr> block(ShardId shard, Sequence sequence) const;
  Result<void> scan(ShardId shard, Sequence from,
                    const std::function<bool(const BlockPtr&)>& visit) const;
  [[nodiscard]] Result<void> verify() const;

  /// Shards are numbered densely inside: accounts' shards, then reference, then quarantine.
  [[nodiscard]] std::size_t slots() const { return std::size_t{nature.shards} + 2; }
  [[nodiscard]] std::optional<std::size_t> slot_of(ShardId shard) const {
    if (shard.value < nature.shards) return shard.value;
    if (shard == kReferenceShard) return nature.shards;
    if (shard == kQuarantineShard) return std::size_t{nature.shards} + 1;
    return std::nullopt;
  }
  [[nodiscard]] ShardId shard_at(std::size_t slot) const {
    if (slot < nature.shards) return ShardId{static_cast<std::uint16_t>(slot)};
    return slot == nature.shards ? kReferenceShard : kQuarantineShard;
  }

  const std::unique_ptr<KvStore> store;
  const LogOptions options;
  log_format::LogNature nature;  // fixed once open
  IdentityIndex index;
  std::vector<Sha256> chains;  // by slot: hash of the last block
  Instant closed_until = Instant::always();
  bool failed = false;  // an append's outcome is not known

  // Shared with readers.
  std::unique_ptr<std::atomic<Sequence>[]> heads;  // by slot
  mutable std::mutex mutex;                        // of the two below
  log_format::LogHead head;
  std::map<std::string, SourceOffset> offsets;
  mutable BlockCache cache;
};

struct EventLog::Impl final : LogImpl {
  using LogImpl::LogImpl;
};

}  // namespace tenure
