// engine/reference/internal/nearest.h
//
// The known word that a misspelt one probably meant.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tenure::reference_internal {

/// The number of single characters to add, drop, change or swap with a neighbour; texts are cut to
/// 64 bytes first.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `known`; empty when none is near (more than a third of the word differs).
std::string_view nearest_of(std::string_view word, std::span<const std::string_view> known);

/// "; did you mean 'weight'?" for the nearest known word, else "; known are: a, b, c".
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace tenure::reference_internal
