// Limits of docs/limits.md that count what comes from many: addresses, people, words.
#include "connectors/http/access_guard.h"
#include "tests/connectors/http/support/served_engine.h"

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;
using testing::EventBuilder;
using testing::ServedEngine;

TEST(AccessLimits, SoManyAddressesAreCountedApartAndFurtherOnesAsOne) {
  AccessOptions options;
  EXPECT_EQ(options.addresses_max, 4096U);
  options.steady_us = [] { return std::int64_t{1}; };
  AccessGuard guard({}, options, nullptr);
  const auto fail_from = [&](int address) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/session";
    request.peer = fmt::format("10.{}.{}.{}", address >> 16, address >> 8 & 255, address & 255);
    request.fields.authorization = "Bearer tenure_ana_00";
    return guard.begin_session(request).status;
  };
  for (int address = 1; address <= 4096; ++address) ASSERT_EQ(fail_from(address), 401) << address;
  for (int k = 2; k <= 10; ++k) EXPECT_EQ(fail_from(4096), 401) << "counted apart";
  EXPECT_EQ(fail_from(4096), 429);
  for (int k = 1; k <= 10; ++k) EXPECT_EQ(fail_from(5000 + k), 401) << k;
  EXPECT_EQ(fail_from(6000), 429) << "the eleventh failure of those beyond, be it of another";
  EXPECT_EQ(fail_from(1), 401) << "who is counted apart is no worse off";
}

TEST(SearchLimits, WordsHoldTheirBytes) {
  ServedEngine served;
  const auto find = [&](std::size_t bytes) {
    return served.call("PortfolioService/Search", R"({"text":")" + std::string(bytes, 'x') + "\"}");
  };
  EXPECT_EQ(find(200).status, 200);
  EXPECT_EQ(find(201).code(), "invalid_argument");
  EXPECT_EQ(find(201).message(), "text: say 1 to 200 bytes of a name or an id");
}

TEST(SearchLimits, OfThePeopleFoundTheFirstAreLookedAt) {
  ServedEngine served;
  const auto add = [&](int number) {
    const std::string account = fmt::format("a-{:03}", number);
    EventBuilder person("crm", account + "-s");
    served.log(person.account(account)
                   .at("2026-01-05T08:00Z")
                   .person("Ann Falk")
                   .payload(pb::StakeholderAdded()));
    // Each is worth more than all before it, so that the last one seen comes first.
    pb::ContractSigned contract;
    contract.set_contract("c-" + account);
    contract.set_starts_at_us(testing::instant("2026-01-01").us);
    *contract.mutable_annual_value() = testing::money(100 * number);
    EventBuilder worth("crm", account + "-c");
    served.log(worth.account(account).at("2026-01-05T08:00Z").payload(contract));
  };
  const auto first = [&] {
    const auto found = served.call("PortfolioService/Search", R"({"text":"falk"})").json();
    EXPECT_TRUE(found.at("people_complete").as_bool());
    return std::string(found.at("hits").at(0).at("account").at("account").as_string().c_str());
  };
  for (int number = 1; number <= 500; ++number) add(number);
  EXPECT_EQ(first(), "a-500");
  add(501);
  EXPECT_EQ(first(), "a-500") << "the 501st in whose name the word stands is not looked at";
}

}  // namespace
}  // namespace tenure
