// Who may ask for what: pages of other origins may not change anything.
#include "tests/connectors/http/support/fields.h"

namespace tenure {
namespace {

using testing::RawClient;
using testing::RawResponse;
using testing::ServedRoutes;

class Origin : public ::testing::Test {
 protected:
  RawResponse ask(const std::string& method, const std::string& host, const std::string& fields) {
    RawClient client(served_.port());
    const std::string path = method == "GET" ? "/hello" : "/count";
    const std::string length = method == "POST" ? "Content-Length: 0\r\n" : "";
    client.send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + length + fields +
                "\r\n");
    return client.read_response();
  }
  RawResponse post(const std::string& fields) { return ask("POST", own_, fields); }
  ServedRoutes served_;
  const std::string port_ = std::to_string(served_.port());
  const std::string own_ = "localhost:" + port_;
};

TEST_F(Origin, ItsOwnPagesAndProgramsMayPost) {
  EXPECT_EQ(post("").status, 200);
  EXPECT_EQ(post("Origin: http://" + own_ + "\r\n").status, 200);
  EXPECT_EQ(post("Origin: http://" + own_ + "\r\nSec-Fetch-Site: same-origin\r\n").status, 200);
  EXPECT_EQ(post("Sec-Fetch-Site: none\r\n").status, 200);
  EXPECT_EQ(ask("POST", "LOCALHOST:" + port_, "Origin: http://" + own_ + "\r\n").status, 200);
  EXPECT_EQ(ask("POST", "[::1]:" + port_, "Origin: http://[::1]:" + port_ + "\r\n").status, 200);
  for (const std::string host : {"localhost", "localhost:80"})
    for (const std::string origin : {"http://localhost", "http://localhost:80"})
      EXPECT_EQ(ask("POST", host, "Origin: " + origin + "\r\n").status, 200) << host << origin;
  EXPECT_EQ(ask("POST", "localhost:443", "Origin: https://localhost\r\n").status, 200);
}

TEST_F(Origin, OtherPagesMayNotPost) {
  for (const std::string& origin :
       {std::string("http://localhost"), "http://localhost:" + std::to_string(served_.port() + 1),
        "http://127.0.0.1:" + port_, "http://[::1]:" + port_, std::string("null"),
        std::string("https://evil.example"), "http://evil.example:" + port_,
        "http://" + own_ + ".evil.example", "http://" + own_ + "/", "http://" + own_ + " ,x",
        "file://" + own_, own_, "http://user@" + own_}) {
    const RawResponse refused = post("Origin: " + origin + "\r\n");
    EXPECT_EQ(refused.status, 403) << origin;
    EXPECT_NE(refused.body, "") << origin;
    EXPECT_NE(refused.head.find("Connection: close"), std::string::npos);
  }
  EXPECT_EQ(post("Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(post("Origin: http://" + own_ + "\r\nSec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(ask("OPTIONS", own_, "Origin: http://localhost:1\r\n").status, 403)
      << "nothing is allowed to pages of another port";
  EXPECT_EQ(served_.counted(), 0);
}

TEST_F(Origin, TheHostIsCheckedAllTheSame) {
  EXPECT_EQ(ask("POST", "evil.example", "Origin: http://evil.example\r\n").status, 421);
  EXPECT_EQ(ask("GET", "evil.example", "").status, 421);
  EXPECT_EQ(served_.counted(), 0);
}

TEST_F(Origin, LinksOfOtherSitesMayBeFollowed) {
  EXPECT_EQ(ask("GET", own_, "Sec-Fetch-Site: cross-site\r\n").status, 200);
  EXPECT_EQ(ask("GET", own_, "Origin: http://localhost:1\r\n").status, 200);
  EXPECT_EQ(ask("GET", own_, "Origin: https://evil.example\r\n").status, 403);
}

}  // namespace
}  // namespace tenure
