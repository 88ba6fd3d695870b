// Lists over many accounts, an account's timeline, and what people write, over the wire.
#include "engine/event/decoder.h"
#include "tests/connectors/http/support/served_engine.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace tenure {
namespace {

using testing::ApiAnswer;
using testing::EventBuilder;
using testing::instant;
using testing::ServedEngine;
namespace json = ::boost::json;
namespace pb = ::tenure::event::v1;

struct Client {
  std::string account;
  std::string name;
  std::string owner;
  std::int64_t arr_minor = 0;
  std::string ends;  // of its contract
};

void log_client(ServedEngine& served, const Client& client) {
  const auto event = [&](const std::string& id) {
    return EventBuilder("crm", client.account + id).account(client.account).at("2026-01-05T08:00Z");
  };
  pb::AccountProfileSet profile;
  profile.set_name(client.name);
  profile.set_sector("bank");
  served.log(event("-p").payload(profile));
  pb::AccountAssigned assigned;
  assigned.set_owner(client.owner);
  served.log(event("-a").payload(assigned));
  if (client.arr_minor == 0) return;
  pb::ContractSigned contract;
  contract.set_contract("c-" + client.account);
  contract.set_starts_at_us(instant("2026-01-01").us);
  contract.set_ends_at_us(instant(client.ends).us);
  contract.set_notice_days(30);
  *contract.mutable_annual_value() = testing::money(client.arr_minor);
  served.log(event("-c").payload(contract));
}

// Three clients of two people; the greatest of them is the last by name.
void log_book(ServedEngine& served) {
  log_client(served, {"a-1", "Alder Bank", "mara", 10'000'00, "2026-05-01"});
  log_client(served, {"a-2", "Birch Logistics", "jon", 20'000'00, "2026-06-15"});
  log_client(served, {"a-3", "Cedar Bank", "mara", 30'000'00, "2027-12-31"});
  log_client(served, {"a-4", "Dogwood", "jon", 0, ""});
}

std::vector<std::string> accounts_of(const json::value& answer) {
  std::vector<std::string> accounts;
  for (const json::value& row : answer.at("rows").as_array())
    accounts.emplace_back(row.at("account").is_string()
                              ? row.at("account").as_string().c_str()
                              : row.at("account").at("account").as_string().c_str());
  return accounts;
}

using Names = std::vector<std::string>;

TEST(Book, IsListedInAnyOrderAndFiltered) {
  ServedEngine served;
  log_book(served);
  const auto list = [&](const std::string& request) {
    const ApiAnswer answer = served.call("PortfolioService/ListAccounts", request);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return accounts_of(answer.json());
  };
  EXPECT_EQ(list(R"({"order_by":"arr"})"), (Names{"a-3", "a-2", "a-1", "a-4"}));
  EXPECT_EQ(list(R"({"order_by":"name"})"), (Names{"a-1", "a-2", "a-3", "a-4"}));
  EXPECT_EQ(list(R"({"order_by":"notice"})"), (Names{"a-1", "a-2", "a-3", "a-4"}));
  EXPECT_EQ(list(R"({"order_by":"arr","owner":"mara"})"), (Names{"a-3", "a-1"}));
  EXPECT_EQ(list(R"({"order_by":"arr","search":" BANK  ced"})"), (Names{"a-3"}));
  EXPECT_EQ(list(R"({"search":"nothing like it"})"), Names{});
}

TEST(Book, ItsRowsSayWhatAccountsAreAndWhenTheyWereHeard) {
  ServedEngine served;
  log_book(served);
  pb::AccountStageSet stage;
  stage.set_stage("adopting");
  served.log(EventBuilder("crm", "st").account("a-1").at("2026-02-01T08:00Z").payload(stage));
  pb::EmailReceived mail;
  mail.set_thread("t");
  served.log(
      EventBuilder("mail", "m").account("a-1").at("2026-02-20T08:00Z").person("ida").payload(mail));
  const json::value rows =
      served.call("PortfolioService/ListAccounts", R"({"order_by":"name"})").json().at("rows");
  EXPECT_EQ(rows.at(0).at("sector").as_string(), "bank");
  EXPECT_EQ(rows.at(0).at("stage").as_string(), "adopting");
  EXPECT_EQ(rows.at(0).at("last_client_word_at").as_string(), "2026-02-20T08:00:00Z");
  EXPECT_EQ(rows.at(1).at("last_client_word_at").as_string(), "");
}

TEST(Book, PagesGoOnAfterTheLastRowWhateverMoved) {
  ServedEngine served;
  log_book(served);
  const auto page = [&](const std::string& token, int size, const std::string& owner = "") {
    return served.call("PortfolioService/ListAccounts",
                       R"({"order_by":"arr","page_size":)" + std::to_string(size) +
                           R"(,"owner":")" + owner + R"(","page_token":")" + token + "\"}");
  };
  const json::value first = page("", 2).json();
  EXPECT_EQ(accounts_of(first), (Names{"a-3", "a-2"}));
  EXPECT_EQ(first.at("total").as_string(), "4");
  const std::string token = first.at("next_page_token").as_string().c_str();
  // The last row of the page moves to the top: the next page begins where it stood.
  pb::ContractAmended amended;
  amended.set_contract("c-a-2");
  *amended.mutable_annual_value() = testing::money(90'000'00);
  served.log(EventBuilder("crm", "am").account("a-2").at("2026-02-01T08:00Z").payload(amended));
  const json::value second = page(token, 3).json();
  EXPECT_EQ(accounts_of(second), (Names{"a-1", "a-4"}));
  EXPECT_EQ(second.at("next_page_token").as_string(), "");
  EXPECT_EQ(page(token, 2, "mara").code(), "invalid_argument");
  EXPECT_NE(page(token + "0", 2).message().find("page_token"), std::string::npos);
  EXPECT_EQ(page("%%%", 2).code(), "invalid_argument");
  EXPECT_EQ(page("", -1).code(), "invalid_argument");
  EXPECT_EQ(page("", 1001).code(), "invalid_argument");
}

