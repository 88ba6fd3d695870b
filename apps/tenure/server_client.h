// apps/tenure/server_client.h
//
// A running server, asked by a command: Connect unary calls in JSON over loopback.
#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>

namespace tenure {

/// Posts `json` to `<server>/<method>` ("tenure.api.v1.AlertService/ListAlerts") and returns the answer's JSON. Only
/// http:// addresses of the loopback interface are taken. Waits 10 s at most. kUnavailable: nobody answers there;
/// otherwise the code that the server's error stands for.
Result<std::string> call_server(std::string_view server, std::string_view method, const std::string& json);

}  // namespace tenure
