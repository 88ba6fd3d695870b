// apps/tenure/text_file.h
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>

namespace tenure {

/// The bytes of a small file. kInvalid names the file and what is wrong: missing, a directory,
/// longer than `bytes_max`.
Result<std::string> read_text_file(const std::string& file, std::uint64_t bytes_max = 1 << 20);

}  // namespace tenure
