// connectors/http/internal/base64.h
//
// Base64 as Connect and gRPC have it: either alphabet in, with or without padding; out the standard
// one without padding.
//
// Threads: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenure::internal {

/// Nothing when it is none.
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

}  // namespace tenure::internal
