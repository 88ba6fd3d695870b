// Lists that people work through: renewals with their forecast, complaints, accounts by change.
#include "tests/connectors/http/support/served_engine.h"

namespace tenure {
namespace {

using testing::EventBuilder;
using testing::instant;
using testing::ServedEngine;
namespace json = ::boost::json;
namespace pb = ::tenure::event::v1;

using Names = std::vector<std::string>;

Names accounts_of(const json::value& answer) {
  Names accounts;
  for (const json::value& row : answer.at("rows").as_array()) {
    const json::value& account = row.at("account");
    accounts.emplace_back(account.is_string() ? account.as_string()
                                              : account.at("account").as_string());
  }
  return accounts;
}

EventBuilder event(const std::string& account, const std::string& id, const std::string& at) {
  return EventBuilder("crm", account + id).account(account).at(at);
}

void log_contract(ServedEngine& served, const std::string& account, const std::string& ends) {
  pb::ContractSigned contract;
  contract.set_contract("c-" + account);
  contract.set_starts_at_us(instant("2025-06-01").us);
  contract.set_ends_at_us(instant(ends).us);
  contract.set_notice_days(30);
  *contract.mutable_annual_value() = testing::money(10'000'00);
  served.log(event(account, "-c", "2026-01-05T08:00Z").payload(contract));
}

void log_notice(ServedEngine& served, const std::string& account) {
  pb::ContractNoticeGiven notice;
  notice.set_contract("c-" + account);
  served.log(event(account, "-n", "2026-02-20T08:00Z").payload(notice));
}

// The clock stands at Monday 2026-03-02T09:00Z.
TEST(Renewals, AreSummedWholeAndComeInPages) {
  ServedEngine served;
  log_contract(served, "a-1", "2026-05-01");
  log_contract(served, "a-2", "2026-06-15");
  log_contract(served, "a-3", "2026-04-20");
  log_contract(served, "a-4", "2027-12-31");
  log_notice(served, "a-3");
  const auto page = [&](const std::string& token, const std::string& days = "180") {
    return served.call("PortfolioService/ListRenewals",
                       R"({"page_size":2,"days":)" + days + R"(,"page_token":")" + token + "\"}");
  };
  const json::value first = page("").json();
  // Where notice was given it is decided at the end, and is lost.
  EXPECT_EQ(accounts_of(first), (Names{"a-1", "a-3"}));
  EXPECT_EQ(first.at("total").as_string(), "3");
  EXPECT_EQ(first.at("rows").at(1).at("forecast").as_string(), "lost");
  EXPECT_EQ(first.at("rows").at(1).at("ends_at").as_string(), "2026-04-20T00:00:00Z");
  const json::value second = page(first.at("next_page_token").as_string().c_str()).json();
  EXPECT_EQ(accounts_of(second), Names{"a-2"});
  EXPECT_EQ(second.at("next_page_token").as_string(), "");
  EXPECT_EQ(second.at("forecasts"), first.at("forecasts")) << "of all, not of a page";
  std::uint64_t count = 0;
  for (const json::value& sum : first.at("forecasts").as_array()) {
    count += std::stoull(sum.at("count").as_string().c_str());
    const bool lost = sum.at("forecast").as_string() == "lost";
    EXPECT_EQ(sum.at("arr").as_array().size(), sum.at("count").as_string() == "0" ? 0U : 1U);
    if (lost) {
      EXPECT_EQ(sum.at("arr").at(0).at("milli").as_string(), "10000000");
    }
  }
  EXPECT_EQ(first.at("forecasts").as_array().size(), 4U);
  EXPECT_EQ(count, 3U);
  EXPECT_EQ(page(first.at("next_page_token").as_string().c_str(), "90").code(), "invalid_argument");
}

TEST(Renewals, AreTheSameAnswerAsLongAsNothingMoved) {
  ServedEngine served;
  log_contract(served, "a-1", "2026-05-01");
  const auto rows = [&] {
    return served.call("PortfolioService/ListRenewals", "{}").json().at("rows");
  };
  const json::value before = rows();
  served.pass(std::chrono::seconds(5));
  EXPECT_EQ(rows(), before);
}

TEST(Complaints, ComeInPagesAndSayWhoseTheyAre) {
  ServedEngine served;
  pb::AccountProfileSet profile;
  profile.set_name("Alder Bank");
  profile.set_sector("bank");
  served.log(event("a-1", "-p", "2026-01-05T08:00Z").payload(profile));
  for (const char* id : {"t-1", "t-2", "t-3"}) {
    pb::ComplaintOpened opened;
    opened.set_complaint(id);
    opened.set_severity(pb::COMPLAINT_SEVERITY_HIGH);
    served.log(event("a-1", id, "2026-02-27T10:00Z").payload(opened));
  }
  Names seen;
  std::string token;
  for (int page = 0; page < 3; ++page) {
    const json::value answer = served
                                   .call("PortfolioService/ListComplaints",
                                         R"({"page_size":1,"page_token":")" + token + "\"}")
                                   .json();
    ASSERT_EQ(answer.at("rows").as_array().size(), 1U);
    EXPECT_EQ(answer.at("total").as_string(), "3");
    const json::value& row = answer.at("rows").at(0);
    seen.emplace_back(row.at("complaint").as_string());
    EXPECT_EQ(row.at("account").at("sector").as_string(), "bank");
    token = answer.at("next_page_token").as_string().c_str();
    EXPECT_EQ(token.empty(), page == 2);
  }
  EXPECT_EQ(seen, (Names{"t-1", "t-2", "t-3"}));
  EXPECT_EQ(
      served.call("PortfolioService/ListComplaints", R"({"owner":"kim","page_token":"x"})").code(),
      "invalid_argument");
}

