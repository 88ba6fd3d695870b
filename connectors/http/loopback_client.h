// connectors/http/loopback_client.h
//
// One POST to a server: for commands that ask a served directory. No proxy, no redirect; another
// machine only over TLS.
//
// Threads: any; waits for the answer.
// Errors:  kInvalid (neither a loopback URL nor https), kUnavailable (nobody listens, or the
//          connection broke), kDeadline (no answer in time: whether it took effect is not known).
//          An answer of any status is no error.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <string>

namespace tenure {

struct LoopbackAnswer {
  int status = 0;
  std::string body;
};

/// What the server is told, and how it is known.
struct ServerTrust {
  std::string token;           // empty = none is sent
  std::string ca_certificate;  // PEM file that its certificate is checked by; empty = the system's
};

/// Whether `server` is "https://HOST:PORT", "http://127.0.0.1:PORT", "http://localhost:PORT" or
/// "http://[::1]:PORT".
Result<void> check_server(const std::string& server);

/// `server`: as check_server() takes it; `path` begins with a slash.
Result<LoopbackAnswer> post_json(const std::string& server, const std::string& path,
                                 const std::string& body, Duration deadline,
                                 const ServerTrust& trust = {});

}  // namespace tenure
