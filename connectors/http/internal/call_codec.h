// connectors/http/internal/call_codec.h
//
// How calls are written: Connect, one message or a stream, and gRPC-Web, each in JSON or binary.
//
// Threads: pure.
// Errors:  what a CallContext is given to has its code there.
#pragma once

#include "connectors/http/call_context.h"
#include "connectors/http/http_message.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::internal {

enum class Protocol {
  kConnect,        // one message each way, as the body
  kConnectStream,  // messages in frames, an end of stream
  kGrpcWeb,        // messages in frames, trailers
};

constexpr std::size_t kNeverPacked = std::size_t(-1);

struct Codec {
  Protocol protocol = Protocol::kConnect;
  bool json = true;
  std::string content_type;              // of the answer: that of the request
  std::size_t pack_from = kNeverPacked;  // bytes of a message; smaller ones are sent as they are
};

using QueryParameters = std::map<std::string, std::string>;

/// Nothing for a content type that no protocol has.
std::optional<Codec> codec_of(std::string_view content_type);
/// Of `encoding=json`; nothing for another encoding.
std::optional<Codec> codec_of_query(const QueryParameters& parameters);
/// Whether the client of a call takes gzip.
bool takes_packed(const Codec& codec, const HttpFields& fields);

/// The one message of a POST, unpacked.
Result<std::string> read_post(const HttpRequest& request, const Codec& codec, std::size_t bytes_max,
                              CallContext& context);
/// The messages of a POST in frames, in their order.
Result<std::vector<std::string>> read_frames(const HttpRequest& request, std::size_t bytes_max,
                                             CallContext& context);
/// `?connect=v1&encoding=json&message=...&base64=1`, in any order; other parameters are ignored.
Result<std::string> read_get(QueryParameters parameters, std::size_t bytes_max,
                             CallContext& context);

/// A message in its frame: Connect's streams and gRPC-Web write the same.
std::string frame(const Codec& codec, std::string_view message);
/// What ends an answer in frames; null = all went well.
std::string last_frame(const Codec& codec, const CallError* error,
                       const CallContext::Fields& trailers = {});

/// The head of an answer in frames.
HttpResponse frames_answer(const Codec& codec, const CallContext& context);
/// A call that ends with one message.
HttpResponse message_answer(const Codec& codec, std::string message, const CallContext& context);
/// A call that ends with an error, as its protocol writes it.
HttpResponse error_answer(const Codec& codec, const CallError& error,
                          const CallContext* context = nullptr);

/// Why somebody may not have an answer.
enum class Denial { kUnauthenticated, kPermissionDenied, kTooFast };
/// A refusal as the protocol of the request writes it: 401, 403 or 429 with a Connect error where
/// it is none of the API's.
HttpResponse denial_answer(const HttpRequest& request, Denial denial, const std::string& message);

/// How long the call may take; nothing = as long as it likes. kInvalid: the field cannot be read.
Result<std::optional<Duration>> time_allowed(const HttpFields& fields);

}  // namespace tenure::internal
