// Watches: what is now, then again whenever it changed.
#include "tenure/api/v1/subscription.pb.h"
#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/served_engine.h"

#include <chrono>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using testing::await;
using testing::EventBuilder;
using testing::field;
using testing::framed;
using testing::post;
using testing::post_bytes;
using testing::RawClient;
using testing::RawResponse;
using testing::ServedEngine;

namespace msg = ::tenure::api::v1;

const std::string kService = "/tenure.api.v1.SubscriptionService/";
const std::string kJson = "application/connect+json";
const std::string kProto = "application/connect+proto";

LiveFeedOptions quick() {
  LiveFeedOptions live;
  live.tick_min = milliseconds(10);
  live.look_every = milliseconds(20);
  return live;
}

void log_mail(ServedEngine& served, int number, std::string_view account = "acc-7") {
  testing::pb::EmailReceived mail;
  mail.set_thread("t1");
  served.log(EventBuilder("mail", "m" + std::to_string(number))
                 .account(account)
                 .at("2026-03-01T08:00Z")
                 .person("anna")
                 .payload(mail));
}

void log_owner(ServedEngine& served, const std::string& account, const std::string& owner,
               const std::string& id) {
  testing::pb::AccountAssigned assigned;
  assigned.set_owner(owner);
  served.log(EventBuilder("crm", id).account(account).at("2026-02-01T08:00Z").payload(assigned));
}

struct Frame {
  int flags = -1;  // -1 = the answer ended
  std::string message;
  [[nodiscard]] boost::json::value json() const {
    boost::system::error_code failed;
    auto value = boost::json::parse(message, failed);
    if (failed) ADD_FAILURE() << "no JSON: " << message;
    return value;
  }
};

std::vector<std::string> accounts_in(const boost::json::value& message, const std::string& list) {
  std::vector<std::string> names;
  for (const auto& row : message.at(list).as_array())
    names.emplace_back(row.is_string() ? row.as_string().c_str()
                                       : row.at("account").as_string().c_str());
  return names;
}

// One call whose answer goes on.
class Stream {
 public:
  Stream(ServedEngine& served, const std::string& method, const std::string& type,
         const std::string& message, const std::string& fields = "")
      : client_(served.port()) {
    client_.send(post_bytes(kService + method, type, framed(message), fields));
    head_ = client_.read_until("\r\n\r\n");
  }
  [[nodiscard]] const std::string& head() const { return head_; }
  // A chunk of the body holds a frame.
  Frame next() {
    const std::string line = client_.read_until("\r\n");
    const std::size_t bytes = std::strtoul(line.c_str(), nullptr, 16);
    if (bytes < 5) return {};
    const std::string chunk = client_.read_bytes(bytes + 2);
    Frame frame{static_cast<unsigned char>(chunk[0]), chunk.substr(5, bytes - 5)};
    EXPECT_EQ(chunk, framed(frame.message, chunk[0]) + "\r\n");
    return frame;
  }

 private:
  RawClient client_;
  std::string head_;
};

std::string events_of(const Frame& frame) {
  return frame.json().at("account").at("events").as_string().c_str();
}

std::string token_of(const Frame& frame) {
  return frame.json().at("resume_token").as_string().c_str();
}

TEST(Watch, AnAccountIsToldNowAndWhenItChanged) {
  ServedEngine served(nullptr, quick());
  log_mail(served, 1);
  Stream stream(served, "WatchAccount", kJson, "{\"account\":\"acc-7\"}");
  EXPECT_EQ(stream.head().substr(0, 13), "HTTP/1.1 200 ");
  EXPECT_NE(stream.head().find("Content-Type: " + kJson + "\r\n"), std::string::npos);
  const Frame first = stream.next();
  EXPECT_EQ(first.flags, 0);
  EXPECT_EQ(events_of(first), "1");
  EXPECT_NE(first.json().at("freshness").at("position").as_string(), "");
  EXPECT_EQ(first.json().at("account").as_object().if_contains("freshness"), nullptr);
  // Others move, and time passes: nothing of that is this account's.
  for (int k = 100; k < 110; ++k) log_mail(served, k, "acc-8");
  log_mail(served, 2);
  const Frame second = stream.next();
  EXPECT_EQ(events_of(second), "2");
  EXPECT_NE(token_of(second), token_of(first));
}

