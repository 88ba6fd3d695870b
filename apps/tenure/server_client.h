// apps/tenure/server_client.h
//
// Calls of proto/tenure/api/v1 to a server, for commands given --server.
//
// Threads: any; waits at most ten seconds.
// Errors:  kInvalid (the URL is not taken, or the server refuses the request), kUnavailable (nobody
//          listens, or the answer cannot be read), kDeadline (no answer in time), else the code
//          that fits the server's.
#pragma once

#include "engine/base/result.h"

#include <CLI/CLI.hpp>

#include <string>

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace tenure {

/// Adds --server, whose value must be a URL of this machine or https, and --token-file and --ca. It
/// goes without --data: add that before.
CLI::Option* add_server_option(CLI::App& command, std::string& server, const std::string& about);

/// Calls `method`, such as "tenure.api.v1.AlertService/ListAlerts".
Result<void> ask_server(const std::string& server, const std::string& method,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response);

}  // namespace tenure
