// connectors/http/internal/api_calls.h
//
// One call of a method: read, carried out, written.
//
// Threads: any.
#pragma once

#include "connectors/http/api_routes.h"
#include "connectors/http/http_message.h"
#include "connectors/http/internal/call_codec.h"

#include <memory>
#include <optional>
#include <string>

namespace tenure::internal {

/// A call with one answer.
HttpResponse answer_post(const ApiMethod& method, const HttpRequest& request);
HttpResponse answer_get(const ApiMethod& method, const HttpRequest& request);

/// The same call's answer, when it was given before and still holds. It never waits.
std::optional<HttpResponse> answer_again(const ApiMethod& method, const HttpRequest& request);

/// A call whose answer goes on, told by the feed.
HttpResponse answer_watch(const std::shared_ptr<const ApiMethod>& method,
                          const HttpRequest& request);

/// A call whose handler takes or gives a sequence of messages.
HttpResponse answer_stream(const std::shared_ptr<const ApiMethod>& method,
                           const HttpRequest& request);

/// 415: `wanted` is what the method takes.
HttpResponse unknown_type(const std::string& wanted);
/// What there is instead of an answer when the call came at a wrong time: what it asks for is not
/// folded yet, with `again_after` as long as it may become so; or the client waits no longer.
std::optional<HttpResponse> unless_ready(const ApiMethod& method, const HttpRequest& request,
                                         const Codec& codec, const CallContext& context);
/// The client waits no longer.
CallError too_late_error();
/// How the method's answers are written to who sent these fields.
Codec packing(Codec codec, const ApiMethod& method, const HttpFields& fields);

}  // namespace tenure::internal
