// connectors/http/internal/json_check.h
//
// Whether a text is one object of strict JSON within limits: the library that reads messages takes
// more than JSON and the last of two equal keys.
#pragma once

#include "engine/base/result.h"

#include <string_view>

namespace tenure::internal {

inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kJsonKeysMax = 256;  // of one object

/// kInvalid: says what is wrong and at which byte.
Result<void> check_json(std::string_view text);

}  // namespace tenure::internal