TEST(Watch, ResumesByToken) {
  ServedEngine served(nullptr, quick());
  log_mail(served, 1);
  std::string token;
  {
    Stream stream(served, "WatchAccount", kJson, "{\"account\":\"acc-7\"}");
    token = token_of(stream.next());
    ASSERT_NE(token, "");
  }
  const std::string again = "{\"account\":\"acc-7\",\"resume_token\":\"" + token + "\"}";
  {
    Stream stream(served, "WatchAccount", kJson, again);
    log_mail(served, 2);
    EXPECT_EQ(events_of(stream.next()), "2") << "the first message is one that the client has not";
  }
  Stream missed(served, "WatchAccount", kJson, again);
  EXPECT_EQ(events_of(missed.next()), "2");
  Stream other(served, "WatchAccount", kJson, "{\"account\":\"acc-7\",\"resume_token\":\"x\"}");
  EXPECT_EQ(events_of(other.next()), "2");
}

TEST(Watch, SpeaksBinaryAndGrpcWeb) {
  ServedEngine served(nullptr, quick());
  log_mail(served, 1);
  msg::WatchAccountRequest request;
  request.set_account("acc-7");
  for (const std::string& type : {kProto, std::string("application/grpc-web+proto")}) {
    Stream stream(served, "WatchAccount", type, request.SerializeAsString());
    EXPECT_NE(stream.head().find("Content-Type: " + type + "\r\n"), std::string::npos);
    msg::WatchAccountResponse response;
    ASSERT_TRUE(response.ParseFromString(stream.next().message));
    EXPECT_EQ(response.account().events(), 1U);
    EXPECT_NE(response.resume_token(), "");
  }
}

TEST(Watch, AlertsAreThoseOfAnOwner) {
  ServedEngine served(nullptr, quick());
  testing::pb::AccountAssigned owner;
  owner.set_owner("kim");
  served.log(EventBuilder("crm", "o1").account("acc-7").at("2026-02-01T08:00Z").payload(owner));
  Stream all(served, "WatchAlerts", kJson, "{}");
  Stream kims(served, "WatchAlerts", kJson, "{\"owner\":\"kim\"}");
  Stream lees(served, "WatchAlerts", kJson, "{\"owner\":\"lee\"}");
  for (Stream* stream : {&all, &kims, &lees})
    EXPECT_EQ(stream->next().json().at("total").as_string(), "0");
  served.raise_alert("acc-7");
  served.raise_alert("acc-8");
  const auto told = [](Stream& stream, const char* total) {
    Frame frame = stream.next();
    while (frame.flags == 0 && frame.json().at("total").as_string() != total) frame = stream.next();
    return frame.flags == 0 ? frame.json() : boost::json::value();
  };
  EXPECT_NE(told(all, "2"), boost::json::value());
  const auto kim = told(kims, "1");
  EXPECT_EQ(kim.at("alerts").as_array().at(0).at("account").as_string(), "acc-7");
  served.log(EventBuilder("crm", "o2").account("acc-8").at("2026-02-02T08:00Z").payload([] {
    testing::pb::AccountAssigned lee;
    lee.set_owner("lee");
    return lee;
  }()));
  EXPECT_EQ(told(lees, "1").at("alerts").as_array().at(0).at("account").as_string(), "acc-8");
}

TEST(Watch, AlertsAreThoseOfWhoeverCoversToo) {
  ServedEngine served(nullptr, quick());
  log_owner(served, "acc-7", "kim", "o-7");
  log_owner(served, "acc-8", "lee", "o-8");
  served.raise_alert("acc-7");
  served.raise_alert("acc-8");
  Stream lees(served, "WatchAlerts", kJson, "{\"owner\":\"lee\"}");
  const Frame before = lees.next();
  EXPECT_EQ(accounts_in(before.json(), "alerts"), std::vector<std::string>{"acc-8"});
  const auto away =
      served.call("ActService/Record", R"({"id":"h-1","actor":"kim","away":{"cover":"lee"}})");
  ASSERT_EQ(away.status, 200) << away.body;
  const boost::json::value now = lees.next().json();
  ASSERT_EQ(now.at("total").as_string(), "2");
  for (const auto& alert : now.at("alerts").as_array()) {
    const auto* cover = alert.as_object().if_contains("cover");
    EXPECT_EQ(cover != nullptr, alert.at("account").as_string() == "acc-7");
    if (cover != nullptr) {
      EXPECT_EQ(cover->at("by").as_string(), "lee");
    }
  }
}

