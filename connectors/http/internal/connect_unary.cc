#include "connectors/http/internal/connect_unary.h"

#include "connectors/http/internal/query_parameters.h"
#include "engine/base/text.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tenure::internal {
namespace {

// A message may repeat some of what was asked, which need not be UTF-8 where it was cut.
constexpr std::size_t kMessageBytesMax = 4096;

struct Code {
  std::string_view name;
  int status;
};

// Connect's own table of codes and statuses, for ours.
Code code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid: return {"invalid_argument", 400};
    case ErrorCode::kNotFound: return {"not_found", 404};
    case ErrorCode::kDuplicate: return {"already_exists", 409};
    case ErrorCode::kOverloaded: return {"resource_exhausted", 429};
    case ErrorCode::kUnavailable: return {"unavailable", 503};
    case ErrorCode::kDeadline: return {"deadline_exceeded", 504};
    case ErrorCode::kCorrupt: return {"data_loss", 500};
    case ErrorCode::kBusy: return {"failed_precondition", 400};
    case ErrorCode::kStopping: return {"unavailable", 503};
  }
  return {"internal", 500};
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

// The media type without its parameters.
std::string_view media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

}  // namespace

Result<UnaryCall> read_post(const HttpRequest& request, int& status) {
  UnaryCall call;
  const std::string_view type = media_type(request.content_type);
  call.json = boost::algorithm::iequals(type, "application/json");
  if (!call.json && !boost::algorithm::iequals(type, "application/proto")) {
    status = 415;
    return fail(ErrorCode::kInvalid, "Content-Type: send application/json or application/proto");
  }
  call.message = request.body;
  return call;
}

Result<UnaryCall> read_get(const HttpRequest& request, int& status) {
  UnaryCall call;
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
  if (!compression.empty() && compression != "identity") {
    status = 415;
    return fail(ErrorCode::kInvalid, "compression: only identity is taken");
  }
  if (parameters["base64"] == "1") {
    auto bytes = from_base64(message);
    if (!bytes) return fail(ErrorCode::kInvalid, "message: not base64");
    message = std::move(*bytes);
  }
  call.json = encoding == "json";
  call.message = std::move(message);
  return call;
}

HttpResponse connect_error(const Error& error, int status) {
  const Code code = code_of(error.code);
  HttpResponse response;
  response.status = status != 0 ? status : code.status;
  response.content_type = "application/json";
  response.body = boost::json::serialize(
      boost::json::object{{"code", boost::json::string(code.name.data(), code.name.size())},
                          {"message", shown_text(error.message, kMessageBytesMax)}});
  if (response.status == 503 || response.status == 429)
    response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace tenure::internal
