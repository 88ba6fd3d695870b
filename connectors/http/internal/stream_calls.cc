// Calls whose handlers take or give a sequence of messages.
#include "connectors/http/internal/api_calls.h"
#include "connectors/http/internal/api_messages.h"
#include "engine/base/log.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace tenure::internal {
namespace {

namespace pb = ::google::protobuf;

// One stream: asked for its next frame once the one before was sent.
class OpenStream {
 public:
  OpenStream(std::shared_ptr<const ApiMethod> method, Codec codec,
             std::shared_ptr<CallContext> context, ApiMethod::Next next)
      : method_(std::move(method)),
        codec_(std::move(codec)),
        context_(std::move(context)),
        next_(std::move(next)) {}

  AnswerStep step() {
    if (context_->too_late()) return end(too_late_error());
    const std::unique_ptr<pb::Message> message(method_->response->New());
    const Result<StreamStep> step = next_of(*message);
    if (context_->too_late()) return end(too_late_error());
    if (!step) return end(context_->told(step.error()));
    AnswerStep answer;
    switch (step->kind) {
      case StreamStep::Kind::kMessage:
        answer.piece = frame(codec_, write_message(codec_, *message));
        break;
      case StreamStep::Kind::kLater:
        answer.again_after = std::min(step->wait, context_->time_left().value_or(step->wait));
        break;
      case StreamStep::Kind::kEnd:
        answer.piece = last_frame(codec_, nullptr, context_->trailers());
        answer.over = true;
        break;
    }
    return answer;
  }

 private:
  Result<StreamStep> next_of(pb::Message& message) {
    try {
      return next_(message);
    } catch (const std::exception& thrown) {
      log_error("a stream failed inside the server method={} what={}", method_->name,
                thrown.what());
      return context_->fail(CallCode::kInternal,
                            "the server failed on this request; its log says why");
    }
  }
  AnswerStep end(const CallError& error) {
    return {last_frame(codec_, &error, context_->trailers()), std::nullopt, true};
  }

  const std::shared_ptr<const ApiMethod> method_;
  const Codec codec_;
  const std::shared_ptr<CallContext> context_;
  const ApiMethod::Next next_;
};

Result<ApiMethod::Messages> read_all(const ApiMethod& method, const HttpRequest& request,
                                     const Codec& codec, CallContext& context) {
  TENURE_TRY_ASSIGN(const std::vector<std::string> frames,
                    read_frames(request, method.message_bytes_max, context));
  if (!method.takes_stream && frames.size() != 1)
    return context.fail(CallCode::kUnimplemented,
                        "the body must be one frame, and holds " + std::to_string(frames.size()));
  ApiMethod::Messages messages;
  for (const std::string& bytes : frames) {
    std::shared_ptr<pb::Message> message(method.request->New());
    TENURE_TRY(read_message(codec, bytes, *message));
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace

HttpResponse answer_stream(const std::shared_ptr<const ApiMethod>& method,
                           const HttpRequest& request) {
  const auto known = codec_of(request.content_type);
  if (!known || known->protocol == Protocol::kConnect)
    return unknown_type(
        "Content-Type: application/connect+json, application/connect+proto, "
        "application/grpc-web+proto or application/grpc-web+json; a charset is utf-8");
  const Codec codec = packing(*known, *method, request.fields);
  const auto allowed = time_allowed(request.fields);
  if (!allowed)
    return error_answer(codec, {CallCode::kInvalidArgument, allowed.error().message, {}});
  const auto context = std::make_shared<CallContext>(request, *allowed);
  const auto asked = read_all(*method, request, codec, *context);
  if (!asked) return error_answer(codec, context->told(asked.error()));
  if (auto instead = unless_ready(*method, request, codec, *context)) return std::move(*instead);
  auto next = method->stream(context, *asked);
  if (!next) return error_answer(codec, context->told(next.error()), context.get());
  HttpResponse response = frames_answer(codec, *context);
  const auto open = std::make_shared<OpenStream>(method, codec, context, std::move(*next));
  response.steps = [open] { return open->step(); };
  return response;
}

}  // namespace tenure::internal