// Health is 100 without a complaint and 20 with one, and was so four weeks ago.
void log_rules_of_last_year(ServedEngine& served) {
  pb::RulesActivated rules;
  rules.set_profile("default");
  rules.set_yaml(
      "profile: default\n"
      "health:\n"
      "  complaints.open: {weight: 100, bands: [{lt: 1, score: 100}, {else: 20}]}\n"
      "alerts: {}\n");
  rules.set_effective_at_us(instant("2025-01-01").us);
  served.log(EventBuilder("tenure/rules", "r").at("2026-01-02T08:00Z").payload(rules));
}

TEST(Accounts, AreOrderedByTheirChangeAndByTheirOwner) {
  ServedEngine served;
  log_rules_of_last_year(served);
  const auto opened = [](const std::string& id) {
    pb::ComplaintOpened complaint;
    complaint.set_complaint(id);
    return complaint;
  };
  const auto assigned = [](const std::string& owner) {
    pb::AccountAssigned to;
    to.set_owner(owner);
    return to;
  };
  const std::string before = "2026-01-10T08:00Z";
  const std::string after = "2026-02-20T08:00Z";
  for (const auto& [account, owner] : {std::pair{"a-1", "nele"}, {"a-2", "jon"}, {"a-3", ""}})
    served.log(event(account, "-a", before).payload(assigned(owner)));
  served.log(event("a-1", "-up", before).payload(opened("t-1")));
  pb::ComplaintResolved resolved;
  resolved.set_complaint("t-1");
  served.log(event("a-1", "-up2", after).payload(resolved));
  served.log(event("a-3", "-down", after).payload(opened("t-3")));
  served.log(event("a-4", "-a", after).payload(assigned("jon")));
  json::value list;
  ASSERT_TRUE(testing::await([&] {
    list = served.call("PortfolioService/ListAccounts", R"({"order_by":"change"})").json();
    return list.at("accounts_left").as_string() == "0";
  }));
  EXPECT_EQ(accounts_of(list), (Names{"a-3", "a-2", "a-1", "a-4"}));
  const auto change = [&](int row) {
    const auto* milli = list.at("rows").at(row).as_object().if_contains("health_change_4w_milli");
    return milli == nullptr ? std::string() : std::string(milli->as_string());
  };
  EXPECT_EQ(change(0), "-80000");
  EXPECT_EQ(change(1), "0");
  EXPECT_EQ(change(2), "80000");
  EXPECT_EQ(change(3), "") << "it was not there four weeks ago";
  EXPECT_EQ(
      accounts_of(served.call("PortfolioService/ListAccounts", R"({"order_by":"owner"})").json()),
      (Names{"a-2", "a-4", "a-1", "a-3"}));
}

}  // namespace
}  // namespace tenure
