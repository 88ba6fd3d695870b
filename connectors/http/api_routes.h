// connectors/http/api_routes.h
//
// The services of proto/tenure/api/v1, dispatched from their descriptors: Connect and gRPC-Web,
// JSON or binary. A method whose answer is a stream is a watch: its handler says what the answer is
// now, and clients get it again whenever it changed; unless it was added by on_stream().
//
// Path:     HttpRoutes -> [ApiRoutes] -> handlers (api_handlers.h)
// Threads:  built by one; handlers are called from any number.
// Limits:   message_bytes_max of a message once it is unpacked (resource_exhausted), beside those
//           of HttpOptions. An answer that is later than its client allows is deadline_exceeded.
// Errors:   install(): kInvalid when a method has no handler or one of other types, or is a watch
//           and there is no feed. Calls answer errors as their protocol writes them. A handler of a
//           method without a row in access.h does not compile.
#pragma once

#include "connectors/http/access.h"
#include "connectors/http/audit_log.h"
#include "connectors/http/call_context.h"
#include "connectors/http/http_routes.h"
#include "engine/base/result.h"
#include "engine/query/answer_stamp.h"

#include <cstddef>
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

/// What a stream does next: sends the message that was filled in, is asked again later without
/// holding a thread, or ends.
struct StreamStep {
  enum class Kind { kMessage, kLater, kEnd };
  Kind kind = Kind::kEnd;
  Duration wait{0};  // kLater

  static StreamStep message() { return {Kind::kMessage, {}}; }
  static StreamStep later(Duration wait) { return {Kind::kLater, wait}; }
  static StreamStep end() { return {Kind::kEnd, {}}; }
};

/// One method and what it takes to answer it.
struct ApiMethod {
  using Call =
      std::function<Result<void>(CallContext& context, const google::protobuf::Message& request,
                                 google::protobuf::Message& response)>;
  using Messages = std::vector<std::shared_ptr<const google::protobuf::Message>>;
  using Next = std::function<Result<StreamStep>(google::protobuf::Message& response)>;
  using Stream =
      std::function<Result<Next>(const std::shared_ptr<CallContext>& context, const Messages&)>;
  std::string name;  // "tenure.api.v1.AccountService/GetAccount"
  const AccessRule* rule = nullptr;
  const google::protobuf::Message* request = nullptr;
  const google::protobuf::Message* response = nullptr;
  Call call;
  // In place of `call`, for answers that may be given again; and those that are kept.
  std::function<Result<void>(const google::protobuf::Message& request,
                             google::protobuf::Message& response, AnswerNotes& notes)>
      held_call;
  std::shared_ptr<internal::HeldAnswers> held;
  Stream stream;  // in place of `call`
  bool takes_stream = false;
  std::size_t message_bytes_max = 0;
  std::size_t pack_from = 0;
  // For a watch whose messages tell what differs: what a client has that was sent `whole`, and
  // `out` for one that has `has` and will have `now`, the content of `whole`; neither is null.
  std::function<std::shared_ptr<const void>(const google::protobuf::Message& whole)> content;
  std::function<void(const void* has, const void* now, const google::protobuf::Message& whole,
                     google::protobuf::Message& out)>
      difference;
  std::function<Result<std::string>(std::string_view)> lacks;  // see ApiRoutes::folded_by()
  LiveFeed* feed = nullptr;
  bool of_alerts = false;           // a watch whose answer moves with alerts, and with time
  std::shared_ptr<AuditLog> audit;  // null = its calls leave no line
};

class ApiRoutes final {
 public:
  template <class Request, class Response>
  using Handler = std::function<Result<void>(const Request&, Response&)>;
  template <class Request, class Response>
  using CallHandler = std::function<Result<void>(CallContext&, const Request&, Response&)>;
  /// Fills in the next message.
  template <class Response>
  using Next = std::function<Result<StreamStep>(Response&)>;
  template <class Request>
  using Requests = std::vector<std::shared_ptr<const Request>>;
  template <class Request, class Response>
  using StreamHandler = std::function<Result<Next<Response>>(const std::shared_ptr<CallContext>&,
                                                             const Requests<Request>&)>;

  /// `method` as in a path: "tenure.api.v1.AccountService/GetAccount".
  template <class Request, class Response>
  ApiRoutes& on(RuledMethod method, Handler<Request, Response> handler) {
    return on_call<Request, Response>(
        method,
        [handler = std::move(handler)](CallContext&, const Request& request, Response& response) {
          return handler(request, response);
        });
  }

