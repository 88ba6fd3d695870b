// The services over the wire, with a whole engine behind them.
#include "connectors/http/loopback_client.h"
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/operator.pb.h"
#include "tests/connectors/http/support/served_engine.h"

#include <filesystem>
#include <fstream>

namespace tenure {
namespace {

using testing::ApiAnswer;
using testing::EventBuilder;
using testing::ServedEngine;

void log_mail(ServedEngine& served, std::string_view account) {
  testing::pb::EmailReceived mail;
  mail.set_thread("t1");
  served.log(EventBuilder("mail", "m1")
                 .account(account)
                 .at("2026-03-01T08:00Z")
                 .person("anna")
                 .payload(mail));
}

TEST(Api, EveryMethodOfTheProtoFilesIsServed) {
  ServedEngine served;
  int methods = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(TENURE_SOURCE_DIR "/proto/tenure/api/v1")) {
    std::ifstream in(file.path());
    std::string word, service;
    while (in >> word) {
      if (word == "service") in >> service;
      if (word != "rpc") continue;
      in >> word;
      ++methods;
      const std::string path = "/tenure.api.v1." + service + "/" + word.substr(0, word.find('('));
      EXPECT_TRUE(served.routes().has("POST", path)) << path;
    }
  }
  EXPECT_GE(methods, 6);
}

TEST(Api, AMethodWithoutAHandlerIsNamed) {
  HttpRoutes routes;
  const auto added = ApiRoutes().install({"tenure.api.v1.AccountService"}, routes);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kInvalid);
  EXPECT_NE(added.error().message.find("AccountService/GetAccount has no handler"),
            std::string::npos);
}

TEST(Api, AHandlerOfOtherMessagesIsRefused) {
  HttpRoutes routes;
  ApiRoutes api;
  api.on<api::v1::GetStatusRequest, api::v1::GetStatusResponse>(
      "tenure.api.v1.AccountService/GetAccount",
      [](const auto&, auto&) -> Result<void> { return ok(); });
  const auto added = api.install({"tenure.api.v1.AccountService"}, routes);
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().message.find("another message"), std::string::npos);
}

TEST(Api, AnAccountIsAnsweredByPostByGetAndInBinary) {
  ServedEngine served;
  log_mail(served, "acc-7");
  const ApiAnswer posted = served.call("AccountService/GetAccount", "{\"account\":\"acc-7\"}");
  ASSERT_EQ(posted.status, 200) << posted.body;
  EXPECT_EQ(posted.content_type, "application/json");
  EXPECT_EQ(posted.json().at("account").as_string(), "acc-7");
  EXPECT_EQ(posted.json().at("events").as_string(), "1");

  const std::string path = "/tenure.api.v1.AccountService/GetAccount?";
  const ApiAnswer got =
      served.get(path + "message=%7B%22account%22%3A%22acc-7%22%7D&encoding=json&connect=v1&x=1");
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.json().at("account").as_string(), "acc-7");
  const ApiAnswer coded =
      served.get(path + "connect=v1&encoding=json&base64=1&message=eyJhY2NvdW50IjoiYWNjLTcifQ");
  ASSERT_EQ(coded.status, 200) << coded.body;
  EXPECT_EQ(coded.json().at("account").as_string(), "acc-7");

  api::v1::GetAccountRequest request;
  request.set_account("acc-7");
  const ApiAnswer binary = served.request("POST", "/tenure.api.v1.AccountService/GetAccount",
                                          "application/proto", request.SerializeAsString());
  EXPECT_EQ(binary.content_type, "application/proto");
  api::v1::GetAccountResponse response;
  ASSERT_TRUE(response.ParseFromString(binary.body));
  EXPECT_EQ(response.events(), 1U);
}

TEST(Api, AnAccountIsAnsweredAsOfAnInstant) {
  ServedEngine served;
  log_mail(served, "acc-7");
  const auto ask = [&](const std::string& at, const std::string& sense) {
    return served.call("AccountService/GetAccount",
                       "{\"account\":\"acc-7\",\"at\":\"" + at + "\",\"sense\":\"" + sense + "\"}");
  };
  // The mail came on March 1st and was recorded on the 2nd.
  EXPECT_EQ(ask("2026-03-01T12:00:00Z", "AS_OF_SENSE_WAS").status, 200);
  EXPECT_EQ(ask("2026-03-01T12:00:00Z", "AS_OF_SENSE_KNOWN").code(), "not_found");
  EXPECT_EQ(ask("2026-03-01T12:00:00Z", "AS_OF_SENSE_UNSPECIFIED").code(), "not_found");
  const ApiAnswer bad = ask("yesterday", "AS_OF_SENSE_WAS");
  EXPECT_EQ(bad.code(), "invalid_argument");
  EXPECT_NE(bad.message().find("at: "), std::string::npos);
  EXPECT_EQ(ask("2026-03-01T12:00:00Z", "AS_OF_SENSE_MAYBE").code(), "invalid_argument");
}

