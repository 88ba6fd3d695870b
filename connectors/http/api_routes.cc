#include "connectors/http/api_routes.h"

#include "connectors/http/internal/api_calls.h"
#include "connectors/http/internal/held_answers.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>

namespace tenure {
namespace {

namespace pb = ::google::protobuf;

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

Result<void> ApiRoutes::install_method(const pb::MethodDescriptor& described,
                                       HttpRoutes& routes) const {
  const std::string name = described.service()->full_name() + "/" + described.name();
  const auto found = entries_.find(name);
  if (found == entries_.end())
    return fail(ErrorCode::kInvalid, "method " + name + " has no handler");
  const auto method = std::make_shared<ApiMethod>(found->second);
  if (method->rule->audited) method->audit = audit_;
  method->name = name;
  method->lacks = lacks_;
  method->feed = feed_;
  if (method->request->GetDescriptor() != described.input_type() ||
      method->response->GetDescriptor() != described.output_type())
    return fail(ErrorCode::kInvalid, "the handler of " + name + " takes or gives another message");
  // What leaves a line in the audit is carried out each time.
  if (method->held_call && !method->audit)
    method->held = std::make_shared<internal::HeldAnswers>(held_bytes_max_);
  method->takes_stream = described.client_streaming();
  method->message_bytes_max = message_bytes_max_;
  method->pack_from = pack_from_;
  HttpRoutes::AtOnce at_once;
  if (method->held)
    at_once = [method](const HttpRequest& request) {
      return internal::answer_again(*method, request);
    };
  const auto add = [&](const std::string& verb, HttpRoutes::Handler handler) {
    routes.add(verb, *method->rule, HandlerPace::kMayWait, std::move(handler),
               UnknownEncoding::kHandedOn, at_once);
  };
  if (method->stream) {
    if (method->rule->audited)
      return fail(ErrorCode::kInvalid, "method " + name + " is a stream, which no audit notes");
    add("POST",
        [method](const HttpRequest& request) { return internal::answer_stream(method, request); });
    return ok();
  }
  if (described.client_streaming())
    return fail(ErrorCode::kInvalid, "method " + name + " takes a stream: add it by on_stream()");
  if (described.server_streaming()) {
    if (feed_ == nullptr)
      return fail(ErrorCode::kInvalid, "method " + name + " is a watch and there is no feed");
    add("POST",
        [method](const HttpRequest& request) { return internal::answer_watch(method, request); });
    return ok();
  }
  add("POST",
      [method](const HttpRequest& request) { return internal::answer_post(*method, request); });
  if (described.options().idempotency_level() != pb::MethodOptions::NO_SIDE_EFFECTS) return ok();
  add("GET",
      [method](const HttpRequest& request) { return internal::answer_get(*method, request); });
  return ok();
}

}  // namespace tenure
