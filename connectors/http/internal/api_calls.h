// connectors/http/internal/api_calls.h
//
// One call of a method: read, carried out, written.
//
// Threads: any.
#pragma once

#include "connectors/http/api_routes.h"
#include "connectors/http/http_message.h"

#include <memory>
#include <optional>

namespace tenure::internal {

/// A call with one answer.
HttpResponse answer_post(const ApiMethod& method, const HttpRequest& request);
HttpResponse answer_get(const ApiMethod& method, const HttpRequest& request);

/// The same call's answer, when it was given before and still holds. It never waits.
std::optional<HttpResponse> answer_again(const ApiMethod& method, const HttpRequest& request);

/// A call whose answer goes on.
HttpResponse answer_watch(const std::shared_ptr<const ApiMethod>& method,
                          const HttpRequest& request);

}  // namespace tenure::internal
