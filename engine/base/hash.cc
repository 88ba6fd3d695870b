#include "engine/base/hash.h"

#include "engine/base/assert.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>
#include <xxhash.h>

namespace tenure {
namespace {

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

EVP_MD_CTX* reused_context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, ContextFree> context(EVP_MD_CTX_new());
  TENURE_ASSERT(context != nullptr, "no memory for a hash");
  return context.get();
}

// Fetched once: looking an algorithm up by name costs more than hashing a small block.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  TENURE_ASSERT(algorithm != nullptr, "OpenSSL without SHA-256");
  return algorithm;
}

}  // namespace

Sha256 sha256(std::string_view first, std::string_view second) {
  EVP_MD_CTX* const context = reused_context();
  Sha256 out{};
  const bool good = EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) == 1 &&
                    EVP_DigestUpdate(context, first.data(), first.size()) == 1 &&
                    EVP_DigestUpdate(context, second.data(), second.size()) == 1 &&
                    EVP_DigestFinal_ex(context, out.data(), nullptr) == 1;
  TENURE_ASSERT(good, "SHA-256 cannot fail");
  return out;
}

Sha256 sha256(std::string_view bytes) { return sha256(bytes, {}); }

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256 out{};
  unsigned int size = 0;
  const auto* done =
      HMAC(sha256_algorithm(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &size);
  TENURE_ASSERT(done != nullptr && size == out.size(), "HMAC-SHA-256 cannot fail");
  return out;
}

Hash128 fast_hash128(std::string_view bytes, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

std::uint64_t fast_hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::string to_hex(const Hash128& hash) {
  std::string bytes;
  for (const std::uint64_t half : {hash.high, hash.low})
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(half >> shift));
  return to_hex(bytes);
}

}  // namespace tenure
