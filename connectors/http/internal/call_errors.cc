#include "connectors/http/internal/call_errors.h"

#include "connectors/http/internal/base64.h"
#include "engine/base/text.h"

#include <boost/json/array.hpp>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <array>
#include <cstdint>

namespace tenure::internal {
namespace {

namespace pb = ::google::protobuf;

// A message may repeat some of what was asked, which need not be UTF-8 where it was cut.
constexpr std::size_t kMessageBytesMax = 4096;
// The message of a header or a trailer.
constexpr std::size_t kHeaderMessageBytesMax = 1024;

struct CodeRow {
  std::string_view name;
  int status;
};
// By CallCode, from 1 on.
constexpr std::array<CodeRow, 16> kCodes{{{"canceled", 499},
                                          {"unknown", 500},
                                          {"invalid_argument", 400},
                                          {"deadline_exceeded", 504},
                                          {"not_found", 404},
                                          {"already_exists", 409},
                                          {"permission_denied", 403},
                                          {"resource_exhausted", 429},
                                          {"failed_precondition", 400},
                                          {"aborted", 409},
                                          {"out_of_range", 400},
                                          {"unimplemented", 501},
                                          {"internal", 500},
                                          {"unavailable", 503},
                                          {"data_loss", 500},
                                          {"unauthenticated", 401}}};

const CodeRow& row_of(CallCode code) { return kCodes.at(static_cast<std::size_t>(code) - 1); }

// A field of bytes.
void put(pb::io::CodedOutputStream& out, int field, const std::string& bytes) {
  out.WriteTag(static_cast<std::uint32_t>(field) << 3 | 2);
  out.WriteVarint32(static_cast<std::uint32_t>(bytes.size()));
  out.WriteString(bytes);
}

// google.protobuf.Any
std::string any_of(const ErrorDetail& detail) {
  std::string bytes;
  {
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream out(&stream);
    put(out, 1, "type.googleapis.com/" + detail.type);
    put(out, 2, detail.bytes);
  }
  return bytes;
}

}  // namespace

CallCode call_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid: return CallCode::kInvalidArgument;
    case ErrorCode::kNotFound: return CallCode::kNotFound;
    case ErrorCode::kDuplicate: return CallCode::kAlreadyExists;
    case ErrorCode::kOverloaded: return CallCode::kResourceExhausted;
    case ErrorCode::kUnavailable: return CallCode::kUnavailable;
    case ErrorCode::kDeadline: return CallCode::kDeadlineExceeded;
    case ErrorCode::kCorrupt: return CallCode::kDataLoss;
    case ErrorCode::kBusy: return CallCode::kFailedPrecondition;
    case ErrorCode::kStopping: return CallCode::kUnavailable;
    case ErrorCode::kUnsupported: return CallCode::kUnimplemented;
  }
  return CallCode::kInternal;
}

CallError call_error(const Error& error) {
  CallError told{call_code(error.code), error.message, {}, {}};
  if (error.code == ErrorCode::kOverloaded || told.code == CallCode::kUnavailable)
    told.fields.emplace_back("Retry-After", "1");
  if (error.code == ErrorCode::kUnsupported) told.fields.emplace_back("Accept-Encoding", "gzip");
  return told;
}

std::string_view name_of(CallCode code) { return row_of(code).name; }

int status_of(CallCode code) { return row_of(code).status; }

boost::json::object json_of(const CallError& error) {
  const std::string_view name = name_of(error.code);
  boost::json::object json{{"code", boost::json::string(name.data(), name.size())},
                           {"message", shown_text(error.message, kMessageBytesMax)}};
  if (error.details.empty()) return json;
  boost::json::array details;
  for (const ErrorDetail& detail : error.details)
    details.push_back(
        boost::json::object{{"type", detail.type}, {"value", to_base64(detail.bytes)}});
  json["details"] = std::move(details);
  return json;
}

std::string escaped_message(const CallError& error) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : shown_text(error.message, kHeaderMessageBytesMax)) {
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

// google.rpc.Status
std::string status_with_details(const CallError& error) {
  std::string bytes;
  {
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream out(&stream);
    out.WriteTag(1 << 3);
    out.WriteVarint32(static_cast<std::uint32_t>(error.code));
    put(out, 2, shown_text(error.message, kHeaderMessageBytesMax));
    for (const ErrorDetail& detail : error.details) put(out, 3, any_of(detail));
  }
  return to_base64(bytes);
}

}  // namespace tenure::internal
