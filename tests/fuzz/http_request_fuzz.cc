// Any bytes as what a client sends on one connection: the second head is looked for where the first
// request ended, however the bytes were cut on their way. Behind the head and the body stand the
// real routing, and the decoding of unary calls and orders; no engine.
#include "connectors/http/api_routes.h"
#include "connectors/http/http_server.h"
#include "connectors/http/internal/request_body.h"  // tidy: what a session does, without its socket
#include "engine/query/queries.h"
#include "projections/registry.h"
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/api/v1/operator.pb.h"
#include "tests/fuzz/pieces.h"

#include <memory>
#include <string>
#include <vector>

namespace {

namespace http = tenure::internal;
namespace msg = tenure::api::v1;
using tenure::fuzz::expect;

constexpr tenure::Instant kNow{1'790'000'000'000'000};
constexpr std::size_t kRequestsMax = 8;

template <class Request, class Response>
void echo(tenure::ApiRoutes& api, tenure::RuledMethod method) {
  api.on<Request, Response>(method, [](const Request&, Response&) { return tenure::ok(); });
}

tenure::Result<void> take_order(const tenure::Result<std::string>& envelope) {
  if (!envelope) return envelope.error();
  (void)tenure::read_event(*envelope);
  return tenure::ok();
}

const tenure::HttpRoutes& routes() {
  static const tenure::ProjectionSet set(tenure::all_projections());
  static const auto made = [] {
    tenure::ApiRoutes api;
    echo<msg::GetAccountRequest, msg::GetAccountResponse>(
        api, "tenure.api.v1.AccountService/GetAccount");
    echo<msg::ListAlertsRequest, msg::ListAlertsResponse>(api,
                                                          "tenure.api.v1.AlertService/ListAlerts");
    echo<msg::GetStatusRequest, msg::GetStatusResponse>(api,
                                                        "tenure.api.v1.OperatorService/GetStatus");
    echo<msg::ListQuarantineRequest, msg::ListQuarantineResponse>(
        api, "tenure.api.v1.OperatorService/ListQuarantine");
    echo<msg::GetQuarantinedRequest, msg::GetQuarantinedResponse>(
        api, "tenure.api.v1.OperatorService/GetQuarantined");
    echo<msg::ResumeSourceRequest, msg::ResumeSourceResponse>(
        api, "tenure.api.v1.OperatorService/ResumeSource");
    api.on<msg::ActRequest, msg::ActResponse>(
        "tenure.api.v1.AlertService/Act", [](const msg::ActRequest& request, msg::ActResponse&) {
          return take_order(tenure::act_envelope(request, kNow));
        });
    api.on<msg::ActivateRulesRequest, msg::ActivateRulesResponse>(
        "tenure.api.v1.OperatorService/ActivateRules",
        [](const msg::ActivateRulesRequest& request, msg::ActivateRulesResponse&) {
          return take_order(tenure::rules_envelope(request.yaml(), request.file(), set.catalog(),
                                                   request.actor(), kNow, false));
        });
    tenure::HttpRoutes routes;
    const auto installed =
        api.install({"tenure.api.v1.AccountService", "tenure.api.v1.AlertService",
                     "tenure.api.v1.OperatorService"},
                    routes);
    expect(installed.has_value(), "every method has a handler");
    return routes;
  }();
  return made;
}

struct Heard {
  std::vector<std::string> said;  // by request: what it was, and the answer
  int fault = 0;                  // the status that ended the connection; 0 = the bytes ended
};

struct Connection {
  explicit Connection(std::string_view sent, std::size_t step) : sent_(sent), step_(step) {}

  bool more(std::string& buffer) {
    if (sent_.empty()) return false;
    buffer.append(sent_.substr(0, step_));
    sent_.remove_prefix(std::min(step_, sent_.size()));
    return true;
  }

 private:
  std::string_view sent_;
  std::size_t step_;
};

// One request as a session takes it. False when the connection ends.
bool one_request(Connection& from, std::string& buffer, Heard& heard) {
  static const tenure::HttpOptions options;
  const http::HeadLimits limits{options.header_bytes_max, options.header_fields_max,
                                options.target_bytes_max};
  std::optional<http::RequestFault> fault;
  const auto refused = [&] {
    if (fault) heard.fault = fault->status;
    return fault.has_value();
  };
  http::HeadScanner scanner(limits);
  std::size_t length = scanner.scan(buffer, fault);
  while (length == 0) {
    if (refused() || !from.more(buffer)) return false;
    length = scanner.scan(buffer, fault);
  }
  http::RequestHead head;
  const std::string bytes = buffer.substr(0, length);
  fault = http::read_head(bytes, limits, head);
  if (refused()) return false;
  if (!http::reads_the_same(bytes, limits, head)) fault = http::RequestFault{400, "two ways"};
  if (refused()) return false;
  buffer.erase(0, length);
  http::RequestBody promised(head, options.body_bytes_max);
  fault = promised.check_length();
  if (refused()) return false;
  std::string body;
  while (!promised.take(buffer, body, fault))
    if (refused() || !from.more(buffer)) return false;
  expect(body.size() <= options.body_bytes_max, "no body is longer than the limit");
  const tenure::HttpRequest request = http::request_of(head, std::move(body));
  const tenure::HttpResponse response = routes().answer(request);
  expect(response.status != 500, "no handler throws");
  heard.said.push_back(request.method + " " + request.path + " " + request.query + "\n" +
                       request.body + "\n" + std::to_string(response.status));
  return head.keep_alive;
}

Heard listen(std::string_view sent, std::size_t step) {
  Connection from(sent, step);
  Heard heard;
  std::string buffer;
  while (heard.said.size() < kRequestsMax && one_request(from, buffer, heard)) {
  }
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto sent = tenure::fuzz::text_of(bytes, size);
  const Heard whole = listen(sent, 8192);
  const Heard cut = listen(sent, 3);
  expect(whole.said == cut.said && whole.fault == cut.fault,
         "how bytes are cut on their way changes nothing");
  return 0;
}
