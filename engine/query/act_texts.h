// engine/query/act_texts.h
//
// What people may write: texts that others read in lists, terminals and mails as they were meant.
//
// Errors: kInvalid names the field, says what is wrong with it and what to do.
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <string_view>

namespace tenure {

/// Bytes of a text; `min` > 0: it must be there.
struct TextBytes {
  std::size_t min = 0;
  std::size_t max = 0;
};

/// UTF-8 of one line: no blanks alone, no control characters, none that turn the direction.
Result<void> check_line(std::string_view text, std::string_view field, TextBytes bytes);

/// The same of several lines: tabs and ends of lines are allowed.
Result<void> check_lines(std::string_view text, std::string_view field, TextBytes bytes);

/// An act's own id, and who acts.
Result<void> check_act_id(std::string_view id);
Result<void> check_actor(std::string_view actor, std::string_view does);

}  // namespace tenure