  /// The same for a handler that looks beyond the message.
  template <class Request, class Response>
  ApiRoutes& on_call(RuledMethod method, CallHandler<Request, Response> handler) {
    ApiMethod& entry = entry_of<Request, Response>(method);
    entry.call = [handler = std::move(handler)](CallContext& context,
                                                const google::protobuf::Message& request,
                                                google::protobuf::Message& response) {
      return handler(context, static_cast<const Request&>(request),
                     static_cast<Response&>(response));
    };
    return *this;
  }

  /// The same for a method whose answers may be given again while their stamp holds. The response's
  /// last field is its `freshness`.
  template <class Request, class Response>
  ApiRoutes& on_held(RuledMethod method,
                     std::function<Result<void>(const Request&, Response&, AnswerNotes&)> handler) {
    ApiMethod& entry = entry_of<Request, Response>(method);
    entry.held_call = [handler = std::move(handler)](const google::protobuf::Message& request,
                                                     google::protobuf::Message& response,
                                                     AnswerNotes& notes) {
      return handler(static_cast<const Request&>(request), static_cast<Response&>(response), notes);
    };
    entry.call = [held = entry.held_call](CallContext&, const google::protobuf::Message& request,
                                          google::protobuf::Message& response) {
      AnswerNotes unused;
      return held(request, response, unused);
    };
    return *this;
  }

  /// A method of which one side is a stream that ends, or both are: the handler has all requests
  /// and says where the answers come from. They are asked for one by one, as the client takes them.
  template <class Request, class Response>
  ApiRoutes& on_stream(RuledMethod method, StreamHandler<Request, Response> handler) {
    ApiMethod& entry = entry_of<Request, Response>(method);
    entry.stream = [handler = std::move(handler)](
                       const std::shared_ptr<CallContext>& context,
                       const ApiMethod::Messages& messages) -> Result<ApiMethod::Next> {
      Requests<Request> requests;
      for (const auto& message : messages)
        requests.push_back(std::static_pointer_cast<const Request>(message));
      TENURE_TRY_ASSIGN(Next<Response> next, handler(context, requests));
      return ApiMethod::Next([next = std::move(next)](google::protobuf::Message& response) {
        return next(static_cast<Response&>(response));
      });
    };
    return *this;
  }

  /// The watch `method` tells what differs from the message before. `content(whole)` gives a
  /// shared_ptr to what a client has then: `difference(has, now, whole, out)` takes two of them.
  template <class Response, class Content>
  ApiRoutes& told_as_differences(
      RuledMethod method, std::function<std::shared_ptr<const Content>(const Response&)> content,
      std::function<void(const Content&, const Content&, const Response&, Response&)> difference) {
    ApiMethod& entry = entries_[std::string(method.name())];
    entry.content = [content = std::move(content)](const google::protobuf::Message& whole) {
      return std::shared_ptr<const void>(content(static_cast<const Response&>(whole)));
    };
    entry.difference = [difference = std::move(difference)](const void* has, const void* now,
                                                            const google::protobuf::Message& whole,
                                                            google::protobuf::Message& out) {
      difference(*static_cast<const Content*>(has), *static_cast<const Content*>(now),
                 static_cast<const Response&>(whole), static_cast<Response&>(out));
    };
    return *this;
  }

  /// Of all methods with on_held() together.
  ApiRoutes& hold_at_most(std::size_t bytes) {
    held_bytes_max_ = bytes;
    return *this;
  }
  /// The largest message that is taken. Bodies have a limit of their own (HttpOptions).
  ApiRoutes& take_up_to(std::size_t message_bytes_max) {
    message_bytes_max_ = message_bytes_max;
    return *this;
  }
  /// Messages from so many bytes on are sent as gzip to clients that take it; watches' never are.
  ApiRoutes& pack_from(std::size_t bytes) {
    pack_from_ = bytes;
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
  template <class Request, class Response>
  ApiMethod& entry_of(RuledMethod method) {
    ApiMethod& entry = entries_[std::string(method.name())];
    entry.rule = &method.rule();
    entry.request = &Request::default_instance();
    entry.response = &Response::default_instance();
    return entry;
  }
  Result<void> install_method(const google::protobuf::MethodDescriptor& method,
                              HttpRoutes& routes) const;
  std::map<std::string, ApiMethod> entries_;
  std::size_t held_bytes_max_ = 0;
  std::function<Result<std::string>(std::string_view)> lacks_;
  LiveFeed* feed_ = nullptr;
  std::shared_ptr<AuditLog> audit_;
  std::size_t message_bytes_max_ = 1u << 20;
  std::size_t pack_from_ = 16u << 10;
};

}  // namespace tenure
