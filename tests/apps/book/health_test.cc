// What the shipped profiles make of the book: the stories' health at the moments that docs/demo.md
// names, and a mix over all accounts that somebody who manages accounts would believe.
#include "tests/apps/book/support/book_health.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace tenure {
namespace {

using testing::BookHealth;

/// How far from the book a story may be: half a band of what people call "good" or "bad".
constexpr int kTolerance = 7;

struct World {
  Book book;
  BookHealth health{book};
  explicit World(std::uint64_t seed) : book(Book::generate(BookOptions{.seed = seed})) {}

  [[nodiscard]] Instant day(int days) const { return book.options().now + days * kDay; }
  [[nodiscard]] std::string story(int number) const {
    for (const AccountTruth& account : book.truth())
      if (account.story == number) return account.account;
    return {};
  }
  [[nodiscard]] int score(int number, int days) const {
    const auto score = health.score(story(number), day(days));
    EXPECT_TRUE(score) << "story " << number << " has no health on day " << days;
    return score.value_or(-1);
  }
  [[nodiscard]] std::string explain(int number, int days) const {
    return fmt::format("story {} on day {}: {}", number, days,
                       health.explain(story(number), day(days)));
  }
};

const World& demo() {
  static const World world(1);
  return world;
}

TEST(StoryHealth, IsNearTheBookAtItsMoments) {
  struct Moment {
    int story;
    int day;
    int health;
  };
  // Story 1: the sponsor is gone, and now. Story 4: renewed. Story 5: notice, and the last day.
  for (const Moment& moment : {Moment{1, -149, 78}, Moment{1, 0, 55}, Moment{4, -95, 74},
                               Moment{5, -121, 81}, Moment{5, -61, 81}}) {
    EXPECT_NEAR(demo().score(moment.story, moment.day), moment.health, kTolerance)
        << demo().explain(moment.story, moment.day);
  }
}

TEST(StoryHealth, OfTheSavedOneIsLowestAfterItsOutage) {
  int lowest = 100;
  int when = 0;
  for (int day = -230; day < -150; ++day) {
    const int score = demo().score(4, day);
    if (score >= lowest) continue;
    lowest = score;
    when = day;
  }
  EXPECT_NEAR(lowest, 38, kTolerance) << demo().explain(4, when);
  EXPECT_NEAR(when, -205, 6);
}

TEST(StoryHealth, FallsWhereSomethingGoesWrongAndElsewhereNot) {
  // The quiet fade; the account lost in its handover, up to its notice.
  EXPECT_LE(demo().score(2, 0), demo().score(2, -160) - 20) << demo().explain(2, 0);
  EXPECT_LE(demo().score(7, -121), demo().score(7, -281) - 8) << demo().explain(7, -121);
  // The complaint that is reopened, and the quiet August.
  EXPECT_LT(demo().score(3, 0), demo().score(3, -50)) << demo().explain(3, 0);
  EXPECT_LE(demo().score(6, -90), demo().score(6, 0) - 15) << demo().explain(6, -90);
  EXPECT_GE(demo().score(8, 0), 85) << demo().explain(8, 0);
}

class Mix {
 public:
  void add(int score) {
    scores_.push_back(score);
    ++tens_[static_cast<std::size_t>(std::min(9, score / 10))];
  }
  [[nodiscard]] int mean() const {
    int sum = 0;
    for (const int score : scores_) sum += score;
    return scores_.empty() ? 0 : sum / static_cast<int>(scores_.size());
  }
  /// How many of a hundred are at least that well.
  [[nodiscard]] int percent_from(int score) const {
    const auto many =
        std::count_if(scores_.begin(), scores_.end(), [&](int one) { return one >= score; });
    return scores_.empty() ? 0 : static_cast<int>(many * 100 / std::ssize(scores_));
  }
  [[nodiscard]] std::string line() const {
    std::string text = fmt::format("{:4} accounts, mean {:3} |", scores_.size(), mean());
    for (const int many : tens_) text += fmt::format("{:4}", many);
    return text;
  }

 private:
  std::vector<int> scores_;
  std::array<int, 10> tens_{};
};

/// The clients of a day: all of them, and by tier.
struct Clients {
  Mix all;
  std::array<Mix, 3> tiers;
};

Clients clients_on(const World& world, int day) {
  Clients clients;
  const Instant at = world.day(day);
  for (const AccountTruth& account : world.book.truth()) {
    if (account.since + 60 * kDay > at || (account.left_at && *account.left_at <= at)) continue;
    const auto score = world.health.score(account.account, at);
    if (!score) continue;
    clients.all.add(*score);
    clients.tiers[static_cast<std::size_t>(account.tier)].add(*score);
  }
  return clients;
}

Mix leavers_before_they_decide(const World& world) {
  Mix mix;
  for (const AccountTruth& account : world.book.truth()) {
    if (!account.left || !account.decided_at) continue;
    const auto score = world.health.score(account.account, *account.decided_at - 20 * kDay);
    if (score) mix.add(*score);
  }
  return mix;
}

void print(const char* what, const Mix& mix) { fmt::print("{:28} {}\n", what, mix.line()); }

void expect_believable(const World& world) {
  const Clients now = clients_on(world, 0);
  const Clients then = clients_on(world, -300);
  const Mix leaving = leavers_before_they_decide(world);
  fmt::print("health in tens, from 0 to 9 on\n");
  print("clients now", now.all);
  print("  key", now.tiers[0]);
  print("  standard", now.tiers[1]);
  print("  tail", now.tiers[2]);
  print("clients 300 days ago", then.all);
  print("leavers, 20 days before", leaving);
  for (const Mix& tier : now.tiers)
    EXPECT_NEAR(tier.mean(), now.all.mean(), 6) << "no tier is ill by being small or talkative";
  for (const Mix& clients : {now.all, then.all}) {
    EXPECT_NEAR(clients.mean(), 80, 5);
    EXPECT_LE(clients.percent_from(95), 5) << "a hundred is rare";
    EXPECT_GE(clients.percent_from(70), 80) << "most clients are well";
  }
  // Then some were on their way out; the truth has nobody who leaves after now but one.
  EXPECT_LE(then.all.percent_from(70), 95) << "and some are not";
  EXPECT_LE(leaving.mean(), now.all.mean() - 8) << "who leaves was worse before";
  EXPECT_GE(leaving.percent_from(70), 15) << "but some leave without a sign";
}

TEST(BookHealth, IsAMixThatOneBelieves) {
  expect_believable(demo());
  for (const std::uint64_t seed : {2, 3}) expect_believable(World(seed));
}

}  // namespace
}  // namespace tenure
