// connectors/http/internal/read_at_least.h
//
// Whether an answer would be as new as a client asks for.
#pragma once

#include "engine/base/result.h"
#include "engine/runtime/engine.h"

#include <string>
#include <string_view>

namespace tenure::internal {

/// What of "0/123,1/7" is not folded yet, as a sentence; empty = nothing. kInvalid: it cannot be
/// read.
Result<std::string> not_folded_of(const Engine& engine, std::string_view positions);

}  // namespace tenure::internal
