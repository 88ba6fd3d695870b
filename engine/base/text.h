// engine/base/text.h
//
// Texts from outside as they may stand in a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tenure {

inline constexpr std::size_t kShownBytesMax = 80;

/// `text` as UTF-8 of at most `bytes_max` bytes: what is not UTF-8 becomes "?", what is too long
/// ends in "...". Needs 3 bytes or more.
std::string shown_text(std::string_view text, std::size_t bytes_max = kShownBytesMax);

/// Bytes of the character at the front of `text`, which is not empty; 0 when none is well-formed.
std::size_t character_bytes(std::string_view text);

/// Where the first byte stands that is no UTF-8; npos = all of it is.
std::size_t first_not_utf8(std::string_view text);

/// A place in a text, counted from 0; columns are bytes.
struct TextPlace {
  std::size_t line = 0;
  std::size_t column = 0;
};
TextPlace place_in(std::string_view text, std::size_t at);

}  // namespace tenure
