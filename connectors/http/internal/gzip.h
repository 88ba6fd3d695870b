// connectors/http/internal/gzip.h
//
// Bodies and messages that are sent compressed.
//
// Threads: pure.
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tenure::internal {

/// What `bytes` hold, which is one gzip stream; of a content longer than `bytes_max` one byte more
/// than that, for no more is ever unpacked. kInvalid: it is none.
Result<std::string> unzipped(std::string_view bytes, std::size_t bytes_max);

/// `text` as one gzip stream, packed fast rather than small. Nothing when no memory is left for it.
std::string zipped(std::string_view text);

}  // namespace tenure::internal
