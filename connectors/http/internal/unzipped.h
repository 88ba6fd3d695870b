// connectors/http/internal/unzipped.h
//
// Bodies and messages that clients send compressed.
//
// Threads: pure.
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tenure::internal {

/// A message takes no more room unpacked than a body may have.
constexpr std::size_t kUnzippedBytesMax = 1u << 20;

/// What `bytes` hold, which is one gzip stream. kInvalid: it is none, or holds more than the limit;
/// no more than that is ever unpacked.
Result<std::string> unzipped(std::string_view bytes);

}  // namespace tenure::internal
