#include "engine/runtime/account_numbers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenure {
namespace {

struct Accounts {
  AccountNumbers numbers;
  std::vector<std::string> ids;

  [[nodiscard]] AccountNumbers::Number find(const std::string& id) const {
    return numbers.find(id, [&](AccountNumbers::Number number) { return ids.at(number) == id; });
  }
  void add(const std::string& id) {
    numbers.add(id, static_cast<AccountNumbers::Number>(ids.size()));
    ids.push_back(id);
  }
};

TEST(AccountNumbers, FindsEveryOneThroughEveryGrowthAndNoOther) {
  Accounts accounts;
  EXPECT_EQ(accounts.find("nobody"), AccountNumbers::kNone);
  constexpr std::uint32_t kAccounts = 50'000;
  for (std::uint32_t k = 0; k < kAccounts; ++k) {
    const std::string id = "account-" + std::to_string(k);
    ASSERT_EQ(accounts.find(id), AccountNumbers::kNone);
    accounts.add(id);
    ASSERT_EQ(accounts.find(id), k);
  }
  for (std::uint32_t k = 0; k < kAccounts; ++k)
    ASSERT_EQ(accounts.find("account-" + std::to_string(k)), k);
  EXPECT_EQ(accounts.find("account-50000"), AccountNumbers::kNone);
  EXPECT_EQ(accounts.find(""), AccountNumbers::kNone);
}

// A place is trusted only when the id itself is the same.
TEST(AccountNumbers, AsksForTheIdAndNotOnlyForItsHash) {
  AccountNumbers numbers;
  numbers.add("acme", 7);
  EXPECT_EQ(numbers.find("acme", [](AccountNumbers::Number) { return false; }),
            AccountNumbers::kNone);
  EXPECT_EQ(numbers.find("acme", [](AccountNumbers::Number number) { return number == 7; }), 7U);
}

}  // namespace
}  // namespace tenure
