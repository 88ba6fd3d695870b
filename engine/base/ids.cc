#include "engine/base/ids.h"

#include <cstring>

namespace tenure {

std::string to_string(Position position) {
  const std::string sequence = std::to_string(position.sequence);
  if (position.shard == kReferenceShard) return "reference/" + sequence;
  if (position.shard == kQuarantineShard) return "quarantine/" + sequence;
  return std::to_string(position.shard.value) + "/" + sequence;
}

std::string to_string(std::span<const Position> positions) {
  std::string all;
  for (const Position position : positions) all += (all.empty() ? "" : ",") + to_string(position);
  return all;
}

// Austin Appleby's MurmurHash2 with the seed that Kafka's clients use (0x9747b28c).
std::uint32_t murmur2(std::string_view bytes) {
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  constexpr int kShift = 24;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  std::uint32_t hash = 0x9747b28cU ^ static_cast<std::uint32_t>(left);
  for (; left >= 4; data += 4, left -= 4) {
    std::uint32_t word =
        static_cast<std::uint32_t>(data[0]) | static_cast<std::uint32_t>(data[1]) << 8 |
        static_cast<std::uint32_t>(data[2]) << 16 | static_cast<std::uint32_t>(data[3]) << 24;
    word *= kMultiplier;
    word ^= word >> kShift;
    word *= kMultiplier;
    hash *= kMultiplier;
    hash ^= word;
  }
  if (left == 3) hash ^= static_cast<std::uint32_t>(data[2]) << 16;
  if (left >= 2) hash ^= static_cast<std::uint32_t>(data[1]) << 8;
  if (left >= 1) {
    hash ^= data[0];
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return hash;
}

ShardId shard_of(AccountId account, std::uint16_t shards) {
  return {static_cast<std::uint16_t>((murmur2(account.text) & 0x7fffffffU) % shards)};
}

}  // namespace tenure