TEST(Book, AnUnknownOrderIsNamed) {
  ServedEngine served;
  const ApiAnswer bad = served.call("PortfolioService/ListAccounts", R"({"order_by":"mood"})");
  EXPECT_EQ(bad.code(), "invalid_argument");
  EXPECT_EQ(bad.message(),
            "order_by: 'mood' is not one of health, change, arr, notice, owner, name");
}

// Raises an alert of severity high for everybody in the book.
void raise_alerts(ServedEngine& served) {
  served.raise_alert("a-1");  // by a rule about any event
  EXPECT_TRUE(testing::await([&] {
    return served.call("AlertService/ListAlerts", "{}").json().at("total").as_string() == "4";
  }));
}

TEST(Book, NeedsYouShowsTheSumsAndWhoHasAnAlert) {
  ServedEngine served;
  log_book(served);
  raise_alerts(served);
  const auto ask = [&](const std::string& owner) {
    return served.call("PortfolioService/GetNeedsYou", R"({"owner":")" + owner + "\"}").json();
  };
  const json::value all = ask("");
  EXPECT_EQ(all.at("arr_in_care").at(0).at("milli").as_string(), "60000000");
  EXPECT_EQ(all.at("arr_in_care").at(0).at("currency").as_string(), "EUR");
  EXPECT_EQ(all.at("accounts").as_string(), "4");
  // 30 days before 1 May and before 15 June: within 90 days of 2 March.
  EXPECT_EQ(all.at("renewals_90d").as_string(), "2");
  EXPECT_EQ(all.at("owners"), (json::array{"jon", "mara"}));
  const json::value mine = ask("mara");
  EXPECT_EQ(mine.at("arr_in_care").at(0).at("milli").as_string(), "40000000");
  EXPECT_EQ(mine.at("arr_at_risk").at(0).at("milli").as_string(), "40000000");
  ASSERT_EQ(accounts_of(mine), (Names{"a-3", "a-1"}));  // of one severity: the greatest first
  const json::value& row = mine.at("rows").at(1);
  EXPECT_EQ(row.at("name").as_string(), "Alder Bank");
  EXPECT_EQ(row.at("sector").as_string(), "bank");
  EXPECT_EQ(row.at("notice_by").as_string().subview(0, 10), "2026-04-01");
  EXPECT_EQ(row.at("alert").at("rule").as_string(), "busy");
  EXPECT_NE(row.at("alert").at("sentence").as_string().size(), 0U);
  EXPECT_EQ(row.at("last_client_word_at").as_string().subview(0, 16), "2026-03-02T08:00");
  EXPECT_TRUE(mine.at("freshness").at("complete").as_bool());
  EXPECT_EQ(mine.at("freshness").at("position").as_string().subview(0, 2), "0/");
  EXPECT_EQ(ask("nobody").at("accounts").as_string(), "0");
}

