// More raw bytes that somebody could frame in two ways, while probes ask throughout: each case is
// refused and closed, nothing behind it is taken for a request, and /livez answers at once.
#include "tests/connectors/http/support/raw_client.h"

#include <algorithm>
#include <chrono>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::RawClient;
using testing::ServedRoutes;
using namespace std::string_literals;

struct BadRequest {
  std::string name;
  int status;
  std::string bytes;
};
using Cases = std::vector<BadRequest>;

const std::string kHost = "Host: localhost\r\n";
const std::string kSecond = "POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
const std::string kChunked =
    "POST /count HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string post(const std::string& lines, const std::string& rest = "") {
  return "POST /count HTTP/1.1\r\n" + kHost + lines + "\r\n" + rest;
}

Cases obscured_encodings() {
  Cases cases;
  for (const std::string& value :
       {"chunked,"s, ",chunked"s, "chunked, chunked"s, "chunked;x"s, "chunked\x0c"s, "chunked\x01"s,
        "[chunked]"s, "'chunked'"s, "chunked,,"s, "chunked\tchunked"s, "nothing"s, "deflate"s,
        "compress, chunked"s, "chunked\xc2\xa0"s, "trailers"s, "0"s, "chunked\x00"s,
        "chunke\x64\x08"s,
        "\xef\xbb\xbf"
        "chunked"s})
    cases.push_back(
        {"TE: " + value, 400, post("Transfer-Encoding: " + value + "\r\n", "0\r\n\r\n")});
  return cases;
}

Cases obscured_lengths() {
  Cases cases;
  for (const std::string& value :
       {"1e1"s, "5;"s, "5\x0b"s, "\xd9\xa5"s, "-0"s, "+0"s, "00"s, "0x0"s, "5,"s, ",5"s, "5\t5"s,
        "1_0"s, "9999999999999999999"s, "nan"s, "'5'"s, "\"5\""s, "5\x00"s, "0 "s + "0"s})
    cases.push_back({"CL: " + value, 400, post("Content-Length: " + value + "\r\n", "hello")});
  return cases;
}

Cases obscured_names() {
  Cases cases;
  for (const std::string& line :
       {"Content-Length\0: 5"s, "Content-Length\t: 5"s, " Content-Length: 5"s,
        "Content-Length;: 5"s, "Content Length: 5"s, "Transfer-Encoding\xa0: chunked"s,
        "\x01Transfer-Encoding: chunked"s, "Transfer-Encoding(: chunked"s, ":Content-Length: 5"s,
        "Content-Length = 5"s, "\"Content-Length\": 5"s, "Content-Length\r: 5"s,
        "CONTENT_LENGTH: 5"s, "transfer_encoding: chunked"s})
    cases.push_back({"name: " + line, 400, post(line + "\r\n", "hello")});
  for (const std::string& line :
       {"Host: localhost"s, "hOST: localhost"s, "Origin: http://localhost"s,
        "Expect: 100-continue"s, "Content-Type: text/plain"s, "Sec-Fetch-Site: none"s,
        "Last-Event-ID: a-1"s, "Authorization: Bearer x"s, "Connect-Timeout-Ms: 1"s,
        "Grpc-Timeout: 1S"s})
    cases.push_back(
        {"twice: " + line, 400, post(line + "\r\n" + line + "\r\nContent-Length: 5\r\n", "hello")});
  return cases;
}

Cases odd_targets() {
  Cases cases;
  for (const std::string& target :
       {"/a\tb"s, "/\x7f"s, "/a\x80"s, "/%"s, "/%0"s, "/%0g"s, "?x"s, ""s, "\\count"s, "count"s,
        "http:/count"s, "*"s, "/a\x01"s, "//localhost/count HTTP/1.1"s, "/a\x0b"s, "/a#b"s})
    cases.push_back(
        {"target: " + target, 400, "POST " + target + " HTTP/1.1\r\n" + kHost + "\r\n"});
  for (const std::string& method : {"DELETE"s, "OPTIONS"s, "HEAD"s, "PUT"s, "GET"s, "TRACE"s})
    cases.push_back({"body of a " + method, 400,
                     method + " /count HTTP/1.1\r\n" + kHost +
                         "Content-Length: " + std::to_string(kSecond.size()) + "\r\n\r\n"});
  return cases;
}

Cases odd_chunks() {
  Cases cases;
  for (const std::string& body :
       {"5\r\nhell\r\n0\r\n\r\n"s, "\n5\r\nhello\r\n0\r\n\r\n"s, "5\r\r\nhello\r\n0\r\n\r\n"s,
        "5\t\r\nhello\r\n0\r\n\r\n"s, "5\"\r\nhello\r\n0\r\n\r\n"s, "5 ;x\r\nhello\r\n0\r\n\r\n"s,
        "fffffffff\r\nhello"s, "0;\r\n\r\n"s, "0\r\n\rX"s, "0\r\n \r\n"s, "5\r\nhello0\r\n\r\n"s,
        "5\r\nhello\r0\r\n\r\n"s, "5\0\r\nhello\r\n0\r\n\r\n"s, "0\r\nContent-Length: 5\r\n\r\n"s,
        "\xd9\xa5\r\nhello\r\n0\r\n\r\n"s, "5h\r\nhello\r\n0\r\n\r\n"s})
    cases.push_back({"chunks: " + body, 400, kChunked + body});
  cases.push_back({"a chunk of 4 GiB", 413, kChunked + "FFFFFFFF\r\n"});
  return cases;
}

