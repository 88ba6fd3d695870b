// apps/tenure/server_client.h
//
// Calls of proto/tenure/api/v1 to a server on this machine, for commands given --server.
//
// Threads: any; waits at most ten seconds.
// Errors:  kInvalid (not a loopback URL, or the server refuses the request), kUnavailable (nobody
//          listens), kDeadline (no answer in time), else the code that fits the server's.
#pragma once

#include "engine/base/result.h"

#include <string>

namespace tenure {

/// The answer's JSON. `method`: "tenure.api.v1.AlertService/ListAlerts"; `json`: its request, "{}"
/// for an empty one.
Result<std::string> call(const std::string& server, const std::string& method,
                         const std::string& json);

}  // namespace tenure
