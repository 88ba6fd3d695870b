// connectors/http/api_routes.h
//
// The services of proto/tenure/api/v1, dispatched from their descriptors: Connect and gRPC-Web,
// JSON or binary. A method whose answer is a stream is a watch: its handler says what the answer is
// now, and clients get it again whenever it changed.
//
// Path:     HttpRoutes -> [ApiRoutes] -> handlers (api_handlers.h)
// Threads:  built by one; handlers are called from any number.
// Errors:   install(): kInvalid when a method has no handler or one of other types, or is a watch
//           and there is no feed. Calls answer errors as their protocol writes them. A handler of a
//           method without a row in access.h does not compile.
#pragma once

#include "connectors/http/access.h"
#include "connectors/http/audit_log.h"
#include "connectors/http/http_routes.h"
#include "engine/base/result.h"
#include "engine/query/answer_stamp.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Descriptor;
class Message;
class MethodDescriptor;
}  // namespace google::protobuf

namespace tenure {

class LiveFeed;
namespace internal {
class HeldAnswers;
}  // namespace internal

/// One method and what it takes to answer it.
struct ApiMethod {
  using Call = std::function<Result<void>(const google::protobuf::Message& request,
                                          google::protobuf::Message& response)>;
  std::string name;  // "tenure.api.v1.AccountService/GetAccount"
  const AccessRule* rule = nullptr;
  const google::protobuf::Message* request = nullptr;
  const google::protobuf::Message* response = nullptr;
  Call call;
  // In place of `call`, for answers that may be given again; and those that are kept.
  std::function<Result<void>(const google::protobuf::Message& request,
                             google::protobuf::Message& response, AnswerStamp& stamp)>
      held_call;
  std::shared_ptr<internal::HeldAnswers> held;
  std::function<Result<std::string>(std::string_view)> lacks;  // see ApiRoutes::folded_by()
  LiveFeed* feed = nullptr;
  bool of_alerts = false;           // a watch whose answer moves with alerts, and with time
  std::shared_ptr<AuditLog> audit;  // null = its calls leave no line
};

class ApiRoutes final {
 public:
  template <class Request, class Response>
  using Handler = std::function<Result<void>(const Request&, Response&)>;

  /// `method` as in a path: "tenure.api.v1.AccountService/GetAccount".
  template <class Request, class Response>
  ApiRoutes& on(RuledMethod method, Handler<Request, Response> handler) {
    ApiMethod& entry = entries_[std::string(method.name())];
    entry.rule = &method.rule();
    entry.request = &Request::default_instance();
    entry.response = &Response::default_instance();
    entry.call = [handler = std::move(handler)](const google::protobuf::Message& request,
                                                google::protobuf::Message& response) {
      return handler(static_cast<const Request&>(request), static_cast<Response&>(response));
    };
    return *this;
  }

  /// The same for a method whose answers may be given again while their stamp holds. The response's
  /// last field is its `freshness`.
  template <class Request, class Response>
  ApiRoutes& on_held(RuledMethod method,
                     std::function<Result<void>(const Request&, Response&, AnswerStamp&)> handler) {
    ApiMethod& entry = entries_[std::string(method.name())];
    entry.rule = &method.rule();
    entry.request = &Request::default_instance();
    entry.response = &Response::default_instance();
    entry.call = [handler](const google::protobuf::Message& request,
                           google::protobuf::Message& response) {
      AnswerStamp unused;
      return handler(static_cast<const Request&>(request), static_cast<Response&>(response),
                     unused);
    };
    entry.held_call = [handler = std::move(handler)](const google::protobuf::Message& request,
                                                     google::protobuf::Message& response,
                                                     AnswerStamp& stamp) {
      return handler(static_cast<const Request&>(request), static_cast<Response&>(response), stamp);
    };
    return *this;
  }

  /// Of all methods with on_held() together.
  ApiRoutes& hold_at_most(std::size_t bytes) {
    held_bytes_max_ = bytes;
    return *this;
  }

  /// What of positions ("0/123,1/7") is not folded yet, as a sentence; empty = nothing. kInvalid:
  /// they cannot be read. Calls with tenure-read-at-least wait for it.
  ApiRoutes& folded_by(std::function<Result<std::string>(std::string_view)> lacks) {
    lacks_ = std::move(lacks);
    return *this;
  }
  /// A watch whose answers move only when alerts do, and with time.
  ApiRoutes& moves_with_alerts(std::string_view method) {
    entries_[std::string(method)].of_alerts = true;
    return *this;
  }
  /// Who tells watches that something moved; it outlives the routes.
  ApiRoutes& watched_by(LiveFeed& feed) {
    feed_ = &feed;
    return *this;
  }

  /// Where acts, records and orders are noted; null = nowhere.
  ApiRoutes& audited_by(std::shared_ptr<AuditLog> audit) {
    audit_ = std::move(audit);
    return *this;
  }

  /// Adds a route for every method of `services` (full names).
  Result<void> install(const std::vector<std::string>& services, HttpRoutes& routes) const;

 private:
  Result<void> install_method(const google::protobuf::MethodDescriptor& method,
                              HttpRoutes& routes) const;
  std::map<std::string, ApiMethod> entries_;
  std::size_t held_bytes_max_ = 0;
  std::function<Result<std::string>(std::string_view)> lacks_;
  LiveFeed* feed_ = nullptr;
  std::shared_ptr<AuditLog> audit_;
};

}  // namespace tenure
