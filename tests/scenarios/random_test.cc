// Scenarios drawn from a seed: nobody thought of them, and the laws must hold for them as well.
#include "tests/scenarios/support/runner.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace tenure::scenario {
namespace {

// Short spans and low bounds, so that in a few weeks everything happens that a review can do.
constexpr std::string_view kRules = R"(profile: default
calendar: {zone: Europe/Berlin, hours: "Mon-Fri 09:00-17:00"}
health:
  relationship.client_contact: {weight: 40, half_life: 5d, full_at: 3}
  relationship.silence_days:
    {weight: 40, bands: [{lt: 2, score: 100}, {lt: 5, score: 5}, {else: 0}]}
  complaints.open_weighted: {weight: 20, bands: [{lt: 1, score: 100}, {else: 0}]}
alerts:
  silence:
    raise: {signal: relationship.silence_days, ge: 3}
    clear: {signal: relationship.silence_days, lt: 1}
    cool_down: 2d
    severity: {key: critical, standard: high, tail: low}
    remind_every: 1d
    mute_on_gap: [mail]
    route: [{to: owner}, {after: 2bd, unless: acknowledged, to: owner_manager}]
  clock:
    raise: {signal: complaints.clock, ge: 0.5}
    clear: {signal: complaints.clock, lt: 0.5}
    severity: medium
  health:
    raise: {health: total, lt: 40}
    clear: {health: total, ge: 60}
    for: 1d
    severity: high
  waits:
    raise: {signal: relationship.unanswered_hours, ge: 4}
    clear: {signal: relationship.unanswered_hours, lt: 1}
    for: 2bh
    cool_down: 1bd
    severity: low
)";

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  int to(int limit) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(limit)); }
  std::string one_of(const std::vector<std::string>& choices) {
    return choices[static_cast<std::size_t>(to(static_cast<int>(choices.size())))];
  }

 private:
  std::mt19937 engine_;
};

std::string any_event(Dice& dice) {
  const std::string complaint = " complaint=c" + std::to_string(dice.to(3));
  std::string line = dice.one_of(
      {"email_received", "email_sent", "call_completed duration_s=60",
       "complaint_opened severity=high" + complaint, "complaint_acknowledged" + complaint,
       "complaint_waiting" + complaint, "complaint_resolved" + complaint, "note_added text=n",
       "account_tier_set tier=" + dice.one_of({"key", "standard", "tail"}),
       "account_assigned owner=" + dice.one_of({"ada", "bo"}), "meeting_held meeting=m"});
  if (dice.to(20) == 0) line = dice.one_of({"account_lost", "account_won"});
  if (dice.to(12) == 0) line += " appended=-3h";
  if (dice.to(4) == 0) line += " at=-" + std::to_string(1 + dice.to(90)) + "h";
  std::string account = "acc-" + std::to_string(dice.to(4));
  if (dice.to(8) == 0) account += ",acc-9";
  // A few identities come again, as corrections and conflicts. Of two contents that claim to be
  // known at the same time a log chooses by its own key: that is left out here.
  if (dice.to(6) == 0)
    line += " id=x" + std::to_string(dice.to(3)) + " revision=" + std::to_string(dice.to(3)) +
            " known_at=-" + std::to_string(1 + dice.to(1'000'000)) + "s";
  return "event " + account + " " + line;
}

std::string any_act(Dice& dice) {
  const std::string act = dice.one_of({"acknowledge", "snooze until=+30h", "assign to=tom",
                                       "clear reason=r", "judge verdict=true"});
  return "act acc-" + std::to_string(dice.to(4)) + " " +
         dice.one_of({"silence", "health", "waits"}) + " " + act;
}

Scenario any_scenario(std::uint32_t seed, bool record_clock) {
  Dice dice(seed);
  std::string text = "# about: drawn from a seed\nclock 2026-01-05T08:00Z";
  if (record_clock) text += " follows=records";
  text += "\nrules <<EOF\n" + std::string(kRules) + "EOF\n";
  bool gap = false;
  for (int k = 0; k < 60; ++k) {
    const int kind = dice.to(20);
    if (kind < 10) {
      text += any_event(dice);
    } else if (kind < 15) {
      text += "advance " + std::to_string(1 + dice.to(50)) + dice.one_of({"h", "h", "m"});
    } else if (kind < 17) {
      text += any_act(dice);
    } else if (kind == 17) {
      text += gap ? "reference source_gap_closed feed=mail until=now"
                  : "reference source_gap_opened feed=mail from=now";
      gap = !gap;
    } else if (kind == 18) {
      text += dice.one_of({"checkpoint", "crash", "restart", "rebuild"});
    } else {
      text += dice.one_of({"reference reports_to_set person=ada manager=chris",
                           "reference reports_to_set person=bo manager=dora", "raw nonsense",
                           "live", "live"});
    }
    text += "\n";
  }
  text += "live\nadvance 10d\n";
  const auto scenario = parse_scenario(text, "seed-" + std::to_string(seed), __FILE__);
  EXPECT_TRUE(scenario) << scenario.error().message;
  return scenario ? *scenario : Scenario();
}

std::string listing(const Scenario& scenario) {
  std::string text;
  for (const Statement& statement : scenario.statements) {
    for (const std::string& word : statement.words) text += word + " ";
    text += "\n";
  }
  return text;
}

class AnyScenario : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(AnyScenario, KeepsTheLaws) {
  const Scenario scenario = any_scenario(GetParam(), GetParam() % 4 == 0);
  Runner plain(scenario, Law());
  ASSERT_TRUE(plain.run()) << listing(scenario);
  const Outcome expected = plain.outcome(true);
  EXPECT_FALSE(expected.told.empty()) << "a seed in which nothing is told";
  std::vector<Law> laws = all_laws();
  for (int k = 0; k < 3; ++k) {
    Law& law = laws.emplace_back();
    law.fail_log_write = static_cast<int>(GetParam() * 7 % 40) + k * 11 + 1;
    law.fault_applied = k == 1;
    law.name = "log write " + std::to_string(law.fail_log_write) + " fails";
  }
  for (const Law& law : laws) {
    // Late events of one commit are reviewed once: what was told between may differ, the facts may
    // not.
    if (law.name == "plain" || law.shuffled) continue;
    Runner runner(scenario, law);
    ASSERT_TRUE(runner.run()) << law.name << "\n" << listing(scenario);
    const Outcome outcome = runner.outcome(true);
    ASSERT_EQ(outcome.digest, expected.digest) << law.name << "\n" << listing(scenario);
    if (law.commit_records > 1) continue;
    ASSERT_EQ(outcome.told, expected.told) << law.name << "\n" << listing(scenario);
    ASSERT_EQ(outcome.alerts, expected.alerts) << law.name << "\n" << listing(scenario);
  }
}

// TENURE_SEEDS=200 looks further than a run of all tests has time for.
std::uint32_t seeds() {
  const char* const wanted = std::getenv("TENURE_SEEDS");
  return wanted == nullptr ? 12 : static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10));
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyScenario, ::testing::Range<std::uint32_t>(1, seeds() + 1));

}  // namespace
}  // namespace tenure::scenario