TEST(Api, ErrorsAreConnectErrors) {
  ServedEngine served;
  const ApiAnswer unknown = served.call("AccountService/GetAccount", "{\"account\":\"nobody\"}");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.content_type, "application/json");
  EXPECT_EQ(unknown.code(), "not_found");
  const ApiAnswer empty = served.call("AccountService/GetAccount", "{}");
  EXPECT_EQ(empty.status, 400);
  EXPECT_EQ(empty.message(), "account: say which");
  const ApiAnswer text =
      served.request("POST", "/tenure.api.v1.AccountService/GetAccount", "text/plain", "{}");
  EXPECT_EQ(text.status, 415);
  EXPECT_NE(text.body.find("application/proto"), std::string::npos) << text.body;
  EXPECT_EQ(served
                .request("POST", "/tenure.api.v1.AccountService/GetAccount",
                         "application/connect+json", "{}")
                .status,
            415);
  EXPECT_EQ(served
                .request("POST", "/tenure.api.v1.AccountService/GetAccount",
                         "application/json; charset=utf-8", "{\"account\":\"nobody\"}")
                .status,
            404);
  for (const std::string charset : {"latin1", "\"UTF-16\"", "utf-8x"}) {
    const ApiAnswer other =
        served.request("POST", "/tenure.api.v1.AccountService/GetAccount",
                       "application/json; q=1; Charset=" + charset, "{\"account\":\"nobody\"}");
    EXPECT_EQ(other.status, 415) << charset;
    EXPECT_NE(other.body.find("a charset is utf-8"), std::string::npos) << other.body;
  }
  EXPECT_EQ(served.call("AccountService/Other", "{}").status, 404);
  EXPECT_EQ(
      served.get("/tenure.api.v1.AlertService/Act?connect=v1&encoding=json&message=%7B%7D").status,
      405);
}

