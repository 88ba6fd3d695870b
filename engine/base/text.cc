#include "engine/base/text.h"

#include <algorithm>
#include <cstdint>

namespace tenure {
namespace {

constexpr std::string_view kCut = "...";

}  // namespace

std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t k) { return static_cast<std::uint8_t>(text[k]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return 0;
  for (std::size_t k = 1; k < bytes; ++k)
    if ((byte(k) & 0xC0) != 0x80) return 0;
  // Longer than needed, a half of a surrogate pair, or beyond the last character.
  const std::uint8_t second = byte(1);
  const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return wrong ? 0 : bytes;
}

std::size_t first_not_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text.substr(at));
    if (bytes == 0) return at;
    at += bytes;
  }
  return std::string_view::npos;
}

TextPlace place_in(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line = before.rfind('\n');
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          line == std::string_view::npos ? at : at - line - 1};
}

std::string shown_text(std::string_view text, std::size_t bytes_max) {
  std::string shown;
  std::size_t cut_at = 0;  // the last place where the cut still fits behind
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    const std::string_view one = bytes == 0 ? std::string_view("?") : text.substr(0, bytes);
    if (shown.size() + one.size() > bytes_max) {
      shown.resize(cut_at);
      return shown.append(kCut);
    }
    shown.append(one);
    if (shown.size() + kCut.size() <= bytes_max) cut_at = shown.size();
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return shown;
}

}  // namespace tenure
