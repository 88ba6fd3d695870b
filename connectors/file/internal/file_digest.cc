#include "connectors/file/internal/file_digest.h"

#include "connectors/file/internal/byte_stream.h"
#include "engine/base/hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <memory>
#include <vector>

namespace tenure::internal {

Result<std::string> file_digest(const std::string& path) {
  TENURE_TRY_ASSIGN(const auto stream, open_plain(path));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
  bool good = hash != nullptr && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1;
  std::vector<char> buffer(256 * 1024);
  for (std::size_t count = 1; good && count > 0;) {
    TENURE_TRY_ASSIGN(count, stream->read(buffer.data(), buffer.size()));
    good = EVP_DigestUpdate(hash.get(), buffer.data(), count) == 1;
  }
  Sha256 digest{};
  good = good && EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr) == 1;
  if (!good)
    return fail(ErrorCode::kUnavailable,
                fmt::format("{}: its SHA-256 could not be computed", path));
  return to_hex(digest);
}

}  // namespace tenure::internal