TEST(Watch, AlertsAreToldAsDifferences) {
  ServedEngine served(nullptr, quick());
  served.raise_alert("acc-7");
  served.raise_alert("acc-8");
  using Names = std::vector<std::string>;
  const auto texts = [](const boost::json::value& message, const char* field) {
    Names names;
    for (const auto& one : message.at(field).as_array()) names.emplace_back(one.as_string());
    return names;
  };
  std::string token;
  std::string gone;
  {
    Stream stream(served, "WatchAlerts", kJson, "{}");
    const boost::json::value whole = stream.next().json();
    EXPECT_TRUE(whole.at("snapshot").as_bool());
    EXPECT_EQ(accounts_in(whole, "alerts").size(), 2U);
    EXPECT_EQ(texts(whole, "order").size(), 2U);
    served.raise_alert("acc-9");
    const boost::json::value more = stream.next().json();
    EXPECT_FALSE(more.at("snapshot").as_bool());
    EXPECT_EQ(accounts_in(more, "alerts"), Names{"acc-9"});
    EXPECT_EQ(more.at("total").as_string(), "3");
    EXPECT_EQ(texts(more, "left"), Names{});
    const boost::json::value& alert = more.at("alerts").as_array().at(0);
    gone = alert.at("id").as_string().c_str();
    const std::string which = R"("account":"acc-9","actor":"kim","rule":")" +
                              std::string(alert.at("rule").as_string()) + R"(","subject":")" +
                              std::string(alert.at("subject").as_string()) + '"';
    ASSERT_EQ(
        served.call("AlertService/Act", R"({"id":"a-1","act":"acknowledge",)" + which + "}").status,
        200);
    const boost::json::value changed = stream.next().json();
    EXPECT_EQ(accounts_in(changed, "alerts"), Names{"acc-9"});
    EXPECT_EQ(changed.at("alerts").as_array().at(0).at("state").as_string(), "acknowledged");
    EXPECT_EQ(texts(changed, "order"), Names{}) << "it stands where it stood";
    const auto cleared = served.call(
        "AlertService/Act", R"({"id":"a-2","act":"clear","reason":"settled",)" + which + "}");
    ASSERT_EQ(cleared.status, 200) << cleared.body;
    const boost::json::value fewer = stream.next().json();
    EXPECT_EQ(texts(fewer, "left"), Names{gone});
    EXPECT_EQ(accounts_in(fewer, "alerts"), Names{});
    token = fewer.at("resume_token").as_string().c_str();
  }
  {
    Stream stream(served, "WatchAlerts", kJson, R"({"resume_token":")" + token + "\"}");
    served.raise_alert("acc-6");
    const boost::json::value more = stream.next().json();
    EXPECT_FALSE(more.at("snapshot").as_bool()) << "nothing had changed since";
    EXPECT_EQ(accounts_in(more, "alerts"), Names{"acc-6"});
  }
  Stream missed(served, "WatchAlerts", kJson, R"({"resume_token":")" + token + "\"}");
  EXPECT_TRUE(missed.next().json().at("snapshot").as_bool());
}

TEST(Watch, AlertsDoNotWaitForTheTick) {
  LiveFeedOptions live;
  live.tick_min = std::chrono::seconds(60);
  live.look_every = std::chrono::seconds(60);
  ServedEngine served(nullptr, live);
  Stream stream(served, "WatchAlerts", kJson, "{}");
  EXPECT_EQ(stream.next().json().at("total").as_string(), "0");
  RawClient listener(served.port());
  listener.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  listener.read_until("data: ");
  log_mail(served, 1, "acc-1");
  EXPECT_NE(listener.read_until("data: "), "") << "the first change after a quiet moment is told";
  // From here on the feed rests for a minute.
  for (const char* account : {"acc-7", "acc-8", "acc-9"}) {
    served.raise_alert(account);
    Frame frame = stream.next();
    while (frame.flags == 0 && frame.message.find(account) == std::string::npos)
      frame = stream.next();
    EXPECT_EQ(frame.flags, 0) << account;
  }
}

TEST(Watch, TheStatusIsTold) {
  ServedEngine served(nullptr, quick());
  Stream stream(served, "WatchStatus", kJson, "{}");
  Frame frame = stream.next();
  EXPECT_EQ(frame.json().at("status").at("accounts").as_string(), "0");
  log_mail(served, 1);
  while (frame.flags == 0 && frame.json().at("status").at("accounts").as_string() != "1")
    frame = stream.next();
  EXPECT_EQ(frame.flags, 0);
}

