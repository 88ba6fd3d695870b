#include "apps/book/bench_stream.h"

#include "engine/event/event.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace tenure {
namespace {

TEST(BenchStream, SameSeedSameBytes) {
  BenchStream a({});
  BenchStream b({});
  for (int i = 0; i < 1000; ++i) {
    const auto x = a.next();
    const auto y = b.next();
    ASSERT_EQ(x.envelope, y.envelope);
    ASSERT_EQ(x.key, y.key);
  }
}

TEST(BenchStream, EventsAreReadableAndAboutTwoHundredBytes) {
  BenchStream stream({});
  std::size_t bytes = 0;
  std::map<EventType, int> types;
  for (int i = 0; i < 10'000; ++i) {
    const auto record = stream.next();
    const auto event = read_event(record.envelope);
    ASSERT_TRUE(event) << event.error().message;
    ASSERT_EQ(event->accounts.front().text, record.key);
    ++types[event->type];
    bytes += record.envelope.size();
  }
  EXPECT_NEAR(static_cast<double>(bytes) / 10'000, 200, 25);
  EXPECT_NEAR(types[EventType::kEmailReceived], 4000, 300);
  EXPECT_GT(types[EventType::kUsageRolledUp], 0);
  EXPECT_GT(types[EventType::kComplaintOpened], 0);
  EXPECT_GT(types[EventType::kMeetingHeld], 0);
}

TEST(BenchStream, SkewSendsHalfToAHundredth) {
  BenchStreamOptions options;
  options.accounts = 1000;
  options.skew_permille = 1000;
  BenchStream stream(options);
  int hot = 0;
  for (int i = 0; i < 10'000; ++i) hot += stream.next().key < "account-0000000010";
  EXPECT_NEAR(hot, 5050, 300);
}

TEST(BenchStream, MeetsEachAccountOnceBeforeItDraws) {
  for (const std::uint32_t accounts : {1u, 1000u, 7919u}) {
    BenchStreamOptions options;
    options.accounts = accounts;
    options.each_account_first = true;
    BenchStream stream(options);
    std::set<std::string> seen;
    for (std::uint32_t k = 0; k < accounts; ++k) seen.emplace(stream.next().key);
    EXPECT_EQ(seen.size(), accounts);
  }
}

TEST(BenchStream, OneAccountIsEnough) {
  BenchStreamOptions options;
  options.accounts = 0;
  BenchStream stream(options);
  EXPECT_EQ(stream.next().key, "account-0000000000");
}

}  // namespace
}  // namespace tenure
