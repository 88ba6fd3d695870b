// What a handler may know of its call and say beside its answer, and streams that end.
#include "connectors/http/api_routes.h"
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/operator.pb.h"
#include "tenure/api/v1/subscription.pb.h"
#include "tests/connectors/http/support/fields.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <functional>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace json = ::boost::json;
using testing::field;
using testing::framed;
using testing::get;
using testing::post;
using testing::RawClient;
using testing::RawResponse;
using testing::ServedRoutes;
using namespace std::string_literals;

using Call = std::function<Result<void>(CallContext&, msg::GetAccountResponse&)>;
using Next = ApiRoutes::Next<msg::WatchStatusResponse>;
using Stream = std::function<Result<Next>(const std::shared_ptr<CallContext>&)>;

const std::string kCall = "/tenure.api.v1.AccountService/GetAccount";
const std::string kStream = "/tenure.api.v1.SubscriptionService/WatchStatus";
const std::string kConnect = "application/json";
const std::string kGrpc = "application/grpc-web+json";
const std::string kConnectStream = "application/connect+json";

// One method that answers once, and one that answers often.
class Served {
 public:
  explicit Served(Call call, Stream stream = nullptr, std::size_t pack_from = 1u << 20) {
    ApiRoutes api;
    api.take_up_to(64).pack_from(pack_from);
    api.on_call<msg::GetAccountRequest, msg::GetAccountResponse>(
        "tenure.api.v1.AccountService/GetAccount",
        [call = std::move(call)](CallContext& context, const auto&, auto& out) {
          return call(context, out);
        });
    api.on_stream<msg::WatchStatusRequest, msg::WatchStatusResponse>(
        "tenure.api.v1.SubscriptionService/WatchStatus",
        [stream = std::move(stream)](const auto& context, const auto&) { return stream(context); });
    // The service's other methods are streams too.
    api.on_stream<msg::WatchAccountRequest, msg::WatchAccountResponse>(
        "tenure.api.v1.SubscriptionService/WatchAccount", nullptr);
    api.on_stream<msg::WatchAlertsRequest, msg::WatchAlertsResponse>(
        "tenure.api.v1.SubscriptionService/WatchAlerts", nullptr);
    api.on_stream<msg::WatchAccountsRequest, msg::WatchAccountsResponse>(
        "tenure.api.v1.SubscriptionService/WatchAccounts", nullptr);
    auto routes = std::make_shared<HttpRoutes>();
    const auto installed =
        api.install({"tenure.api.v1.AccountService", "tenure.api.v1.SubscriptionService"}, *routes);
    EXPECT_TRUE(installed) << installed.error().message;
    served_ = std::make_unique<ServedRoutes>(HttpOptions{}, routes);
  }
  std::uint16_t port() const { return served_->port(); }
  RawResponse call(const std::string& type, const std::string& fields = "") const {
    return post(port(), kCall, type, type == kConnect ? "{}" : framed("{}"), fields);
  }
  // The bytes of a chunked answer, without the marks of its chunks.
  std::string stream(const std::string& type, const std::string& fields = "") const {
    RawClient client(port());
    const bool json = type.find("+json") != std::string::npos;
    client.send(testing::post_bytes(kStream, type, framed(json ? "{}" : ""),
                                    fields + "Connection: close\r\n"));
    const std::string answer = client.read_to_end();
    const std::size_t end = answer.find("\r\n\r\n") + 4;
    head = answer.substr(0, end);
    if (head.find("chunked") == std::string::npos) return answer.substr(end);
    std::string body;
    for (std::size_t at = end; at < answer.size();) {
      const std::size_t line = answer.find("\r\n", at);
      const std::size_t size = std::stoul(answer.substr(at, line - at), nullptr, 16);
      body += answer.substr(line + 2, size);
      at = line + 4 + size;
    }
    return body;
  }
  mutable std::string head;

 private:
  std::unique_ptr<ServedRoutes> served_;
};

Stream numbers(int count, const Result<void>& at_end = ok()) {
  return [=](const std::shared_ptr<CallContext>& context) -> Result<Next> {
    context->add_field("X-Kind", "numbers");
    context->add_trailer("x-count", std::to_string(count));
    return Next([=, k = 0](msg::WatchStatusResponse& out) mutable -> Result<StreamStep> {
      if (k == count) {
        TENURE_TRY(at_end);
        return StreamStep::end();
      }
      out.set_resume_token(std::to_string(k++));
      return StreamStep::message();
    });
  };
}

