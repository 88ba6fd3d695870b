#include "engine/reference/profile.h"

#include "engine/reference/calendar.h"
#include "tests/support/signal_names.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace tenure {
namespace {

const SignalCatalog& catalog() {
  static const SignalCatalog known = testing::known_signals();
  return known;
}

std::string read_file(const std::string& path) {
  std::ifstream file(std::string(TENURE_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Profile, EveryShippedRuleFileCompiles) {
  for (const char* name : {"default", "saas", "bank", "agency"}) {
    const std::string path = std::string("deploy/rules/") + name + ".yaml";
    const auto profile = compile_profile(read_file(path), path, catalog());
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ((*profile)->name, name);
    EXPECT_EQ((*profile)->rules.size(), 11U);
    EXPECT_EQ((*profile)->version.size(), 16U);
  }
}

TEST(Profile, EveryExampleOfTheDocumentationCompiles) {
  const std::string page = read_file("docs/rules.md");
  std::size_t found = 0;
  for (std::size_t at = page.find("```yaml\n"); at != std::string::npos;
       at = page.find("```yaml\n", at + 1), ++found) {
    const std::size_t begin = at + 8;
    const auto profile =
        compile_profile(page.substr(begin, page.find("```", begin) - begin), "rules.md", catalog());
    EXPECT_TRUE(profile) << profile.error().message;
  }
  EXPECT_GE(found, 1U);
}

TEST(Profile, KnowsWhatItWasTold) {
  const std::string page = read_file("docs/rules.md");
  const std::size_t begin = page.find("```yaml\n") + 8;
  const auto made =
      compile_profile(page.substr(begin, page.find("```", begin) - begin), "rules.md", catalog());
  ASSERT_TRUE(made) << made.error().message;
  const Profile& profile = **made;
  EXPECT_EQ(profile.calendar.zone, "Europe/Berlin");
  EXPECT_EQ(profile.sectors, (std::vector<std::string>{"tech", "software"}));
  EXPECT_EQ(profile.half_life(*catalog().find("relationship.client_contact")), kDay * 30);
  EXPECT_EQ(profile.half_life(*catalog().find("relationship.silence_days")), std::nullopt);
  ASSERT_EQ(profile.rules.size(), 1U);
  const Rule& rule = profile.rules[0];
  EXPECT_EQ(rule.raise.milli, 21'000);
  EXPECT_EQ(rule.hold.plain, kDay);
  EXPECT_EQ(rule.severity[0], Severity::kMedium);
  EXPECT_EQ(rule.severity[1], Severity::kHigh);
  EXPECT_EQ(rule.route[1].after.days, 3);
  EXPECT_TRUE(rule.route[1].unless_acknowledged);
  EXPECT_EQ(rule.signals.size(), 1U);
}

std::string with_rule(const std::string& body) {
  return "profile: p\nalerts:\n  r:\n    severity: low\n    " + body + "\n";
}

struct Mistake {
  std::string yaml;
  std::string place;
  std::string says;
};

TEST(Profile, EveryMistakeIsNamedWithItsPlace) {
  const std::string raise = "raise: {signal: usage.trend, lt: 1}\n    ";
  const std::vector<Mistake> mistakes{
      {"", "1:1", "empty"},
      {"profile: [", "1:", "not YAML"},
      {"profile: p\nhealth: }", "2:9", "not YAML"},
      {"profile:\tp", "1:9", "a tab"},
      {"profile: \xff", "1:10", "not UTF-8"},
      {"profile: p\n---\nprofile: q\n", "3:1", "second document"},
      {"profile: &a p\n", "1:", "anchors"},
      {"profile: p\nprofile: q\n", "2:1", "twice"},
      {"[1, 2]", "1:1", "must be a map"},
      {"sectors: []", "1:1", "'profile' is missing"},
      {"profile: P P", "1:10", "is not a name"},
      {"profile: p\nalrts: {}", "2:1", "did you mean 'alerts'?"},
      {"profile: p\ncalendar: {zone: Mars/Olympus}", "2:18", "Mars/Olympus"},
      {"profile: p\ncalendar: {hours: 9-5}", "2:19", "hours '9-5'"},
      {"profile: p\nhealth: {usage.trend: {weight: 90, bands: [{else: 1}]}}", "2:9",
       "add up to 90"},
      {"profile: p\nhealth: {usage.trnd: {weight: 100, bands: [{else: 1}]}}", "2:10",
       "did you mean 'usage.trend'?"},
      {"profile: p\nhealth: {usage.trend: {weight: 100, bands: [{lt: 1, score: 5}]}}", "2:45",
       "the last band must be"},
      {"profile: p\nhealth: {usage.trend: {weight: 100, bands: [{else: 1}, {else: 2}]}}", "2:45",
       "'else' must be the last"},
      {"profile: p\nhealth: {usage.trend: {weight: 100, half_life: 3d}}", "2:23",
       "belong together"},
      {"profile: p\nhealth: {complaints.clock: {weight: 100, bands: [{else: 1}]}}", "2:10",
       "a signal of the whole account"},
      {with_rule("clear: {health: total, lt: 1}"), "4:5", "'raise' is missing"},
      {with_rule("raise: {signal: usage.trend}"), "5:12", "a comparison is missing"},
      {with_rule("raise: {signal: usage.trend, lt: 1, gt: 0}"), "5:12", "two comparisons"},
      {with_rule("raise: {signal: usage.trend, lt: 1.2345}"), "5:38", "three decimals"},
      {with_rule("raise: {signal: usage.trend, lt: .inf}"), "5:38", "must be a number"},
      {with_rule("raise: {signal: contracts.notice_by, lt: 1}"), "5:21", "is an instant"},
      {with_rule("raise: {health: totl, lt: 1}"), "5:21", "health: total"},
      {with_rule("raise: {all: []}"), "5:18", "1 to 16"},
      {with_rule(raise + "clear: {signal: complaints.clock, lt: 1}"), "6:12", "'clear' reads"},
      {with_rule(raise + "for: 2x"), "6:10", "'for' must be a span"},
      {with_rule(raise + "for: -2d"), "6:10", "'for' must be a span"},
      {with_rule(raise + "for: 99999999999999999999d"), "6:10", "'for' must be a span"},
      {with_rule(raise + "cool_dwn: 2d"), "6:5", "did you mean 'cool_down'?"},
      {with_rule(raise + "remind_every: 0d"), "6:19", "1h or more"},
      {with_rule(raise + "route: [{to: bob}]"), "6:18", "is nobody"},
      {with_rule(raise + "route: [{to: owner, after: 1d}]"), "6:13", "told at once"},
      {with_rule(raise + "route: [{to: owner}, {to: owner_manager}]"), "6:26",
       "'after' is missing"},
      {with_rule(raise + "say: 'a {b'"), "6:10", "brace"},
      {with_rule(raise + "say: '{usage.trnd}'"), "6:10", "did you mean 'usage.trend'?"},
      {with_rule(raise + "say: '{complaints.clock}'"), "6:10", "has no subjects"},
      {"profile: p\nalerts: {r: {raise: {health: total, lt: 1}}}", "2:13", "'severity' is missing"},
      {"profile: p\nalerts: {r: {raise: {health: total, lt: 1}, severity: {key: low}}}", "2:55",
       "no severity for tier 'standard'"},
      {"profile: p\nalerts: {r: {raise: {health: total, lt: 1}, severity: hihg}}", "2:55",
       "did you mean 'high'?"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto profile = compile_profile(mistake.yaml, "f.yaml", catalog());
    ASSERT_FALSE(profile) << mistake.yaml;
    EXPECT_EQ(profile.error().code, ErrorCode::kInvalid);
    const std::string& message = profile.error().message;
    EXPECT_EQ(message.find("f.yaml:" + mistake.place), 0U) << message << "\n" << mistake.yaml;
    EXPECT_NE(message.find(mistake.says), std::string::npos) << message << "\n" << mistake.yaml;
  }
}

TEST(Profile, BombsAreRefused) {
  const std::string deep = "profile: " + std::string(200'000, '[');
  const std::string aliases = "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
  for (const std::string& yaml : {deep, aliases, std::string(300'000, ' ')}) {
    const auto profile = compile_profile(yaml, "f.yaml", catalog());
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().code, ErrorCode::kInvalid);
  }
}

TEST(Holidays, KnownDatesStandInTheFile) {
  const std::string text = read_file("deploy/calendars/holidays.yaml");
  const auto region = [&](const std::string& name) {
    const std::size_t begin = text.find("  " + name + ":\n") + 6;
    const std::size_t end = text.find(":\n", begin);
    return text.substr(begin, end - begin);
  };
  const std::vector<std::pair<std::string, std::vector<std::string>>> known{
      {"DE", {"2024-03-29", "2026-04-06", "2017-10-31", "2026-10-03", "2026-12-26"}},
      {"UK", {"2022-09-19", "2023-05-08", "2020-05-08", "2026-12-28", "2022-01-03", "2011-04-29"}},
      {"FR", {"2026-07-14", "2026-05-14", "2009-11-11"}},
      {"NL", {"2013-04-30", "2014-04-26", "2025-05-05", "2026-04-27"}},
      {"IT", {"2026-04-25", "2011-03-17", "2026-06-02"}},
      {"ES", {"2026-04-03", "2026-10-12"}},
      {"US", {"2026-11-26", "2026-07-03", "2021-12-31", "2022-06-20", "2026-01-19"}},
  };
  for (const auto& [name, days] : known)
    for (const std::string& day : days)
      EXPECT_NE(region(name).find(day), std::string::npos) << name << " " << day;
  EXPECT_EQ(region("UK").find("2022-05-30"), std::string::npos);  // moved to 2 June that year
}

}  // namespace
}  // namespace tenure
