// Who may do what, over real sockets: tokens, sessions, roles, rates, and the audit of it.
#include "connectors/http/access_guard.h"
#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/served_engine.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace tenure {
namespace {

namespace fs = std::filesystem;
using testing::await;
using testing::field;
using testing::RawClient;
using testing::RawResponse;
using testing::ServedEngine;

const std::string kAct = "/tenure.api.v1.AlertService/Act";
const std::string kRecord = "/tenure.api.v1.ActService/Record";
const std::string kStatus = "/tenure.api.v1.OperatorService/GetStatus";
const std::string kRules = "/tenure.api.v1.OperatorService/ActivateRules";
const std::string kJson = "application/json";
const std::string kNote = R"({"id":"i1","account":"acme","note":{"text":"called"}})";

class Directory {
 public:
  Directory() {
    std::string name = ::testing::TempDir() + "tenure-access-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  ~Directory() { fs::remove_all(path); }
  std::string path;
};

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class Access : public ::testing::Test {
 protected:
  void serve(AccessOptions options = {}) {
    audit_ = *AuditLog::open(directory_.path);
    std::vector<AccessToken> tokens;
    for (const auto& [role, name] : {std::pair{Role::kReader, "rita"},
                                     {Role::kManager, "ana"},
                                     {Role::kDirector, "dora"},
                                     {Role::kOperator, "otto"},
                                     {Role::kPublisher, "paul"}}) {
      const std::string text = make_token(name);
      tokens.push_back({name, sha256(text), role, name});
      texts_[name] = text;
    }
    options.steady_us = [this] { return passed_us_.load(); };  // time stands still
    guard_ = std::make_unique<AccessGuard>(tokens, options, audit_);
    auto routes = std::make_shared<HttpRoutes>();
    HttpOptions http;
    http.counters = std::make_shared<HttpCounters>();
    add_engine_routes(engine_.engine(), http.counters, "1.2.3", *routes);
    feed_ = std::make_unique<LiveFeed>(engine_.engine(), LiveFeedOptions(), http.counters);
    add_event_routes(*feed_, *routes);
    ASSERT_TRUE(add_api_routes(engine_.engine(), *feed_, "1.2.3", *routes, audit_).has_value());
    add_session_routes(guard_.get(), *routes);
    routes->guard_by(guard_.get());
    server_ = *HttpServer::listen(http, routes);
    for (int k = 0; k < 2; ++k) threads_.emplace_back([this] { server_->run(); });
  }
  ~Access() override {
    if (server_) server_->stop();
    for (std::thread& thread : threads_) thread.join();
  }

  std::string bearer(const std::string& name) {
    return "Authorization: Bearer " + texts_.at(name) + "\r\n";
  }
  RawResponse post(const std::string& path, const std::string& body, const std::string& fields,
                   const std::string& type = kJson) {
    return testing::post(server_->port(), path, type, body, fields);
  }
  RawResponse get(const std::string& path, const std::string& fields) {
    return testing::get(server_->port(), path, fields);
  }
  RawResponse erase(const std::string& path, const std::string& fields) {
    RawClient client(server_->port());
    client.send("DELETE " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
    return client.read_response();
  }
  // "Cookie: ..." of a new session.
  std::string sign_in(const std::string& name) {
    const RawResponse answer = post("/session", "", bearer(name));
    EXPECT_EQ(answer.status, 200) << answer.body;
    const std::string cookie = field(answer, "Set-Cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  }
  std::vector<std::string> audit() { return lines_of(directory_.path + "/audit.ndjson"); }

  Directory directory_;
  ServedEngine engine_;
  std::map<std::string, std::string> texts_;
  std::atomic<std::int64_t> passed_us_{0};
  std::shared_ptr<AuditLog> audit_;
  std::unique_ptr<AccessGuard> guard_;
  std::unique_ptr<LiveFeed> feed_;
  std::unique_ptr<HttpServer> server_;
  std::vector<std::thread> threads_;
};

TEST_F(Access, WithoutATokenOnlyProbesAnswer) {
  serve();
  for (const std::string path : {"/livez", "/readyz", "/version"})
    EXPECT_EQ(get(path, "").status, 200) << path;
  for (const std::string path : {"/metrics", "/events"})
    EXPECT_EQ(get(path, "").status, 401) << path;
  EXPECT_EQ(get("/session", "").body, "{\"sign_in\":true}\n") << "nobody is signed in";
  for (const AccessRule& rule : kAccessRules) {
    if (rule.path.substr(0, 8) != "/tenure.") continue;
    const RawResponse refused = post(std::string(rule.path), "{}", "");
    EXPECT_EQ(refused.status, 401) << rule.path;
    EXPECT_NE(refused.body.find(R"("code":"unauthenticated")"), std::string::npos) << refused.body;
    EXPECT_EQ(field(refused, "WWW-Authenticate"), "Bearer realm=\"tenure\"");
  }
  EXPECT_TRUE(audit().empty()) << "who has not signed in yet did nothing wrong";
}

TEST_F(Access, WhatIsAtHandIsForThoseWhoMayHaveIt) {
  serve();
  const AccessRule rule{"/tenure.api.v1.AccountService/GetAccount", tenure::Access::kRead};
  bool at_hand = true;
  HttpRoutes routes;
  const auto answer = [](const char* body) {
    HttpResponse response;
    response.body = body;
    return response;
  };
  routes.add(
      "GET", rule, HandlerPace::kMayWait, [&](const HttpRequest&) { return answer("made"); },
      UnknownEncoding::kRefused,
      [&](const HttpRequest&) -> std::optional<HttpResponse> {
        if (!at_hand) return std::nullopt;
        return answer("held");
      });
  routes.guard_by(guard_.get());
  HttpRequest request;
  request.method = "GET";
  request.path = rule.path;
  request.peer = "127.0.0.1";
  EXPECT_FALSE(routes.at_once(request));
  EXPECT_EQ(routes.answer(request).status, 401);
  request.fields.authorization = "Bearer " + texts_.at("rita");
  EXPECT_FALSE(routes.at_once(request)) << "who it is has to be asked, which may wait";
  EXPECT_EQ(routes.answer(request).body, "held");
  at_hand = false;
  EXPECT_EQ(routes.answer(request).body, "made");
}

TEST_F(Access, EachProtocolIsRefusedInItsOwnWords) {
  serve();
  const std::string empty = testing::framed("");
  EXPECT_EQ(field(post(kStatus, empty, "", "application/grpc-web+proto"), "grpc-status"), "16");
  EXPECT_EQ(field(post(kAct, empty, bearer("rita"), "application/grpc-web+proto"), "grpc-status"),
            "7");
  const RawResponse stream = post("/tenure.api.v1.SubscriptionService/WatchStatus",
                                  testing::framed("{}"), "", "application/connect+json");
  EXPECT_NE(stream.body.find("unauthenticated"), std::string::npos) << stream.body;
}

TEST_F(Access, ARoleMayWhatTheTableSays) {
  serve();
  struct Case {
    std::string name;
    int read, act, operate;
  };
  for (const Case& one : {Case{"rita", 200, 403, 403},
                          {"ana", 200, 200, 403},
                          {"dora", 200, 200, 403},
                          {"otto", 200, 403, 200},
                          {"paul", 403, 403, 403}}) {
    EXPECT_EQ(post(kStatus, "{}", bearer(one.name)).status, one.read) << one.name;
    EXPECT_EQ(get("/metrics", bearer(one.name)).status, one.read) << one.name;
    const RawResponse order = post(kRules, R"({"yaml":"profile: ["})", bearer(one.name));
    EXPECT_EQ(order.status, one.operate == 200 ? 400 : 403) << one.name << order.body;
    const RawResponse act = post(kAct, R"({"id":"x"})", bearer(one.name));
    EXPECT_EQ(act.status, one.act == 200 ? 400 : 403) << one.name << act.body;
    if (one.act == 403) {
      EXPECT_NE(act.body.find("permission_denied"), std::string::npos);
      EXPECT_NE(act.body.find("manager or director"), std::string::npos) << act.body;
    }
  }
}

TEST_F(Access, AWrongTokenIsRefusedAndNoted) {
  serve();
  const std::string good = texts_.at("ana");
  std::string flipped = good;
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  for (const std::string& wrong :
       {flipped, good.substr(0, good.size() - 1), good + "0", std::string("tenure_nobody_00"),
        std::string("tenure__"), std::string("x"), std::string(3000, 'a')})
    EXPECT_EQ(post(kStatus, "{}", "Authorization: Bearer " + wrong + "\r\n").status, 401) << wrong;
  EXPECT_EQ(post(kStatus, "{}", "Authorization: Basic YTpi\r\n").status, 401);
  EXPECT_EQ(audit().size(), 8U);
  for (const std::string& line : audit()) {
    EXPECT_NE(line.find(R"("result":"unauthenticated")"), std::string::npos) << line;
    EXPECT_EQ(line.find(good.substr(0, 20)), std::string::npos) << "a secret stands in the audit";
  }
}

TEST_F(Access, WhatIsDoneCarriesTheTokensName) {
  serve();
  testing::pb::EmailReceived mail;
  mail.set_thread("t1");
  engine_.log(testing::EventBuilder("mail", "m1")
                  .account("acme")
                  .at("2026-03-02T08:00Z")
                  .person("anna")
                  .payload(mail));
  EXPECT_EQ(post(kRecord, kNote, bearer("ana")).status, 200);
  const std::string as_bob = R"({"id":"i2","account":"acme","actor":"bob","note":{"text":"x"}})";
  const RawResponse refused = post(kRecord, as_bob, bearer("ana"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("actor"), std::string::npos) << refused.body;
  const std::string as_ana = R"({"id":"i3","account":"acme","actor":"ana","note":{"text":"x"}})";
  EXPECT_EQ(post(kRecord, as_ana, bearer("ana")).status, 200);
  const RawResponse timeline =
      post("/tenure.api.v1.TimelineService/ListEvents", R"({"account":"acme"})", bearer("rita"));
  EXPECT_NE(timeline.body.find(R"("actor":"ana")"), std::string::npos) << timeline.body;
  const auto lines = audit();
  ASSERT_EQ(lines.size(), 2U);
  for (const std::string part :
       {R"("actor":"ana")", R"("role":"manager")", R"("token":"ana")", R"("account":"acme")",
        R"("method":"tenure.api.v1.ActService/Record")", R"("result":"ok")", R"("id":"i1")",
        R"("what":"note")"})
    EXPECT_NE(lines[0].find(part), std::string::npos) << lines[0];
  EXPECT_EQ(lines[0].find("called"), std::string::npos) << "a text stands in the audit";
  EXPECT_EQ(post(kAct, R"({"id":"x"})", bearer("rita")).status, 403);
  EXPECT_NE(audit().back().find("permission_denied"), std::string::npos);
  const auto summary = verify_audit(directory_.path);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->lines, 3U);
}

TEST_F(Access, AManagerRecordsHisOwnAbsenceOnly) {
  serve();
  for (const std::string owner : {"ana", "dora", "bob"}) {
    testing::pb::AccountAssigned assigned;
    assigned.set_owner(owner);
    engine_.log(testing::EventBuilder("crm", owner)
                    .account("a-" + owner)
                    .at("2026-01-05T08:00Z")
                    .payload(assigned));
  }
  const auto leave = [](const std::string& id, const std::string& person) {
    return R"({"id":")" + id + R"(","away":{"person":")" + person + R"(","cover":"dora"}})";
  };
  const auto back = [](const std::string& id, const std::string& absence) {
    return R"({"id":")" + id + R"(","back":{"absence":")" + absence + R"("}})";
  };
  EXPECT_EQ(post(kRecord, leave("h1", "ana"), bearer("ana")).status, 200);
  const RawResponse other = post(kRecord, leave("h2", "bob"), bearer("ana"));
  EXPECT_EQ(other.status, 403) << other.body;
  EXPECT_NE(other.body.find("away.person: a manager records his own absence only"),
            std::string::npos);
  EXPECT_EQ(post(kRecord, leave("h2", "bob"), bearer("dora")).status, 200);
  engine_.pass(std::chrono::seconds(1));
  const RawResponse ended = post(kRecord, back("b1", "h2"), bearer("ana"));
  EXPECT_EQ(ended.status, 403) << ended.body;
  EXPECT_NE(ended.body.find("back.absence: a manager"), std::string::npos);
  EXPECT_EQ(post(kRecord, back("b2", "h1"), bearer("ana")).status, 200);
  EXPECT_EQ(post(kRecord, back("b3", "h2"), bearer("dora")).status, 200);
}

TEST_F(Access, ASessionIsACookieThatEnds) {
  serve();
  const RawResponse begun = post("/session", "", bearer("ana"));
  const std::string set = field(begun, "Set-Cookie");
  for (const std::string part : {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"})
    EXPECT_NE(set.find(part), std::string::npos) << set;
  EXPECT_EQ(set.find("Secure"), std::string::npos) << "there is no TLS here";
  const std::string cookie = "Cookie: other=1; " + set.substr(0, set.find(';')) + "\r\n";
  EXPECT_EQ(post(kStatus, "{}", cookie).status, 200);
  EXPECT_NE(get("/session", cookie).body.find(R"("role":"manager")"), std::string::npos);
  EXPECT_EQ(post(kRules, "{}", cookie).status, 403);
  EXPECT_EQ(erase("/session", cookie).status, 200);
  EXPECT_EQ(post(kStatus, "{}", cookie).status, 401);
  const std::string second = sign_in("ana");
  EXPECT_EQ(post(kStatus, "{}", second).status, 200);
  passed_us_ += Duration(std::chrono::hours(12)).count();
  EXPECT_EQ(post(kStatus, "{}", second).status, 401) << "twelve hours are over";
  EXPECT_EQ(post("/session", "", second).status, 401) << "a session does not lengthen itself";
}

TEST_F(Access, OverTlsTheCookieIsThisHostsAlone) {
  AccessOptions options;
  options.secure = true;
  serve(options);
  const std::string set = field(post("/session", "", bearer("ana")), "Set-Cookie");
  EXPECT_EQ(set.substr(0, 22), "__Host-tenure_session=") << set;
  EXPECT_NE(set.find("; Secure"), std::string::npos) << set;
  const std::string pair = set.substr(0, set.find(';'));
  EXPECT_EQ(post(kStatus, "{}", "Cookie: " + pair + "\r\n").status, 200);
  EXPECT_EQ(post(kStatus, "{}", "Cookie: " + pair.substr(7) + "\r\n").status, 401)
      << "a cookie that a neighbour could plant";
}

TEST_F(Access, OtherOriginsHaveNoUseOfACookie) {
  serve();
  const std::string cookie = sign_in("ana");
  for (const std::string site : {"cross-site", "same-site"}) {
    const std::string fields = cookie + "Sec-Fetch-Site: " + site + "\r\n";
    EXPECT_EQ(get("/session", fields).body.find("ana"), std::string::npos) << site;
    EXPECT_EQ(get("/events", fields).status, 401) << site;
  }
  EXPECT_NE(get("/session", cookie + "Sec-Fetch-Site: same-origin\r\n").body.find("ana"),
            std::string::npos);
  EXPECT_EQ(post(kStatus, "{}", cookie + "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(post(kStatus, "{}", cookie + "Origin: http://localhost:1\r\n").status, 403);
  EXPECT_EQ(erase("/session", cookie + "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(post(kStatus, "{}", cookie).status, 200);
}

TEST_F(Access, SessionsAreBounded) {
  AccessOptions options;
  options.sessions_of_token_max = 3;
  serve(options);
  std::vector<std::string> cookies;
  for (int k = 0; k < 5; ++k) {
    cookies.push_back(sign_in("ana"));
    ++passed_us_;
  }
  const std::string other = sign_in("rita");
  for (std::size_t k = 0; k < cookies.size(); ++k)
    EXPECT_EQ(post(kStatus, "{}", cookies[k]).status, k < 2 ? 401 : 200) << k;
  EXPECT_EQ(post(kStatus, "{}", other).status, 200);
}

TEST_F(Access, WrongTokensAreSlowedDownAndRightOnesAreNot) {
  serve();
  const std::string wrong = "Authorization: Bearer tenure_ana_00\r\n";
  for (int k = 0; k < 10; ++k) EXPECT_EQ(post("/session", "", wrong).status, 401) << k;
  for (int k = 0; k < 5; ++k) {
    const RawResponse refused = post("/session", "", wrong);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(field(refused, "Retry-After"), "60");
  }
  EXPECT_EQ(audit().size(), 11U) << "what goes on is noted once";
  EXPECT_EQ(post(kStatus, "{}", bearer("ana")).status, 200) << "nobody locks another out";
  passed_us_ += Duration(std::chrono::minutes(1)).count();
  EXPECT_EQ(post("/session", "", wrong).status, 401);
}

TEST_F(Access, ATokenHasItsRate) {
  AccessOptions options;
  options.requests_per_second_max = 5;
  serve(options);
  for (int k = 0; k < 5; ++k) EXPECT_EQ(post(kStatus, "{}", bearer("rita")).status, 200) << k;
  const RawResponse last = post(kStatus, "{}", bearer("rita"));
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(field(last, "Retry-After"), "1");
  EXPECT_EQ(post(kStatus, "{}", bearer("ana")).status, 200) << "another token has its own";
  passed_us_ += 1'000'000;
  EXPECT_EQ(post(kStatus, "{}", bearer("rita")).status, 200);
}

class Audit : public ::testing::Test {
 protected:
  void write(int lines, std::uint64_t file_bytes_max = AuditLog::kFileBytesMax) {
    const auto audit = AuditLog::open(directory_.path, file_bytes_max);
    ASSERT_TRUE(audit) << audit.error().message;
    for (int k = 0; k < lines; ++k) {
      AuditEntry entry;
      entry.actor = "ana";
      entry.method = "m";
      entry.result = "ok";
      ASSERT_TRUE((*audit)->append(entry, Instant{1'790'000'000'000'000}).has_value());
    }
  }
  Directory directory_;
  const std::string file_ = directory_.path + "/audit.ndjson";
};

TEST_F(Audit, AFlippedByteIsFoundInItsLine) {
  write(5);
  std::fstream out(file_, std::ios::in | std::ios::out | std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(out)), {});
  const std::size_t at = text.find("ana", text.find('\n') + 1);
  out.clear();
  out.seekp(static_cast<std::streamoff>(at));
  out.put('b');
  out.close();
  const auto broken = verify_audit(directory_.path);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(broken.error().message.find("audit.ndjson:3: the line before this one"),
            std::string::npos)
      << broken.error().message;
}

TEST_F(Audit, ALineTakenOutIsFound) {
  write(4);
  const auto lines = lines_of(file_);
  std::ofstream(file_, std::ios::trunc) << lines[0] << "\n" << lines[2] << "\n";
  const auto broken = verify_audit(directory_.path);
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("audit.ndjson:2: line 2 was expected"), std::string::npos)
      << broken.error().message;
}

TEST_F(Audit, TheChainGoesOnOverFilesAndRestarts) {
  write(20, 1000);
  write(3, 1000);
  write(0);
  const auto summary = verify_audit(directory_.path);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->lines, 23U);
  EXPECT_GT(summary->files, 3U);
  fs::remove(directory_.path + "/audit-000001.ndjson");
  EXPECT_FALSE(verify_audit(directory_.path));
}

TEST_F(Audit, OnlyItsOwnerReadsIt) {
  write(1);
  struct stat facts {};
  ASSERT_EQ(::stat(file_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST_F(Audit, ALineCutOffByAKillIsTakenAway) {
  write(3);
  std::ofstream(file_, std::ios::app) << R"({"n":4,"time)";
  const auto cut = verify_audit(directory_.path);
  ASSERT_FALSE(cut);
  EXPECT_NE(cut.error().message.find("audit.ndjson:4: the last line is cut off"),
            std::string::npos);
  write(1);
  const auto summary = verify_audit(directory_.path);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->lines, 4U);
}

}  // namespace
}  // namespace tenure
