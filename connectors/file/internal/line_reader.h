// Lines of a byte stream, counted, with a limit on their length.
#pragma once

#include "connectors/file/internal/byte_stream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::internal {

class LineReader {
 public:
  LineReader(std::string path, std::unique_ptr<ByteStream> stream);

  /// The next line with its end ("\n", "\r\n" or nothing at the end of the file), valid until the
  /// next call; nullptr data at the end. kInvalid for a line beyond the limit.
  Result<bool> next(std::string_view& line);
  /// The first bytes, without taking them: at least 4 KiB where there are so many.
  Result<std::string_view> peek();
  /// Leaves out the first `count` bytes that peek() showed.
  void drop(std::size_t count) { at_ += count; }

  [[nodiscard]] std::uint64_t line() const { return line_; }  // of the line last returned
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t raw_bytes() const { return stream_->raw_bytes(); }

 private:
  /// Reads more behind what is there; false at the end.
  Result<bool> fill();

  std::string path_;
  std::unique_ptr<ByteStream> stream_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t line_ = 0;
  bool ended_ = false;
};

}  // namespace tenure::internal
