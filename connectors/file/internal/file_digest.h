// The SHA-256 of a file's bytes as they lie on disk.
#pragma once

#include "engine/base/result.h"

#include <string>

namespace tenure::internal {

/// 64 lower-case hexadecimal digits. Errors as open_plain().
Result<std::string> file_digest(const std::string& path);

}  // namespace tenure::internal
