#include "connectors/file/internal/line_reader.h"

#include "connectors/file/row_reader.h"

#include <fmt/format.h>

#include <cstring>

namespace tenure::internal {
namespace {

constexpr std::size_t kFillBytes = 256 * 1024;
constexpr std::size_t kPeekBytes = 4096;

}  // namespace

LineReader::LineReader(std::string path, std::unique_ptr<ByteStream> stream)
    : path_(std::move(path)), stream_(std::move(stream)) {}

Result<bool> LineReader::fill() {
  if (ended_) return false;
  if (at_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
    end_ -= at_;
    at_ = 0;
  }
  if (buffer_.size() < end_ + kFillBytes) buffer_.resize(end_ + kFillBytes);
  TENURE_TRY_ASSIGN(const std::size_t count, stream_->read(buffer_.data() + end_, kFillBytes));
  end_ += count;
  ended_ = count == 0;
  return count > 0;
}

Result<std::string_view> LineReader::peek() {
  while (end_ - at_ < kPeekBytes) {
    TENURE_TRY_ASSIGN(const bool more, fill());
    if (!more) break;
  }
  return std::string_view(buffer_.data() + at_, end_ - at_);
}

Result<bool> LineReader::next(std::string_view& line) {
  std::size_t searched = 0;
  for (;;) {
    const char* begin = buffer_.data() + at_;
    const std::size_t left = end_ - at_;
    const void* found =
        left == searched ? nullptr : std::memchr(begin + searched, '\n', left - searched);
    if (found != nullptr) {
      const auto size = static_cast<std::size_t>(static_cast<const char*>(found) - begin) + 1;
      if (size > kRowBytesMax + 2) break;
      line = std::string_view(begin, size);
      at_ += size;
      ++line_;
      return true;
    }
    searched = left;
    if (left > kRowBytesMax + 2) break;
    TENURE_TRY_ASSIGN(const bool more, fill());
    if (more) continue;
    if (left == 0) return false;
    line = std::string_view(buffer_.data() + at_, left);
    at_ = end_;
    ++line_;
    return true;
  }
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}:{}: the line is longer than 1 MiB; is this CSV or NDJSON, one row a line?",
                  path_, line_ + 1));
}

}  // namespace tenure::internal