TEST(Book, PortfolioSumsByOwnerAddUp) {
  ServedEngine served;
  log_book(served);
  raise_alerts(served);
  const json::value book = served.call("PortfolioService/GetPortfolio", "{}").json();
  ASSERT_EQ(book.at("rows").as_array().size(), 2U);
  const json::value& mara = book.at("rows").at(0);  // the most at risk
  EXPECT_EQ(mara.at("owner").as_string(), "mara");
  EXPECT_EQ(mara.at("accounts").as_string(), "2");
  EXPECT_EQ(mara.at("arr_at_risk").at(0).at("milli").as_string(), "40000000");
  EXPECT_EQ(book.at("rows").at(1).at("arr").at(0).at("milli").as_string(), "20000000");
  EXPECT_EQ(book.at("total").at("arr").at(0).at("milli").as_string(), "60000000");
  EXPECT_EQ(book.at("total").at("accounts").as_string(), "4");
}

TEST(Book, AComplaintStandsOnTheBoardUntilItIsResolved) {
  ServedEngine served;
  log_book(served);
  pb::ComplaintOpened opened;
  opened.set_complaint("t-9");
  opened.set_severity(pb::COMPLAINT_SEVERITY_HIGH);
  const auto event = [](const std::string& id, const std::string& at) {
    return EventBuilder("desk", id).account("a-3").at(at);
  };
  served.log(event("o", "2026-02-27T10:00Z").payload(opened));
  const auto board = [&](const std::string& owner) {
    return served.call("PortfolioService/ListComplaints", R"({"owner":")" + owner + "\"}").json();
  };
  const json::value open = board("mara");
  ASSERT_EQ(accounts_of(open), Names{"a-3"});
  EXPECT_EQ(open.at("rows").at(0).at("complaint").as_string(), "t-9");
  EXPECT_EQ(open.at("rows").at(0).at("severity").as_string(), "high");
  EXPECT_EQ(accounts_of(board("jon")), Names{});
  pb::ComplaintResolved resolved;
  resolved.set_complaint("t-9");
  served.log(event("r", "2026-02-28T10:00Z").payload(resolved));
  EXPECT_EQ(accounts_of(board("")), Names{});
}

TEST(Book, RenewalsStandByTheirNoticeDeadline) {
  ServedEngine served;
  log_book(served);
  const auto ask = [&](int days) {
    return served.call("PortfolioService/ListRenewals", R"({"days":)" + std::to_string(days) + "}");
  };
  EXPECT_EQ(accounts_of(ask(0).json()), (Names{"a-1", "a-2"}));
  EXPECT_EQ(accounts_of(ask(40).json()), Names{"a-1"});
  EXPECT_EQ(accounts_of(ask(1000).json()), (Names{"a-1", "a-2", "a-3"}));
  EXPECT_EQ(ask(0).json().at("rows").at(0).at("ends_at").as_string().subview(0, 10), "2026-05-01");
  EXPECT_EQ(ask(1001).message(), "days: must be 0 to 1000");
}

TEST(AlertList, IsFilteredByOwnerAndRuleAndPaged) {
  ServedEngine served;
  log_book(served);
  raise_alerts(served);
  const auto list = [&](const std::string& fields) {
    const ApiAnswer answer = served.call("AlertService/ListAlerts", "{" + fields + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  };
  const auto accounts = [](const json::value& answer) {
    Names names;
    for (const json::value& alert : answer.at("alerts").as_array())
      names.emplace_back(alert.at("account").as_string().c_str());
    return names;
  };
  EXPECT_EQ(accounts(list(R"("owner":"jon")")), (Names{"a-2", "a-4"}));
  EXPECT_EQ(accounts(list(R"("rule":"quiet")")), Names{});
  const json::value first = list(R"("page_size":3)");
  const std::string token = first.at("next_page_token").as_string().c_str();
  const json::value second = list(R"("page_size":3,"page_token":")" + token + "\"");
  Names all = accounts(first);
  for (const std::string& account : accounts(second)) all.push_back(account);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (Names{"a-1", "a-2", "a-3", "a-4"}));
  EXPECT_EQ(second.at("next_page_token").as_string(), "");
  EXPECT_EQ(
      served.call("AlertService/ListAlerts", R"({"rule":"busy","page_token":")" + token + "\"}")
          .code(),
      "invalid_argument");
}

