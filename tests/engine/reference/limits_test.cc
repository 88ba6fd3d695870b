// Each limit of docs/limits.md, "rules and configuration", that a profile has: at it and one above.
#include "engine/reference/profile.h"
#include "tests/support/signal_names.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tenure {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string compiled(const std::string& yaml) {
  static const SignalCatalog known = testing::known_signals();
  const auto profile = compile_profile(yaml, "f.yaml", known);
  return profile ? "taken" : profile.error().message;
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t k = 0; k < count; ++k) all += text;
  return all;
}

// A rule whose last key is on line 6.
std::string rule(const std::string& more) {
  return "profile: p\nalerts:\n  r:\n    severity: low\n    raise: {health: total, lt: 1}\n    " +
         more + "\n";
}

TEST(ProfileLimits, AProfileHoldsItsRules) {
  const auto rules = [](std::size_t count) {
    std::string yaml = "profile: p\nalerts:\n";
    for (std::size_t k = 0; k < count; ++k)
      yaml += fmt::format("  r{}: {{severity: low, raise: {{health: total, lt: 1}}}}\n", k);
    return compiled(yaml);
  };
  EXPECT_EQ(rules(64), "taken");
  EXPECT_THAT(rules(65), StartsWith("f.yaml:3:3: more than 64 rules; split the profile"));
}

TEST(ProfileLimits, ARouteHoldsItsRungs) {
  const auto rungs = [](std::size_t count) {
    return compiled(
        rule("route: [{to: owner}" + times(count - 1, ", {to: owner_manager, after: 1d}") + "]"));
  };
  EXPECT_EQ(rungs(8), "taken");
  EXPECT_THAT(rungs(9), StartsWith("f.yaml:6:12: 'route' must be a list of 1 to 8 rungs"));
}

TEST(ProfileLimits, HealthHoldsItsFactors) {
  const auto factors = [](std::size_t count) {
    std::string yaml = "profile: p\nhealth:\n";
    std::size_t made = 0;
    for (const SignalSpec& signal : testing::kSignals) {
      if (signal.per_subject || signal.unit == SignalUnit::kInstant || made == count) continue;
      const std::size_t weight = made == 0 ? 100 - 2 * (count - 1) : 2;
      yaml += fmt::format("  {}: {{weight: {}, bands: [{{else: 1}}]}}\n", signal.name, weight);
      ++made;
    }
    EXPECT_EQ(made, count);
    return compiled(yaml);
  };
  EXPECT_EQ(factors(32), "taken");
  EXPECT_THAT(factors(33), StartsWith("f.yaml:3:3: more than 32 factors of health"));
}

TEST(ProfileLimits, AFactorHoldsItsBands) {
  const auto bands = [](std::size_t count) {
    std::string list;
    for (std::size_t k = 1; k < count; ++k) list += fmt::format("{{lt: {}, score: 1}}, ", k);
    return compiled("profile: p\nhealth:\n  usage.trend: {weight: 100, bands: [" + list +
                    "{else: 1}]}\n");
  };
  EXPECT_EQ(bands(16), "taken");
  EXPECT_THAT(bands(17), StartsWith("f.yaml:3:37: more than 16 bands"));
}

TEST(ProfileLimits, AConditionHoldsItsDepthAndItsParts) {
  const auto deep = [](std::size_t depth) {
    return compiled(
        "profile: p\nalerts:\n  r:\n    severity: low\n    raise: " + times(depth - 1, "{not: ") +
        "{health: total, lt: 1}" + times(depth - 1, "}") + "\n");
  };
  EXPECT_EQ(deep(6), "taken");
  EXPECT_THAT(deep(7), StartsWith("f.yaml:5:48: conditions nested deeper than 6"));
  for (const std::string kind : {"all", "any"}) {
    const auto parts = [&](std::size_t count) {
      return compiled("profile: p\nalerts:\n  r:\n    severity: low\n    raise: {" + kind + ": [" +
                      times(count, "{health: total, lt: 1}, ") + "]}\n");
    };
    EXPECT_EQ(parts(16), "taken");
    EXPECT_THAT(parts(17),
                StartsWith("f.yaml:5:18: '" + kind + "' must be a list of 1 to 16 conditions"));
  }
}

TEST(ProfileLimits, AListHoldsItsNames) {
  const auto names = [](std::size_t count) {
    std::string list;
    for (std::size_t k = 0; k < count; ++k) list += fmt::format("{}n{}", k == 0 ? "" : ", ", k);
    return list;
  };
  EXPECT_EQ(compiled("profile: p\nsectors: [" + names(64) + "]\n"), "taken");
  EXPECT_THAT(compiled("profile: p\nsectors: [" + names(65) + "]\n"),
              StartsWith("f.yaml:2:10: 'sectors' names more than 64"));
  EXPECT_EQ(compiled(rule("mute_on_gap: [" + names(64) + "]")), "taken");
  EXPECT_THAT(compiled(rule("mute_on_gap: [" + names(65) + "]")),
              StartsWith("f.yaml:6:18: 'mute_on_gap' names more than 64"));
}

TEST(ProfileLimits, ASentenceHoldsItsBytes) {
  EXPECT_EQ(compiled(rule("say: '" + std::string(500, 'x') + "'")), "taken");
  EXPECT_THAT(compiled(rule("say: '" + std::string(501, 'x') + "'")),
              StartsWith("f.yaml:6:10: 'say' has 501 bytes; at most 500 are allowed"));
}

TEST(ProfileLimits, ASpanHoldsItsDays) {
  for (const std::string good : {"3650d", "87600h", "5256000m", "3650bd"})
    EXPECT_EQ(compiled(rule("cool_down: " + good)), "taken") << good;
  for (const std::string bad : {"3651d", "87601h", "5256001m", "3651bd", "87601bh"})
    EXPECT_THAT(compiled(rule("cool_down: " + bad)),
                StartsWith("f.yaml:6:16: 'cool_down' must be a span of at most 3650 days"))
        << bad;
}

}  // namespace
}  // namespace tenure
