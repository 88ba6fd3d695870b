// Sums over the last weeks, against what each account says of the same instants.
#include "tests/connectors/http/support/served_engine.h"

namespace tenure {
namespace {

using testing::ApiAnswer;
using testing::EventBuilder;
using testing::instant;
using testing::ServedEngine;
namespace json = ::boost::json;
namespace pb = ::tenure::event::v1;

void log_client(ServedEngine& served, const std::string& account, const std::string& owner,
                std::int64_t arr_minor, const std::string& at) {
  const auto event = [&](const std::string& id) {
    return EventBuilder("crm", account + id).account(account).at(at);
  };
  pb::AccountAssigned assigned;
  assigned.set_owner(owner);
  served.log(event("-a").payload(assigned));
  pb::ContractSigned contract;
  contract.set_contract("c-" + account);
  contract.set_starts_at_us(instant("2025-01-01").us);
  contract.set_ends_at_us(instant("2027-01-01").us);
  contract.set_notice_days(30);
  *contract.mutable_annual_value() = testing::money(arr_minor);
  served.log(event("-c").payload(contract));
}

json::value trend(ServedEngine& served, const std::string& fields = "") {
  json::value answer;
  EXPECT_TRUE(testing::await([&] {
    answer = served.call("PortfolioService/GetPortfolioTrend", "{" + fields + "}").json();
    return answer.at("accounts_left").as_string() == "0";
  }));
  return answer;
}

std::string arr_of(const json::value& point) {
  const json::array& arr = point.at("arr").as_array();
  return arr.empty() ? "" : arr.front().at("milli").as_string().c_str();
}

// The clock stands at Monday 2026-03-02T09:00Z.
TEST(Trend, HasAPointEachMondayAndOneNow) {
  ServedEngine served;
  log_client(served, "a-1", "mara", 10'000'00, "2026-02-04T08:00Z");
  log_client(served, "a-2", "jon", 20'000'00, "2026-02-18T08:00Z");
  const json::value all = trend(served);
  const json::array& points = all.at("points").as_array();
  ASSERT_EQ(points.size(), 5U) << "before the first account there was no book";
  EXPECT_EQ(points[0].at("at").as_string(), "2026-02-09T00:00:00Z");
  EXPECT_EQ(points[3].at("at").as_string(), "2026-03-02T00:00:00Z");
  EXPECT_EQ(points[4].at("at").as_string(), "2026-03-02T09:00:00Z");
  EXPECT_EQ(arr_of(points[0]), "10000000");
  EXPECT_EQ(arr_of(points[1]), "10000000");
  EXPECT_EQ(arr_of(points[2]), "30000000");
  EXPECT_EQ(points[2].at("accounts").as_string(), "2");
  EXPECT_EQ(arr_of(trend(served, R"("owner":"jon")").at("points").at(0)), "20000000");
  EXPECT_EQ(trend(served, R"("weeks":1)").at("points").as_array().size(), 2U);
  EXPECT_EQ(served.call("PortfolioService/GetPortfolioTrend", R"({"weeks":13})").message(),
            "weeks: must be 0 to 12");
}

TEST(Trend, FollowsLateEventsNewOnesAndTheCalendar) {
  ServedEngine served;
  log_client(served, "a-1", "mara", 10'000'00, "2026-02-04T08:00Z");
  EXPECT_EQ(arr_of(trend(served).at("points").at(0)), "10000000");
  // It happened before the second point, and is told now.
  pb::ContractAmended amended;
  amended.set_contract("c-a-1");
  *amended.mutable_annual_value() = testing::money(50'000'00);
  served.log(EventBuilder("crm", "late").account("a-1").at("2026-02-12T08:00Z").payload(amended));
  const json::value after = trend(served);
  EXPECT_EQ(arr_of(after.at("points").at(0)), "10000000");
  EXPECT_EQ(arr_of(after.at("points").at(1)), "50000000");
  log_client(served, "a-2", "jon", 20'000'00, "2026-03-02T08:30Z");
  const json::value now = trend(served);
  EXPECT_EQ(arr_of(now.at("points").at(3)), "50000000");
  EXPECT_EQ(arr_of(now.at("points").at(4)), "70000000");
  served.pass(std::chrono::hours(24 * 7));
  const json::value later = trend(served);
  EXPECT_EQ(later.at("points").as_array().size(), 6U);
  EXPECT_EQ(arr_of(later.at("points").at(4)), "70000000");
}

TEST(Trend, AgreesWithEachAccountAsItWas) {
  ServedEngine served;
  log_client(served, "a-1", "mara", 10'000'00, "2025-12-20T08:00Z");
  log_client(served, "a-2", "jon", 20'000'00, "2026-01-18T08:00Z");
  served.raise_alert("a-1");
  served.pass(std::chrono::hours(24 * 9));
  // What falls due meanwhile is told first: it belongs to the points before.
  EXPECT_TRUE(testing::await([&] {
    const EngineStatus status = served.engine().status();
    return status.quiet && status.closed >= instant("2026-03-11T08:59Z");
  }));
  const json::value all = trend(served);
  bool at_risk_seen = false;
  for (const json::value& point : all.at("points").as_array()) {
    const std::string at = point.at("at").as_string().c_str();
    std::int64_t arr = 0, risk = 0, accounts = 0, unknown = 0;
    for (const std::string account : {"a-1", "a-2"}) {
      const ApiAnswer answer =
          served.call("AccountService/GetAccount", R"({"account":")" + account + R"(","at":")" +
                                                       at + R"(","sense":"AS_OF_SENSE_WAS"})");
      if (answer.status == 404) continue;
      const json::value was = answer.json();
      ++accounts;
      const json::object& health = was.at("health").as_object();
      if (health.if_contains("score_milli") == nullptr) ++unknown;
      std::int64_t value = 0;
      for (const json::value& signal : was.at("signals").as_array())
        if (signal.at("name").as_string() == "contracts.arr")
          value = std::stoll(signal.at("milli").as_string().c_str());
      arr += value;
      for (const json::value& alert : was.at("alerts").as_array())
        if (alert.at("severity").as_string() == "high") {
          risk += value;
          break;
        }
    }
    EXPECT_EQ(point.at("accounts").as_string(), std::to_string(accounts)) << at;
    EXPECT_EQ(arr_of(point), std::to_string(arr)) << at;
    EXPECT_EQ(point.at("health_unknown").as_string(), std::to_string(unknown)) << at;
    const json::array& told = point.at("arr_at_risk").as_array();
    EXPECT_EQ(told.empty() ? "0" : told.front().at("milli").as_string(), std::to_string(risk))
        << at;
    at_risk_seen = at_risk_seen || risk > 0;
  }
  EXPECT_TRUE(at_risk_seen);
}

TEST(Trend, TeamsAreThoseOfThen) {
  ServedEngine served;
  log_client(served, "a-1", "mara", 10'000'00, "2026-01-04T08:00Z");
  const auto report = [&](const std::string& id, const std::string& lead, const std::string& from) {
    pb::ReportsToSet reports;
    reports.set_person("mara");
    reports.set_manager(lead);
    reports.set_effective_at_us(instant(from).us);
    served.log(EventBuilder("staff", id).at("2026-02-01T08:00Z").payload(reports));
  };
  report("s-1", "olga", "2026-01-01");
  report("s-2", "pia", "2026-02-15");
  served.pass(std::chrono::seconds(1));
  const json::value olga = trend(served, R"("lead":"olga")");
  const json::value pia = trend(served, R"("lead":"pia")");
  EXPECT_EQ(olga.at("points").at(0).at("at").as_string(), "2026-01-05T00:00:00Z");
  EXPECT_EQ(arr_of(olga.at("points").as_array().back()), "");
  EXPECT_EQ(pia.at("points").at(0).at("at").as_string(), "2026-02-16T00:00:00Z");
  EXPECT_EQ(arr_of(pia.at("points").as_array().back()), "10000000");
}

}  // namespace
}  // namespace tenure
