// apps/tenure/text_file.h
//
// Small files as one text. What is wrong with one that a configuration names is said with the place
// that names it: "tenure.yaml:12:9: mapping "x.yaml" cannot be opened: no such file; check ...".
#pragma once

#include "apps/tenure/config.h"
#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tenure {

inline constexpr std::uint64_t kTextFileBytesMax = 1 << 20;

/// The bytes of a small file. kNotFound: there is none; kInvalid: a directory, not to be read, or
/// longer than `bytes_max`. Both name the file.
Result<std::string> read_text_file(const std::string& file,
                                   std::uint64_t bytes_max = kTextFileBytesMax);

/// The same of a file that `config` names; `kind` says what it is for. kInvalid with the place.
Result<std::string> read_named_file(const Config& config, std::string_view kind,
                                    const std::string& file,
                                    std::uint64_t bytes_max = kTextFileBytesMax);

/// kInvalid with the place when a file that `config` names cannot be opened for reading.
Result<void> check_named_file(const Config& config, std::string_view kind, const std::string& file);

/// `error` with the place in front where `config` names what it is about.
Error at_place(const Config& config, const std::string& named, const Error& error);

}  // namespace tenure