// Only what a JSON answer holds of these few fields.
std::string number_frame(int number) {
  msg::WatchStatusResponse out;
  out.set_resume_token(std::to_string(number));
  return framed(out.SerializeAsString());
}

TEST(Calls, HandlersSeeTheFieldsOfTheRequest) {
  CallContext::Fields seen;
  const Served served([&](CallContext& context, auto&) {
    seen = context.request_fields();
    return ok();
  });
  EXPECT_EQ(served
                .call(kConnect,
                      "X-One: a\r\nx-one:  b \r\nAuthorization: Bearer x\r\nCookie: c=1\r\n"
                      "Connect-Timeout-Ms: 60000\r\n")
                .status,
            200);
  const CallContext::Fields wanted{{"host", "localhost"},   {"content-type", kConnect},
                                   {"content-length", "2"}, {"x-one", "a"},
                                   {"x-one", "b"},          {"connect-timeout-ms", "60000"}};
  EXPECT_EQ(seen, wanted);
}

TEST(Calls, FieldsAndTrailersGoWithAnAnswer) {
  const Served served([](CallContext& context, auto& out) {
    out.set_account("acc-7");
    EXPECT_TRUE(context.add_field("X-Mine", "one"));
    EXPECT_TRUE(context.add_field("x-mine", "two"));
    EXPECT_TRUE(context.add_trailer("X-Last", "words"));
    EXPECT_FALSE(context.add_field("x-mine", "a\r\nb"));
    EXPECT_FALSE(context.add_field("x mine", "a"));
    EXPECT_FALSE(context.add_trailer("x-last", " a"));
    return ok();
  });
  const RawResponse connect = served.call(kConnect);
  EXPECT_NE(connect.head.find("\r\nx-mine: one\r\nx-mine: two\r\n"), std::string::npos)
      << connect.head;
  EXPECT_EQ(field(connect, "trailer-x-last"), "words");
  const RawResponse grpc = served.call(kGrpc);
  EXPECT_EQ(field(grpc, "x-mine"), "one");
  EXPECT_NE(grpc.body.find(framed("grpc-status: 0\r\nx-last: words\r\n", '\x80')),
            std::string::npos)
      << grpc.body;
}

TEST(Calls, EveryCodeHasItsStatusAndItsName) {
  CallCode code = CallCode::kCanceled;
  const Served served(
      [&](CallContext& context, auto&) -> Result<void> { return context.fail(code, "no"); });
  const std::vector<std::pair<int, std::string>> wanted{{499, "canceled"},
                                                        {500, "unknown"},
                                                        {400, "invalid_argument"},
                                                        {504, "deadline_exceeded"},
                                                        {404, "not_found"},
                                                        {409, "already_exists"},
                                                        {403, "permission_denied"},
                                                        {429, "resource_exhausted"},
                                                        {400, "failed_precondition"},
                                                        {409, "aborted"},
                                                        {400, "out_of_range"},
                                                        {501, "unimplemented"},
                                                        {500, "internal"},
                                                        {503, "unavailable"},
                                                        {500, "data_loss"},
                                                        {401, "unauthenticated"}};
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    code = static_cast<CallCode>(k + 1);
    const RawResponse connect = served.call(kConnect);
    EXPECT_EQ(connect.status, wanted[k].first);
    EXPECT_EQ(connect.body, "{\"code\":\"" + wanted[k].second + "\",\"message\":\"no\"}");
    const RawResponse grpc = served.call(kGrpc);
    EXPECT_EQ(grpc.status, 200);
    EXPECT_EQ(field(grpc, "grpc-status"), std::to_string(k + 1));
  }
}

TEST(Calls, ErrorsHaveDetailsAndTrailers) {
  const Served served([](CallContext& context, auto&) -> Result<void> {
    context.add_trailer("x-last", "words");
    return context.fail(CallCode::kAborted, "line 1\nline 2 \xE2\x98\xBA",
                        {{"tenure.Detail", "\xff\xfe"}});
  });
  const RawResponse connect = served.call(kConnect);
  const json::value told = json::parse(connect.body);
  EXPECT_EQ(told.at("message"), "line 1\nline 2 \xE2\x98\xBA");
  EXPECT_EQ(json::serialize(told.at("details")),
            "[{\"type\":\"tenure.Detail\",\"value\":\"//4\"}]");
  EXPECT_EQ(field(connect, "trailer-x-last"), "words");
  const RawResponse grpc = served.call(kGrpc);
  EXPECT_EQ(field(grpc, "grpc-message"), "line 1%0Aline 2 %E2%98%BA");
  // google.rpc.Status: 10 (aborted), the message, one Any.
  EXPECT_EQ(field(grpc, "grpc-status-details-bin").substr(0, 4), "CAoS");
  EXPECT_EQ(field(grpc, "x-last"), "words");
  EXPECT_EQ(grpc.body, "") << "without fields of its own the trailers stand in the head";
}

