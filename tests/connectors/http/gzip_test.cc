// Requests that clients compress: as a body, as a message in a frame, and in a query.
#include "connectors/http/internal/gzip.h"

#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/served_engine.h"

#include <algorithm>

namespace tenure {
namespace {

using internal::unzipped;
using internal::zipped;
using testing::field;
using testing::framed;
using testing::post;
using testing::RawResponse;
using testing::ServedEngine;

const std::string kStatus = "/tenure.api.v1.OperatorService/GetStatus";
const std::string kPacked = "Content-Encoding: gzip\r\n";

TEST(Gzip, IsTakenAsABody) {
  ServedEngine served;
  const RawResponse good = post(served.port(), kStatus, "application/json", zipped("{}"), kPacked);
  EXPECT_EQ(good.status, 200) << good.body;
  EXPECT_EQ(post(served.port(), kStatus, "application/proto", "", kPacked).status, 200);
  const RawResponse strict =
      post(served.port(), kStatus, "application/json", zipped("{\"x\":1}"), kPacked);
  EXPECT_EQ(strict.status, 400);
}

TEST(Gzip, ThatIsBrokenIsRefused) {
  ServedEngine served;
  const std::string whole = zipped("{}");
  for (const std::string& bytes :
       {std::string("{}"), whole.substr(0, whole.size() - 1), whole + "x", whole + whole}) {
    const RawResponse answer = post(served.port(), kStatus, "application/json", bytes, kPacked);
    EXPECT_EQ(answer.status, 400);
    EXPECT_NE(answer.body.find("not one whole gzip stream"), std::string::npos) << answer.body;
  }
}

TEST(Gzip, UnpacksNoMoreThanAMessageMayHold) {
  const std::string text(40'000, ' ');
  for (const std::size_t bytes_max : {40'000, 39'999, 16'384, 1, 0}) {
    const auto whole = unzipped(zipped(text), bytes_max);
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_EQ(whole->size(), std::min(text.size(), bytes_max + 1));
  }
  EXPECT_EQ(*unzipped(zipped(""), 0), "");
}

TEST(Gzip, OfTooMuchIsRefused) {
  ServedEngine served;
  const std::string body = zipped("{" + std::string(1u << 20, ' ') + "}");
  const RawResponse answer = post(served.port(), kStatus, "application/json", body, kPacked);
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(field(answer, "Retry-After"), "") << "it never fits";
  EXPECT_NE(answer.body.find("resource_exhausted"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find("1048576 bytes"), std::string::npos) << answer.body;
}

TEST(Gzip, IsAllThatIsTaken) {
  ServedEngine served;
  const RawResponse other =
      post(served.port(), kStatus, "application/json", "{}", "Content-Encoding: br\r\n");
  EXPECT_EQ(other.status, 501);
  EXPECT_EQ(field(other, "Accept-Encoding"), "gzip");
  EXPECT_EQ(boost::json::parse(other.body).at("code").as_string(), "unimplemented");
  EXPECT_EQ(post(served.port(), kStatus, "application/json", "{}", "Content-Encoding: Identity\r\n")
                .status,
            200);
  const RawResponse stream =
      post(served.port(), "/tenure.api.v1.SubscriptionService/WatchStatus",
           "application/connect+json", framed("{}"), "Connect-Content-Encoding: br\r\n");
  EXPECT_EQ(stream.status, 200) << "a stream says so in its last frame";
  EXPECT_NE(stream.body.find("unimplemented"), std::string::npos);
}

TEST(Gzip, IsTakenInAFrameThatSaysSo) {
  ServedEngine served;
  const std::string frame = framed(zipped("{}"), 1);
  const auto ask = [&](const std::string& body, const std::string& fields) {
    return post(served.port(), kStatus, "application/grpc-web+json", body, fields);
  };
  EXPECT_NE(ask(frame, "grpc-encoding: gzip\r\n").body.find("grpc-status: 0"), std::string::npos);
  EXPECT_NE(ask(framed("{}"), "grpc-encoding: gzip\r\n").body.find("grpc-status: 0"),
            std::string::npos)
      << "a frame may stand uncompressed beside the field";
  EXPECT_EQ(field(ask(frame, ""), "grpc-status"), "13");
  EXPECT_EQ(field(ask(frame, "grpc-encoding: identity\r\n"), "grpc-status"), "13");
  EXPECT_EQ(field(ask(framed("{}"), "grpc-encoding: br\r\n"), "grpc-status"), "12");
  EXPECT_NE(ask(zipped(framed("{}")), kPacked).head.find("grpc-status: 3"), std::string::npos);
}

TEST(Gzip, IsTakenInAQuery) {
  ServedEngine served;
  std::string message;
  for (const char c : zipped("{}")) {
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(c));
    message += escape;
  }
  const std::string target = kStatus + "?connect=v1&encoding=json&compression=gzip&message=";
  EXPECT_EQ(served.get(target + message).status, 200);
  EXPECT_EQ(served.get(target + "x").status, 400);
}

}  // namespace
}  // namespace tenure
