// connectors/http/internal/connect_unary.h
//
// The Connect protocol's unary calls: what stands in a request, and how errors are written.
#pragma once

#include "connectors/http/http_message.h"
#include "engine/base/result.h"

#include <string>
#include <string_view>

namespace tenure::internal {

struct UnaryCall {
  bool json = true;
  std::string message;
};

/// kInvalid: the query cannot be read. A POST of another content type gives `status` 415.
Result<UnaryCall> read_post(const HttpRequest& request, int& status);
/// `?connect=v1&encoding=json&message=...&base64=1`, in any order; other parameters are ignored.
Result<UnaryCall> read_get(const HttpRequest& request, int& status);

/// {"code": ..., "message": ...} with the status that belongs to it, or with `status` when it is
/// not 0.
HttpResponse connect_error(const Error& error, int status = 0);

}  // namespace tenure::internal