TEST(TimelineOf, AnAccountIsNewestFirstFilteredAndPaged) {
  ServedEngine served;
  log_book(served);
  const auto ask = [&](const std::string& fields) {
    return served.call("TimelineService/ListEvents", R"({"account":"a-1")" + fields + "}");
  };
  const auto types = [](const json::value& answer) {
    Names names;
    for (const json::value& event : answer.at("events").as_array())
      names.emplace_back(event.at("type").as_string().c_str());
    return names;
  };
  pb::NoteAdded note;
  note.set_text("asked about the Zurich branch");
  served.log(EventBuilder("notes", "n").account("a-1").at("2026-02-01T08:00Z").payload(note));
  EXPECT_EQ(types(ask("").json()).front(), "note.added");
  EXPECT_EQ(types(ask("").json()).size(), 4U);
  EXPECT_EQ(types(ask(R"(,"types":["contract."])").json()), Names{"contract.signed"});
  EXPECT_EQ(types(ask(R"(,"source":"notes")").json()), Names{"note.added"});
  EXPECT_EQ(types(ask(R"(,"search":"zurich BRANCH")").json()), Names{"note.added"});
  const json::value first = ask(R"(,"page_size":3)").json();
  EXPECT_EQ(types(first).size(), 3U);
  const std::string token = first.at("next_page_token").as_string().c_str();
  const json::value second = ask(R"(,"page_size":3,"page_token":")" + token + "\"").json();
  EXPECT_EQ(types(second).size(), 1U);
  EXPECT_EQ(second.at("next_page_token").as_string(), "");
  EXPECT_EQ(ask(R"(,"page_token":"9/9")").code(), "invalid_argument");
  EXPECT_EQ(served.call("TimelineService/ListEvents", R"({"account":"nobody"})").code(),
            "not_found");
}

TEST(TimelineOf, HealthEndsAtWhatTheAccountShowsNow) {
  ServedEngine served;
  log_book(served);
  raise_alerts(served);
  served.pass(std::chrono::seconds(1));  // rules are seen by the instants after their activation
  const json::value history =
      served.call("TimelineService/GetHealthHistory", R"({"account":"a-1","days":90,"points":10})")
          .json();
  const json::array& points = history.at("points").as_array();
  ASSERT_EQ(points.size(), 10U);
  // before its first event
  EXPECT_EQ(points.front().as_object().if_contains("health_milli"), nullptr);
  const json::value account =
      served.call("AccountService/GetAccount", R"({"account":"a-1"})").json();
  EXPECT_EQ(points.back().at("health_milli"), account.at("health").at("score_milli"));
  const ApiAnswer bad =
      served.call("TimelineService/GetHealthHistory", R"({"account":"a-1","points":1})");
  EXPECT_EQ(bad.message(), "points: must be 0, or 2 to 400");
}

struct Written {
  std::string what;     // of a RecordRequest
  std::string type;     // of the event that it becomes
  std::string problem;  // where it is refused
};

