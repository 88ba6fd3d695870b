// Who is away and who covers, over the wire.
#include "tests/connectors/http/support/served_engine.h"

#include <algorithm>

namespace tenure {
namespace {

using testing::ApiAnswer;
using testing::EventBuilder;
using testing::ServedEngine;
namespace json = ::boost::json;
namespace pb = ::tenure::event::v1;

using Names = std::vector<std::string>;

void log_owner(ServedEngine& served, const std::string& account, const std::string& owner) {
  pb::AccountAssigned assigned;
  assigned.set_owner(owner);
  served.log(EventBuilder("crm", account + "-a")
                 .account(account)
                 .at("2026-01-05T08:00Z")
                 .payload(assigned));
}

// The engine's clock stands at 2026-03-02T09:00Z.
void log_book(ServedEngine& served) {
  log_owner(served, "a-1", "mara");
  log_owner(served, "a-2", "jon");
  log_owner(served, "a-3", "tess");
}

ApiAnswer leave(ServedEngine& served, const std::string& id, const std::string& actor,
                const std::string& what) {
  return served.call("ActService/Record",
                     R"({"id":")" + id + R"(","actor":")" + actor + R"(","away":{)" + what + "}}");
}

ApiAnswer come_back(ServedEngine& served, const std::string& id, const std::string& absence) {
  return served.call(
      "ActService/Record",
      R"({"id":")" + id + R"(","actor":"mara","back":{"absence":")" + absence + R"("}})");
}

Names listed(ServedEngine& served, const std::string& owner) {
  const json::value answer =
      served
          .call("PortfolioService/ListAccounts", R"({"order_by":"name","owner":")" + owner + "\"}")
          .json();
  Names names;
  for (const json::value& row : answer.at("rows").as_array())
    names.emplace_back(row.at("account").as_string().c_str());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Absence, PutsAccountsInTheListsOfWhoeverCoversUntilItEndsByItself) {
  ServedEngine served;
  log_book(served);
  served.raise_alert("a-1");
  const ApiAnswer taken =
      leave(served, "h-1", "mara", R"("until":"2026-03-10T00:00:00Z","cover":"jon")");
  ASSERT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(listed(served, "jon"), (Names{"a-1", "a-2"}));
  EXPECT_EQ(listed(served, "mara"), Names{"a-1"}) << "whoever is away keeps them";
  EXPECT_EQ(listed(served, "tess"), Names{"a-3"});
  const json::value needs =
      served.call("PortfolioService/GetNeedsYou", R"({"owner":"jon"})").json();
  EXPECT_EQ(needs.at("accounts").as_string(), "2");
  EXPECT_EQ(needs.at("accounts_covered").as_string(), "1");
  EXPECT_EQ(needs.at("covering").at(0).at("owner").as_string(), "mara");
  const auto own = [](const json::value& row) { return row.at("account").as_string() == "a-1"; };
  const json::array& rows = needs.at("rows").as_array();
  const auto covered = std::find_if(rows.begin(), rows.end(), own);
  ASSERT_NE(covered, rows.end());
  EXPECT_EQ(covered->at("cover").at("by").as_string(), "jon");
  EXPECT_EQ(covered->at("cover").at("until").as_string(), "2026-03-10T00:00:00Z");
  EXPECT_EQ(covered->at("alert").at("cover").at("owner").as_string(), "mara");
  const json::value alert =
      served.call("AlertService/ListAlerts", R"({"owner":"jon","account":"a-1"})").json();
  EXPECT_EQ(alert.at("alerts").at(0).at("cover").at("by").as_string(), "jon");
  const std::string ask = R"({"account":"a-1"})";
  EXPECT_EQ(served.call("AccountService/GetAccount", ask).json().at("cover").at("by").as_string(),
            "jon");
  served.pass(std::chrono::hours(24 * 8));
  EXPECT_EQ(listed(served, "jon"), Names{"a-2"});
  EXPECT_EQ(served.call("AccountService/GetAccount", ask).json().as_object().if_contains("cover"),
            nullptr);
}

TEST(Absence, StandsInAnAnswerFromItsFirstInstantToItsLast) {
  ServedEngine served;
  log_book(served);
  const auto covered_by = [&] {
    const json::value answer =
        served.call("AccountService/GetAccount", R"({"account":"a-1"})").json();
    const json::value* cover = answer.as_object().if_contains("cover");
    return cover == nullptr ? std::string() : std::string(cover->at("by").as_string().c_str());
  };
  EXPECT_EQ(covered_by(), "");
  ASSERT_EQ(leave(served, "h-1", "mara",
                  R"("from":"2026-03-02T09:10:00Z","until":"2026-03-02T09:20:00Z","cover":"jon")")
                .status,
            200);
  for (const auto& [minutes, by] : {std::pair(9, ""), {1, "jon"}, {9, "jon"}, {1, ""}}) {
    served.pass(std::chrono::minutes(minutes));
    for (int look = 0; look < 2; ++look) EXPECT_EQ(covered_by(), by) << minutes;
  }
}

TEST(Absence, IsListedUntilItIsOverAndMayEndEarly) {
  ServedEngine served;
  log_book(served);
  ASSERT_EQ(leave(served, "h-1", "mara", R"("cover":"jon")").status, 200);
  ASSERT_EQ(
      leave(served, "h-2", "jon", R"("person":"tess","from":"2026-04-01T00:00:00Z","cover":"jon")")
          .status,
      200);
  const auto all = [&] { return served.call("PortfolioService/ListAbsences", "{}").json(); };
  ASSERT_EQ(all().at("absences").as_array().size(), 2U);
  EXPECT_TRUE(all().at("absences").at(0).at("begun").as_bool());
  EXPECT_EQ(all().at("absences").at(0).at("until").as_string(), "");
  EXPECT_FALSE(all().at("absences").at(1).at("begun").as_bool());
  EXPECT_EQ(listed(served, "jon"), (Names{"a-1", "a-2"}));
  served.pass(std::chrono::hours(1));
  EXPECT_EQ(come_back(served, "b-1", "h-1").status, 200);
  EXPECT_EQ(come_back(served, "b-2", "h-2").status, 200) << "it never was";
  EXPECT_EQ(all().at("absences").as_array().size(), 0U);
  EXPECT_EQ(listed(served, "jon"), Names{"a-2"});
  EXPECT_TRUE(come_back(served, "b-1", "h-1").json().at("repeated").as_bool());
  EXPECT_EQ(come_back(served, "b-3", "h-1").code(), "failed_precondition");
  EXPECT_EQ(come_back(served, "b-4", "h-9").code(), "not_found");
  served.pass(std::chrono::hours(24 * 40));
  EXPECT_EQ(listed(served, "mara"), Names{"a-1"});
}

TEST(Absence, IsOneActHoweverOftenItIsSent) {
  ServedEngine served;
  log_book(served);
  const std::string what = R"("until":"2026-03-10T00:00:00Z","cover":"jon")";
  EXPECT_FALSE(leave(served, "h-1", "mara", what).json().at("repeated").as_bool());
  served.pass(std::chrono::minutes(5));
  EXPECT_TRUE(leave(served, "h-1", "mara", what).json().at("repeated").as_bool());
  EXPECT_EQ(leave(served, "h-1", "mara", R"("cover":"tess")").code(), "already_exists");
  const json::value all = served.call("PortfolioService/ListAbsences", "{}").json();
  EXPECT_EQ(all.at("absences").as_array().size(), 1U);
}

TEST(Absence, IsChecked) {
  ServedEngine served;
  log_book(served);
  ASSERT_EQ(leave(served, "h-0", "tess", R"("until":"2026-03-10T00:00:00Z","cover":"jon")").status,
            200);
  const std::vector<std::pair<std::string, std::string>> all = {
      {R"("until":"2026-03-10T00:00:00Z")", "away.cover: say who"},
      {R"("cover":"mara")", "away.cover: nobody covers for themselves"},
      {R"("cover":"nina")", "away.cover: 'nina' looks after no account"},
      {R"("person":"nina","cover":"jon")", "away.person: 'nina' looks after no account"},
      {R"("cover":"tess")", "away.cover: 'tess' is away too"},
      {R"("person":"tess","cover":"mara")", "away: 'tess' is away already"},
      {R"("until":"2026-03-01T00:00:00Z","cover":"jon")", "away.until: must lie after now"},
      {R"("until":"2028-03-01T00:00:00Z","cover":"jon")", "away.until: must lie at most 366 days"},
      {R"("from":"2026-01-01T00:00:00Z","cover":"jon")", "away.from: must lie at most 31 days ago"},
      {R"("from":"2027-04-01T00:00:00Z","cover":"jon")", "away.from: must lie at most 31 days ago"},
      {R"("from":"soon","cover":"jon")", "away.from: "}};
  for (std::size_t k = 0; k < all.size(); ++k) {
    const ApiAnswer answer = leave(served, "c-" + std::to_string(k), "mara", all[k].first);
    EXPECT_EQ(answer.code(), "invalid_argument") << all[k].first << answer.body;
    EXPECT_EQ(answer.message().substr(0, all[k].second.size()), all[k].second);
  }
  const ApiAnswer of_account = served.call(
      "ActService/Record", R"({"id":"c","actor":"mara","account":"a-1","away":{"cover":"jon"}})");
  EXPECT_EQ(of_account.message().substr(0, 8), "account:");
  // In the reporting lines somebody is known without an account.
  pb::ReportsToSet reports;
  reports.set_person("nina");
  reports.set_manager("olga");
  served.log(EventBuilder("staff", "s-1").at("2026-02-01T08:00Z").payload(reports));
  EXPECT_EQ(leave(served, "d-1", "mara", R"("cover":"nina")").status, 200);
}

}  // namespace
}  // namespace tenure
