#include "engine/query/page_token.h"

#include "engine/base/hash.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace tenure {
namespace {

Error not_ours() {
  return fail(ErrorCode::kInvalid,
              "page_token: is not one of this request; send next_page_token unchanged, with the "
              "other fields as they were");
}

std::string to_digits(std::string_view text) {
  std::string digits;
  for (const unsigned char c : text) digits += fmt::format("{:02x}", c);
  return digits;
}

std::optional<std::string> from_digits(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string text;
  for (std::size_t k = 0; k < digits.size(); k += 2) {
    unsigned char byte = 0;
    const char* end = digits.data() + k + 2;
    const auto read = std::from_chars(digits.data() + k, end, byte, 16);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    text += static_cast<char>(byte);
  }
  return text;
}

}  // namespace

PageToken& PageToken::bind(std::string_view value) {
  bound_ += std::to_string(value.size()) + ':';
  bound_ += value;
  return *this;
}

std::string PageToken::write(const std::vector<std::string>& key) const {
  std::string token;
  for (const std::string& field : key) token += to_digits(field) + '.';
  return token + fmt::format("{:016x}", fast_hash64(bound_ + token));
}

Result<std::vector<std::string>> PageToken::read(std::string_view token, std::size_t fields) const {
  if (token.size() > 8192) return not_ours();
  std::vector<std::string> key;
  std::size_t begin = 0;
  for (std::size_t k = 0; k < fields; ++k) {
    const std::size_t end = token.find('.', begin);
    if (end == std::string_view::npos) return not_ours();
    const auto field = from_digits(token.substr(begin, end - begin));
    if (!field) return not_ours();
    key.push_back(*field);
    begin = end + 1;
  }
  if (write(key) != token) return not_ours();
  return key;
}

Result<std::int64_t> PageToken::number(std::string_view field) {
  std::int64_t number = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), number);
  if (read.ec != std::errc() || read.ptr != field.data() + field.size()) return not_ours();
  return number;
}

}  // namespace tenure
