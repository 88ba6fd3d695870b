// connectors/http/api_routes.h
//
// The services of proto/tenure/api/v1 as Connect unary calls, JSON or binary, dispatched from their
// descriptors.
//
// Path:     HttpRoutes -> [ApiRoutes] -> handlers (api_handlers.h)
// Threads:  built by one; handlers are called from any number.
// Errors:   install(): kInvalid when a method has no handler or one of other types. Calls answer
//           Connect errors.
#pragma once

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

class ApiRoutes final {
 public:
  template <class Request, class Response>
  using Handler = std::function<Result<void>(const Request&, Response&)>;

  /// `method` as in a path: "tenure.api.v1.AccountService/GetAccount".
  template <class Request, class Response>
  ApiRoutes& on(std::string_view method, Handler<Request, Response> handler) {
    Entry& entry = entries_[std::string(method)];
    entry.request = &Request::default_instance();
    entry.response = &Response::default_instance();
    entry.call = [handler = std::move(handler)](const google::protobuf::Message& request,
                                                google::protobuf::Message& response) {
      return handler(static_cast<const Request&>(request), static_cast<Response&>(response));
    };
    return *this;
  }

  /// Adds a route for every method of `services` (full names).
  Result<void> install(const std::vector<std::string>& services, HttpRoutes& routes) const;

 private:
  struct Entry {
    const google::protobuf::Message* request = nullptr;
    const google::protobuf::Message* response = nullptr;
    std::function<Result<void>(const google::protobuf::Message&, google::protobuf::Message&)> call;
  };
  Result<void> install_method(const google::protobuf::MethodDescriptor& method,
                              HttpRoutes& routes) const;
  std::map<std::string, Entry> entries_;
};

}  // namespace tenure
