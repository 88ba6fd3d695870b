// engine/base/nearest.h
//
// The known word that a misspelt one most likely meant, for error messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tenure {

/// Empty when none is near: more than a third of the letters would have to change.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

/// "; did you mean \"shards\"?", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace tenure