TEST(Records, BecomeEventsOfTheAccount) {
  ServedEngine served;
  log_book(served);
  const std::string person =
      person_surrogate(served.engine().log().person_key(), "tenure/acts", "w8");
  const std::vector<Written> all = {
      {R"("call":{"about":"price","duration_s":600})", "interaction.call.completed", ""},
      {R"("meeting":{"about":"review"})", "interaction.meeting.held", ""},
      {R"("note":{"text":"likes trains"})", "note.added", ""},
      {R"("task":{"title":"send offer","due_at":"2026-03-09T17:00:00Z"})", "task.created", ""},
      {R"("task_done":{"task":"w3"})", "task.done", ""},
      {R"("promise":{"text":"fix by May","due_at":"2026-05-01T00:00:00Z"})", "promise.made", ""},
      {R"("promise_revised":{"promise":"w5","due_at":"2026-06-01T00:00:00Z"})", "promise.revised",
       ""},
      {R"("promise_kept":{"promise":"w5"})", "promise.kept", ""},
      {R"("person_added":{"name":"Ida Falk","title":"CFO","role":"sponsor"})", "stakeholder.added",
       ""},
      {R"("role_changed":{"person":")" + person + R"(","role":"champion"})",
       "stakeholder.role_changed", ""},
      {R"("person_left":{"person":")" + person + R"("})", "stakeholder.left", ""},
      {R"("opinion":{"risk":"high","reason":"new CFO"})", "opinion.given", ""},
      {R"("opinion":{"risk":"awful"})", "", "opinion.risk"},
      {R"("opinion":{"risk":"low","until":"2027-01-01T00:00:00Z"})", "", "opinion.until"},
      {R"("person_added":{"name":"","role":"sponsor"})", "", "person_added.name"},
      {R"("person_added":{"name":"Ida","role":"friend"})", "", "person_added.role"},
      {R"("person_left":{"person":"Ida"})", "", "person_left.person"},
      {R"("promise_revised":{"promise":"w5"})", "", "promise_revised.due_at"},
      {R"("note":{"text":""})", "", "note.text"},
      {R"("task":{"title":"send"})", "", "task.due_at"},
      {R"("task":{"title":"send","due_at":"soon"})", "", "task.due_at"},
      {R"("call":{"at":"2027-01-01T00:00:00Z"})", "", "call.at"},
      {R"("call":{"duration_s":-1})", "", "call.duration_s"},
      {R"("meeting":{"at":"x"})", "", "meeting.at"},
      {"", "", "what"}};
  for (std::size_t k = 0; k < all.size(); ++k) {
    const std::string id = "w" + std::to_string(k);
    const ApiAnswer answer =
        served.call("ActService/Record", R"({"id":")" + id + R"(","account":"a-1","actor":"mara")" +
                                             (all[k].what.empty() ? "" : "," + all[k].what) + "}");
    if (!all[k].problem.empty()) {
      EXPECT_EQ(answer.code(), "invalid_argument") << all[k].what;
      EXPECT_EQ(answer.message().rfind(all[k].problem, 0), 0U) << answer.body;
      continue;
    }
    ASSERT_EQ(answer.status, 200) << all[k].what << answer.body;
    const json::value timeline =
        served
            .call("TimelineService/ListEvents",
                  R"({"account":"a-1","source":"tenure/acts","types":[")" + all[k].type + "\"]}")
            .json();
    ASSERT_EQ(timeline.at("events").as_array().size(), 1U) << all[k].type;
    EXPECT_EQ(timeline.at("events").at(0).at("id").as_string(), id);
    EXPECT_EQ(timeline.at("events").at(0).at("actor").as_string(), "mara");
  }
}

TEST(Records, ARepeatIsOneAndAnotherWithTheSameIdIsRefused) {
  ServedEngine served;
  log_book(served);
  const auto write = [&](const std::string& text, const std::string& account = "a-1") {
    return served.call("ActService/Record", R"({"id":"n1","actor":"mara","account":")" + account +
                                                R"(","note":{"text":")" + text + "\"}}");
  };
  EXPECT_FALSE(write("once").json().at("repeated").as_bool());
  served.pass(std::chrono::seconds(5));
  EXPECT_TRUE(write("once").json().at("repeated").as_bool());
  EXPECT_EQ(write("twice").code(), "already_exists");
  EXPECT_EQ(write("once", "a-2").code(), "already_exists");
  EXPECT_EQ(write("once", "nobody").code(), "not_found");
  const json::value timeline =
      served.call("TimelineService/ListEvents", R"({"account":"a-1","types":["note"]})").json();
  EXPECT_EQ(timeline.at("events").as_array().size(), 1U);
}

std::string record(ServedEngine& served, const std::string& id, const std::string& what) {
  served.pass(std::chrono::seconds(1));  // what is written later happened later
  return served
      .call("ActService/Record",
            R"({"account":"a-1","actor":"mara","id":")" + id + "\"," + what + "}")
      .body;
}

