// Requests that two servers could frame in two ways, and other malformed ones: each is refused and
// closed, and what follows it on the connection is never taken for a second request.
#include "tests/connectors/http/support/raw_client.h"

namespace tenure {
namespace {

using testing::RawClient;
using testing::ServedRoutes;
using namespace std::string_literals;

struct BadRequest {
  std::string name;
  int status;
  std::string bytes;
};

const std::string kPost = "POST /count HTTP/1.1\r\n";
const std::string kHost = "Host: localhost\r\n";
const std::string kSecond = "POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
const std::string kChunked =
    "POST /count HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

// A post with these header lines, then an empty line and `rest`.
std::string post(const std::string& lines, const std::string& rest = "") {
  return kPost + kHost + lines + "\r\n" + rest;
}

std::vector<BadRequest> length_and_encoding() {
  return {
      {"CL.TE", 400, post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG")},
      {"TE.CL", 400,
       post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\nGPOST / \r\n0\r\n\r\n")},
      {"CL.0 with TE", 400,
       post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"TE.TE unknown second", 400,
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n", "0\r\n\r\n")},
      {"TE twice", 400,
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"TE identity", 400, post("Transfer-Encoding: identity\r\n")},
      {"TE gzip, chunked", 400, post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
      {"TE chunked, identity", 400, post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")},
      {"TE xchunked", 400, post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
      {"TE quoted", 400, post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")},
      {"TE with vertical tab", 400,
       post("Transfer-Encoding: \x0b"
            "chunked\r\n",
            "0\r\n\r\n")},
      {"TE empty", 400, post("Transfer-Encoding:\r\n", "0\r\n\r\n")},
      {"TE chunked with parameter", 400, post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")},
      {"TE with underscore", 400, post("Transfer_Encoding: chunked\r\n", "0\r\n\r\n")},
      {"CL with underscore", 400, post("Content_Length: 5\r\n", "hello")},
      {"CL twice, other values", 400, post("Content-Length: 5\r\nContent-Length: 0\r\n", "hello")},
      {"CL twice, same value", 400, post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
      {"CL list", 400, post("Content-Length: 5, 5\r\n", "hello")},
      {"CL negative", 400, post("Content-Length: -1\r\n")},
      {"CL plus", 400, post("Content-Length: +5\r\n", "hello")},
      {"CL hex", 400, post("Content-Length: 0x5\r\n", "hello")},
      {"CL with inner space", 400, post("Content-Length: 5 0\r\n", "hello")},
      {"CL padded", 400, post("Content-Length: 005\r\n", "hello")},
      {"CL empty", 400, post("Content-Length:\r\n", "hello")},
      {"CL beyond 64 bits", 400, post("Content-Length: 18446744073709551621\r\n", "hello")},
      {"CL decimal point", 400, post("Content-Length: 5.0\r\n", "hello")},
      {"GET with a length", 400,
       "GET /hello HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\n\r\nhello"},
      {"GET chunked", 400,
       "GET /hello HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"two encodings", 400, post("Content-Encoding: gzip, br\r\nContent-Length: 5\r\n", "hello")},
      {"no encoding", 400, post("Content-Encoding:\r\nContent-Length: 5\r\n", "hello")},
      {"encoding twice", 400, post("Content-Encoding: identity\r\nContent-Encoding: identity\r\n")},
      {"expects something else", 417, post("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello")},
  };
}

std::vector<BadRequest> lines_and_names() {
  return {
      {"bare LF everywhere", 400, "POST /count HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n"},
      {"bare LF after the first line", 400, "POST /count HTTP/1.1\n" + kHost + "\r\n"},
      {"bare LF after a header", 400, kPost + "Host: localhost\nContent-Length: 0\r\n\r\n"},
      {"bare LF as the empty line", 400, kPost + "Host: localhost\r\n\n"},
      {"bare CR in a value", 400, kPost + "Host: local\rhost\r\n\r\n"},
      {"CR CR LF", 400, kPost + "Host: localhost\r\r\n\r\n"},
      {"CR in the target", 400, "POST /count\r HTTP/1.1\r\n" + kHost + "\r\n"},
      {"NUL in a value", 400, kPost + "Host: localhost\r\nX: a\0b\r\n\r\n"s},
      {"NUL in a name", 400, kPost + "Host: localhost\r\nX\0Y: b\r\n\r\n"s},
      {"NUL in the target", 400, "POST /cou\0nt HTTP/1.1\r\nHost: localhost\r\n\r\n"s},
      {"obs-fold by a space", 400, post("X: a\r\n b\r\n")},
      {"obs-fold by a tab", 400, post("X: a\r\n\tb\r\n")},
      {"obs-fold of TE", 400, post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")},
      {"fold before the first header", 400, kPost + " Host: localhost\r\n\r\n"},
      {"space before the colon", 400, post("Content-Length : 5\r\n", "hello")},
      {"tab before the colon", 400, post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")},
      {"space in a name", 400, post("X Y: a\r\n")},
      {"name is missing", 400, post(": a\r\n")},
      {"colon is missing", 400, post("NoColonHere\r\n")},
      {"name of other letters", 400, post("X\xc3\xa9: a\r\n")},
      {"escape character in a value", 400, post("X: \x1b[31m\r\n")},
      {"DEL in a value", 400, post("X: \x7f\r\n")},
      {"empty first line", 400, "\r\n" + kSecond},
      {"two spaces after the method", 400, "POST  /count HTTP/1.1\r\n" + kHost + "\r\n"},
      {"tab for a space", 400, "POST\t/count\tHTTP/1.1\r\n" + kHost + "\r\n"},
      {"space in the target", 400, "POST /co unt HTTP/1.1\r\n" + kHost + "\r\n"},
      {"space at the end of the line", 400, "POST /count HTTP/1.1 \r\n" + kHost + "\r\n"},
      {"method in small letters", 400, "post /count HTTP/1.1\r\n" + kHost + "\r\n"},
      {"method with a mark", 400, "PO:ST /count HTTP/1.1\r\n" + kHost + "\r\n"},
      {"version is missing", 400, "POST /count\r\n" + kHost + "\r\n"},
      {"HTTP/1.0", 505, "POST /count HTTP/1.0\r\n" + kHost + "\r\n"},
      {"HTTP/0.9 like", 400, "GET /hello\r\n\r\n"},
      {"HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"HTTP/1.1x", 505, "POST /count HTTP/1.1x\r\n" + kHost + "\r\n"},
      {"version in small letters", 400, "POST /count http/1.1\r\n" + kHost + "\r\n"},
      {"TLS greeting", 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s},
  };
}

std::vector<BadRequest> hosts_and_targets() {
  return {
      {"no Host", 400, kPost + "Content-Length: 0\r\n\r\n"},
      {"Host twice", 400, kPost + kHost + kHost + "\r\n"},
      {"Host twice, other", 400, kPost + kHost + "Host: evil.example\r\n\r\n"},
      {"Host empty", 400, kPost + "Host:\r\n\r\n"},
      {"Host of another site", 421, kPost + "Host: evil.example\r\n\r\n"},
      {"Host that begins like ours", 421, kPost + "Host: localhost.evil.example\r\n\r\n"},
      {"Host with user", 400, kPost + "Host: localhost:80@evil.example\r\n\r\n"},
      {"Host with a path", 421, kPost + "Host: localhost/x\r\n\r\n"},
      {"Host with a bad port", 400, kPost + "Host: localhost:8x\r\n\r\n"},
      {"Host list", 421, kPost + "Host: localhost, evil.example\r\n\r\n"},
      {"Host of a foreign address", 421, kPost + "Host: 192.0.2.7\r\n\r\n"},
      {"absolute target", 400, "POST http://localhost/count HTTP/1.1\r\n" + kHost + "\r\n"},
      {"asterisk target", 400, "OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n"},
      {"authority target", 400, "CONNECT localhost:80 HTTP/1.1\r\n" + kHost + "\r\n"},
      {"fragment", 400, "POST /count#x HTTP/1.1\r\n" + kHost + "\r\n"},
      {"cut escape", 400, "POST /count%2 HTTP/1.1\r\n" + kHost + "\r\n"},
      {"escape of no hex", 400, "POST /count%zz HTTP/1.1\r\n" + kHost + "\r\n"},
      {"target of other letters", 400, "POST /\xc3\xa9 HTTP/1.1\r\n" + kHost + "\r\n"},
      {"foreign origin", 403, post("Origin: https://evil.example\r\nContent-Length: 0\r\n")},
      {"null origin", 403, post("Origin: null\r\nContent-Length: 0\r\n")},
  };
}

std::vector<BadRequest> chunks() {
  return {
      {"chunk extension", 400, kChunked + "5;a=b\r\nhello\r\n0\r\n\r\n"},
      {"chunk extension with bare LF", 400, kChunked + "5;\nhello\r\n0\r\n\r\n"},
      {"extension of the last chunk", 400, kChunked + "0;a\r\n\r\n"},
      {"trailer", 400, kChunked + "0\r\nX: a\r\n\r\n"},
      {"chunk size of no hex", 400, kChunked + "g\r\nhello\r\n0\r\n\r\n"},
      {"chunk size 0x5", 400, kChunked + "0x5\r\nhello\r\n0\r\n\r\n"},
      {"chunk size negative", 400, kChunked + "-5\r\nhello\r\n0\r\n\r\n"},
      {"chunk size plus", 400, kChunked + "+5\r\nhello\r\n0\r\n\r\n"},
      {"chunk size with a space before", 400, kChunked + " 5\r\nhello\r\n0\r\n\r\n"},
      {"chunk size with a space behind", 400, kChunked + "5 \r\nhello\r\n0\r\n\r\n"},
      {"chunk size empty", 400, kChunked + "\r\nhello\r\n0\r\n\r\n"},
      {"chunk size too long", 400, kChunked + "000000005\r\nhello\r\n0\r\n\r\n"},
      {"chunk size beyond 64 bits", 400, kChunked + "ffffffffffffffff5\r\nhello"},
      {"bare LF behind a size", 400, kChunked + "5\nhello\r\n0\r\n\r\n"},
      {"bare LF behind a chunk", 400, kChunked + "5\r\nhello\n0\r\n\r\n"},
      {"chunk longer than said", 400, kChunked + "5\r\nhelloo\r\n0\r\n\r\n"},
      {"bare LF at the end", 400, kChunked + "0\r\n\n"},
      {"chunk over the limit", 413, kChunked + "7fffffff\r\nhello"},
  };
}

void expect_refused(const std::vector<BadRequest>& cases) {
  HttpOptions options;
  options.header_deadline = std::chrono::milliseconds(500);
  options.body_deadline = std::chrono::milliseconds(500);
  options.linger = std::chrono::milliseconds(20);
  ServedRoutes served(options);
  for (const BadRequest& bad : cases) {
    SCOPED_TRACE(bad.name);
    RawClient client(served.port());
    client.send(bad.bytes + kSecond);
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 " + std::to_string(bad.status) + " ");
    EXPECT_EQ(answer.find("\nHTTP/1.1 "), std::string::npos) << "a second answer: " << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
  }
  EXPECT_EQ(served.counted(), 0);
  EXPECT_EQ(served.server().counters().requests_refused, cases.size());
}

TEST(HttpFraming, AmbiguousLengthsAreRefused) { expect_refused(length_and_encoding()); }
TEST(HttpFraming, MalformedLinesAreRefused) { expect_refused(lines_and_names()); }
TEST(HttpFraming, ForeignHostsAndTargetsAreRefused) { expect_refused(hosts_and_targets()); }
TEST(HttpFraming, LooseChunksAreRefused) { expect_refused(chunks()); }

TEST(HttpFraming, EveryBadRequestIsRefusedByteByByteToo) {
  HttpOptions options;
  options.header_deadline = std::chrono::milliseconds(500);
  options.linger = std::chrono::milliseconds(5);
  ServedRoutes served(options);
  for (const auto& cases : {length_and_encoding(), chunks()}) {
    for (const BadRequest& bad : cases) {
      SCOPED_TRACE(bad.name);
      RawClient client(served.port());
      for (const char byte : bad.bytes + kSecond)
        if (!client.send(std::string_view(&byte, 1))) break;
      const std::string answer = client.read_to_end();
      // A reset may swallow the answer when we still send; never may a second request be taken.
      if (answer.empty()) continue;
      EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 " + std::to_string(bad.status) + " ");
    }
  }
  EXPECT_EQ(served.counted(), 0);
}

TEST(HttpFraming, ABodyThatNobodyCanUnpackReachesNoHandler) {
  ServedRoutes served;
  for (const std::string encoding : {"br", "deflate"}) {
    RawClient client(served.port());
    client.send(post("Content-Encoding: " + encoding + "\r\nContent-Length: 5\r\n", "hello"));
    EXPECT_EQ(client.read_response().status, 415);
  }
  EXPECT_EQ(served.counted(), 0);
}

TEST(HttpFraming, GoodRequestsAreAnsweredInTheirOrder) {
  ServedRoutes served;
  RawClient client(served.port());
  client.send(post("Content-Length: 5\r\n", "hello") + kChunked +
              "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n" +
              "GET /hello HTTP/1.1\r\nhost: 127.0.0.1:80\r\n\r\n" +
              "HEAD /hello HTTP/1.1\r\nHost: [::1]:9\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "5");
  EXPECT_EQ(client.read_response().body, "13");
  EXPECT_EQ(client.read_response().body, "hello");
  const std::string last = client.read_to_end();
  EXPECT_EQ(last.substr(0, 13), "HTTP/1.1 200 ");
  EXPECT_NE(last.find("Content-Length: 5"), std::string::npos);
  EXPECT_EQ(last.substr(last.size() - 4), "\r\n\r\n") << "a HEAD takes no body";
  EXPECT_TRUE(client.closed());
}

TEST(HttpFraming, AGoodRequestByteByByteIsAnswered) {
  ServedRoutes served;
  RawClient client(served.port());
  for (const char byte : kChunked + "3\r\nabc\r\n0\r\n\r\n")
    client.send(std::string_view(&byte, 1));
  EXPECT_EQ(client.read_response().body, "3");
}

TEST(HttpFraming, UnknownPathsAndMethodsKeepTheConnection) {
  ServedRoutes served;
  RawClient client(served.port());
  client.send("GET /../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 404);
  client.send("DELETE /count HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto refused = client.read_response();
  EXPECT_EQ(refused.status, 405);
  EXPECT_NE(refused.head.find("Allow: POST"), std::string::npos);
  client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "hello");
}

TEST(HttpFraming, AnExpectedContinueIsSaid) {
  ServedRoutes served;
  RawClient client(served.port());
  client.send(post("Expect: 100-continue\r\nContent-Length: 5\r\n"));
  EXPECT_EQ(client.read_response().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read_response().body, "5");
}

}  // namespace
}  // namespace tenure
