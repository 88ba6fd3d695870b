// connectors/http/call_context.h
//
// What a handler may know of its call beside the message, and say beside its answer: header fields,
// trailers, how long it may take, and errors with a code and details of their own.
//
// Threads:  one at a time.
// Lifetime: the call's; a stream holds it until it ends.
#pragma once

#include "connectors/http/http_message.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure {

/// Connect's codes, with gRPC's numbers.
enum class CallCode : std::uint8_t {
  kCanceled = 1,
  kUnknown,
  kInvalidArgument,
  kDeadlineExceeded,
  kNotFound,
  kAlreadyExists,
  kPermissionDenied,
  kResourceExhausted,
  kFailedPrecondition,
  kAborted,
  kOutOfRange,
  kUnimplemented,
  kInternal,
  kUnavailable,
  kDataLoss,
  kUnauthenticated,
};

/// A message that goes with an error.
struct ErrorDetail {
  std::string type;   // its full name
  std::string bytes;  // in binary
};

/// An error as a call tells it.
struct CallError {
  CallCode code = CallCode::kUnknown;
  std::string message;
  std::vector<ErrorDetail> details = {};
  std::vector<std::pair<std::string, std::string>> fields = {};  // of a Connect answer
};

class CallContext final {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  /// `allowed`: absent = as long as it likes.
  CallContext(const HttpRequest& request, std::optional<Duration> allowed);

  // What was asked.

  /// The header fields in their order, names in small letters, one pair for each line; without
  /// those that prove who asks.
  [[nodiscard]] Fields request_fields() const;
  /// As sent, after the question mark: of a call by GET the whole request.
  [[nodiscard]] const std::string& query() const { return query_; }
  /// Null = nobody was asked for a token.
  [[nodiscard]] const CallerPtr& caller() const { return caller_; }
  [[nodiscard]] std::optional<Duration> time_allowed() const { return allowed_; }
  /// Of the time allowed; never less than nothing.
  [[nodiscard]] std::optional<Duration> time_left() const;
  /// True when the client waits no longer.
  [[nodiscard]] bool too_late() const { return time_left() == Duration(0); }

  // What goes beside the answer. Names are written in small letters, several of one name in their
  // order. False, and left out, when a header cannot carry the name or the value.

  /// Of a stream: until its handler has returned.
  bool add_field(std::string_view name, std::string_view value);
  bool add_trailer(std::string_view name, std::string_view value);

  /// `return context.fail(CallCode::kAborted, "...")`: an error with this code, in place of the one
  /// that belongs to the ErrorCode.
  Error fail(CallCode code, std::string message, std::vector<ErrorDetail> details = {});

  // The server's side.

  [[nodiscard]] const Fields& fields() const { return fields_; }
  [[nodiscard]] const Fields& trailers() const { return trailers_; }
  /// `error`, which fail() may have made.
  [[nodiscard]] CallError told(const Error& error) const;

 private:
  const std::shared_ptr<const std::string> head_;
  const std::string query_;
  const CallerPtr caller_;
  const std::optional<Duration> allowed_;
  const std::int64_t received_us_;
  Fields fields_;
  Fields trailers_;
  std::optional<CallError> failed_;
};

}  // namespace tenure
