#include "connectors/http/internal/call_codec.h"

#include "connectors/http/internal/query_parameters.h"
#include "connectors/http/internal/unzipped.h"
#include "engine/base/text.h"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <cstdint>

namespace tenure::internal {
namespace {

// A message may repeat some of what was asked, which need not be UTF-8 where it was cut.
constexpr std::size_t kMessageBytesMax = 4096;
// The message of a header or a trailer.
constexpr std::size_t kHeaderMessageBytesMax = 1024;
constexpr std::size_t kFrameHeadBytes = 5;
constexpr char kCompressedFlag = 0x01;
constexpr char kConnectEndFlag = 0x02;
constexpr char kGrpcTrailersFlag = static_cast<char>(0x80);
constexpr std::size_t kTimeoutDigitsMax = 10;

struct Code {
  std::string_view name;
  int status;
  int grpc;
};

// Connect's and gRPC's own tables of codes and statuses, for ours.
Code code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid: return {"invalid_argument", 400, 3};
    case ErrorCode::kNotFound: return {"not_found", 404, 5};
    case ErrorCode::kDuplicate: return {"already_exists", 409, 6};
    case ErrorCode::kOverloaded: return {"resource_exhausted", 429, 8};
    case ErrorCode::kUnavailable: return {"unavailable", 503, 14};
    case ErrorCode::kDeadline: return {"deadline_exceeded", 504, 4};
    case ErrorCode::kCorrupt: return {"data_loss", 500, 15};
    case ErrorCode::kBusy: return {"failed_precondition", 400, 9};
    case ErrorCode::kStopping: return {"unavailable", 503, 14};
  }
  return {"internal", 500, 13};
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-' || c == '+') return 62;
  if (c == '_' || c == '/') return 63;
  return -1;
}

std::optional<std::string> from_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFF);
  }
  return out;
}

// The media type without its parameters, in small letters.
std::string media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return boost::algorithm::to_lower_copy(std::string(value));
}

Code code_of(Denial denial) {
  switch (denial) {
    case Denial::kUnauthenticated: return {"unauthenticated", 401, 16};
    case Denial::kPermissionDenied: return {"permission_denied", 403, 7};
    case Denial::kTooFast: return {"resource_exhausted", 429, 8};
  }
  return {"internal", 500, 13};
}

boost::json::object error_json(const Code& code, const std::string& message) {
  return {{"code", boost::json::string(code.name.data(), code.name.size())},
          {"message", shown_text(message, kMessageBytesMax)}};
}

std::string frame_with(char flags, std::string_view message) {
  std::string out(1, flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((message.size() >> shift) & 0xFF);
  out.append(message);
  return out;
}

// gRPC writes messages of headers and trailers with percent escapes.
std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7E && c != '%') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
    }
  }
  return out;
}

HttpResponse coded_answer(const Codec& codec, const Code& code, const std::string& message,
                          int status) {
  HttpResponse response;
  if (codec.protocol == Protocol::kConnect) {
    response.status = status != 0 ? status : code.status;
    response.content_type = "application/json";
    response.body = boost::json::serialize(error_json(code, message));
    return response;
  }
  response.content_type = codec.content_type;
  if (codec.protocol == Protocol::kConnectStream) {
    response.body = frame_with(
        kConnectEndFlag,
        boost::json::serialize(boost::json::object{{"error", error_json(code, message)}}));
    return response;
  }
  // Without a message, gRPC-Web's trailers stand among the headers.
  response.headers = {{"grpc-status", std::to_string(code.grpc)},
                      {"grpc-message", escaped(shown_text(message, kHeaderMessageBytesMax))}};
  return response;
}

