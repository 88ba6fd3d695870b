// apps/tenure/flag_values.h
//
// Values of flags that are checked while the command line is read, so that a wrong one ends a
// command before anything is opened: `--at: expected ..., found "yesterday"`, and exit code 2.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace tenure {

inline constexpr std::uint64_t kNoUpperBound = std::numeric_limits<std::uint64_t>::max();

/// RFC 3339, or without its seconds, or a date alone, which is its first instant in UTC. What the
/// command gets is RFC 3339.
CLI::Validator instant_value();

/// Digits only, from `least` to `most`.
CLI::Validator number_value(std::uint64_t least, std::uint64_t most = kNoUpperBound);

/// One of `words`.
CLI::Validator word_value(std::vector<std::string_view> words);

/// One or several of `words` with commas between them.
CLI::Validator words_value(std::vector<std::string_view> words);

/// What the configuration's http.listen may be.
CLI::Validator listen_value();

/// Not empty.
CLI::Validator some_text();

}  // namespace tenure
