// engine/base/hash.h
//
// Hashes: SHA-256 and HMAC-SHA-256 (OpenSSL) where somebody may try to forge, XXH3 where only speed
// and chance matter.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenure {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
/// sha256(first || second), without joining them in memory.
Sha256 sha256(std::string_view first, std::string_view second);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

/// 128 bits, as two halves.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend constexpr auto operator<=>(const Hash128&, const Hash128&) = default;
};

/// XXH3-128 seeded: fast, good against chance, not against an attacker who knows the seed.
Hash128 fast_hash128(std::string_view bytes, std::uint64_t seed = 0);
std::uint64_t fast_hash64(std::string_view bytes, std::uint64_t seed = 0);

/// Lower-case hexadecimal digits.
std::string to_hex(std::string_view bytes);
inline std::string to_hex(const Sha256& hash) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}
std::string to_hex(const Hash128& hash);

}  // namespace tenure