TEST(Watch, ErrorsEndTheStream) {
  ServedEngine served;
  const auto ended = [&](const std::string& body) {
    const RawResponse answer = post(served.port(), kService + "WatchAccount", kJson, body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(field(answer, "Content-Type"), kJson);
    EXPECT_EQ(answer.body.substr(0, 1), "\x02");
    EXPECT_EQ(answer.body, framed(answer.body.substr(5), '\x02'));
    return answer.body;
  };
  EXPECT_NE(ended(framed("{\"account\":\"nobody\"}")).find("\"not_found\""), std::string::npos);
  EXPECT_NE(ended(framed("{}")).find("account: say which"), std::string::npos);
  EXPECT_NE(ended(framed("{")).find("\"invalid_argument\""), std::string::npos);
  EXPECT_NE(ended("").find("one frame"), std::string::npos);
  EXPECT_NE(ended(framed("{}") + framed("{}")).find("one frame"), std::string::npos);
  EXPECT_NE(ended(framed("{}", '\x01')).find("compressed"), std::string::npos);
  const RawResponse grpc = post(served.port(), kService + "WatchAccount",
                                "application/grpc-web+json", framed("{\"account\":\"nobody\"}"));
  EXPECT_EQ(field(grpc, "grpc-status"), "5");
  EXPECT_EQ(served.counters().subscribers, 0U);
  for (const std::string type : {"application/json", "application/proto", "text/plain"})
    EXPECT_EQ(post(served.port(), kService + "WatchAccount", type, "{}").status, 415);
  EXPECT_EQ(testing::get(served.port(), kService + "WatchAccount").status, 405);
}

TEST(Watch, EndsAtTheTimeThatTheCallAllows) {
  ServedEngine served(nullptr, quick());
  log_mail(served, 1);
  Stream stream(served, "WatchAccount", kJson, "{\"account\":\"acc-7\"}",
                "Connect-Timeout-Ms: 100\r\n");
  EXPECT_EQ(stream.next().flags, 0);
  const Frame last = stream.next();
  EXPECT_EQ(last.flags, 2);
  EXPECT_EQ(last.json().at("error").at("code").as_string(), "deadline_exceeded");
  EXPECT_EQ(stream.next().flags, -1);
  Stream grpc(served, "WatchAccount", "application/grpc-web+json", "{\"account\":\"acc-7\"}",
              "grpc-timeout: 100m\r\n");
  EXPECT_EQ(grpc.next().flags, 0);
  const Frame trailers = grpc.next();
  EXPECT_EQ(trailers.flags, 0x80);
  EXPECT_EQ(trailers.message.substr(0, 29), "grpc-status: 4\r\ngrpc-message:");
  EXPECT_TRUE(await([&] { return served.counters().subscribers == 0; }));
}

TEST(Watch, SaysWhyWhenTheServerStops) {
  ServedEngine served(nullptr, quick());
  log_mail(served, 1);
  Stream stream(served, "WatchAccount", kJson, "{\"account\":\"acc-7\"}");
  EXPECT_EQ(stream.next().flags, 0);
  served.server().stop();
  const Frame last = stream.next();
  EXPECT_EQ(last.flags, 2);
  EXPECT_EQ(last.json().at("error").at("code").as_string(), "unavailable");
}

TEST(Watch, AListIsToldWholeAndThenWhatDiffers) {
  using Names = std::vector<std::string>;
  ServedEngine served(nullptr, quick());
  log_owner(served, "acc-7", "kim", "o-7");
  log_owner(served, "acc-8", "kim", "o-8");
  const std::string ask = R"({"owner":"kim","order_by":"name")";
  std::string token;
  {
    Stream stream(served, "WatchAccounts", kJson, ask + "}");
    const boost::json::value whole = stream.next().json();
    EXPECT_TRUE(whole.at("snapshot").as_bool());
    EXPECT_EQ(accounts_in(whole, "entered"), (Names{"acc-7", "acc-8"}));
    EXPECT_EQ(accounts_in(whole, "order"), (Names{"acc-7", "acc-8"}));
    log_owner(served, "acc-6", "kim", "o-6");
    const boost::json::value more = stream.next().json();
    EXPECT_FALSE(more.at("snapshot").as_bool());
    EXPECT_EQ(accounts_in(more, "entered"), Names{"acc-6"});
    EXPECT_EQ(accounts_in(more, "changed"), Names{});
    EXPECT_EQ(accounts_in(more, "order"), (Names{"acc-6", "acc-7", "acc-8"}));
    EXPECT_EQ(more.at("total").as_string(), "3");
    log_mail(served, 1, "acc-8");  // its row says when the client was last heard
    const boost::json::value changed = stream.next().json();
    EXPECT_EQ(accounts_in(changed, "changed"), Names{"acc-8"});
    EXPECT_EQ(accounts_in(changed, "entered"), Names{});
    EXPECT_EQ(accounts_in(changed, "order"), Names{}) << "it stands where it stood";
    log_owner(served, "acc-6", "lou", "o-6b");
    const boost::json::value fewer = stream.next().json();
    EXPECT_EQ(accounts_in(fewer, "left"), Names{"acc-6"});
    EXPECT_EQ(accounts_in(fewer, "order"), Names{});
    token = fewer.at("resume_token").as_string().c_str();
  }
  const std::string again = ask + R"(,"resume_token":")" + token + "\"}";
  {
    Stream stream(served, "WatchAccounts", kJson, again);
    log_owner(served, "acc-8", "lou", "o-8b");
    const boost::json::value fewer = stream.next().json();
    EXPECT_FALSE(fewer.at("snapshot").as_bool()) << "nothing had changed since";
    EXPECT_EQ(accounts_in(fewer, "left"), Names{"acc-8"});
  }
  Stream missed(served, "WatchAccounts", kJson, again);
  EXPECT_TRUE(missed.next().json().at("snapshot").as_bool());
  EXPECT_NE(post(served.port(), kService + "WatchAccounts", kJson, framed(R"({"order_by":"mood"})"))
                .body.find("order_by: 'mood'"),
            std::string::npos);
}

