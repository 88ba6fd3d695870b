// connectors/http/loopback_client.h
//
// One POST to a server on this machine: for commands that ask a served directory. No proxy, no
// redirect, no other host.
//
// Threads: any; waits for the answer.
// Errors:  kInvalid (not a loopback URL), kUnavailable (nobody listens, or the connection broke),
//          kDeadline (no answer in time: whether it took effect is not known). An answer of any
//          status is no error.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <string>

namespace tenure {

struct LoopbackAnswer {
  int status = 0;
  std::string body;
};

/// Whether `server` is "http://127.0.0.1:PORT", "http://localhost:PORT" or "http://[::1]:PORT".
Result<void> check_server(const std::string& server);

/// `server`: as check_server() takes it; `path` begins with a slash.
Result<LoopbackAnswer> post_json(const std::string& server, const std::string& path,
                                 const std::string& body, Duration deadline);

}  // namespace tenure
