// tests/fuzz/pieces.h
//
// An input as several texts, and laws whose breach is a find.
//
// Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace tenure::fuzz {

// Between two pieces. A mark rather than lengths: what a mutation inserts or takes away in one
// piece leaves the others whole.
inline constexpr std::string_view kMark = "|-|";

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

/// At least one piece, at most `pieces_max`: the last holds the rest.
inline std::vector<std::string_view> pieces_of(std::string_view input, std::size_t pieces_max) {
  std::vector<std::string_view> pieces;
  while (pieces.size() + 1 < pieces_max) {
    const std::size_t end = input.find(kMark);
    if (end == std::string_view::npos) break;
    pieces.push_back(input.substr(0, end));
    input.remove_prefix(end + kMark.size());
  }
  pieces.push_back(input);
  return pieces;
}

/// Ends the run with `law` on stderr when it does not hold.
inline void expect(bool holds, std::string_view law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(law.size()), law.data());
  std::abort();
}

}  // namespace tenure::fuzz
