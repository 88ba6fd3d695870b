// The server that the official conformance runner of Connect asks: its ConformanceService on the
// calls of connectors/http. Reads what the server must be like from its input, tells its port on
// its output, and serves until SIGTERM.
#include "connectors/http/api_routes.h"
#include "connectors/http/http_server.h"
#include "connectors/http/internal/query_parameters.h"  // tidy: the service tells the query apart

#include <algorithm>
#include <array>
#include <connectrpc/conformance/v1/server_compat.pb.h>
#include <connectrpc/conformance/v1/service.pb.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <sys/prctl.h>
#include <thread>
#include <vector>

namespace {

namespace pb = google::protobuf;
namespace v1 = connectrpc::conformance::v1;
using tenure::AccessRule;
using tenure::ApiRoutes;
using tenure::CallContext;
using tenure::Duration;
using tenure::Error;
using tenure::ok;
using tenure::Result;
using tenure::RuledMethod;
using tenure::StreamStep;
using RequestInfo = v1::ConformancePayload::RequestInfo;
using ContextPtr = std::shared_ptr<CallContext>;

constexpr int kThreads = 16;

constexpr AccessRule method(std::string_view path) { return {path, tenure::Access::kAnybody}; }
constexpr AccessRule kUnary = method("/connectrpc.conformance.v1.ConformanceService/Unary");
constexpr AccessRule kIdempotentUnary =
    method("/connectrpc.conformance.v1.ConformanceService/IdempotentUnary");
constexpr AccessRule kUnimplemented =
    method("/connectrpc.conformance.v1.ConformanceService/Unimplemented");
constexpr AccessRule kServerStream =
    method("/connectrpc.conformance.v1.ConformanceService/ServerStream");
constexpr AccessRule kClientStream =
    method("/connectrpc.conformance.v1.ConformanceService/ClientStream");
constexpr AccessRule kBidiStream =
    method("/connectrpc.conformance.v1.ConformanceService/BidiStream");

// One Header a name, with its values in their order.
template <class Headers, class Pairs>
void put_headers(const Pairs& pairs, Headers& headers) {
  for (const auto& [name, value] : pairs) {
    const auto same =
        std::find_if(headers.begin(), headers.end(),
                     [&wanted = name](const v1::Header& one) { return one.name() == wanted; });
    v1::Header& header = same == headers.end() ? *headers.Add() : *same;
    header.set_name(name);
    header.add_value(value);
  }
}

template <class Requests>
RequestInfo info_of(const CallContext& context, const Requests& requests) {
  RequestInfo info;
  put_headers(context.request_fields(), *info.mutable_request_headers());
  if (const auto allowed = context.time_allowed())
    info.set_timeout_ms(std::chrono::duration_cast<std::chrono::milliseconds>(*allowed).count());
  for (const pb::Message* request : requests) info.add_requests()->PackFrom(*request);
  if (context.query().empty()) return info;
  if (const auto parameters = tenure::internal::read_query(context.query()))
    put_headers(*parameters, *info.mutable_connect_get_info()->mutable_query_params());
  return info;
}

Error fail_as(CallContext& context, const v1::Error& wanted, const RequestInfo* info) {
  std::vector<tenure::ErrorDetail> details;
  for (const pb::Any& detail : wanted.details())
    details.push_back({detail.type_url().substr(detail.type_url().rfind('/') + 1), detail.value()});
  if (info != nullptr)
    details.push_back({RequestInfo::descriptor()->full_name(), info->SerializeAsString()});
  return context.fail(static_cast<tenure::CallCode>(wanted.code()), wanted.message(),
                      std::move(details));
}

template <class Definition>
void put_metadata(CallContext& context, const Definition& definition) {
  for (const v1::Header& header : definition.response_headers())
    for (const std::string& value : header.value()) context.add_field(header.name(), value);
  for (const v1::Header& trailer : definition.response_trailers())
    for (const std::string& value : trailer.value()) context.add_trailer(trailer.name(), value);
}

// What one answer holds, or the error in its place.
Result<void> fill(CallContext& context, const v1::UnaryResponseDefinition& definition,
                  const RequestInfo& info, v1::ConformancePayload& payload) {
  if (definition.has_error()) return fail_as(context, definition.error(), &info);
  payload.set_data(definition.response_data());
  *payload.mutable_request_info() = info;
  return ok();
}

template <class Request, class Response>
Result<void> answer_one(CallContext& context, const Request& request, Response& response) {
  const v1::UnaryResponseDefinition& definition = request.response_definition();
  put_metadata(context, definition);
  const Duration delay = std::chrono::milliseconds(definition.response_delay_ms());
  // tidy: the runner asks for answers that take so long
  std::this_thread::sleep_for(std::min(delay, context.time_left().value_or(delay)));
  const std::array<const pb::Message*, 1> requests{&request};
  return fill(context, definition, info_of(context, requests), *response.mutable_payload());
}

template <class Request>
std::vector<const pb::Message*> plain(const ApiRoutes::Requests<Request>& requests) {
  std::vector<const pb::Message*> messages;
  for (const auto& request : requests) messages.push_back(request.get());
  return messages;
}

Result<ApiRoutes::Next<v1::ClientStreamResponse>> answer_all(
    const ContextPtr& context, const ApiRoutes::Requests<v1::ClientStreamRequest>& requests) {
  v1::UnaryResponseDefinition definition;
  if (!requests.empty()) definition = requests.front()->response_definition();
  put_metadata(*context, definition);
  const RequestInfo info = info_of(*context, plain(requests));
  const Duration delay = std::chrono::milliseconds(definition.response_delay_ms());
  return ApiRoutes::Next<v1::ClientStreamResponse>(
      [context, definition, info, delay, step = delay.count() > 0 ? 0 : 1](
          v1::ClientStreamResponse& response) mutable -> Result<StreamStep> {
        switch (step++) {
          case 0: return StreamStep::later(delay);
          case 1:
            TENURE_TRY(fill(*context, definition, info, *response.mutable_payload()));
            return StreamStep::message();
          default: return StreamStep::end();
        }
      });
}

// Also a stream both ways, half duplex: all requests are there before the first answer.
template <class Request, class Response>
Result<ApiRoutes::Next<Response>> answer_with_many(const ContextPtr& context,
                                                   const ApiRoutes::Requests<Request>& requests) {
  v1::StreamResponseDefinition definition;
  if (!requests.empty()) definition = requests.front()->response_definition();
  put_metadata(*context, definition);
  const RequestInfo info = info_of(*context, plain(requests));
  const Duration delay = std::chrono::milliseconds(definition.response_delay_ms());
  return ApiRoutes::Next<Response>([context, definition, info, delay, sent = 0, waited = false](
                                       Response& response) mutable -> Result<StreamStep> {
    if (sent < definition.response_data_size()) {
      waited = !waited && delay.count() > 0;
      if (waited) return StreamStep::later(delay);
      v1::ConformancePayload& payload = *response.mutable_payload();
      if (sent == 0) *payload.mutable_request_info() = info;
      payload.set_data(definition.response_data(sent++));
      return StreamStep::message();
    }
    if (definition.has_error())
      return fail_as(*context, definition.error(), sent == 0 ? &info : nullptr);
    return StreamStep::end();
  });
}

Result<std::shared_ptr<tenure::HttpRoutes>> make_routes(const v1::ServerCompatRequest& wanted) {
  ApiRoutes api;
  api.on_call<v1::UnaryRequest, v1::UnaryResponse>(RuledMethod(kUnary),
                                                   answer_one<v1::UnaryRequest, v1::UnaryResponse>);
  api.on_call<v1::IdempotentUnaryRequest, v1::IdempotentUnaryResponse>(
      RuledMethod(kIdempotentUnary),
      answer_one<v1::IdempotentUnaryRequest, v1::IdempotentUnaryResponse>);
  api.on_call<v1::UnimplementedRequest, v1::UnimplementedResponse>(
      RuledMethod(kUnimplemented), [](CallContext& context, const auto&, auto&) -> Result<void> {
        return context.fail(tenure::CallCode::kUnimplemented, "this method does nothing");
      });
  api.on_stream<v1::ServerStreamRequest, v1::ServerStreamResponse>(
      RuledMethod(kServerStream),
      answer_with_many<v1::ServerStreamRequest, v1::ServerStreamResponse>);
  api.on_stream<v1::ClientStreamRequest, v1::ClientStreamResponse>(RuledMethod(kClientStream),
                                                                   answer_all);
  api.on_stream<v1::BidiStreamRequest, v1::BidiStreamResponse>(
      RuledMethod(kBidiStream), answer_with_many<v1::BidiStreamRequest, v1::BidiStreamResponse>);
  // Everything is packed for clients that take it, however small.
  api.pack_from(0);
  if (wanted.message_receive_limit() > 0) api.take_up_to(wanted.message_receive_limit());
  auto routes = std::make_shared<tenure::HttpRoutes>();
  TENURE_TRY(api.install({"connectrpc.conformance.v1.ConformanceService"}, *routes));
  return routes;
}

// The server reads its certificate and key from files; they are gone once it has.
Result<std::shared_ptr<tenure::TlsFiles>> tls_of(const v1::TLSCreds& given) {
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "tenure-conformance-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr)
    return tenure::fail(tenure::ErrorCode::kUnavailable, folder + " cannot be made");
  const std::string certificate = folder + "/certificate.pem";
  const std::string key = folder + "/key.pem";
  std::ofstream(certificate) << given.cert();
  std::ofstream(key) << given.key();
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  auto files = tenure::TlsFiles::load(certificate, key);
  fs::remove_all(folder);
  return files;
}

std::optional<v1::ServerCompatRequest> read_wanted() {
  std::array<unsigned char, 4> head{};
  if (std::fread(head.data(), 1, head.size(), stdin) != head.size()) return std::nullopt;
  std::size_t size = 0;
  for (const unsigned char byte : head) size = (size << 8) | byte;
  std::string bytes(size, '\0');
  v1::ServerCompatRequest wanted;
  if (std::fread(bytes.data(), 1, size, stdin) != size || !wanted.ParseFromString(bytes))
    return std::nullopt;
  return wanted;
}

void tell(const v1::ServerCompatResponse& told) {
  const std::string bytes = told.SerializeAsString();
  std::string out;
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((bytes.size() >> shift) & 0xFF);
  out += bytes;
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
}

Result<void> serve(const v1::ServerCompatRequest& wanted, const sigset_t& ends) {
  TENURE_TRY_ASSIGN(const auto routes, make_routes(wanted));
  tenure::HttpOptions options;
  if (wanted.use_tls()) {
    TENURE_TRY_ASSIGN(options.tls, tls_of(wanted.server_creds()));
  }
  TENURE_TRY_ASSIGN(const auto server, tenure::HttpServer::listen(options, routes));
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int k = 0; k < kThreads; ++k) threads.emplace_back([&server] { server->run(); });
  v1::ServerCompatResponse told;
  told.set_host("127.0.0.1");
  told.set_port(server->port());
  if (wanted.use_tls()) told.set_pem_cert(wanted.server_creds().cert());
  tell(told);
  int signal = 0;
  sigwait(&ends, &signal);
  server->stop();
  for (std::thread& thread : threads) thread.join();
  return ok();
}

}  // namespace

int main() {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // it never outlives the runner
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto wanted = read_wanted();
  if (!wanted) {
    std::fputs("conformance_server: its input is no ServerCompatRequest\n", stderr);
    return 2;
  }
  if (const auto served = serve(*wanted, ends); !served) {
    std::fprintf(stderr, "conformance_server: %s\n", served.error().message.c_str());
    return 1;
  }
  return 0;
}
