// connectors/http/internal/openapi.h
//
// The services as an OpenAPI 3.1 document, from their descriptors: what tools for JSON over HTTP
// read. JSON names are the proto files' own; 64-bit numbers are strings, as the server writes them.
//
// Threads: pure.
// Errors:  kInvalid: a service is not part of this build.
#pragma once

#include "engine/base/result.h"

#include <string>
#include <vector>

namespace tenure::internal {

/// The document's text. `services` are full names.
Result<std::string> openapi_of(const std::vector<std::string>& services);

}  // namespace tenure::internal