Result<std::string> message_of_frame(const HttpRequest& request) {
  const std::string_view body = request.body;
  const std::string one =
      "the body must be one frame: a flag byte, four bytes of length, a message";
  if (body.size() < kFrameHeadBytes) return fail(ErrorCode::kInvalid, one);
  std::size_t length = 0;
  for (std::size_t k = 1; k < kFrameHeadBytes; ++k)
    length = (length << 8) | static_cast<unsigned char>(body[k]);
  if ((body.front() & ~kCompressedFlag) != 0 || body.size() - kFrameHeadBytes != length)
    return fail(ErrorCode::kInvalid, one);
  const std::string_view message = body.substr(kFrameHeadBytes);
  if (body.front() == 0 || message.empty()) return std::string(message);
  if (!boost::algorithm::iequals(request.fields.message_encoding, "gzip"))
    return fail(ErrorCode::kInvalid,
                "a compressed message must be gzip and say so: Connect-Content-Encoding or "
                "grpc-encoding");
  return unzipped(message);
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
  const std::string type = media_type(content_type);
  for (const KnownType& known : kKnownTypes)
    if (type == known.name) return Codec{known.protocol, known.json, type};
  return std::nullopt;
}

Result<Call> read_post(const HttpRequest& request, Codec codec) {
  Call call{std::move(codec), {}};
  const bool packed = !request.fields.content_encoding.empty();
  if (call.codec.protocol != Protocol::kConnect) {
    if (packed)
      return fail(ErrorCode::kInvalid,
                  "Content-Encoding: frames are compressed one by one, not the body");
    TENURE_TRY_ASSIGN(call.message, message_of_frame(request));
    return call;
  }
  if (!packed || request.body.empty()) {
    call.message = request.body;
    return call;
  }
  TENURE_TRY_ASSIGN(call.message, unzipped(request.body));
  return call;
}

Result<Call> read_get(const HttpRequest& request, int& status) {
  Call call;
  TENURE_TRY_ASSIGN(auto parameters, read_query(request.query));
  const std::string& encoding = parameters["encoding"];
  const std::string& compression = parameters["compression"];
  std::string message = std::move(parameters["message"]);
  if (parameters["connect"] != "v1")
    return fail(ErrorCode::kInvalid, "the query must hold connect=v1");
  if (encoding != "json" && encoding != "proto") {
    status = 415;
    return fail(ErrorCode::kInvalid, "the query must hold encoding=json or encoding=proto");
  }
  if (!compression.empty() && compression != "identity" && compression != "gzip") {
    status = 415;
    return fail(ErrorCode::kInvalid, "compression: only gzip and identity are taken");
  }
  if (parameters["base64"] == "1") {
    auto bytes = from_base64(message);
    if (!bytes) return fail(ErrorCode::kInvalid, "message: not base64");
    message = std::move(*bytes);
  }
  if (compression == "gzip" && !message.empty()) {
    TENURE_TRY_ASSIGN(std::string plain, unzipped(message));
    message = std::move(plain);
  }
  call.codec.json = encoding == "json";
  call.codec.content_type = "application/" + encoding;
  call.message = std::move(message);
  return call;
}

std::string frame(std::string_view message) { return frame_with(0, message); }

std::string code_name(ErrorCode code) { return std::string(code_of(code).name); }

std::string last_frame(const Codec& codec, const Error* error) {
  if (codec.protocol == Protocol::kConnectStream) {
    boost::json::object end;
    if (error != nullptr) end["error"] = error_json(code_of(error->code), error->message);
    return frame_with(kConnectEndFlag, boost::json::serialize(end));
  }
  std::string trailers =
      "grpc-status: " + std::to_string(error == nullptr ? 0 : code_of(error->code).grpc) + "\r\n";
  if (error != nullptr)
    trailers +=
        "grpc-message: " + escaped(shown_text(error->message, kHeaderMessageBytesMax)) + "\r\n";
  return frame_with(kGrpcTrailersFlag, trailers);
}

HttpResponse message_answer(const Codec& codec, std::string message) {
  HttpResponse response;
  response.content_type = codec.content_type;
  response.body = codec.protocol == Protocol::kConnect
                      ? std::move(message)
                      : frame(message) + last_frame(codec, nullptr);
  return response;
}

HttpResponse error_answer(const Codec& codec, const Error& error, int status) {
  HttpResponse response = coded_answer(codec, code_of(error.code), error.message, status);
  if (codec.protocol == Protocol::kConnect && (response.status == 503 || response.status == 429))
    response.headers.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse denial_answer(const HttpRequest& request, Denial denial, const std::string& message) {
  const Codec codec = codec_of(request.content_type).value_or(Codec());
  HttpResponse response = coded_answer(codec, code_of(denial), message, 0);
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
