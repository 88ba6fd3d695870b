// Each limit of docs/limits.md, "HTTP", at one below, at it, and one above.
#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/raw_client.h"

#include <chrono>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using testing::await;
using testing::RawClient;
using testing::ServedRoutes;

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

HttpOptions small() {
  HttpOptions options;
  options.header_bytes_max = 512;
  options.header_fields_max = 5;
  options.target_bytes_max = 64;
  options.body_bytes_max = 1000;
  options.linger = milliseconds(20);
  return options;
}

int status_of(ServedRoutes& served, const std::string& request) {
  RawClient client(served.port());
  client.send(request);
  return client.read_response().status;
}

TEST(HttpLimits, TheHeadHoldsItsBytes) {
  ServedRoutes served(small());
  const std::string front = "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: ";
  for (const auto& [bytes, status] : {std::pair{511, 200}, {512, 200}, {513, 431}, {5000, 431}})
    EXPECT_EQ(status_of(served, front + std::string(bytes - front.size() - 4, 'x') + "\r\n\r\n"),
              status)
        << bytes;
}

TEST(HttpLimits, TheHeadHoldsItsFields) {
  ServedRoutes served(small());
  for (const auto& [fields, status] : {std::pair{4, 200}, {5, 200}, {6, 431}}) {
    std::string request = "GET /hello HTTP/1.1\r\nHost: localhost\r\n";
    for (int k = 1; k < fields; ++k) request += "X" + std::to_string(k) + ": a\r\n";
    EXPECT_EQ(status_of(served, request + "\r\n"), status) << fields;
  }
}

TEST(HttpLimits, TheTargetHoldsItsBytes) {
  ServedRoutes served(small());
  for (const auto& [bytes, status] : {std::pair{63, 200}, {64, 200}, {65, 414}, {400, 414}}) {
    const std::string target = "/hello?" + std::string(bytes - 7, 'x');
    EXPECT_EQ(status_of(served, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), status)
        << bytes;
  }
}

