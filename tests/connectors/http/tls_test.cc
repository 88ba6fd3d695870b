// TLS over real sockets, with a certificate made on the spot.
#include "connectors/http/access_guard.h"
#include "connectors/http/loopback_client.h"
#include "tests/connectors/http/support/raw_client.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace tenure {
namespace {

using testing::RawClient;
using testing::ServedRoutes;

class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "tenure-tls-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    certificate_ = folder_ + "/cert.pem";
    key_ = folder_ + "/key.pem";
    ASSERT_EQ(run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                  " -subj /CN=test -addext subjectAltName=DNS:localhost,DNS:*.example.org,"
                  "IP:127.0.0.1 -keyout " +
                  key_ + " -out " + certificate_),
              0)
        << "openssl is needed to make a certificate";
    ::chmod(key_.c_str(), 0600);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static int run(const std::string& command) {
    return std::system((command + " > /dev/null 2>&1").c_str());
  }
  HttpOptions options() {
    HttpOptions options;
    auto files = TlsFiles::load(certificate_, key_);
    EXPECT_TRUE(files) << files.error().message;
    if (files) options.tls = *files;
    return options;
  }
  std::string folder_, certificate_, key_;
};

TEST_F(Tls, AClientThatTrustsTheCertificateIsAnswered) {
  ServedRoutes served(options());
  const std::string url = "https://localhost:" + std::to_string(served.port());
  const auto answer =
      post_json(url, "/count", "abc", std::chrono::seconds(5), ServerTrust{"", certificate_});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "3");
  const auto untrusted = post_json(url, "/count", "abc", std::chrono::seconds(5));
  ASSERT_FALSE(untrusted);
  EXPECT_NE(untrusted.error().message.find("not trusted"), std::string::npos)
      << untrusted.error().message;
  EXPECT_EQ(served.counted(), 1);
}

TEST_F(Tls, AMegabyteGoesThrough) {
  ServedRoutes served(options());
  const std::string url = "https://127.0.0.1:" + std::to_string(served.port());
  const auto answer = post_json(url, "/count", std::string(1u << 20, 'x'), std::chrono::seconds(10),
                                ServerTrust{"", certificate_});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "1048576");
}

TEST_F(Tls, PlainBytesAreNotAnswered) {
  ServedRoutes served(options());
  RawClient client(served.port());
  client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_EQ(answer.find("hello"), std::string::npos);
  EXPECT_TRUE(client.closed());
}

TEST_F(Tls, AHandshakeThatNeverComesIsCutOff) {
  HttpOptions slow = options();
  slow.header_deadline = std::chrono::milliseconds(150);
  ServedRoutes served(slow);
  RawClient client(served.port());
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.closed());
}

TEST_F(Tls, OldVersionsAreRefused) {
  ServedRoutes served(options());
  const std::string connect =
      "echo | openssl s_client -connect 127.0.0.1:" + std::to_string(served.port()) + " -CAfile " +
      certificate_ + " -verify_return_error ";
  EXPECT_NE(run(connect + "-tls1_1 -cipher DEFAULT@SECLEVEL=0"), 0);
  EXPECT_EQ(run(connect + "-tls1_2"), 0);
  EXPECT_EQ(run(connect + "-tls1_3"), 0);
  EXPECT_NE(run(connect + "-tls1_2 -cipher AES128-SHA"), 0);
}

TEST_F(Tls, WrongFilesAreNamed) {
  const auto error = [&](const std::string& certificate, const std::string& key) {
    const auto files = TlsFiles::load(certificate, key);
    EXPECT_FALSE(files);
    return files ? std::string() : files.error().message;
  };
  EXPECT_NE(error(key_, key_).find("no PEM certificate"), std::string::npos);
  EXPECT_NE(error(certificate_, certificate_).find("may read"), std::string::npos);
  EXPECT_NE(error(certificate_, folder_ + "/none.pem").find("none.pem"), std::string::npos);
  ::chmod(key_.c_str(), 0644);
  EXPECT_NE(error(certificate_, key_).find("644"), std::string::npos);
  EXPECT_NE(error(certificate_, key_).find("chmod 600"), std::string::npos);
}

TEST_F(Tls, TheNetworkIsServedOnlyWithBothTlsAndTokens) {
  AccessGuard guard({}, {}, nullptr);
  for (const bool tls : {false, true})
    for (const bool tokens : {false, true}) {
      HttpOptions open = tls ? options() : HttpOptions();
      open.address = "0.0.0.0";
      const auto routes = std::make_shared<HttpRoutes>();
      if (tokens) routes->guard_by(&guard);
      const auto server = HttpServer::listen(open, routes);
      EXPECT_EQ(server.has_value(), tls && tokens);
      if (server) continue;
      EXPECT_EQ(server.error().code, ErrorCode::kInvalid);
      EXPECT_EQ(server.error().message.find("http.tokens") != std::string::npos, !tokens);
      EXPECT_EQ(server.error().message.find("http.tls.key") != std::string::npos, !tls);
      EXPECT_NE(server.error().message.find("127.0.0.1"), std::string::npos);
    }
}

TEST_F(Tls, BrowsersAreToldToStayAndWhereTheyMayCallFrom) {
  ServedRoutes served(options());
  if (run("curl --version") != 0) GTEST_SKIP() << "needs curl";
  const std::string port = std::to_string(served.port());
  const auto told = [&](const std::string& host, const std::string& words,
                        const std::string& wanted) {
    return run("curl -si --noproxy '*' --cacert " + certificate_ + " -H 'Host: " + host + "' " +
               words + " https://localhost:" + port + "/hello | grep -i '" + wanted + "'") == 0;
  };
  const std::string stay = "^strict-transport-security: max-age=31536000";
  EXPECT_TRUE(told("a.example.org:" + port, "", stay));
  EXPECT_TRUE(told("127.0.0.1:" + port, "", stay));
  EXPECT_FALSE(told("localhost:" + port, "", stay))
      << "it would hold for every port of this machine";
  EXPECT_TRUE(told("a.example.org", "-X POST -d x -H 'Origin: https://localhost:1'",
                   "Origin is not https://a.example.org:"));
}

TEST_F(Tls, ItAnswersToTheNamesOfItsCertificate) {
  ServedRoutes served(options());
  const std::string url = "https://localhost:" + std::to_string(served.port()) + "/hello";
  const auto status_of = [&](const std::string& host) {
    return run("curl -sf --noproxy '*' --cacert " + certificate_ + " -H 'Host: " + host + "' " +
               url);
  };
  if (run("curl --version") != 0) GTEST_SKIP() << "needs curl";
  for (const std::string host : {"localhost", "a.example.org", "A.EXAMPLE.ORG:8321", "127.0.0.1"})
    EXPECT_EQ(status_of(host), 0) << host;
  for (const std::string host : {"example.org", "a.b.example.org", "evil.example", ".example.org"})
    EXPECT_NE(status_of(host), 0) << host;
}

}  // namespace
}  // namespace tenure
