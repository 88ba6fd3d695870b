// gRPC-Web over HTTP/1.1, byte by byte: what outsiders' clients expect.
#include "tenure/api/v1/account.pb.h"
#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/served_engine.h"

namespace tenure {
namespace {

using testing::EventBuilder;
using testing::field;
using testing::framed;
using testing::post;
using testing::RawResponse;
using testing::ServedEngine;
using namespace std::string_literals;

const std::string kGetAccount = "/tenure.api.v1.AccountService/GetAccount";
const std::string kProto = "application/grpc-web+proto";
const std::string kJson = "application/grpc-web+json";
const std::string kGood = framed("grpc-status: 0\r\n", '\x80');

std::string ask(const std::string& account) {
  api::v1::GetAccountRequest request;
  request.set_account(account);
  return framed(request.SerializeAsString());
}

// The message of the first frame, when a good trailer and nothing else stands behind it.
std::string message_of(const std::string& body) {
  if (body.size() < kGood.size() + 5 || body.substr(body.size() - kGood.size()) != kGood) return "";
  const std::string first = body.substr(0, body.size() - kGood.size());
  return first == framed(first.substr(5)) ? first.substr(5) : "";
}

class GrpcWeb : public ::testing::Test {
 protected:
  GrpcWeb() {
    testing::pb::EmailReceived mail;
    mail.set_thread("t1");
    served.log(EventBuilder("mail", "m1")
                   .account("acc-7")
                   .at("2026-03-01T08:00Z")
                   .person("anna")
                   .payload(mail));
  }
  RawResponse call(const std::string& type, const std::string& body,
                   const std::string& fields = "") {
    return post(served.port(), kGetAccount, type, body, fields);
  }
  ServedEngine served;
};

TEST_F(GrpcWeb, AnswersAMessageAndTrailers) {
  for (const std::string& type : {kProto, std::string("application/grpc-web")}) {
    const RawResponse answer = call(type, ask("acc-7"), "X-Grpc-Web: 1\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(field(answer, "Content-Type"), type);
    EXPECT_NE(field(answer, "Tenure-Position"), "");
    api::v1::GetAccountResponse response;
    ASSERT_TRUE(response.ParseFromString(message_of(answer.body)));
    EXPECT_EQ(response.account(), "acc-7");
    EXPECT_EQ(response.events(), 1U);
  }
}

TEST_F(GrpcWeb, SpeaksJsonToo) {
  const RawResponse answer = call(kJson, framed("{\"account\":\"acc-7\"}"));
  EXPECT_EQ(field(answer, "Content-Type"), kJson);
  boost::system::error_code failed;
  const auto json = boost::json::parse(message_of(answer.body), failed);
  ASSERT_FALSE(failed) << answer.body;
  EXPECT_EQ(json.at("account").as_string(), "acc-7");
}

TEST_F(GrpcWeb, ErrorsStandInTheHead) {
  struct Case {
    std::string body;
    std::string status;
    std::string message;
  };
  for (const Case& bad :
       {Case{ask("nobody"), "5", "nobody"}, Case{ask(""), "3", "account: say which"},
        Case{ask("\xC3\xA9%\n"), "5", "%C3%A9%25"}, Case{framed("\xff\xff"), "3", "is no"}}) {
    const RawResponse answer = call(kProto, bad.body);
    EXPECT_EQ(answer.status, 200) << "gRPC-Web's errors are not HTTP's";
    EXPECT_EQ(field(answer, "Content-Type"), kProto);
    EXPECT_EQ(field(answer, "grpc-status"), bad.status);
    EXPECT_NE(field(answer, "grpc-message").find(bad.message), std::string::npos)
        << field(answer, "grpc-message");
    EXPECT_EQ(answer.body, "");
  }
}

TEST_F(GrpcWeb, FramesAreReadStrictly) {
  const std::string good = ask("acc-7");
  const auto status_of = [&](const std::string& bytes) {
    const RawResponse answer = call(kProto, bytes);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "");
    return field(answer, "grpc-status");
  };
  for (const std::string& bad :
       {"\0\0\0\0"s, good + "x", good.substr(0, good.size() - 1), good + kGood,
        framed(good.substr(5), '\x80'), framed(good.substr(5), '\x02'),
        "\0\xff\xff\xff\xff"s + good.substr(5)})
    EXPECT_EQ(status_of(bad), "3");
  // No message, and more than one, are gRPC's "unimplemented".
  EXPECT_EQ(status_of(""), "12");
  EXPECT_EQ(status_of(good + good), "12");
  EXPECT_EQ(status_of(framed(good.substr(5), '\x01')), "13") << "packed, and nothing says how";
  // An empty message is a message.
  EXPECT_EQ(field(call(kProto, framed("")), "grpc-message"), "account: say which");
}

TEST_F(GrpcWeb, OtherContentTypesAreRefused) {
  for (const std::string type : {"application/grpc-web-text", "application/grpc",
                                 "application/grpc-web+thrift", "application/connect+proto"})
    EXPECT_EQ(call(type, ask("acc-7")).status, 415) << type;
}

TEST_F(GrpcWeb, TakesItsOwnTimeout) {
  for (const std::string time : {"120m", "120000u", "0S", "1000n"}) {
    const RawResponse late = call(
        kProto, ask("acc-7"), "tenure-read-at-least: 1/999999\r\ngrpc-timeout: " + time + "\r\n");
    EXPECT_EQ(field(late, "grpc-status"), "14") << time;
    EXPECT_NE(field(late, "grpc-message").find("1/999999"), std::string::npos);
  }
  for (const std::string bad : {"1", "S", "1x", "-1S", "123456789S", "1.5S"})
    EXPECT_EQ(field(call(kProto, ask("acc-7"),
                         "tenure-read-at-least: 0/1\r\ngrpc-timeout: " + bad + "\r\n"),
                    "grpc-status"),
              "3")
        << bad;
}

}  // namespace
}  // namespace tenure
