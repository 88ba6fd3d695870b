#include "connectors/http/internal/call_codec.h"

#include "connectors/http/internal/base64.h"
#include "connectors/http/internal/call_errors.h"
#include "connectors/http/internal/field_lists.h"
#include "connectors/http/internal/gzip.h"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace tenure::internal {
namespace {

using Fields = CallContext::Fields;

constexpr std::size_t kFrameHeadBytes = 5;
constexpr char kCompressedFlag = 0x01;
constexpr char kConnectEndFlag = 0x02;
constexpr char kGrpcTrailersFlag = static_cast<char>(0x80);
constexpr std::size_t kTimeoutDigitsMax = 10;

// The media type without its parameters, in small letters.
std::string media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return boost::algorithm::to_lower_copy(std::string(value));
}

// Texts are UTF-8 everywhere: another charset would be read as what it is not.
bool is_utf8_type(std::string_view value) {
  std::string_view rest = value.substr(std::min(value.find(';'), value.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    std::string_view one = rest.substr(0, rest.find(';'));
    rest.remove_prefix(one.size());
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    if (!boost::algorithm::istarts_with(one, "charset=")) continue;
    const std::string name = media_type(one.substr(one.find('=') + 1));
    if (name != "utf-8" && name != "utf8" && name != "\"utf-8\"" && name != "\"utf8\"")
      return false;
  }
  return true;
}

CallCode call_code(Denial denial) {
  switch (denial) {
    case Denial::kUnauthenticated: return CallCode::kUnauthenticated;
    case Denial::kPermissionDenied: return CallCode::kPermissionDenied;
    case Denial::kTooFast: return CallCode::kResourceExhausted;
  }
  return CallCode::kInternal;
}

std::string frame_with(char flags, std::string_view message) {
  std::string out(1, flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((message.size() >> shift) & 0xFF);
  out.append(message);
  return out;
}

// What gRPC tells at the end, be it in a frame or in the head.
Fields grpc_trailers(const CallError* error, const Fields& trailers) {
  Fields all{{"grpc-status", std::to_string(error == nullptr ? 0 : static_cast<int>(error->code))}};
  if (error != nullptr) all.emplace_back("grpc-message", escaped_message(*error));
  if (error != nullptr && !error->details.empty())
    all.emplace_back("grpc-status-details-bin", status_with_details(*error));
  all.insert(all.end(), trailers.begin(), trailers.end());
  return all;
}

std::string connect_end(const CallError* error, const Fields& trailers) {
  boost::json::object end;
  if (error != nullptr) end["error"] = json_of(*error);
  boost::json::object metadata;
  for (const auto& [name, value] : trailers) {
    boost::json::value& values = metadata[name];
    if (!values.is_array()) values = boost::json::array();
    values.as_array().push_back(boost::json::string(value));
  }
  if (!metadata.empty()) end["metadata"] = std::move(metadata);
  return boost::json::serialize(end);
}

// Connect's calls with one message have their trailers in the head.
void add_trailers(HttpResponse& response, const Fields& trailers) {
  for (const auto& [name, value] : trailers)
    response.headers.emplace_back("trailer-" + name, value);
}

bool is_plain(std::string_view encoding) {
  return encoding.empty() || boost::algorithm::iequals(encoding, "identity");
}

Result<void> check_encoding(std::string_view encoding, const std::string& where) {
  if (is_plain(encoding) || boost::algorithm::iequals(encoding, "gzip")) return ok();
  return fail(ErrorCode::kUnsupported, where + ": only gzip and identity are taken");
}

Result<void> check_version(const HttpFields& fields) {
  if (fields.connect_protocol_version.empty() || fields.connect_protocol_version == "1")
    return ok();
  return fail(ErrorCode::kInvalid, "Connect-Protocol-Version: only 1 is spoken");
}

Result<void> check_size(std::string_view message, std::size_t bytes_max, CallContext& context) {
  if (message.size() <= bytes_max) return ok();
  return context.fail(CallCode::kResourceExhausted,
                      "the message holds more than " + std::to_string(bytes_max) + " bytes");
}

Result<std::string> unpacked(std::string_view bytes, bool packed, std::size_t bytes_max,
                             CallContext& context) {
  if (!packed || bytes.empty()) {
    TENURE_TRY(check_size(bytes, bytes_max, context));
    return std::string(bytes);
  }
  TENURE_TRY_ASSIGN(std::string message, unzipped(bytes, bytes_max));
  TENURE_TRY(check_size(message, bytes_max, context));
  return message;
}

// Microseconds of a gRPC unit; 0 = there is no such unit.
std::int64_t unit_us(char unit) {
  switch (unit) {
    case 'H': return 3'600'000'000;
    case 'M': return 60'000'000;
    case 'S': return 1'000'000;
    case 'm': return 1'000;
    case 'u': return 1;
    default: return 0;
  }
}

std::optional<std::int64_t> digits_of(std::string_view text) {
  std::int64_t value = 0;
  if (text.empty() || text.size() > kTimeoutDigitsMax || text.front() == '-') return std::nullopt;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct KnownType {
  std::string_view name;
  Protocol protocol;
  bool json;
};
constexpr std::array<KnownType, 7> kKnownTypes{{
    {"application/json", Protocol::kConnect, true},
    {"application/proto", Protocol::kConnect, false},
    {"application/connect+json", Protocol::kConnectStream, true},
    {"application/connect+proto", Protocol::kConnectStream, false},
    {"application/grpc-web", Protocol::kGrpcWeb, false},
    {"application/grpc-web+proto", Protocol::kGrpcWeb, false},
    {"application/grpc-web+json", Protocol::kGrpcWeb, true},
}};

}  // namespace

std::optional<Codec> codec_of(std::string_view content_type) {
  if (!is_utf8_type(content_type)) return std::nullopt;
  const std::string type = media_type(content_type);
  for (const KnownType& known : kKnownTypes)
    if (type == known.name) return Codec{known.protocol, known.json, type, kNeverPacked};
  return std::nullopt;
}

std::optional<Codec> codec_of_query(const QueryParameters& parameters) {
  const auto encoding = parameters.find("encoding");
  if (encoding == parameters.end() || encoding->second.find_first_of("+-") != std::string::npos)
    return std::nullopt;
  const auto codec = codec_of("application/" + encoding->second);
  return codec && codec->protocol == Protocol::kConnect ? codec : std::nullopt;
}

bool takes_packed(const Codec& codec, const HttpFields& fields) {
  return takes_gzip(codec.protocol == Protocol::kConnect ? fields.accept_encoding
                                                         : fields.message_accept_encoding);
}

Result<std::vector<std::string>> read_frames(const HttpRequest& request, std::size_t bytes_max,
                                             CallContext& context) {
  const HttpFields& fields = request.fields;
  if (!is_plain(fields.content_encoding))
    return fail(ErrorCode::kInvalid,
                "Content-Encoding: frames are compressed one by one, not the body");
  TENURE_TRY(check_version(fields));
  TENURE_TRY(check_encoding(fields.message_encoding, "Connect-Content-Encoding or grpc-encoding"));
  std::vector<std::string> messages;
  std::string_view rest = request.body;
  while (!rest.empty()) {
    std::size_t length = 0;
    for (std::size_t k = 1; k < kFrameHeadBytes && k < rest.size(); ++k)
      length = (length << 8) | static_cast<unsigned char>(rest[k]);
    if (rest.size() < kFrameHeadBytes || rest.size() - kFrameHeadBytes < length ||
        (rest.front() & ~kCompressedFlag) != 0)
      return fail(ErrorCode::kInvalid,
                  "the body must be frames: a flag byte, four bytes of length, a message");
    const bool packed = rest.front() == kCompressedFlag;
    if (packed && is_plain(fields.message_encoding))
      return context.fail(CallCode::kInternal,
                          "a compressed message must say so: Connect-Content-Encoding or "
                          "grpc-encoding");
    TENURE_TRY_ASSIGN(std::string message,
                      unpacked(rest.substr(kFrameHeadBytes, length), packed, bytes_max, context));
    messages.push_back(std::move(message));
    rest.remove_prefix(kFrameHeadBytes + length);
  }
  return messages;
}

Result<std::string> read_post(const HttpRequest& request, const Codec& codec, std::size_t bytes_max,
                              CallContext& context) {
  if (codec.protocol == Protocol::kConnect) {
    const std::string& encoding = request.fields.content_encoding;
    TENURE_TRY(check_version(request.fields));
    TENURE_TRY(check_encoding(encoding, "Content-Encoding"));
    return unpacked(request.body, !is_plain(encoding), bytes_max, context);
  }
  TENURE_TRY_ASSIGN(std::vector<std::string> messages, read_frames(request, bytes_max, context));
  if (messages.size() == 1) return std::move(messages.front());
  return context.fail(CallCode::kUnimplemented,
                      "the body must be one frame, and holds " + std::to_string(messages.size()));
}

Result<std::string> read_get(QueryParameters parameters, std::size_t bytes_max,
                             CallContext& context) {
  if (parameters["connect"] != "v1")
    return fail(ErrorCode::kInvalid, "the query must hold connect=v1");
  const std::string& compression = parameters["compression"];
  TENURE_TRY(check_encoding(compression, "compression"));
  std::string message = std::move(parameters["message"]);
  if (parameters["base64"] == "1") {
    auto bytes = from_base64(message);
    if (!bytes) return fail(ErrorCode::kInvalid, "message: not base64");
    message = std::move(*bytes);
  }
  return unpacked(message, !is_plain(compression), bytes_max, context);
}

std::string frame(const Codec& codec, std::string_view message) {
  if (message.size() < codec.pack_from) return frame_with(0, message);
  const std::string packed = zipped(message);
  return packed.empty() ? frame_with(0, message) : frame_with(kCompressedFlag, packed);
}

std::string last_frame(const Codec& codec, const CallError* error, const Fields& trailers) {
  if (codec.protocol == Protocol::kConnectStream)
    return frame_with(kConnectEndFlag, connect_end(error, trailers));
  std::string block;
  for (const auto& [name, value] : grpc_trailers(error, trailers))
    block.append(name).append(": ").append(value).append("\r\n");
  return frame_with(kGrpcTrailersFlag, block);
}

namespace {

HttpResponse coded_answer(const Codec& codec, const CallError& error, const CallContext* context) {
  const Fields none;
  const Fields& fields = context == nullptr ? none : context->fields();
  const Fields& trailers = context == nullptr ? none : context->trailers();
  HttpResponse response;
  response.headers = fields;
  if (codec.protocol == Protocol::kConnect) {
    response.status = status_of(error.code);
    response.content_type = "application/json";
    response.body = boost::json::serialize(json_of(error));
    add_trailers(response, trailers);
    return response;
  }
  response.content_type = codec.content_type;
  // Without anything else to tell, gRPC-Web's trailers stand in the head.
  if (codec.protocol == Protocol::kGrpcWeb && fields.empty())
    response.headers = grpc_trailers(&error, trailers);
  else
    response.body = last_frame(codec, &error, trailers);
  return response;
}

}  // namespace

HttpResponse frames_answer(const Codec& codec, const CallContext& context) {
  HttpResponse response;
  response.content_type = codec.content_type;
  response.headers = context.fields();
  if (codec.pack_from != kNeverPacked)
    response.headers.emplace_back(
        codec.protocol == Protocol::kGrpcWeb ? "grpc-encoding" : "Connect-Content-Encoding",
        "gzip");
  return response;
}

HttpResponse message_answer(const Codec& codec, std::string message, const CallContext& context) {
  if (codec.protocol != Protocol::kConnect) {
    HttpResponse response = frames_answer(codec, context);
    response.body = frame(codec, message) + last_frame(codec, nullptr, context.trailers());
    return response;
  }
  HttpResponse response;
  response.content_type = codec.content_type;
  response.headers = context.fields();
  add_trailers(response, context.trailers());
  std::string packed = message.size() < codec.pack_from ? "" : zipped(message);
  if (!packed.empty()) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  response.body = packed.empty() ? std::move(message) : std::move(packed);
  return response;
}

HttpResponse error_answer(const Codec& codec, const CallError& error, const CallContext* context) {
  HttpResponse response = coded_answer(codec, error, context);
  if (codec.protocol == Protocol::kConnect)
    response.headers.insert(response.headers.end(), error.fields.begin(), error.fields.end());
  return response;
}

HttpResponse denial_answer(const HttpRequest& request, Denial denial, const std::string& message) {
  const Codec codec = codec_of(request.content_type).value_or(Codec());
  HttpResponse response = coded_answer(codec, {call_code(denial), message, {}}, nullptr);
  if (response.status == 401)
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tenure\"");
  return response;
}

Result<std::optional<Duration>> time_allowed(const HttpFields& fields) {
  if (!fields.connect_timeout_ms.empty()) {
    const auto ms = digits_of(fields.connect_timeout_ms);
    if (!ms) return fail(ErrorCode::kInvalid, "Connect-Timeout-Ms: send at most ten digits");
    return std::optional<Duration>(std::chrono::milliseconds(*ms));
  }
  if (fields.grpc_timeout.empty()) return std::optional<Duration>();
  const std::string_view text = fields.grpc_timeout;
  const auto count = digits_of(text.substr(0, text.size() - 1));
  const bool nano = text.back() == 'n';
  // At most eight digits: no product is too large.
  if (!count || text.size() > 9 || (!nano && unit_us(text.back()) == 0))
    return fail(ErrorCode::kInvalid, "grpc-timeout: send digits and one of H, M, S, m, u, n");
  const std::int64_t us = nano ? *count / 1000 : *count * unit_us(text.back());
  return std::optional<Duration>(std::chrono::microseconds(us));
}

}  // namespace tenure::internal