TEST(Api, JsonIsReadStrictly) {
  ServedEngine served;
  const auto refused = [&](const std::string& body) {
    const ApiAnswer answer = served.call("AccountService/GetAccount", body);
    EXPECT_EQ(answer.status, 400) << body.substr(0, 80);
    EXPECT_EQ(answer.code(), "invalid_argument") << body.substr(0, 80);
    return answer.message();
  };
  for (const std::string body :
       {"", " ", "null", "[]", "7", "{", "{\"account\":\"a\"} x", "{account:\"a\"}",
        "{'account':'a'}", "{\"account\":\"a\",}", "{\"account\":7}", "{\"account\":\"\xff\"}",
        "{\"account\":\"a\" /* b */}", "{\"at\":{}}", "{\"sense\":1.5}"})
    refused(body);
  for (const std::string body : {"[]", " [{}]", "null", "7", "\"{\""})
    EXPECT_NE(refused(body).find("must be one JSON object"), std::string::npos) << body;
  for (const auto& [body, told] : std::vector<std::pair<std::string, std::string>>{
           {R"({"acount":"a"})", R"(acount: there is no such field; did you mean "account"?)"},
           {R"({"xyz":"a"})", "xyz: there is no such field; there are account, at, sense"},
           {R"({"account":7})", "account: must be a text in quotes"},
           {R"({"sense":"YES"})", "sense: must be one of AS_OF_SENSE_UNSPECIFIED, AS_OF"},
           {R"({"sense":99})", "sense: 99 is not known; must be one of AS_OF_SENSE_UNSPEC"}})
    EXPECT_EQ(refused(body).substr(0, told.size()), told);
  EXPECT_NE(refused("{\"account\":\"a\",\"account\":\"b\"}").find("twice"), std::string::npos);
  // A limit of depth: 32 is read (and then unknown), 33 is not JSON that is taken.
  const auto nested = [](int depth) {
    return "{\"x\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_EQ(refused(nested(32)).find("deep"), std::string::npos);
  EXPECT_NE(refused(nested(33)).find("deep"), std::string::npos);
  const auto wide = [](int keys) {
    std::string body = "{";
    for (int k = 0; k < keys; ++k) body += (k == 0 ? "\"k" : ",\"k") + std::to_string(k) + "\":1";
    return body + "}";
  };
  EXPECT_EQ(refused(wide(256)).find("large"), std::string::npos);
  EXPECT_NE(refused(wide(257)).find("large"), std::string::npos);
}

TEST(Api, EveryFieldThatDoesNotFitIsNamed) {
  ServedEngine served;
  const auto told = [&](const std::string& method, const std::string& body) {
    const ApiAnswer answer = served.call(method, body);
    EXPECT_EQ(answer.code(), "invalid_argument") << answer.body;
    return answer.message();
  };
  const std::string record = "ActService/Record";
  EXPECT_EQ(told(record, R"({"note":{"text":"a"},"task":{"title":"b"}})"),
            "what: note and task exclude each other; send one of them");
  EXPECT_EQ(told(record, R"({"call":{"duration_s":"long"}})"),
            "call.duration_s: must be a whole number");
  EXPECT_EQ(told(record, R"({"call":{"fromClient":"yes"}})"),
            "call.fromClient: must be true or false");
  EXPECT_EQ(told(record, R"({"call":{"from_client":true,"fromClient":true}})"),
            "call.fromClient: stands there as from_client too; send it once");
  EXPECT_EQ(told(record, R"({"note":"a"})"), "note: must be an object: its fields in {}");
  EXPECT_EQ(told("AlertService/ListAlerts", R"({"states":"open"})"),
            "states: must be a list in []");
  EXPECT_EQ(told("AlertService/ListAlerts", R"({"states":["open",1]})"),
            "states[1]: must be a text in quotes");
  EXPECT_EQ(told("OperatorService/GetStatus", R"({"a":1})"),
            "a: there is no such field; it has none");
}

TEST(Api, AListOfAnUnknownAccountIsNotEmpty) {
  ServedEngine served;
  const ApiAnswer answer = served.call("AlertService/ListAlerts", R"({"account":"nobody"})");
  EXPECT_EQ(answer.code(), "not_found");
  EXPECT_NE(answer.message().find("PortfolioService/Search"), std::string::npos);
}

TEST(Api, GetAsksForItsParameters) {
  ServedEngine served;
  const std::string path = "/tenure.api.v1.OperatorService/GetStatus?";
  EXPECT_EQ(served.get(path + "connect=v1&encoding=json&message=%7B%7D").status, 200);
  EXPECT_EQ(served.get(path + "connect=v1&encoding=json&message=%7B%7D&base64=2").status, 200);
  EXPECT_EQ(served.get(path + "connect=v1&encoding=json&message=%7B%7D&message=%7B%7D").message(),
            "message: stands twice in the query; send it once");
  EXPECT_EQ(served.get(path + "encoding=json&message=%7B%7D").code(), "invalid_argument");
  EXPECT_EQ(served.get(path + "connect=v1&encoding=xml&message=%7B%7D").status, 415);
  EXPECT_EQ(served.get(path + "connect=v1&encoding=connect%2Bjson&message=%7B%7D").status, 415);
  EXPECT_EQ(served.get(path + "connect=v1&encoding=json&message=%7B%7D&compression=br").code(),
            "unimplemented");
  EXPECT_EQ(served.get(path + "connect=v1&encoding=json&base64=1&message=!!").code(),
            "invalid_argument");
  EXPECT_EQ(served.get(path + "connect=v1&encoding=json&base64=1&message=A").code(),
            "invalid_argument");
}

class ApiActs : public ::testing::Test {
 protected:
  ApiActs() { served.raise_alert("acc-7"); }
  ApiAnswer act(const std::string& id, const std::string& rest) {
    return served.call(
        "AlertService/Act",
        "{\"id\":\"" + id + "\",\"account\":\"acc-7\",\"actor\":\"kim\"," + rest + "}");
  }
  std::string state() {
    const auto listed = served.call("AlertService/ListAlerts",
                                    "{\"states\":[\"open\",\"acknowledged\",\"cleared\"]}");
    return listed.json().at("alerts").as_array().at(0).at("state").as_string().c_str();
  }
  ServedEngine served;
};

TEST_F(ApiActs, AreSeenByTheNextQuestion) {
  EXPECT_EQ(state(), "open");
  const ApiAnswer done = act("a1", "\"rule\":\"busy\",\"act\":\"acknowledge\"");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_FALSE(done.json().at("repeated").as_bool());
  EXPECT_EQ(state(), "acknowledged");
}

TEST_F(ApiActs, RepeatedAreOneActEvenAfterAClear) {
  const std::string clear = "\"rule\":\"busy\",\"act\":\"clear\",\"reason\":\"called\"";
  ASSERT_EQ(act("a1", clear).status, 200);
  EXPECT_EQ(state(), "cleared");
  const std::uint64_t logged = served.engine().log().stat().events;
  for (int k = 0; k < 3; ++k) {
    const ApiAnswer again = act("a1", clear);
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_TRUE(again.json().at("repeated").as_bool());
  }
  EXPECT_EQ(served.engine().log().stat().events, logged);
}

TEST_F(ApiActs, AnIdStandsForOneAct) {
  ASSERT_EQ(act("a1", "\"rule\":\"busy\",\"act\":\"acknowledge\"").status, 200);
  const std::uint64_t logged = served.engine().log().stat().events;
  const ApiAnswer other = act("a1", "\"rule\":\"busy\",\"act\":\"assign\",\"assignee\":\"lee\"");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(other.code(), "already_exists");
  EXPECT_NE(other.message().find("another act"), std::string::npos);
  EXPECT_EQ(served.engine().log().stat().events, logged);
}

TEST_F(ApiActs, NeedAnAlertThatIsRaised) {
  const ApiAnswer missing = act("a1", "\"rule\":\"silence\",\"act\":\"acknowledge\"");
  EXPECT_EQ(missing.status, 404);
  EXPECT_NE(missing.message().find("open are: busy"), std::string::npos);
  ASSERT_EQ(act("a2", "\"rule\":\"busy\",\"act\":\"clear\",\"reason\":\"called\"").status, 200);
  const ApiAnswer late = act("a3", "\"rule\":\"busy\",\"act\":\"acknowledge\"");
  EXPECT_EQ(late.status, 400);
  EXPECT_EQ(late.code(), "failed_precondition");
  const ApiAnswer nobody = served.call(
      "AlertService/Act",
      R"({"id":"a4","account":"nobody","actor":"kim","rule":"busy","act":"acknowledge"})");
  EXPECT_EQ(nobody.code(), "not_found");
}

TEST_F(ApiActs, AreChecked) {
  EXPECT_EQ(act("", "\"rule\":\"busy\",\"act\":\"acknowledge\"").code(), "invalid_argument");
  EXPECT_EQ(act("a1", "\"rule\":\"busy\",\"act\":\"shout\"").code(), "invalid_argument");
  EXPECT_EQ(act("a1", "\"rule\":\"busy\",\"act\":\"clear\"").message(),
            "reason: say why it is cleared");
}

TEST_F(ApiActs, SentByManyAtOnceAreOneAct) {
  std::vector<std::thread> clients;
  clients.reserve(8);
  std::atomic<int> fresh{0};
  std::atomic<int> repeated{0};
  for (int k = 0; k < 8; ++k)
    clients.emplace_back([&] {
      const ApiAnswer done = act("a1", "\"rule\":\"busy\",\"act\":\"acknowledge\"");
      if (done.status == 200) ++(done.json().at("repeated").as_bool() ? repeated : fresh);
    });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(repeated, 7);
}

TEST(Api, OperatorsAreAnsweredAndRefusedWithAReason) {
  ServedEngine served;
  EXPECT_EQ(served.call("OperatorService/GetStatus", "{}").status, 200);
  const ApiAnswer rules =
      served.call("OperatorService/ActivateRules",
                  "{\"yaml\":\"profile: [\",\"file\":\"a.yaml\",\"actor\":\"kim\"}");
  EXPECT_EQ(rules.code(), "invalid_argument");
  EXPECT_NE(rules.message().find("a.yaml"), std::string::npos);
  EXPECT_EQ(served.call("OperatorService/ActivateRules", "{\"yaml\":\"profile: a\"}").message(),
            "actor: say who orders it");
  const ApiAnswer gap = served.call("OperatorService/ResumeSource",
                                    "{\"partition\":\"kafka:a/b/0\",\"actor\":\"kim\"}");
  EXPECT_EQ(gap.code(), "invalid_argument");
  EXPECT_NE(gap.message().find("accept_gap"), std::string::npos);
  EXPECT_EQ(served
                .call("OperatorService/ResumeSource",
                      "{\"partition\":\"kafka:a/b/0\",\"actor\":\"kim\",\"accept_gap\":true}")
                .code(),
            "not_found");
}

TEST(Api, ALongNameIsCutInTheAnswer) {
  ServedEngine served;
  std::string name;
  for (int k = 0; k < 1000; ++k) name += "ä";
  const ApiAnswer unknown =
      served.call("AccountService/GetAccount", "{\"account\":\"" + name + "\"}");
  EXPECT_EQ(unknown.code(), "not_found");
  EXPECT_LT(unknown.message().size(), 200U);
  EXPECT_NE(unknown.message().find("ä..."), std::string::npos);
  // The cut of what is no time may fall into a character.
  for (const std::string lead : {"", "x"})
    EXPECT_EQ(
        served
            .call("AccountService/GetAccount", "{\"account\":\"a\",\"at\":\"" + lead + name + "\"}")
            .code(),
        "invalid_argument");
}

TEST(Api, RulesInForceAreNotActivatedAgain) {
  ServedEngine served;
  const auto repeated = [&](const std::string& limit) {
    const ApiAnswer answer =
        served.call("OperatorService/ActivateRules",
                    "{\"actor\":\"kim\",\"yaml\":\"profile: small\\nhealth:\\n  activity.events: "
                    "{weight: 100, bands: [{ge: " +
                        limit + ", score: 100}, {else: 0}]}\\n\"}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json().at("repeated").as_bool();
  };
  EXPECT_FALSE(repeated("1"));
  EXPECT_TRUE(repeated("1"));
  EXPECT_FALSE(repeated("2"));
  EXPECT_FALSE(repeated("1"));
  EXPECT_TRUE(repeated("1"));
  int logged = 0;
  ASSERT_TRUE(served.engine().log().scan(kReferenceShard, 1, [&](const BlockPtr& block) {
    for (const LoggedEvent& event : block->events())
      logged += event.event.type == EventType::kRulesActivated ? 1 : 0;
    return true;
  }));
  EXPECT_EQ(logged, 3);
}

TEST(Api, AnEngineThatStoppedSaysSo) {
  ServedEngine served;
  served.raise_alert("acc-7");
  served.engine().stop();
  const ApiAnswer act = served.call(
      "AlertService/Act",
      R"({"id":"a1","account":"acc-7","actor":"kim","rule":"busy","act":"acknowledge"})");
  EXPECT_EQ(act.status, 503);
  EXPECT_EQ(act.code(), "unavailable");
  EXPECT_EQ(served.call("AccountService/GetAccount", "{\"account\":\"acc-7\"}").status, 200);
}

TEST(LoopbackClient, AsksThisMachineOnly) {
  for (const std::string server :
       {"http://example.org", "https://127.0.0.1:80@evil.example", "https://", "127.0.0.1:80",
        "http://127.0.0.1.evil.example:80", "http://127.0.0.1@evil.example",
        "http://localhost:80@evil.example", "http://127.0.0.2:80", "http://[::1]x",
        "http://localhost:", "http://localhost:80/path", "file:///etc/passwd", ""}) {
    const auto answer = post_json(server, "/x", "{}", std::chrono::seconds(1));
    ASSERT_FALSE(answer) << server;
    EXPECT_EQ(answer.error().code, ErrorCode::kInvalid) << server;
  }
}

TEST(LoopbackClient, BringsTheAnswerOfAnyStatus) {
  ServedEngine served;
  const std::string server = "http://127.0.0.1:" + std::to_string(served.port());
  const auto good = post_json(server + "/", "/tenure.api.v1.OperatorService/GetStatus", "{}",
                              std::chrono::seconds(5));
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->status, 200);
  const auto bad = post_json("http://localhost:" + std::to_string(served.port()), "/nothing", "{}",
                             std::chrono::seconds(5));
  ASSERT_TRUE(bad) << bad.error().message;
  EXPECT_EQ(bad->status, 404);
}

TEST(LoopbackClient, SaysWhatToDoWhenNobodyListens) {
  std::uint16_t port = 0;
  {
    ServedEngine gone;
    port = gone.port();
  }
  const auto answer =
      post_json("http://127.0.0.1:" + std::to_string(port), "/x", "{}", std::chrono::seconds(2));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(answer.error().message.find("tenure serve"), std::string::npos);
}

TEST(LoopbackClient, GivesUpAtItsDeadline) {
  auto routes = std::make_shared<HttpRoutes>();
  std::atomic<bool> release{false};
  routes->add_for_anybody("POST", "/wait", HandlerPace::kInstant, [&](const HttpRequest&) {
    while (!release) std::this_thread::yield();
    return HttpResponse();
  });
  testing::ServedRoutes served({}, routes, 1);
  const auto answer = post_json("http://127.0.0.1:" + std::to_string(served.port()), "/wait", "{}",
                                std::chrono::milliseconds(50));
  release = true;
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDeadline);
}

}  // namespace
}  // namespace tenure
