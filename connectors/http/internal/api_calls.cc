#include "connectors/http/internal/api_calls.h"

#include "connectors/http/internal/api_messages.h"
#include "connectors/http/internal/call_errors.h"
#include "connectors/http/internal/field_lists.h"
#include "connectors/http/internal/held_answers.h"
#include "connectors/http/internal/query_parameters.h"
#include "connectors/http/live_feed.h"
#include "engine/base/clock.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
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
constexpr std::string_view kCallTypes =
    "application/json, application/proto, application/grpc-web+proto or "
    "application/grpc-web+json; a charset is utf-8";
constexpr std::string_view kFrameTypes =
    "application/connect+json, application/connect+proto, application/grpc-web+proto or "
    "application/grpc-web+json; a charset is utf-8";
// What its freshness adds to an answer, at most.
constexpr std::size_t kFreshnessBytesMax = 256;
constexpr Duration kFoldedWait = std::chrono::seconds(5);
constexpr Duration kLookAgainMin = std::chrono::milliseconds(2);
constexpr Duration kLookAgainMax = std::chrono::milliseconds(100);

// Whether an answer of so many bytes is packed for this client: then it is written each time.
bool packs(const ApiMethod& method, const Codec& codec, const HttpFields& fields,
           std::size_t bytes) {
  return bytes + kFreshnessBytesMax >= method.pack_from && takes_packed(codec, fields);
}

// The answer of a method whose answers are kept.
HttpResponse held_answer(const ApiMethod& method, const HttpRequest& request, const Codec& codec,
                         pb::Message& answer, AnswerNotes notes, const CallContext& context) {
  const Freshness freshness = freshness_of(answer);
  const bool whole = notes.stamp.is_whole();
  const auto held = std::make_shared<const HeldAnswer>(held_of(codec, answer, std::move(notes)));
  HttpResponse response = response_of(held, freshness, request);
  if (packs(method, codec, request.fields, held->front.size()) && response.status == 200) {
    HttpResponse packed = message_answer(codec, *response.held_body + response.body, context);
    packed.headers.insert(packed.headers.end(), response.headers.begin(), response.headers.end());
    return packed;
  }
  if (const std::string key = HeldAnswers::key_of(request); !key.empty() && whole)
    method.held->hold(key, held);
  return response;
}

