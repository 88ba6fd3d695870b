// tests/fuzz/account.h
//
// What an account is judged by in fuzz targets: every projection of the build, and the rules of
// deploy/rules/default.yaml in force for all time.
//
// Threads: one at a time.
#pragma once

#include "engine/projection/projection_set.h"
#include "engine/reference/reference.h"
#include "engine/review/review.h"
#include "engine/runtime/account_signals.h"
#include "projections/registry.h"
#include "tenure/event/v1/event.pb.h"
#include "tests/fuzz/pieces.h"

#include <fstream>
#include <iterator>
#include <string>

namespace tenure::fuzz {

inline std::string default_rules() {
  std::ifstream file(TENURE_SOURCE_DIR "/deploy/rules/default.yaml");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Judgement {
  ProjectionSet set{all_projections()};
  ReferenceHistory history{set.catalog()};
  ReferencePtr reference;

  Judgement() {
    event::v1::Event activated;
    activated.set_source("fuzz");
    activated.set_id("rules");
    activated.set_occurred_at_us(1);
    activated.mutable_rules_activated()->set_profile("default");
    activated.mutable_rules_activated()->set_yaml(default_rules());
    activated.mutable_rules_activated()->set_initial(true);
    const std::string bytes = activated.SerializeAsString();
    const auto event = read_event(bytes);
    expect(event && history.apply(*event, Instant{1}, 1), "the default rules can be activated");
    reference = history.as_known(kLatestInstant);
  }

  /// Asks all that a review of `hot` asks, at `now`.
  void look_at(AccountId account, HotAccount& hot, Instant now) const {
    const AccountContext context = context_of(hot.facts, account, *reference);
    (void)refresh_signals(set, hot, context, *reference, now);
    for (const Instant until : hot.valid_until)
      expect(until > now, "signals hold for a while from the instant they are asked for");
    Trigger trigger;
    trigger.kind = Trigger::Kind::kDue;
    trigger.due = now;
    Review out;
    review(hot.ledger, trigger, now, signal_set(hot), context, *reference, out);
    if (out.health.score_milli)
      expect(*out.health.score_milli >= 0 && *out.health.score_milli <= 100'000,
             "health is a share of 100 points");
    for (std::size_t k = 0; k < set.size(); ++k) (void)set.at(k).describe(hot.facts.facts(k));
  }
};

}  // namespace tenure::fuzz
