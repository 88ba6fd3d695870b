// Answers that are given again.
#include "connectors/http/internal/held_answers.h"
#include "engine/query/json_text.h"
#include "tenure/api/v1/account.pb.h"
#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/served_engine.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tenure {
namespace {

using internal::HeldAnswer;
using internal::HeldAnswers;
using testing::EventBuilder;
using testing::field;
using testing::get;
using testing::post;
using testing::RawResponse;
using testing::ServedEngine;

namespace msg = ::tenure::api::v1;

const std::string kGetAccount = "/tenure.api.v1.AccountService/GetAccount";
const std::string kAsk =
    kGetAccount + "?connect=v1&encoding=json&message={%22account%22:%22acc-7%22}";

void log_mail(ServedEngine& served, int number, std::string_view account = "acc-7") {
  testing::pb::EmailReceived mail;
  mail.set_thread("t1");
  served.log(EventBuilder("mail", "m" + std::to_string(number))
                 .account(account)
                 .at("2026-03-01T08:00Z")
                 .person("anna")
                 .payload(mail));
}

boost::json::object object_of(const RawResponse& response) {
  boost::system::error_code failed;
  auto value = boost::json::parse(response.body, failed);
  if (failed || !value.is_object()) ADD_FAILURE() << "no JSON: " << response.body;
  return value.is_object() ? value.get_object() : boost::json::object();
}

std::string without_freshness(const RawResponse& response) {
  boost::json::object object = object_of(response);
  object.erase("freshness");
  return boost::json::serialize(object);
}

// Another account of the same shard.
std::string neighbour_of(std::string_view account) {
  for (int k = 0;; ++k) {
    std::string other = "other-" + std::to_string(k);
    if (shard_of(AccountId(other), 2) == shard_of(AccountId(account), 2)) return other;
  }
}

TEST(Held, AnAnswerIsTheSameAgainButForItsFreshness) {
  ServedEngine served;
  log_mail(served, 1);
  const RawResponse first = get(served.port(), kAsk);
  const RawResponse again = get(served.port(), kAsk);
  EXPECT_EQ(without_freshness(again), without_freshness(first));
  EXPECT_EQ(field(again, "ETag"), field(first, "ETag"));
  EXPECT_EQ(field(again, "Content-Type"), "application/json");
  EXPECT_EQ(field(again, "Cache-Control"), "private, no-cache");
  // What moves elsewhere in the shard makes it newer, and no other.
  log_mail(served, 2, neighbour_of("acc-7"));
  const RawResponse newer = get(served.port(), kAsk);
  EXPECT_EQ(without_freshness(newer), without_freshness(first));
  EXPECT_EQ(field(newer, "ETag"), field(first, "ETag"));
  EXPECT_NE(field(newer, "Tenure-Position"), field(first, "Tenure-Position"));
  EXPECT_EQ(object_of(newer).at("freshness").at("position").as_string(),
            field(newer, "Tenure-Position"));
}

TEST(Held, WhatIsLoggedIsInTheNextAnswer) {
  ServedEngine served;
  for (int k = 1; k <= 20; ++k) {
    log_mail(served, k);
    for (int look = 0; look < 2; ++look)
      EXPECT_EQ(object_of(get(served.port(), kAsk)).at("events").as_string(), std::to_string(k));
  }
}

TEST(Held, TimeEndsAnAnswer) {
  ServedEngine served;
  log_mail(served, 1);
  const std::string before = without_freshness(get(served.port(), kAsk));
  served.pass(std::chrono::hours(24 * 40));
  EXPECT_NE(without_freshness(get(served.port(), kAsk)), before) << "it is silent for longer now";
}

TEST(Held, AlertsActsAndRulesEndAnAnswer) {
  ServedEngine served;
  log_mail(served, 1);
  EXPECT_EQ(object_of(get(served.port(), kAsk)).at("alerts").as_array().size(), 0U);
  served.raise_alert("acc-7");
  served.pass(std::chrono::seconds(1));
  auto now = object_of(get(served.port(), kAsk));
  EXPECT_NE(now.at("health").at("rules_version").as_string(), "");
  ASSERT_EQ(now.at("alerts").as_array().size(), 1U);
  EXPECT_EQ(now.at("alerts").at(0).at("state").as_string(), "open");
  const auto acted = served.call(
      "AlertService/Act",
      R"({"id":"a1","account":"acc-7","rule":"busy","act":"acknowledge","actor":"kim"})");
  ASSERT_EQ(acted.status, 200) << acted.body;
  now = object_of(get(served.port(), kAsk));
  EXPECT_EQ(now.at("alerts").at(0).at("state").as_string(), "acknowledged");
}

TEST(Held, EverySpellingSaysTheSame) {
  ServedEngine served;
  log_mail(served, 1);
  msg::GetAccountRequest request;
  request.set_account("acc-7");
  const std::string json = without_freshness(get(served.port(), kAsk));
  for (int look = 0; look < 2; ++look) {
    EXPECT_EQ(without_freshness(
                  post(served.port(), kGetAccount, "application/json", "{\"account\":\"acc-7\"}")),
              json);
    const RawResponse binary =
        post(served.port(), kGetAccount, "application/proto", request.SerializeAsString());
    EXPECT_EQ(field(binary, "Content-Type"), "application/proto");
    EXPECT_EQ(field(binary, "ETag"), "");
    msg::GetAccountResponse answer;
    ASSERT_TRUE(answer.ParseFromString(binary.body));
    EXPECT_EQ(answer.events(), 1U);
    EXPECT_EQ(boost::json::parse(to_json(answer.facts())),
              object_of(get(served.port(), kAsk)).at("facts"));
    EXPECT_EQ(answer.freshness().position(), field(binary, "Tenure-Position"));
    EXPECT_NE(answer.freshness().as_of(), "");
    EXPECT_TRUE(answer.freshness().complete());
    EXPECT_EQ(
        std::to_string(answer.freshness().reference_position()),
        object_of(get(served.port(), kAsk)).at("freshness").at("reference_position").as_string());
  }
}

TEST(Held, ThePastIsNotHeld) {
  ServedEngine served;
  log_mail(served, 1);
  const std::string ask = kGetAccount +
                          "?connect=v1&encoding=json&message={%22account%22:%22acc-7%22,%22at%22:"
                          "%222026-03-01T09:00:00Z%22,%22sense%22:%22AS_OF_SENSE_WAS%22}";
  EXPECT_EQ(object_of(get(served.port(), ask)).at("events").as_string(), "1");
  log_mail(served, 2);
  EXPECT_EQ(object_of(get(served.port(), ask)).at("events").as_string(), "2");
}

std::shared_ptr<const HeldAnswer> answer_of(std::size_t bytes) {
  HeldAnswer answer;
  answer.front.assign(bytes, 'x');
  return std::make_shared<const HeldAnswer>(std::move(answer));
}

TEST(Held, WhatNobodyAskedForGoesFirst) {
  HeldAnswers held(10'000);
  for (const char* key : {"a", "b", "c"}) held.hold(key, answer_of(2'500));
  EXPECT_NE(held.find("a"), nullptr);
  held.hold("d", answer_of(2'500));
  EXPECT_EQ(held.find("b"), nullptr);
  for (const char* key : {"a", "c", "d"}) EXPECT_NE(held.find(key), nullptr) << key;
  EXPECT_LE(held.bytes(), 10'000U);
  // All were asked for: each is spared once, and the one that came first of them goes.
  held.hold("f", answer_of(2'500));
  EXPECT_EQ(held.find("c"), nullptr);
  held.hold("a", answer_of(10));
  EXPECT_EQ(held.find("a")->front.size(), 10U);
  const std::size_t before = held.bytes();
  held.hold("e", answer_of(20'000));
  EXPECT_EQ(held.find("e"), nullptr);
  EXPECT_EQ(held.bytes(), before)
      << "one that is too large is not kept, and takes no other's place";
  HeldAnswers none(0);
  none.hold("a", answer_of(10));
  EXPECT_EQ(none.find("a"), nullptr);
}

TEST(Held, AQuestionIsKnownByWhatItAsks) {
  HttpRequest request;
  request.method = "GET";
  request.query = "q";
  const std::string plain = HeldAnswers::key_of(request);
  EXPECT_NE(plain, "");
  HttpRequest other = request;
  other.method = "POST";
  other.body = "q";
  EXPECT_NE(HeldAnswers::key_of(other), plain);
  HttpRequest waits = request;
  waits.fields.read_at_least = "0/1";
  EXPECT_EQ(HeldAnswers::key_of(waits), "");
  HttpRequest packed = other;
  packed.fields.content_encoding = "gzip";
  EXPECT_EQ(HeldAnswers::key_of(packed), "");
  HttpRequest large = request;
  large.query.assign(513, 'x');
  EXPECT_EQ(HeldAnswers::key_of(large), "");
}

}  // namespace
}  // namespace tenure
