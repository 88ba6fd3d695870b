// connectors/http/internal/query_parameters.h
//
// What stands behind the question mark.
//
// Threads: pure.
#pragma once

#include "engine/base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace tenure::internal {

/// Names and values without their escapes. kInvalid: a broken percent escape, a name that stands
/// there twice.
Result<std::map<std::string, std::string>> read_query(std::string_view query);

}  // namespace tenure::internal