TEST(HttpLimits, TheBodyHoldsItsBytesByLengthAndByChunks) {
  ServedRoutes served(small());
  const std::string front = "POST /count HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [bytes, status] :
       {std::pair{999, 200}, {1000, 200}, {1001, 413}, {1'000'000'000, 413}}) {
    // Over the limit the length alone is refused, before a byte of the body is sent.
    const std::string body(bytes <= 1000 ? bytes : 0, 'x');
    EXPECT_EQ(
        status_of(served, front + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" + body),
        status);
  }
  for (const auto& [bytes, status] : {std::pair{399, 200}, {400, 200}, {401, 413}}) {
    const std::string chunks =
        "12c\r\n" + std::string(300, 'x') + "\r\n12c\r\n" + std::string(300, 'x') + "\r\n";
    char size[16];
    std::snprintf(size, sizeof size, "%x", static_cast<unsigned>(bytes));
    EXPECT_EQ(
        status_of(served, front + "Transfer-Encoding: chunked\r\n\r\n" + chunks + size + "\r\n" +
                              std::string(static_cast<std::size_t>(bytes), 'x') + "\r\n0\r\n\r\n"),
        status)
        << bytes;
  }
}

TEST(HttpLimits, LongBodiesShareWhatTheyMayHoldAndUsualOnesGoOn) {
  HttpOptions options;
  options.body_bytes_max = 100'000;
  options.body_bytes_own = 1000;
  options.bodies_bytes_max = 150'000;
  ServedRoutes served(options);
  const std::string front = "POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
  const std::string begun = front + "90000\r\n\r\n" + std::string(80'000, 'x');
  const std::string rest(10'000, 'x');
  auto first = std::make_unique<RawClient>(served.port());
  auto second = std::make_unique<RawClient>(served.port());
  first->send(begun);
  second->send(begun);
  EXPECT_EQ(status_of(served, front + "900\r\n\r\n" + std::string(900, 'x')), 200);
  // One of both is refused; the other has room then, and holds nothing once it is answered.
  first->send(rest);
  second->send(rest);
  testing::RawResponse good = first->read_response();
  testing::RawResponse refused = second->read_response();
  if (good.status == 503) std::swap(good, refused);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find("try again"), std::string::npos) << refused.body;
  EXPECT_EQ(testing::field(refused, "Retry-After"), "1");
  EXPECT_EQ(status_of(served, begun + rest), 200);
  // Nor does one hold anything that left in the middle.
  first = std::make_unique<RawClient>(served.port());
  first->send(begun);
  first.reset();
  second.reset();
  ASSERT_TRUE(await([&] { return served.server().counters().connections == 0; }));
  EXPECT_EQ(status_of(served, begun + rest), 200);
}

TEST(HttpLimits, TheDefaultsAreTheDocumentedOnes) {
  const HttpOptions options;
  EXPECT_EQ(options.header_bytes_max, 16384U);
  EXPECT_EQ(options.header_fields_max, 100U);
  EXPECT_EQ(options.target_bytes_max, 8192U);
  EXPECT_EQ(options.body_bytes_max, 1048576U);
  EXPECT_EQ(options.body_bytes_own, 65536U);
  EXPECT_EQ(options.bodies_bytes_max, 67108864U);
  EXPECT_EQ(options.connections_max, 512U);
  EXPECT_EQ(options.header_deadline, std::chrono::seconds(10));
  EXPECT_EQ(options.write_deadline, std::chrono::seconds(10));
  EXPECT_EQ(options.keep_alive, std::chrono::seconds(60));
}

TEST(HttpLimits, ConnectionsOverTheLimitAreTurnedAwayAndTheOthersServed) {
  HttpOptions options;
  options.connections_max = 3;
  ServedRoutes served(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int k = 0; k < 3; ++k) {
    clients.push_back(std::make_unique<RawClient>(served.port()));
    clients.back()->send(kHello);
    EXPECT_EQ(clients.back()->read_response().status, 200);
  }
  for (int k = 0; k < 20; ++k) {
    RawClient over(served.port());
    const std::string answer = over.read_to_end();
    EXPECT_TRUE(over.closed());
    EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 503 ");
    EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
  }
  EXPECT_EQ(served.server().counters().connections_refused, 20U);
  for (auto& client : clients) {
    client->send(kHello);
    EXPECT_EQ(client->read_response().status, 200);
  }
  clients.pop_back();
  ASSERT_TRUE(await([&] { return served.server().counters().connections == 2; }));
  EXPECT_EQ(status_of(served, kHello), 200);
}

// Half a request may take a quarter of a second where nobody else wants the place.
TEST(HttpLimits, WhereAllPlacesAreTakenTheSlowestGivesWay) {
  HttpOptions options;
  options.connections_max = 3;
  options.header_deadline = std::chrono::seconds(60);
  ServedRoutes served(options);
  RawClient good(served.port());
  good.send(kHello);
  EXPECT_EQ(good.read_response().status, 200);
  RawClient silent(served.port());
  RawClient half(served.port());
  half.send("GET /hello HTTP/1.1\r\nHost: local");
  ASSERT_TRUE(await([&] { return served.server().counters().connections == 3; }));
  // tidy: the time that is fair is what is tested
  std::this_thread::sleep_for(milliseconds(400));
  RawClient first(served.port());
  first.send(kHello);
  EXPECT_EQ(first.read_response().status, 200);
  RawClient second(served.port());
  second.send(kHello);
  EXPECT_EQ(second.read_response().status, 200);
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(half.read_to_end(), "");
  EXPECT_EQ(served.server().counters().connections_ended, 2U);
  // Whoever was served a moment ago keeps its place, so there is none now.
  EXPECT_EQ(RawClient(served.port()).read_to_end().substr(0, 13), "HTTP/1.1 503 ");
  good.send(kHello);
  EXPECT_EQ(good.read_response().status, 200);
  EXPECT_EQ(served.server().counters().connections, 3U);
}

TEST(HttpDeadlines, AHeadThatDripsIsCutOffInAll) {
  HttpOptions options;
  options.header_deadline = milliseconds(150);
  ServedRoutes served(options);
  RawClient client(served.port());
  const auto start = std::chrono::steady_clock::now();
  client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n");
  // Each byte comes well within the deadline; the head as a whole does not.
  // tidy: the pace of the bytes is what is tested
  for (int k = 0; k < 100 && client.send("X"); ++k) std::this_thread::sleep_for(milliseconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  client.read_to_end();
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(await([&] { return served.server().counters().deadlines_missed >= 1U; }));
  EXPECT_EQ(served.server().counters().requests, 0U);
}

TEST(HttpDeadlines, ASilentConnectionIsClosed) {
  HttpOptions options;
  options.header_deadline = milliseconds(50);
  ServedRoutes served(options);
  RawClient client(served.port());
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.closed());
  // The client may see the end before the server has counted it.
  EXPECT_TRUE(testing::await([&] { return served.server().counters().deadlines_missed == 1U; }));
  EXPECT_TRUE(client.closed());
}

TEST(HttpDeadlines, ABodyBelowTheLeastRateIsCutOff) {
  HttpOptions options;
  options.body_grace = milliseconds(60);
  options.body_bytes_per_second_min = 1000;
  ServedRoutes served(options);
  RawClient client(served.port());
  client.send("POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.closed());
  // The client may see the end before the server has counted it.
  EXPECT_TRUE(testing::await([&] { return served.server().counters().deadlines_missed == 1U; }));
  EXPECT_EQ(served.counted(), 0);
}

TEST(HttpDeadlines, ABodyHasADeadlineAtAnyRate) {
  HttpOptions options;
  options.body_deadline = milliseconds(100);
  options.body_bytes_per_second_min = 1;
  ServedRoutes served(options);
  RawClient client(served.port());
  client.send("POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" +
              std::string(50000, 'x'));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.closed());
  // The client may see the end before the server has counted it.
  EXPECT_TRUE(testing::await([&] { return served.server().counters().deadlines_missed == 1U; }));
}

TEST(HttpDeadlines, AnIdleConnectionIsClosedQuietly) {
  HttpOptions options;
  options.keep_alive = milliseconds(60);
  ServedRoutes served(options);
  RawClient client(served.port());
  client.send(kHello);
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.closed());
}

TEST(HttpDeadlines, AClientThatNeverReadsIsCutOff) {
  auto routes = std::make_shared<HttpRoutes>();
  routes->add_for_anybody("GET", "/much", HandlerPace::kInstant, [](const HttpRequest&) {
    HttpResponse response;
    response.body = std::string(32u << 20, 'x');
    return response;
  });
  HttpOptions options;
  options.write_deadline = milliseconds(150);
  ServedRoutes served(options, routes);
  RawClient client(served.port());
  client.send("GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(await([&] { return served.server().counters().deadlines_missed == 1; }));
  EXPECT_TRUE(await([&] { return served.server().counters().connections == 0; }));
}

TEST(HttpDeadlines, AHalfClosedClientGetsItsAnswer) {
  ServedRoutes served;
  RawClient client(served.port());
  client.send(kHello);
  client.send_end();
  EXPECT_EQ(client.read_response().body, "hello");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, ListensOnLoopbackOnly) {
  const auto routes = std::make_shared<HttpRoutes>();
  for (const std::string address : {"0.0.0.0", "::", "192.0.2.1", "example.org", ""}) {
    HttpOptions options;
    options.address = address;
    const auto server = HttpServer::listen(options, routes);
    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().code, ErrorCode::kInvalid);
    EXPECT_NE(server.error().message.find("127.0.0.1"), std::string::npos);
  }
}

TEST(HttpServer, ATakenPortIsNamed) {
  ServedRoutes served;
  HttpOptions options;
  options.port = served.port();
  const auto second = HttpServer::listen(options, std::make_shared<HttpRoutes>());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_NE(second.error().message.find(std::to_string(served.port())), std::string::npos);
}

TEST(HttpServer, AHandlerThatWaitsHoldsNobodyElseUp) {
  auto routes = std::make_shared<HttpRoutes>();
  std::atomic<bool> release{false};
  routes->add_for_anybody("GET", "/wait", HandlerPace::kMayWait, [&](const HttpRequest&) {
    while (!release) std::this_thread::yield();
    return HttpResponse();
  });
  ServedRoutes served({}, routes, 2);
  RawClient waiting(served.port());
  waiting.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_of(served, kHello), 200);
  release = true;
  EXPECT_EQ(waiting.read_response().status, 200);
}

TEST(HttpServer, OneThreadServesEverything) {
  auto routes = std::make_shared<HttpRoutes>();
  routes->add_for_anybody("GET", "/wait", HandlerPace::kMayWait,
                          [](const HttpRequest&) { return HttpResponse(); });
  ServedRoutes served({}, routes, 1);
  EXPECT_EQ(status_of(served, "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200);
}

TEST(HttpServer, AHandlerThatThrowsIsAnswered) {
  auto routes = std::make_shared<HttpRoutes>();
  routes->add_for_anybody(
      "GET", "/throw", HandlerPace::kInstant,
      [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("broken"); });
  ServedRoutes served({}, routes);
  EXPECT_EQ(status_of(served, "GET /throw HTTP/1.1\r\nHost: localhost\r\n\r\n"), 500);
  EXPECT_EQ(status_of(served, kHello), 200);
}

TEST(HttpServer, StopLetsAnAnswerUnderWayEnd) {
  auto routes = std::make_shared<HttpRoutes>();
  std::atomic<bool> entered{false};
  std::atomic<bool> release{false};
  routes->add_for_anybody("GET", "/wait", HandlerPace::kMayWait, [&](const HttpRequest&) {
    entered = true;
    while (!release) std::this_thread::yield();
    return HttpResponse();
  });
  ServedRoutes served({}, routes, 2);
  RawClient idle(served.port());
  RawClient waiting(served.port());
  waiting.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(await([&] { return entered.load(); }));
  served.server().stop();
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_TRUE(idle.closed());
  release = true;
  EXPECT_EQ(waiting.read_response().status, 200);
  waiting.read_to_end();
  EXPECT_TRUE(waiting.closed());
}

}  // namespace
}  // namespace tenure
