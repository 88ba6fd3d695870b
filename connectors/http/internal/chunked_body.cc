#include "connectors/http/internal/chunked_body.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tenure::internal {
namespace {

constexpr std::size_t kSizeDigitsMax = 8;

}  // namespace

bool ChunkedBody::take(std::string& buffer, std::string& body, std::optional<RequestFault>& fault) {
  while (!fault) {
    std::size_t taken = 0;
    switch (expects_) {
      case Expects::kSize: taken = take_size(buffer, body.size(), fault); break;
      case Expects::kContent:
        taken = std::min(left_, buffer.size());
        body.append(buffer, 0, taken);
        left_ -= taken;
        if (left_ == 0) expects_ = Expects::kContentEnd;
        break;
      case Expects::kContentEnd:
        taken = take_line_end(buffer, 0, fault);
        if (taken > 0) expects_ = Expects::kSize;
        break;
      case Expects::kLastEnd:
        taken = take_line_end(buffer, 0, fault);
        buffer.erase(0, taken);
        return taken > 0;
    }
    if (taken == 0) return false;
    buffer.erase(0, taken);
  }
  return false;
}

std::size_t ChunkedBody::take_size(const std::string& buffer, std::size_t body_bytes,
                                   std::optional<RequestFault>& fault) {
  std::size_t digits = 0;
  while (digits < buffer.size() && digits <= kSizeDigitsMax &&
         std::isxdigit(static_cast<unsigned char>(buffer[digits])))
    ++digits;
  if (digits == buffer.size() && digits <= kSizeDigitsMax) return 0;
  if (digits == 0 || digits > kSizeDigitsMax) {
    fault = RequestFault{400, "a chunk's size must be 1 to 8 hex digits"};
    return 0;
  }
  const std::size_t end = take_line_end(buffer, digits, fault);
  if (end == 0) return 0;
  std::from_chars(buffer.data(), buffer.data() + digits, left_, 16);
  if (left_ > bytes_max_ - body_bytes) {
    fault = RequestFault{413, "the body is longer than " + std::to_string(bytes_max_) + " bytes"};
    return 0;
  }
  expects_ = left_ == 0 ? Expects::kLastEnd : Expects::kContent;
  return digits + end;
}

std::size_t ChunkedBody::take_line_end(const std::string& buffer, std::size_t at,
                                       std::optional<RequestFault>& fault) {
  if (at < buffer.size() && buffer[at] != '\r') {
    fault = RequestFault{400, "a chunk takes no extension and no trailer, and ends in CR LF"};
    return 0;
  }
  if (at + 1 >= buffer.size()) return 0;
  if (buffer[at + 1] != '\n') {
    fault = RequestFault{400, "a CR stands without its LF in a chunked body"};
    return 0;
  }
  return 2;
}

}  // namespace tenure::internal