Cases oversized() {
  std::string fields;
  for (int k = 0; k < 120; ++k) fields += "X" + std::to_string(k) + ": a\r\n";
  return {
      {"a head of 20 KiB", 431, post("X: " + std::string(20'000, 'x') + "\r\n")},
      {"a name of 20 KiB", 431, post(std::string(20'000, 'x') + ": x\r\n")},
      {"a target of 9 KiB", 414,
       "GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\n" + kHost + "\r\n"},
      {"120 fields", 431, post(fields)},
      {"a length of 1 MiB and a byte", 413, post("Content-Length: 1048577\r\n")},
      {"a length of 2^59", 413, post("Content-Length: 576460752303423488\r\n")},
  };
}

// Asks /livez again and again, each time on a connection of its own.
class Prober {
 public:
  explicit Prober(std::uint16_t port)
      : thread_([this, port] {
          while (!stop_) probe(port);
        }) {}
  ~Prober() {
    if (thread_.joinable()) stop();
  }
  void stop() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] int answered() const { return answered_; }
  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] milliseconds slowest() const { return slowest_; }

 private:
  void probe(std::uint16_t port) {
    const auto start = steady_clock::now();
    RawClient client(port);
    client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    ++(client.read_response().status == 200 ? answered_ : failed_);
    slowest_ =
        std::max(slowest_, std::chrono::duration_cast<milliseconds>(steady_clock::now() - start));
    // tidy: the pace of a probe that is somewhat eager
    std::this_thread::sleep_for(milliseconds(5));
  }
  std::atomic<bool> stop_{false};
  std::atomic<int> answered_{0};
  std::atomic<int> failed_{0};
  milliseconds slowest_{0};
  std::thread thread_;
};

std::shared_ptr<HttpRoutes> with_livez() {
  auto routes = std::make_shared<HttpRoutes>();
  routes->add("GET", "/livez", HandlerPace::kInstant,
              [](const HttpRequest&) { return HttpResponse(); });
  return routes;
}

HttpOptions short_deadlines() {
  HttpOptions options;
  options.header_deadline = milliseconds(600);
  options.body_deadline = milliseconds(600);
  options.linger = milliseconds(20);
  return options;
}

TEST(Smuggling, EveryCaseIsRefusedWhileProbesAreAnswered) {
  ServedRoutes served(short_deadlines(), with_livez());
  Prober prober(served.port());
  std::size_t count = 0;
  for (const Cases& cases : {obscured_encodings(), obscured_lengths(), obscured_names(),
                             odd_targets(), odd_chunks(), oversized()}) {
    for (const BadRequest& bad : cases) {
      SCOPED_TRACE(bad.name);
      ++count;
      RawClient client(served.port());
      client.send(bad.bytes + kSecond);
      const std::string answer = client.read_to_end();
      EXPECT_TRUE(client.closed());
      EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 " + std::to_string(bad.status) + " ");
      EXPECT_EQ(answer.find("\nHTTP/1.1 "), std::string::npos) << "a second answer: " << answer;
      EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    }
  }
  prober.stop();
  EXPECT_GE(count, 60U);
  EXPECT_EQ(served.server().counters().requests_refused, count);
  EXPECT_EQ(served.counted(), 0);
  EXPECT_GT(prober.answered(), 0);
  EXPECT_EQ(prober.failed(), 0);
  EXPECT_LT(prober.slowest(), milliseconds(500));
}

TEST(Smuggling, ASecondRequestInsideABodyStaysABody) {
  ServedRoutes served;
  RawClient client(served.port());
  client.send(post("Content-Length: " + std::to_string(kSecond.size()) + "\r\n", kSecond));
  EXPECT_EQ(client.read_response().body, std::to_string(kSecond.size()));
  EXPECT_EQ(served.counted(), 1);
}

TEST(Smuggling, HalfOpenClientsHoldNobodyUpAndAreCutOff) {
  ServedRoutes served(short_deadlines(), with_livez());
  Prober prober(served.port());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (const std::string& begun :
       {""s, "GET"s, "POST /count HTTP/1.1\r\nHost: loc"s,
        "POST /count HTTP/1.1\r\n" + kHost + "Content-Length: 100000\r\n\r\nhalf",
        kChunked + "FFF\r\nhalf"}) {
    for (int k = 0; k < 40; ++k) {
      clients.push_back(std::make_unique<RawClient>(served.port()));
      clients.back()->send(begun);
      if (k % 2 == 0) clients.back()->send_end();
    }
  }
  for (auto& client : clients) {
    client->read_to_end();
    EXPECT_TRUE(client->closed());
  }
  prober.stop();
  EXPECT_TRUE(testing::await([&] { return served.server().counters().connections == 0; }));
  EXPECT_EQ(served.counted(), 0);
  EXPECT_GT(prober.answered(), 0);
  EXPECT_EQ(prober.failed(), 0);
  EXPECT_LT(prober.slowest(), milliseconds(500));
}

}  // namespace
}  // namespace tenure
