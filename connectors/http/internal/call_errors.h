// connectors/http/internal/call_errors.h
//
// Errors as Connect and gRPC-Web write them: their tables of codes, texts and details.
//
// Threads: pure.
#pragma once

#include "connectors/http/call_context.h"
#include "engine/base/result.h"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace tenure::internal {

/// What a code of ours is to a client.
CallCode call_code(ErrorCode code);
CallError call_error(const Error& error);

/// "invalid_argument"
std::string_view name_of(CallCode code);
/// The HTTP status of a Connect call that ends so.
int status_of(CallCode code);

/// {"code": ..., "message": ..., "details": [...]}
boost::json::object json_of(const CallError& error);

/// gRPC's message of a header or a trailer: short, with percent escapes.
std::string escaped_message(const CallError& error);
/// gRPC's status with its details, in base64.
std::string status_with_details(const CallError& error);

}  // namespace tenure::internal
