// The bytes of a file from its beginning to its end, unpacked when it is gzip.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <memory>
#include <string>

namespace tenure::internal {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Fills at most `size` bytes and says how many; 0 at the end. kInvalid: cut off or damaged.
  /// kUnavailable: I/O.
  virtual Result<std::size_t> read(char* out, std::size_t size) = 0;
  /// Bytes of the file that were read so far, packed as they are.
  [[nodiscard]] virtual std::uint64_t raw_bytes() const = 0;
};

/// Opens a file as it lies there. kNotFound, kInvalid (a directory), kUnavailable.
Result<std::unique_ptr<ByteStream>> open_plain(const std::string& path);

/// Opens a file and unpacks it when its first bytes are gzip's. kInvalid names other packings.
Result<std::unique_ptr<ByteStream>> open_unpacked(const std::string& path);

}  // namespace tenure::internal
