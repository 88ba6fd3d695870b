// tests/scenarios/support/runner.h
//
// Runs a scenario under a law and checks what it expects. The only code that knows the API.
//
// Errors:   everything that does not hold is a failure of the running test, at the scenario's line.
#pragma once

#include "tenure/event/v1/alert.pb.h"
#include "tests/scenarios/support/scenario.h"
#include "tests/scenarios/support/world.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tenure::api::v1 {
class Alert;
}  // namespace tenure::api::v1

namespace tenure::scenario {

/// Under which circumstances a scenario is run; its answers must be the same under all.
struct Law {
  std::string name = "plain";
  std::uint16_t shards = 4;
  std::size_t commit_records = 1;  // above 1: records of one instant are handed over together
  bool crash = false;              // a power cut after each line
  bool checkpoint = false;         // a checkpoint after each line, before the cut
  // a step of a checkpoint after each line, a power cut after every third
  bool crash_in_checkpoint = false;
  // each record comes again, under its old offset and under a new one
  bool twice = false;
  bool rebuild = false;   // the state is deleted half way and at the end
  bool shuffled = false;  // the records come in another order: only facts are compared
  bool cold = false;      // no account stays hot
  bool rocks = false;
  int fail_log_write = 0;  // the n-th write to the log's store fails ...
  int fail_state_write = 0;
  bool fault_applied = false;  // ... although it took effect
};

/// What a run ended in, as far as it must not depend on the law.
struct Outcome {
  std::string digest;
  std::vector<std::string> told;    // transitions, without positions
  std::vector<std::string> alerts;  // as they are listed
};

class Runner final {
 public:
  Runner(const Scenario& scenario, Law law) : scenario_(scenario), law_(std::move(law)) {}

  /// Runs all statements. False when it had to stop.
  bool run();
  /// `to_the_stamp`: with instants to the microsecond, and ids, which rest on them. Records of one
  /// hand-over share a stamp.
  [[nodiscard]] Outcome outcome(bool to_the_stamp);
  [[nodiscard]] World& world() { return *world_; }
  /// The digest after the same events came in an order drawn from `seed`.
  std::string shuffled_digest(std::uint32_t seed);

 private:
  Result<void> step(const Statement& statement);
  Result<void> begin(const Statement& statement);
  Result<void> after(const Statement& statement, std::size_t index);
  Result<void> say_event(const Statement& statement);
  Result<void> say_raw(const Statement& statement);
  Result<void> say_reference(const Statement& statement);
  Result<void> say_rules(const Statement& statement);
  Result<void> say_act(const Statement& statement);
  Result<void> send(std::string envelope, Instant appended_at, bool has_identity);
  Result<void> flush();
  Result<void> rebuild();

  // expectations.cc
  Result<void> expect(const Statement& statement);
  Result<void> expect_alert(const Statement& statement);
  Result<void> expect_no_alerts(const Statement& statement);
  Result<void> expect_signal(const Statement& statement);
  Result<void> expect_fact(const Statement& statement);
  Result<void> expect_health(const Statement& statement);
  Result<void> expect_told(const Statement& statement);
  Result<void> expect_count(const Statement& statement);
  Result<void> expect_text(const Statement& statement);
  Result<void> expect_digest(const Statement& statement);
  void wrong(const Statement& statement, const std::string& what);

  const Scenario& scenario_;
  const Law law_;
  std::unique_ptr<World> world_;
  std::vector<std::string> facts_sent_;  // envelopes that were not quarantined
  std::string remembered_digest_;
  bool failed_ = false;
};

/// A transition in words that do not depend on positions.
std::string tell_in_words(const ToldEvent& told, bool to_the_stamp = true);

/// The laws that scenarios are run under.
const std::vector<Law>& all_laws();

}  // namespace tenure::scenario