// Most answers fit into a block or two.
pb::ArenaOptions arena_options() {
  pb::ArenaOptions options;
  options.start_block_size = 16u << 10;
  options.max_block_size = 64u << 10;
  return options;
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

// "acknowledge", "note": which of its acts a method was asked for; empty = it has one.
std::string kind_of_act(const pb::Message& asked) {
  const pb::OneofDescriptor* const choice = asked.GetDescriptor()->FindOneofByName("what");
  if (choice == nullptr) return text_field(asked, "act");
  const pb::FieldDescriptor* const chosen =
      asked.GetReflection()->GetOneofFieldDescriptor(asked, choice);
  return chosen == nullptr ? "" : chosen->name();
}

// Calls the handler, and notes it where calls are noted. Of what was refused no text of the
// request's own is noted beside its id.
Result<void> call_noted(const ApiMethod& method, CallContext& context, const pb::Message& asked,
                        pb::Message& answer) {
  if (method.audit == nullptr) return method.call(context, asked, answer);
  TENURE_TRY(method.audit->check());
  Result<void> done = method.call(context, asked, answer);
  AuditEntry entry;
  entry.actor = text_field(asked, "actor");
  entry.id = text_field(asked, "id");
  entry.what = done ? kind_of_act(asked) : "";
  if (const CallerPtr& caller = context.caller()) {
    entry.role = std::string(to_string(caller->role));
    entry.token = caller->token;
  }
  entry.method = method.name;
  entry.account = text_field(asked, "account");
  entry.result = done ? "ok" : std::string(name_of(context.told(done.error()).code));
  TENURE_TRY(method.audit->append(entry, SystemClock().now()));
  return done;
}

// The answer to a call. `tags`: it has a tag, and is not sent to who has it already.
HttpResponse carry_out(const ApiMethod& method, const HttpRequest& request, const Codec& codec,
                       const Result<std::string>& message, CallContext& context, bool tags) {
  const auto refused = [&](const Error& error) {
    return error_answer(codec, context.told(error), &context);
  };
  if (!message) return refused(message.error());
  if (auto instead = unless_ready(method, request, codec, context)) return std::move(*instead);
  pb::Arena arena(arena_options());
  pb::Message* const asked = method.request->New(&arena);
  pb::Message* const answer = method.response->New(&arena);
  if (const auto read = read_message(codec, *message, *asked); !read) return refused(read.error());
  if (const auto acting = act_as(request.caller, *asked); !acting) return refused(acting.error());
  const bool holds = method.held && codec.protocol == Protocol::kConnect;
  AnswerNotes notes;
  notes.as_json = codec.json;
  const Result<void> done = holds ? method.held_call(*asked, *answer, notes)
                                  : call_noted(method, context, *asked, *answer);
  if (!done) return refused(done.error());
  if (context.too_late()) return error_answer(codec, too_late_error(), &context);
  if (holds) return held_answer(method, request, codec, *answer, std::move(notes), context);
  HttpResponse response;
  const std::string tag = tags ? tag_of(*answer) : "";
  if (tags && names_tag(request.fields.if_none_match, tag)) {
    response.status = 304;
  } else {
    response = message_answer(codec, write_message(codec, *answer), context);
  }
  std::string position = position_of(*answer);
  if (!position.empty() && position.size() <= kPositionHeaderBytesMax)
    response.headers.emplace_back("Tenure-Position", std::move(position));
  if (!tags) return response;
  // Weak: what is the same answer may have been given at another instant.
  response.headers.emplace_back("ETag", "W/\"" + tag + "\"");
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  return response;
}

LongAnswer::Piece piece_of(const Codec& codec, const pb::Message& message) {
  return std::make_shared<const std::string>(frame(codec, write_message(codec, message)));
}

// What a watch's client is sent: the same for every client of one question.
LiveFeed::Watch watch_of(const std::shared_ptr<const ApiMethod>& method,
                         const std::shared_ptr<const pb::Message>& asked, const Codec& codec) {
  LiveFeed::Watch watch;
  watch.of_alerts = method->of_alerts;
  watch.key = method->name + '\n' + codec.content_type + '\n' + asked->SerializeAsString();
  watch.ask = [method, asked, codec]() -> Result<LiveFeed::Watched> {
    const std::shared_ptr<pb::Message> answer(method->response->New());
    CallContext context({}, std::nullopt);
    TENURE_TRY(method->call(context, *asked, *answer));
    LiveFeed::Watched watched;
    watched.tag = tag_of_content(*answer);
    set_text_field(*answer, "resume_token", watched.tag);
    watched.frame = piece_of(codec, *answer);
    if (!method->difference) return watched;
    watched.content = method->content(*answer);
    watched.since = [method, answer, codec, now = watched.content,
                     tag = watched.tag](const void* has) {
      const std::unique_ptr<pb::Message> out(method->response->New());
      method->difference(has, now.get(), *answer, *out);
      set_text_field(*out, "resume_token", tag);
      return piece_of(codec, *out);
    };
    return watched;
  };
  watch.last_words = [codec](const Error& error) {
    const CallError told = call_error(error);
    return last_frame(codec, &told);
  };
  return watch;
}

Result<void> begin_watch(const std::shared_ptr<const ApiMethod>& method, const HttpRequest& request,
                         const Codec& codec, const std::string& message, CallContext& context,
                         const std::shared_ptr<LongAnswer>& answer) {
  if (message.size() > kWatchBytesMax)
    return fail(ErrorCode::kInvalid,
                "a watch's request takes at most " + std::to_string(kWatchBytesMax) + " bytes");
  const std::shared_ptr<pb::Message> asked(method->request->New());
  TENURE_TRY(read_message(codec, message, *asked));
  const std::string has = text_field(*asked, "resume_token");
  set_text_field(*asked, "resume_token", "");
  LiveFeed::Watch watch = watch_of(method, asked, codec);
  TENURE_TRY_ASSIGN(LiveFeed::Watched first, watch.ask());
  if (first.tag != has) answer->begin_with(std::move(first.frame));
  watch.tag = std::move(first.tag);
  watch.content = std::move(first.content);
  if (const auto allowed = context.time_allowed())
    watch.until_us = request.received_us + allowed->count();
  const CallError stopping = call_error(fail(
      ErrorCode::kUnavailable, "the server stops; call again later with the last resume_token"));
  answer->set_farewell(std::make_shared<const std::string>(last_frame(codec, &stopping)));
  method->feed->add(std::move(watch), answer);
  return ok();
}

}  // namespace

HttpResponse unknown_type(const std::string& wanted) {
  HttpResponse response;
  response.status = 415;
  response.body = "send " + wanted + "\n";
  return response;
}

CallError too_late_error() {
  return {CallCode::kDeadlineExceeded, "the time that the call allows has passed", {}};
}

