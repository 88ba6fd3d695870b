// connectors/http/internal/call_codec.h
//
// How calls are written: Connect, one message or a stream, and gRPC-Web, each in JSON or binary.
//
// Threads: pure.
#pragma once

#include "connectors/http/http_message.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace tenure::internal {

enum class Protocol {
  kConnect,        // one message each way, as the body
  kConnectStream,  // messages in frames, an end of stream
  kGrpcWeb,        // messages in frames, trailers
};

struct Codec {
  Protocol protocol = Protocol::kConnect;
  bool json = true;
  std::string content_type;  // of the answer: that of the request
};

struct Call {
  Codec codec;
  std::string message;
};

/// Nothing for a content type that no protocol has.
std::optional<Codec> codec_of(std::string_view content_type);

/// The one message of a POST. kInvalid: the frames are not whole, or not one.
Result<Call> read_post(const HttpRequest& request, Codec codec);
/// `?connect=v1&encoding=json&message=...&base64=1`, in any order; other parameters are ignored.
/// An encoding that is not taken gives `status` 415.
Result<Call> read_get(const HttpRequest& request, int& status);

/// A message in its frame: Connect's streams and gRPC-Web write the same.
std::string frame(std::string_view message);
/// What ends an answer in frames; null = all went well.
std::string last_frame(const Codec& codec, const Error* error);

/// A call that ends with one message.
HttpResponse message_answer(const Codec& codec, std::string message);
/// A call that ends with an error, as its protocol writes it. `status`, when it is not 0, takes the
/// place of the one that belongs to the code (Connect only).
HttpResponse error_answer(const Codec& codec, const Error& error, int status = 0);

/// "invalid_argument": how a Connect error names the code.
std::string code_name(ErrorCode code);

/// Why somebody may not have an answer.
enum class Denial { kUnauthenticated, kPermissionDenied, kTooFast };
/// A refusal as the protocol of the request writes it: 401, 403 or 429 with a Connect error where
/// it is none of the API's.
HttpResponse denial_answer(const HttpRequest& request, Denial denial, const std::string& message);

/// How long the call may take; nothing = as long as it likes. kInvalid: the field cannot be read.
Result<std::optional<Duration>> time_allowed(const HttpFields& fields);

}  // namespace tenure::internal
