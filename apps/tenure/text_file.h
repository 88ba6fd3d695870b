// apps/tenure/text_file.h
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>

namespace tenure {

/// The bytes of a small file. kNotFound: there is none; kInvalid: a directory, not to be read, or
/// longer than `bytes_max`. Both name the file.
Result<std::string> read_text_file(const std::string& file, std::uint64_t bytes_max = 1 << 20);

}  // namespace tenure