Codec packing(Codec codec, const ApiMethod& method, const HttpFields& fields) {
  codec.pack_from = takes_packed(codec, fields) ? method.pack_from : kNeverPacked;
  return codec;
}

std::optional<HttpResponse> unless_ready(const ApiMethod& method, const HttpRequest& request,
                                         const Codec& codec, const CallContext& context) {
  const auto late = [&]() -> std::optional<HttpResponse> {
    if (!context.too_late()) return std::nullopt;
    return error_answer(codec, too_late_error());
  };
  if (request.fields.read_at_least.empty() || !method.lacks) return late();
  const auto lacks = method.lacks(request.fields.read_at_least);
  if (!lacks) return error_answer(codec, call_error(lacks.error()));
  if (lacks->empty()) return late();
  const Duration limit = std::min(kFoldedWait, context.time_allowed().value_or(kFoldedWait));
  const Duration waited(steady_now_us() - request.received_us);
  HttpResponse response = error_answer(
      codec, call_error(fail(ErrorCode::kUnavailable,
                             *lacks + "; ask again later, or without tenure-read-at-least")));
  if (waited < limit)
    response.again_after = std::min(std::clamp(waited / 4, kLookAgainMin, kLookAgainMax),
                                    std::max(limit - waited, Duration(1)));
  return response;
}

HttpResponse answer_post(const ApiMethod& method, const HttpRequest& request) {
  const auto known = codec_of(request.content_type);
  if (!known || known->protocol == Protocol::kConnectStream)
    return unknown_type("Content-Type: " + std::string(kCallTypes));
  const Codec codec = packing(*known, method, request.fields);
  const auto allowed = time_allowed(request.fields);
  if (!allowed) return error_answer(codec, call_error(allowed.error()));
  CallContext context(request, *allowed);
  const auto message = read_post(request, codec, method.message_bytes_max, context);
  return carry_out(method, request, codec, message, context, false);
}

HttpResponse answer_get(const ApiMethod& method, const HttpRequest& request) {
  auto parameters = read_query(request.query);
  if (!parameters) return error_answer({}, call_error(parameters.error()));
  const auto known = codec_of_query(*parameters);
  if (!known) return unknown_type("encoding=json or encoding=proto in the query");
  const Codec codec = packing(*known, method, request.fields);
  const auto allowed = time_allowed(request.fields);
  if (!allowed) return error_answer(codec, call_error(allowed.error()));
  CallContext context(request, *allowed);
  const auto message = read_get(std::move(*parameters), method.message_bytes_max, context);
  return carry_out(method, request, codec, message, context, true);
}

std::optional<HttpResponse> answer_again(const ApiMethod& method, const HttpRequest& request) {
  const std::string key = HeldAnswers::key_of(request);
  if (key.empty()) return std::nullopt;
  const auto held = method.held->find(key);
  if (!held || packs(method, held->codec, request.fields, held->front.size())) return std::nullopt;
  // What is wrong with the time, and when it is over, is said elsewhere.
  const auto allowed = time_allowed(request.fields);
  if (!allowed || (*allowed && **allowed <= Duration(steady_now_us() - request.received_us)))
    return std::nullopt;
  const auto standing = held->stamp.standing();
  if (!standing) return std::nullopt;
  return response_of(held, freshness_of(*standing), request);
}

HttpResponse answer_watch(const std::shared_ptr<const ApiMethod>& method,
                          const HttpRequest& request) {
  // Its messages are sent as they are: one serves all who ask the same.
  const auto codec = codec_of(request.content_type);
  if (!codec || codec->protocol == Protocol::kConnect)
    return unknown_type("Content-Type: " + std::string(kFrameTypes));
  const auto allowed = time_allowed(request.fields);
  if (!allowed) return error_answer(*codec, call_error(allowed.error()));
  CallContext context(request, *allowed);
  const auto message = read_post(request, *codec, method->message_bytes_max, context);
  if (!message) return error_answer(*codec, context.told(message.error()));
  if (auto instead = unless_ready(*method, request, *codec, context)) return std::move(*instead);
  const auto answer = method->feed->open();
  if (!answer) {
    HttpResponse refused =
        error_answer(*codec, call_error(fail(ErrorCode::kUnavailable, std::string(kNoPlaceLeft))));
    refused.headers.emplace_back("Retry-After", kNoPlaceRetryAfterSeconds);
    return refused;
  }
  if (const auto begun = begin_watch(method, request, *codec, *message, context, answer); !begun)
    return error_answer(*codec, context.told(begun.error()));
  HttpResponse response = frames_answer(*codec, context);
  response.goes_on = answer;
  return response;
}

}  // namespace tenure::internal