TEST(Calls, ErrorsOfOthersKeepTheirCode) {
  const Served served([](CallContext& context, auto&) -> Result<void> {
    const Error unused = context.fail(CallCode::kAborted, "not this one");
    return fail(ErrorCode::kNotFound, "that one");
  });
  EXPECT_EQ(served.call(kConnect).status, 404);
}

TEST(Calls, AnAnswerThatIsLateIsNotSent) {
  const Served served([](CallContext& context, auto&) {
    EXPECT_LE(*context.time_left(), std::chrono::milliseconds(30));
    EXPECT_TRUE(testing::await([&] { return context.too_late(); }));
    return ok();
  });
  const RawResponse connect = served.call(kConnect, "Connect-Timeout-Ms: 30\r\n");
  EXPECT_EQ(connect.status, 504);
  EXPECT_NE(connect.body.find("deadline_exceeded"), std::string::npos);
  EXPECT_EQ(field(served.call(kGrpc, "grpc-timeout: 30m\r\n"), "grpc-status"), "4");
}

TEST(Calls, WithoutAnyTimeLeftAreNotBegun) {
  const Served served([](CallContext&, auto&) {
    ADD_FAILURE() << "nobody waits for this";
    return ok();
  });
  EXPECT_EQ(served.call(kConnect, "Connect-Timeout-Ms: 0\r\n").status, 504);
  EXPECT_EQ(served.call(kConnect, "Connect-Timeout-Ms: soon\r\n").status, 400);
}

TEST(Calls, AnotherVersionOfConnectIsRefused) {
  const Served served([](CallContext&, auto&) { return ok(); });
  EXPECT_EQ(served.call(kConnect, "Connect-Protocol-Version: 1\r\n").status, 200);
  EXPECT_EQ(served.call(kConnect, "Connect-Protocol-Version: 2\r\n").status, 400);
}

TEST(Calls, MessagesHaveALimit) {
  const Served served([](CallContext&, auto&) { return ok(); });
  const auto ask = [&](std::size_t size) {
    const std::string message = "{" + std::string(size - 2, ' ') + "}";
    EXPECT_EQ(field(post(served.port(), kCall, kGrpc, framed(message)), "grpc-status"),
              size > 64 ? "8" : "");
    return post(served.port(), kCall, kConnect, message).status;
  };
  EXPECT_EQ(ask(64), 200);
  EXPECT_EQ(ask(65), 429);
}

