#include "connectors/http/internal/api_calls.h"

#include "connectors/http/internal/api_messages.h"
#include "connectors/http/internal/call_codec.h"
#include "connectors/http/internal/field_lists.h"
#include "connectors/http/internal/held_answers.h"
#include "connectors/http/live_feed.h"
#include "engine/base/clock.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>

namespace tenure::internal {
namespace {

namespace pb = ::google::protobuf;

// A position of many shards would make a header that clients do not take.
constexpr std::size_t kPositionHeaderBytesMax = 4096;
// A watch's request is kept for as long as the client stays.
constexpr std::size_t kWatchBytesMax = 4096;
constexpr Duration kFoldedWait = std::chrono::seconds(5);
constexpr Duration kLookAgainMin = std::chrono::milliseconds(2);
constexpr Duration kLookAgainMax = std::chrono::milliseconds(100);

HttpResponse unknown_type(std::string_view wanted) {
  return error_answer({}, fail(ErrorCode::kInvalid, "Content-Type: send " + std::string(wanted)),
                      415);
}

// An answer instead of the call's own, when what it asks for is not folded yet: with `again_after`
// as long as it may become so.
std::optional<HttpResponse> unless_folded(const ApiMethod& method, const HttpRequest& request,
                                          const Codec& codec) {
  if (request.fields.read_at_least.empty() || !method.lacks) return std::nullopt;
  const auto allowed = time_allowed(request.fields);
  if (!allowed) return error_answer(codec, allowed.error());
  const auto lacks = method.lacks(request.fields.read_at_least);
  if (!lacks) return error_answer(codec, lacks.error());
  if (lacks->empty()) return std::nullopt;
  const Duration limit = std::min(kFoldedWait, allowed->value_or(kFoldedWait));
  const Duration waited(steady_now_us() - request.received_us);
  HttpResponse response = error_answer(
      codec,
      fail(ErrorCode::kUnavailable, *lacks + "; ask again later, or without tenure-read-at-least"));
  if (waited < limit)
    response.again_after = std::min(std::clamp(waited / 4, kLookAgainMin, kLookAgainMax),
                                    std::max(limit - waited, Duration(1)));
  return response;
}

// The same for a method whose answers are kept.
HttpResponse carry_out_held(const ApiMethod& method, const HttpRequest& request, const Call& call,
                            const pb::Message& asked, pb::Message& answer) {
  AnswerStamp stamp;
  if (const auto done = method.held_call(asked, answer, stamp); !done)
    return error_answer(call.codec, done.error());
  const Freshness freshness = freshness_of(answer);
  const auto held = std::make_shared<const HeldAnswer>(held_of(call.codec, answer, stamp));
  const std::string key = HeldAnswers::key_of(request);
  if (!key.empty() && stamp.is_whole()) method.held->hold(key, held);
  return response_of(*held, freshness, request);
}

// What is done is done in the name of whoever the token belongs to, and in no other's.
Result<void> act_as(const CallerPtr& caller, pb::Message& asked) {
  if (caller == nullptr || asked.GetDescriptor()->FindFieldByName("actor") == nullptr) return ok();
  const std::string named = text_field(asked, "actor");
  if (!named.empty() && named != caller->name)
    return fail(ErrorCode::kInvalid,
                "actor: the token acts as another person; leave it out, or send that one's name");
  set_text_field(asked, "actor", caller->name);
  return ok();
}

// Calls the handler, and notes it where calls are noted.
Result<void> call_noted(const ApiMethod& method, const CallerPtr& caller, const pb::Message& asked,
                        pb::Message& answer) {
  if (method.audit == nullptr) return method.call(asked, answer);
  TENURE_TRY(method.audit->check());
  const Result<void> done = method.call(asked, answer);
  AuditEntry entry;
  entry.actor = text_field(asked, "actor");
  if (caller != nullptr) {
    entry.role = std::string(to_string(caller->role));
    entry.token = caller->token;
  }
  entry.method = method.name;
  entry.account = text_field(asked, "account");
  entry.result = done ? "ok" : code_name(done.error().code);
  TENURE_TRY(method.audit->append(entry, SystemClock().now()));
  return done;
}

// The answer to a call, and its tag when `tag` is given.
HttpResponse carry_out(const ApiMethod& method, const HttpRequest& request, const Call& call,
                       std::string* tag) {
  if (auto wait = unless_folded(method, request, call.codec)) return std::move(*wait);
  const std::unique_ptr<pb::Message> asked(method.request->New());
  const std::unique_ptr<pb::Message> answer(method.response->New());
  if (const auto read = read_message(call, *asked); !read)
    return error_answer(call.codec, read.error());
  if (const auto acting = act_as(request.caller, *asked); !acting)
    return error_answer(call.codec, acting.error());
  if (method.held && call.codec.protocol == Protocol::kConnect)
    return carry_out_held(method, request, call, *asked, *answer);
  if (const auto done = call_noted(method, request.caller, *asked, *answer); !done)
    return error_answer(call.codec, done.error());
  if (tag != nullptr) *tag = tag_of(*answer);
  HttpResponse response = message_answer(call.codec, write_message(call.codec, *answer));
  std::string position = position_of(*answer);
  if (!position.empty() && position.size() <= kPositionHeaderBytesMax)
    response.headers.emplace_back("Tenure-Position", std::move(position));
  return response;
}

// What a watch's client is sent: the same for every client of one question.
LiveFeed::Watch watch_of(const std::shared_ptr<const ApiMethod>& method,
                         const std::shared_ptr<const pb::Message>& asked, const Codec& codec) {
  LiveFeed::Watch watch;
  watch.of_alerts = method->of_alerts;
  watch.key = method->name + '\n' + codec.content_type + '\n' + asked->SerializeAsString();
  watch.ask = [method, asked, codec]() -> Result<LiveFeed::Watched> {
    const std::unique_ptr<pb::Message> answer(method->response->New());
    TENURE_TRY(method->call(*asked, *answer));
    LiveFeed::Watched watched;
    watched.tag = tag_of_content(*answer);
    set_text_field(*answer, "resume_token", watched.tag);
    watched.frame = std::make_shared<const std::string>(frame(write_message(codec, *answer)));
    return watched;
  };
  watch.last_words = [codec](const Error& error) { return last_frame(codec, &error); };
  return watch;
}

Result<void> begin_watch(const std::shared_ptr<const ApiMethod>& method, const HttpRequest& request,
                         const Call& call, const std::shared_ptr<LongAnswer>& answer) {
  if (call.message.size() > kWatchBytesMax)
    return fail(ErrorCode::kInvalid,
                "a watch's request takes at most " + std::to_string(kWatchBytesMax) + " bytes");
  TENURE_TRY_ASSIGN(const auto allowed, time_allowed(request.fields));
  const std::shared_ptr<pb::Message> asked(method->request->New());
  TENURE_TRY(read_message(call, *asked));
  const std::string has = text_field(*asked, "resume_token");
  set_text_field(*asked, "resume_token", "");
  LiveFeed::Watch watch = watch_of(method, asked, call.codec);
  TENURE_TRY_ASSIGN(LiveFeed::Watched first, watch.ask());
  if (first.tag != has) answer->begin_with(std::move(first.frame));
  watch.tag = std::move(first.tag);
  if (allowed) watch.until_us = request.received_us + allowed->count();
  const Error stopping = fail(ErrorCode::kUnavailable,
                              "the server stops; call again later with the last resume_token");
  answer->set_farewell(std::make_shared<const std::string>(last_frame(call.codec, &stopping)));
  method->feed->add(std::move(watch), answer);
  return ok();
}

}  // namespace

HttpResponse answer_post(const ApiMethod& method, const HttpRequest& request) {
  auto codec = codec_of(request.content_type);
  if (!codec || codec->protocol == Protocol::kConnectStream)
    return unknown_type(
        "application/json, application/proto, application/grpc-web+proto or "
        "application/grpc-web+json");
  const Codec kept = *codec;
  const auto call = read_post(request, std::move(*codec));
  return call ? carry_out(method, request, *call, nullptr) : error_answer(kept, call.error());
}

HttpResponse answer_get(const ApiMethod& method, const HttpRequest& request) {
  int status = 0;
  const auto call = read_get(request, status);
  if (!call) return error_answer({}, call.error(), status);
  std::string tag;
  HttpResponse response = carry_out(method, request, *call, &tag);
  if (response.status != 200 || method.held) return response;
  // Weak: what is the same answer may have been given at another instant.
  response.headers.emplace_back("ETag", "W/\"" + tag + "\"");
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  if (names_tag(request.fields.if_none_match, tag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

std::optional<HttpResponse> answer_again(const ApiMethod& method, const HttpRequest& request) {
  const std::string key = HeldAnswers::key_of(request);
  if (key.empty()) return std::nullopt;
  const auto held = method.held->find(key);
  if (!held) return std::nullopt;
  const auto standing = held->stamp.standing();
  if (!standing) return std::nullopt;
  return response_of(*held, freshness_of(*standing), request);
}

HttpResponse answer_watch(const std::shared_ptr<const ApiMethod>& method,
                          const HttpRequest& request) {
  auto codec = codec_of(request.content_type);
  if (!codec || codec->protocol == Protocol::kConnect)
    return unknown_type(
        "application/connect+json, application/connect+proto, application/grpc-web+proto or "
        "application/grpc-web+json");
  const Codec kept = *codec;
  const auto call = read_post(request, std::move(*codec));
  if (!call) return error_answer(kept, call.error());
  if (auto wait = unless_folded(*method, request, kept)) return std::move(*wait);
  const auto answer = method->feed->open();
  if (!answer) return no_place_left();
  if (const auto begun = begin_watch(method, request, *call, answer); !begun)
    return error_answer(kept, begun.error());
  HttpResponse response;
  response.content_type = kept.content_type;
  response.goes_on = answer;
  return response;
}

}  // namespace tenure::internal
