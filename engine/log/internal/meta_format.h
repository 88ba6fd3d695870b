// engine/log/internal/meta_format.h
//
// Log format 0, the small rows beside the blocks: what the log is, how far it goes, where sources
// go on. Each ends in a checksum over its key and its bytes. docs/formats.md describes every
// byte.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/kv/kv_store.h"
#include "engine/log/event_log.h"

#include <string>
#include <string_view>

namespace tenure::log_format {

// Index into log_store_options().families.
inline constexpr FamilyId kBlocks = 0;
inline constexpr FamilyId kOffsets = 1;
inline constexpr FamilyId kMeta = 2;

inline constexpr std::string_view kNatureKey = "log";
inline constexpr std::string_view kHeadKey = "head";

/// What a log is from its first day on.
struct LogNature {
  std::uint16_t shards = 0;
  std::uint64_t seed = 0;
  std::uint64_t incarnation = 1;
  std::string person_key;  // 64 hexadecimal digits
  std::string tenant;
  friend bool operator==(const LogNature&, const LogNature&) = default;
};

/// How far a log goes: rewritten by every append, in the batch of its events.
struct LogHead {
  std::uint64_t commit = 0;  // of the last append
  Instant last_recorded_at = Instant::always();
  Instant closed_until = Instant::always();
  std::uint64_t sequences = 0;  // sum of the shards' heads
  std::uint64_t events = 0;     // home copies
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

std::string encode_nature(const LogNature& nature);
/// kInvalid for a format of another version, kCorrupt for broken bytes.
Result<LogNature> decode_nature(std::string_view value);

std::string encode_head(const LogHead& head);
Result<LogHead> decode_head(std::string_view value);

/// `commit` is the append that stored the offset.
std::string encode_offset(const SourceOffset& offset, std::uint64_t commit);
Result<SourceOffset> decode_offset(std::string_view partition, std::string_view value,
                                   std::uint64_t& commit);

}  // namespace tenure::log_format
