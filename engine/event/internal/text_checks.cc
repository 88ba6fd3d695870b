#include "engine/event/internal/text_checks.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tenure::internal {

bool is_utf8(std::string_view text) {
  // Most texts are short and ASCII: eight bytes at a time, without the call.
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    if ((word & 0x8080808080808080U) != 0) return simdjson::validate_utf8(at, left);
  }
  for (std::size_t k = 0; k < left; ++k)
    if (static_cast<unsigned char>(at[k]) >= 0x80) return simdjson::validate_utf8(at, left);
  return true;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace tenure::internal
