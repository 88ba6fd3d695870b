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

/// One method and what it takes to answer it.
struct ApiMethod {
  using Call = std::function<Result<void>(const google::protobuf::Message& request,
                                          google::protobuf::Message& response)>;
  std::string name;  // "tenure.api.v1.AccountService/GetAccount"
  const AccessRule* rule = nullptr;
  const google::protobuf::Message* request = nullptr;
  const google::protobuf::Message* response = nullptr;
  Call call;
  // For a watch whose messages tell what differs: what a client has that was sent `whole`, and
  // `out` for one that has `has`, which is never null.
  std::function<std::shared_ptr<const void>(const google::protobuf::Message& whole)> content;
  std::function<void(const void* has, const google::protobuf::Message& whole,
                     google::protobuf::Message& out)>
      difference;
  std::function<Result<std::string>(std::string_view)> lacks;  // see ApiRoutes::folded_by()
  LiveFeed* feed = nullptr;
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

  /// The watch `method` tells what differs from the message before. `content(whole)` gives a
  /// shared_ptr to what `difference(*content, whole, out)` takes.
  template <class Response, class Content>
  ApiRoutes& told_as_differences(
      RuledMethod method, std::function<std::shared_ptr<const Content>(const Response&)> content,
      std::function<void(const Content&, const Response&, Response&)> difference) {
    ApiMethod& entry = entries_[std::string(method.name())];
    entry.content = [content = std::move(content)](const google::protobuf::Message& whole) {
      return std::shared_ptr<const void>(content(static_cast<const Response&>(whole)));
    };
    entry.difference = [difference = std::move(difference)](const void* has,
                                                            const google::protobuf::Message& whole,
                                                            google::protobuf::Message& out) {
      difference(*static_cast<const Content*>(has), static_cast<const Response&>(whole),
                 static_cast<Response&>(out));
    };
    return *this;
  }

  /// What of positions ("0/123,1/7") is not folded yet, as a sentence; empty = nothing. kInvalid:
  /// they cannot be read. Calls with tenure-read-at-least wait for it.
  ApiRoutes& folded_by(std::function<Result<std::string>(std::string_view)> lacks) {
    lacks_ = std::move(lacks);
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
  std::function<Result<std::string>(std::string_view)> lacks_;
  LiveFeed* feed_ = nullptr;
  std::shared_ptr<AuditLog> audit_;
};

}  // namespace tenure
