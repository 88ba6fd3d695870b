// Checks of texts that came from outside.
#pragma once

#include <string_view>

namespace tenure::internal {

/// True for well-formed UTF-8.
bool is_utf8(std::string_view text);

/// True when the text holds a control character (below 0x20, or 0x7f): such a name would break
/// lines, terminals and keys.
bool has_control(std::string_view text);

}  // namespace tenure::internal
