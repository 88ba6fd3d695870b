// engine/review/review.h
//
// Signals, health and rules applied to one account at one instant: the only place that sees the
// signals of all projections together. Pure.
//
// Path:     facts -> signals -> [review] -> transitions (back to the log as events), health, the
//           next due instant
// Order:    the runtime calls it after every event that touches an input of a rule and at every due
//           instant, in log time.
// Threads:  pure; `out` and its memory are reused by the caller.
#pragma once

#include "engine/projection/projection.h"
#include "engine/reference/reference.h"
#include "engine/review/ledger.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// What made the runtime look.
struct Trigger {
  enum class Kind : std::uint8_t { kEvent = 1, kLate, kDue, kAct, kReference } kind = Kind::kEvent;
  EventRef cause;  // all kinds but kDue
  Instant due;     // kDue, kReference
};

/// The account's signals at one instant.
struct SignalSet {
  std::span<const std::int64_t> milli;      // by SignalId; kMissing = missing
  std::span<const SubjectSignal> subjects;  // grouped by signal, subjects rising
};

/// One factor's part in health. Contributions add up to the score exactly (largest remainder).
struct Contribution {
  SignalId signal;
  std::int64_t weight = 0;        // as written in the profile
  std::int64_t points_milli = 0;  // 0 to 100,000: the factor by itself
  std::int64_t share_milli = 0;   // its part of the score
  bool missing = false;           // left out, the other weights renormalised
};

struct Health {
  std::optional<std::int64_t> score_milli;  // 0 to 100,000; nullopt when every factor is missing
  boost::container::small_vector<Contribution, 8> contributions;  // in the profile's order
};

/// A step of an episode, decided now.
struct AlertTransition {
  enum class Step : std::uint8_t {
    kArmed = 1,
    kDisarmed,
    kRaised,
    kEscalated,
    kReminded,
    kCleared
  } step;
  // null for an episode whose rule is gone from the profile (it is cleared)
  const Rule* rule = nullptr;
  std::string rule_name;
  std::string subject;
  std::uint32_t rung = 0;
  Severity severity = Severity::kUnspecified;
};

struct Review {
  Health health;
  std::vector<AlertTransition> told;  // by (rule, subject); at most one step an episode and review
  // the first instant after `now` at which a rule may speak with no new event and the same signals:
  // holds, cool-downs, rungs, reminders, snoozes, gaps that end
  Instant due = Instant::never();
  void clear();
};

/// `account.profile` and `account.calendar` are set. An account that is lost clears its open
/// episodes and raises none.
void review(const AlertLedger& ledger, const Trigger& trigger, Instant now,
            const SignalSet& signals, const AccountContext& account, const Reference& reference,
            Review& out);

/// The account's health alone.
void health_of(const SignalSet& signals, const Profile& profile, Health& out);

/// Texts that a transition's sentence needs.
struct SentenceInput {
  const SignalCatalog* catalog = nullptr;
  AccountContext account;
  SignalSet signals;
  std::string_view subject;
  std::optional<std::int64_t> health_milli;
  std::span<const Cause> causes;
};
/// Fills a rule's `say`; a rule without one gets its name, the account and its first cause. Signal
/// values by their unit ("21 days", "88 %", "27 December 2026"), missing ones as "not known".
std::string fill_sentence(const Rule& rule, const SentenceInput& input);

/// The id of a transition: 32 hex digits of SHA-256 over (account, rule, subject, step, rung,
/// trigger). The same decision made again has the same id.
std::string transition_id(AccountId account, const AlertTransition& transition,
                          const Trigger& trigger);

}  // namespace tenure
