// engine/log/internal/block_format.h
//
// Log format 0: how a block of events stands in its key and value. docs/formats.md describes
// every byte.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/event/event.h"
#include "engine/log/logged_event.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tenure::log_format {

inline constexpr std::uint8_t kVersion = 0;
inline constexpr std::size_t kKeyBytes = 10;
inline constexpr std::size_t kSummedBytes = 76;  // of the header, before its checksum
inline constexpr std::size_t kHeaderBytes = kSummedBytes + 8;
inline constexpr std::uint32_t kBodyBytesMax = 1u << 30;  // uncompressed; more is refused unread
inline constexpr std::size_t kEventBytesMin = 20;         // of an event in a body

enum class Compression : std::uint8_t { kNone = 0, kLz4 = 1 };

struct BlockHeader {
  Compression compression = Compression::kNone;
  ShardId shard;
  Sequence first = 0;
  std::uint32_t count = 0;
  std::uint32_t copies = 0;  // of them, events whose home is another shard
  std::uint64_t commit = 0;
  Instant base;                  // recorded_at of the first event
  Sha256 previous{};             // chain hash of the shard's block before; zeros for the first
  std::uint32_t body_bytes = 0;  // uncompressed

  [[nodiscard]] Sequence last() const { return first + count - 1; }
};

std::string block_key(ShardId shard, Sequence first);
/// False when `key` is no block key.
bool read_block_key(std::string_view key, ShardId& shard, Sequence& first);

/// Appends one event to a body. `since_base` is its recorded_at minus the block's base: 0 or more.
struct EventRow {
  Duration since_base{0};
  std::uint8_t marks = 0;
  ContentHash content;
  std::span<const std::string> prior_accounts;
  std::string_view envelope;
};
void put_event(std::string& body, const EventRow& row);

/// The chain hash of a block: over the header with its compression left out, and the uncompressed
/// body.
Sha256 chain_hash(const BlockHeader& header, std::string_view body);

/// The value to store: header, checksum and the compressed body.
std::string encode_block(BlockHeader header, std::string_view body);

/// Reads a header and proves the checksum of the whole value and that it stands under `key`.
/// kCorrupt names the position.
Result<BlockHeader> read_header(std::string_view key, std::string_view value);

/// The uncompressed body of a value whose header was read.
Result<std::string> read_body(const BlockHeader& header, std::string_view value);

/// The events of a body, as a block that owns it.
Result<BlockPtr> decode_body(const BlockHeader& header, std::string body);

/// All three.
Result<BlockPtr> decode_block(std::string_view key, std::string_view value);

/// "block 3/1201": how messages name a block.
std::string name_of(ShardId shard, Sequence first);

/// Adds to the store's own words, which name a file, where in the log the row stands that cannot be
/// read: `where`, or behind the block of a key (empty = before the first block).
Result<void> unread(std::string_view where, const Result<void>& status);
Result<void> unread_after(std::string_view key, const Result<void>& status);

}  // namespace tenure::log_format