TEST(Records, OpenStepsAndPromisesStandUntilTheyAreDone) {
  ServedEngine served;
  log_book(served);
  record(served, "t1", R"("task":{"title":"send offer","due_at":"2026-03-09T17:00:00Z"})");
  record(served, "t2", R"("task":{"title":"call","due_at":"2026-03-02T17:00:00Z"})");
  record(served, "p1", R"("promise":{"text":"fix it","due_at":"2026-03-03T17:00:00Z"})");
  record(served, "r1", R"("promise_revised":{"promise":"p1","due_at":"2026-04-03T17:00:00Z"})");
  const auto open = [&] {
    Names names;
    const json::value answer =
        served.call("TimelineService/ListCommitments", R"({"account":"a-1"})").json();
    for (const json::value& one : answer.at("commitments").as_array())
      names.push_back(std::string(one.at("kind").as_string()) + " " +
                      one.at("title").as_string().c_str() +
                      (one.at("overdue").as_bool() ? " overdue" : ""));
    return names;
  };
  served.pass(std::chrono::hours(9));
  EXPECT_EQ(open(), (Names{"task call overdue", "task send offer", "promise fix it"}));
  record(served, "d1", R"("task_done":{"task":"t2"})");
  record(served, "k1", R"("promise_kept":{"promise":"p1"})");
  EXPECT_EQ(open(), Names{"task send offer"});
  const json::value step =
      served.call("TimelineService/ListEvents", R"({"account":"a-1","types":["task.created"]})")
          .json()
          .at("events")
          .at(1);
  EXPECT_EQ(step.at("about").as_string(), "t1");
  EXPECT_EQ(step.at("due_at").as_string().subview(0, 10), "2026-03-09");
  EXPECT_EQ(step.at("assignee").as_string(), "mara");
}

TEST(Records, PeopleAreShownAsTheyAreNowAndFoundByName) {
  ServedEngine served;
  log_book(served);
  record(served, "s1", R"("person_added":{"name":"Ida Falk","title":"CFO","role":"sponsor"})");
  const auto people = [&] {
    return served.call("TimelineService/ListPeople", R"({"account":"a-1"})").json().at("people");
  };
  ASSERT_EQ(people().as_array().size(), 1U);
  EXPECT_EQ(people().at(0).at("name").as_string(), "Ida Falk");
  EXPECT_EQ(people().at(0).at("role").as_string(), "sponsor");
  const std::string id = people().at(0).at("id").as_string().c_str();
  record(served, "s2", R"("role_changed":{"role":"champion","person":")" + id + "\"}");
  record(served, "s3", R"("person_left":{"person":")" + id + "\"}");
  ASSERT_EQ(people().as_array().size(), 1U);
  EXPECT_EQ(people().at(0).at("title").as_string(), "CFO");
  EXPECT_EQ(people().at(0).at("role").as_string(), "champion");
  EXPECT_TRUE(people().at(0).at("left").as_bool());

  const auto find = [&](const std::string& text) {
    return served.call("PortfolioService/Search", R"({"text":")" + text + "\"}");
  };
  const json::value found = find("falk IDA").json();
  EXPECT_EQ(found.at("hits").at(0).at("account").at("account").as_string(), "a-1");
  EXPECT_EQ(found.at("hits").at(0).at("person").as_string(), "Ida Falk");
  EXPECT_TRUE(found.at("people_complete").as_bool());
  const json::value banks = find("bank").json();
  ASSERT_EQ(banks.at("hits").as_array().size(), 2U);
  EXPECT_EQ(banks.at("hits").at(0).at("account").at("account").as_string(), "a-3");  // the greatest
  EXPECT_EQ(find("nobody at all").json().at("hits").as_array().size(), 0U);
  EXPECT_EQ(find("").code(), "invalid_argument");
}

TEST(Records, AnOpinionStandsBesideTheForecast) {
  ServedEngine served;
  log_book(served);
  record(served, "o1", R"("opinion":{"risk":"high","reason":"new CFO"})");
  const auto renewal = [&] {
    return served.call("PortfolioService/ListRenewals", "{}").json().at("rows").at(0);
  };
  EXPECT_EQ(renewal().at("opinion").as_string(), "high");
  EXPECT_EQ(renewal().at("opinion_by").as_string(), "mara");
  served.pass(std::chrono::hours(24 * 10));
  EXPECT_EQ(renewal().at("opinion").as_string(), "high");
}

}  // namespace
}  // namespace tenure
