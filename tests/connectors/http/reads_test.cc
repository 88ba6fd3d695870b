// Reads: tags, positions, and answers at least as new as a position.
#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/served_engine.h"

#include <chrono>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using testing::EventBuilder;
using testing::field;
using testing::get;
using testing::post;
using testing::RawClient;
using testing::RawResponse;
using testing::ServedEngine;

const std::string kGetAccount = "/tenure.api.v1.AccountService/GetAccount";
const std::string kAsk =
    kGetAccount + "?connect=v1&encoding=json&base64=1&message=eyJhY2NvdW50IjoiYWNjLTcifQ";

void log_mail(ServedEngine& served, int number) {
  testing::pb::EmailReceived mail;
  mail.set_thread("t1");
  served.log(EventBuilder("mail", "m" + std::to_string(number))
                 .account("acc-7")
                 .at("2026-03-01T08:00Z")
                 .person("anna")
                 .payload(mail));
}

std::string shard_of_account(const std::string& position) {
  return position.substr(0, position.find('/'));
}

TEST(Reads, AnAnswerThatTheClientHasIsNotSentAgain) {
  ServedEngine served;
  log_mail(served, 1);
  const RawResponse first = get(served.port(), kAsk);
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(field(first, "Cache-Control"), "private, no-cache");
  const std::string tag = field(first, "ETag");
  ASSERT_EQ(tag.substr(0, 3), "W/\"");
  const RawResponse same = get(served.port(), kAsk, "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(field(same, "ETag"), tag);
  EXPECT_EQ(field(same, "Tenure-Position"), field(first, "Tenure-Position"));
  log_mail(served, 2);
  const RawResponse other = get(served.port(), kAsk, "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(other.status, 200);
  EXPECT_NE(field(other, "ETag"), tag);
}

TEST(Reads, ErrorsHaveNoTag) {
  ServedEngine served;
  const RawResponse missing = get(served.port(), kAsk, "If-None-Match: *\r\n");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(field(missing, "ETag"), "");
  EXPECT_EQ(field(missing, "Cache-Control"), "no-store");
}

TEST(Reads, SayThePositionThatTheyHold) {
  ServedEngine served;
  log_mail(served, 1);
  const RawResponse got = get(served.port(), kAsk);
  const RawResponse posted =
      post(served.port(), kGetAccount, "application/json", "{\"account\":\"acc-7\"}");
  const std::string position = field(got, "Tenure-Position");
  EXPECT_NE(got.body.find("\"" + position + "\""), std::string::npos) << got.body;
  EXPECT_EQ(field(posted, "Tenure-Position"), position);
  EXPECT_EQ(field(posted, "ETag"), "");
  const RawResponse many =
      post(served.port(), "/tenure.api.v1.AlertService/ListAlerts", "application/json", "{}");
  EXPECT_NE(field(many, "Tenure-Position").find(','), std::string::npos);
}

TEST(Reads, AtLeastAsNewAsWhatIsFoldedAreAnsweredAtOnce) {
  ServedEngine served;
  log_mail(served, 1);
  const std::string held = field(get(served.port(), kAsk), "Tenure-Position");
  for (const std::string& position : {held, std::string("0/0"), "0/0, 1/0," + held}) {
    EXPECT_EQ(get(served.port(), kAsk, "tenure-read-at-least: " + position + "\r\n").status, 200)
        << position;
    EXPECT_EQ(post(served.port(), kGetAccount, "application/json", "{\"account\":\"acc-7\"}",
                   "Tenure-Read-At-Least: " + position + "\r\n")
                  .status,
              200);
  }
}

TEST(Reads, WaitForAPositionThatIsStillToCome) {
  ServedEngine served;
  log_mail(served, 1);
  const std::string held = field(get(served.port(), kAsk), "Tenure-Position");
  const int next = std::stoi(held.substr(held.find('/') + 1)) + 1;
  const std::string wanted = shard_of_account(held) + "/" + std::to_string(next);
  RawClient waiting(served.port());
  waiting.send("GET " + kAsk + " HTTP/1.1\r\nHost: localhost\r\ntenure-read-at-least: " + wanted +
               "\r\n\r\n");
  // Many that wait hold nobody up: no thread waits with them.
  std::vector<std::unique_ptr<RawClient>> others;
  for (int k = 0; k < 20; ++k) {
    others.push_back(std::make_unique<RawClient>(served.port()));
    others.back()->send("GET " + kAsk + " HTTP/1.1\r\nHost: localhost\r\ntenure-read-at-least: " +
                        wanted + "\r\n\r\n");
  }
  EXPECT_EQ(get(served.port(), kAsk).status, 200);
  log_mail(served, 2);
  const RawResponse came = waiting.read_response();
  EXPECT_EQ(came.status, 200);
  EXPECT_GE(std::stoi(field(came, "Tenure-Position").substr(held.find('/') + 1)), next);
  for (auto& other : others) EXPECT_EQ(other->read_response().status, 200);
}

TEST(Reads, SayWhatLacksWhenTheTimeHasPassed) {
  ServedEngine served;
  log_mail(served, 1);
  const auto start = std::chrono::steady_clock::now();
  const RawResponse late =
      get(served.port(), kAsk, "tenure-read-at-least: 0/0,1/999999\r\nConnect-Timeout-Ms: 120\r\n");
  const auto spent = std::chrono::steady_clock::now() - start;
  EXPECT_GE(spent, milliseconds(110));
  EXPECT_LT(spent, milliseconds(3000));
  EXPECT_EQ(late.status, 503);
  EXPECT_EQ(field(late, "Content-Type"), "application/json");
  EXPECT_NE(late.body.find("\"unavailable\""), std::string::npos);
  EXPECT_NE(late.body.find("shard 1 is folded up to 1/"), std::string::npos) << late.body;
  EXPECT_NE(late.body.find("1/999999 was asked for"), std::string::npos);
}

TEST(Reads, APositionThatCannotBeIsRefused) {
  ServedEngine served;
  log_mail(served, 1);
  for (const std::string bad :
       {"x", "0", "/", "0/", "/7", "0/-1", "2/1", "99999999999/1", "0/18446744073709551616",
        "reference/1", "0/1,,1/1", "0/1;1/1", "0/1 1/1", "0/0x1"}) {
    const RawResponse refused = get(served.port(), kAsk, "tenure-read-at-least: " + bad + "\r\n");
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_NE(refused.body.find("tenure-read-at-least"), std::string::npos) << bad;
  }
  for (const std::string bad : {"x", "-1", "12345678901", "1.5", "0x10"})
    EXPECT_EQ(
        get(served.port(), kAsk, "tenure-read-at-least: 0/1\r\nConnect-Timeout-Ms: " + bad + "\r\n")
            .status,
        400)
        << bad;
}

TEST(Reads, AStopEndsTheWait) {
  HttpOptions options;
  options.stop_wait = std::chrono::seconds(20);
  ServedEngine served(nullptr, {}, options);
  log_mail(served, 1);
  RawClient waiting(served.port());
  waiting.send("GET " + kAsk +
               " HTTP/1.1\r\nHost: localhost\r\ntenure-read-at-least: 1/999999\r\n\r\n");
  RawClient probe(served.port());
  ASSERT_TRUE(testing::await([&] { return served.counters().connections >= 2; }));
  const auto start = std::chrono::steady_clock::now();
  served.server().stop();
  const RawResponse answer = waiting.read_response();
  // It may be stopped before it is read as a request.
  EXPECT_TRUE(answer.status == 503 || answer.status == 0) << answer.status;
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2000));
}

}  // namespace
}  // namespace tenure
