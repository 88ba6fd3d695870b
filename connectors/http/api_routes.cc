#include "connectors/http/api_routes.h"

#include "connectors/http/internal/connect_unary.h"
#include "connectors/http/internal/json_check.h"
#include "engine/query/queries.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

namespace tenure {
namespace {

namespace pb = ::google::protobuf;

Result<void> read_message(const internal::UnaryCall& call, pb::Message& message) {
  if (!call.json) {
    if (!message.ParseFromString(call.message))
      return fail(ErrorCode::kInvalid, "the body is no " + message.GetDescriptor()->full_name());
    return ok();
  }
  TENURE_TRY(internal::check_json(call.message));
  pb::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const auto read = pb::util::JsonStringToMessage(call.message, &message, options);
  if (read.ok()) return ok();
  return fail(ErrorCode::kInvalid, "the body is no " + message.GetDescriptor()->full_name() + ": " +
                                       std::string(read.message().data(), read.message().size()));
}

HttpResponse write_message(const pb::Message& message, bool json) {
  HttpResponse response;
  response.content_type = json ? "application/json" : "application/proto";
  response.body = json ? to_json(message) : message.SerializeAsString();
  return response;
}

}  // namespace

Result<void> ApiRoutes::install(const std::vector<std::string>& services,
                                HttpRoutes& routes) const {
  for (const std::string& name : services) {
    const pb::ServiceDescriptor* service =
        pb::DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service == nullptr)
      return fail(ErrorCode::kInvalid, "service " + name + " is not part of this build");
    for (int k = 0; k < service->method_count(); ++k)
      TENURE_TRY(install_method(*service->method(k), routes));
  }
  return ok();
}

Result<void> ApiRoutes::install_method(const pb::MethodDescriptor& method,
                                       HttpRoutes& routes) const {
  const std::string name = method.service()->full_name() + "/" + method.name();
  const auto found = entries_.find(name);
  if (found == entries_.end())
    return fail(ErrorCode::kInvalid, "method " + name + " has no handler");
  const Entry& entry = found->second;
  if (entry.request->GetDescriptor() != method.input_type() ||
      entry.response->GetDescriptor() != method.output_type())
    return fail(ErrorCode::kInvalid, "the handler of " + name + " takes or gives another message");
  const auto carry_out = [entry](const Result<internal::UnaryCall>& call, int status) {
    if (!call) return internal::connect_error(call.error(), status);
    const std::unique_ptr<pb::Message> request(entry.request->New());
    const std::unique_ptr<pb::Message> response(entry.response->New());
    if (const auto read = read_message(*call, *request); !read)
      return internal::connect_error(read.error());
    if (const auto done = entry.call(*request, *response); !done)
      return internal::connect_error(done.error());
    return write_message(*response, call->json);
  };
  routes.add("POST", "/" + name, HandlerPace::kMayWait, [carry_out](const HttpRequest& request) {
    int status = 0;
    const auto call = internal::read_post(request, status);
    return carry_out(call, status);
  });
  if (method.options().idempotency_level() != pb::MethodOptions::NO_SIDE_EFFECTS) return ok();
  routes.add("GET", "/" + name, HandlerPace::kMayWait, [carry_out](const HttpRequest& request) {
    int status = 0;
    const auto call = internal::read_get(request, status);
    return carry_out(call, status);
  });
  return ok();
}

}  // namespace tenure