TEST(Watch, ASlowClientGetsSeveralDifferencesAsOne) {
  const auto counters = std::make_shared<HttpCounters>();
  const auto answer = LongAnswer::open(counters, 1);
  EXPECT_FALSE(answer->is_waiting());
  answer->put(std::make_shared<const std::string>("x"));
  EXPECT_TRUE(answer->is_waiting()) << "what was not sent must not be replaced by a difference";
  EXPECT_TRUE(answer->take().piece);
  EXPECT_FALSE(answer->is_waiting());
}

TEST(Watch, SharesItsPlacesWithEvents) {
  LiveFeedOptions live = quick();
  live.subscribers_max = 1;
  ServedEngine served(nullptr, live);
  log_mail(served, 1);
  {
    Stream stream(served, "WatchAccount", kJson, "{\"account\":\"acc-7\"}");
    EXPECT_EQ(stream.next().flags, 0);
    const RawResponse refused =
        post(served.port(), kService + "WatchAccount", kJson, framed("{\"account\":\"acc-7\"}"));
    EXPECT_EQ(refused.status, 200) << "a stream says so in its last frame";
    EXPECT_EQ(refused.body[0], 2);
    EXPECT_NE(refused.body.find("\"code\":\"unavailable\""), std::string::npos);
    EXPECT_NE(field(refused, "Retry-After"), "");
    EXPECT_EQ(testing::get(served.port(), "/events").status, 503);
  }
  EXPECT_TRUE(await([&] { return served.counters().subscribers == 0; }));
  EXPECT_EQ(served.counters().subscribers_refused, 2U);
}

TEST(Watch, ItsRequestHoldsItsBytes) {
  ServedEngine served;
  const std::string front = "{\"owner\":\"";
  for (const auto& [bytes, taken] : {std::pair{4096, true}, {4097, false}}) {
    const std::string owner(bytes - front.size() - 2, 'x');
    Stream stream(served, "WatchAlerts", kJson, front + owner + "\"}");
    EXPECT_EQ(stream.head().find("Transfer-Encoding: chunked") != std::string::npos, taken);
  }
}

TEST(Watch, NeedsAFeed) {
  HttpRoutes routes;
  ApiRoutes api;
  api.on<msg::WatchAccountRequest, msg::WatchAccountResponse>(
      "tenure.api.v1.SubscriptionService/WatchAccount",
      [](const auto&, auto&) -> Result<void> { return ok(); });
  const auto added = api.install({"tenure.api.v1.SubscriptionService"}, routes);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kInvalid);
  EXPECT_NE(added.error().message.find("no feed"), std::string::npos);
}

}  // namespace
}  // namespace tenure