TEST(Calls, LargeAnswersArePackedForWhoTakesIt) {
  const Served served(
      [](CallContext&, auto& out) {
        out.set_account(std::string(4000, 'a'));
        return ok();
      },
      numbers(2), 0);
  const RawResponse plain = served.call(kConnect);
  EXPECT_GT(plain.body.size(), 4000U);
  EXPECT_EQ(field(plain, "Content-Encoding"), "");
  const RawResponse packed = served.call(kConnect, "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(field(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(field(packed, "Vary"), "Accept-Encoding");
  EXPECT_LT(packed.body.size(), 1000U);
  const RawResponse grpc = served.call(kGrpc, "grpc-accept-encoding: gzip\r\n");
  EXPECT_EQ(field(grpc, "grpc-encoding"), "gzip");
  EXPECT_EQ(grpc.body.front(), '\x01');
  EXPECT_EQ(served.call(kGrpc, "Accept-Encoding: gzip\r\n").body.front(), '\0')
      << "that field speaks of whole bodies";
  EXPECT_EQ(served.stream(kConnectStream, "Connect-Accept-Encoding: gzip\r\n").front(), '\x01');
  EXPECT_NE(served.head.find("Connect-Content-Encoding: gzip\r\n"), std::string::npos);
}

TEST(Calls, StreamsEndWithTrailers) {
  const Served served(nullptr, numbers(3));
  const std::string messages = number_frame(0) + number_frame(1) + number_frame(2);
  EXPECT_EQ(served.stream("application/connect+proto"),
            messages + framed("{\"metadata\":{\"x-count\":[\"3\"]}}", '\x02'));
  EXPECT_NE(served.head.find("\r\nx-kind: numbers\r\n"), std::string::npos) << served.head;
  EXPECT_EQ(served.stream("application/grpc-web+proto"),
            messages + framed("grpc-status: 0\r\nx-count: 3\r\n", '\x80'));
}

TEST(Calls, StreamsEndWithAnError) {
  const Served served(nullptr, numbers(1, fail(ErrorCode::kNotFound, "no more")));
  EXPECT_EQ(served.stream("application/connect+proto"),
            number_frame(0) + framed("{\"error\":{\"code\":\"not_found\",\"message\":\"no more\"},"
                                     "\"metadata\":{\"x-count\":[\"1\"]}}",
                                     '\x02'));
  EXPECT_EQ(served.stream("application/grpc-web+proto"),
            number_frame(0) +
                framed("grpc-status: 5\r\ngrpc-message: no more\r\nx-count: 1\r\n", '\x80'));
}

TEST(Calls, AStreamThatDoesNotBeginIsAnError) {
  const Served served(nullptr, [](const std::shared_ptr<CallContext>&) -> Result<Next> {
    return fail(ErrorCode::kNotFound, "no such stream");
  });
  EXPECT_EQ(served.stream(kConnectStream),
            framed("{\"error\":{\"code\":\"not_found\",\"message\":\"no such stream\"}}", '\x02'));
  EXPECT_EQ(served.stream(kGrpc), "");
  EXPECT_NE(served.head.find("grpc-status: 5\r\n"), std::string::npos) << served.head;
}

TEST(Calls, AStreamThatThrowsIsAnInternalError) {
  const Served served(nullptr, [](const std::shared_ptr<CallContext>&) -> Result<Next> {
    return Next([](auto&) -> Result<StreamStep> { throw std::runtime_error("secret"); });
  });
  const std::string answer = served.stream(kConnectStream);
  EXPECT_NE(answer.find("\"internal\""), std::string::npos) << answer;
  EXPECT_EQ(answer.find("secret"), std::string::npos);
}

TEST(Calls, AStreamThatWaitsHoldsNoThreadAndEndsInTime) {
  const Served served([](CallContext&, auto&) { return ok(); },
                      [](const std::shared_ptr<CallContext>&) -> Result<Next> {
                        return Next([](auto&) -> Result<StreamStep> {
                          return StreamStep::later(std::chrono::seconds(60));
                        });
                      });
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int k = 0; k < 8; ++k) {
    waiting.push_back(std::make_unique<RawClient>(served.port()));
    waiting.back()->send(testing::post_bytes(kStream, kConnectStream, framed("{}")));
    EXPECT_NE(waiting.back()->read_until("\r\n\r\n"), "") << "the head comes at once";
  }
  EXPECT_EQ(served.call(kConnect).status, 200);
  const std::string late = served.stream(kConnectStream, "Connect-Timeout-Ms: 50\r\n");
  EXPECT_NE(late.find("deadline_exceeded"), std::string::npos) << late;
}

TEST(Calls, AStopEndsAStreamThatWaits) {
  auto served = std::make_unique<Served>(nullptr, [](const auto&) -> Result<Next> {
    return Next(
        [](auto&) -> Result<StreamStep> { return StreamStep::later(std::chrono::seconds(60)); });
  });
  RawClient client(served->port());
  client.send(testing::post_bytes(kStream, kConnectStream, framed("{}")));
  EXPECT_NE(client.read_until("\r\n\r\n"), "");
  const auto start = std::chrono::steady_clock::now();
  served.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(client.read_to_end().find("0\r\n\r\n"), std::string::npos) << "it did not end well";
}

TEST(Calls, AConnectionOutlivesAStream) {
  const Served served(nullptr, numbers(1));
  RawClient client(served.port());
  for (int k = 0; k < 2; ++k) {
    client.send(testing::post_bytes(kStream, kConnectStream, framed("{}")));
    EXPECT_NE(client.read_until("0\r\n\r\n"), "");
  }
}

TEST(Calls, AStreamIsAskedByOneMessageInAFrame) {
  const Served served(nullptr, numbers(1));
  EXPECT_EQ(post(served.port(), kStream, kConnect, "{}").status, 415);
  for (const std::string& body : {""s, framed("{}") + framed("{}")}) {
    const RawResponse answer = post(served.port(), kStream, kConnectStream, body);
    EXPECT_NE(answer.body.find("unimplemented"), std::string::npos) << answer.body;
  }
}

}  // namespace
}  // namespace tenure
