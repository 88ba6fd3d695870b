// apps/book/score.h
//
// How good the alerts were, against the truth. docs/demo.md, "How it is judged", says the same in
// prose.
//
// Threads:  pure functions.
#pragma once

#include "apps/book/truth.h"

#include <string>
#include <vector>

namespace tenure {

/// An episode of an alert, as the ledger tells it.
struct RaisedAlert {
  std::string account;
  std::string rule;
  Instant raised_at;
  std::optional<Instant> cleared_at;  // none while it is open
};

struct ScoreOptions {
  /// The instant up to which things are known: leavers after it count as clients.
  Instant now;
  /// Rules that say "this client may leave". The others speak of service that is due (an answer, a
  /// complaint, an invoice) and are left out.
  std::vector<std::string> churn_rules = {"silence", "usage_falling", "champion_left",
                                          "renewal_at_risk"};
  /// How long before leaving an alert counts, and how late is too late to act.
  Duration window = kDay * 180;
  Duration too_late = kDay * 7;
};

/// One line of the table: the accounts of a tier, of an arc, or all.
struct ScoreRow {
  std::string name;
  int accounts = 0;
  int leavers = 0;
  int found = 0;       // leavers with an alert in time
  int late = 0;        // leavers whose only alert in the window began in the last days
  int missed = 0;      // the other leavers
  int false_ones = 0;  // accounts with an alert that came to nothing
  int undecided = 0;   // clients with young alerts only, which may yet prove right
  std::int64_t value_found_minor = 0;   // a year
  std::int64_t value_missed_minor = 0;  // of late and missed ones
  /// found of all alerted accounts that can be judged; none when there is none.
  [[nodiscard]] std::optional<std::int64_t> precision_milli() const;
  /// found of all leavers; none when nobody left.
  [[nodiscard]] std::optional<std::int64_t> recall_milli() const;
};

struct Score {
  ScoreRow all;
  std::vector<ScoreRow> by_tier;  // key, standard, tail
  std::vector<ScoreRow> by_arc;   // full, partial, silent, decoy, stayed
};

/// Every account counts once, however many alerts it has. Alerts of accounts that the truth does
/// not know, or raised after `now`, are left out.
Score score(const Truth& truth, const std::vector<RaisedAlert>& alerts,
            const ScoreOptions& options);

/// The table as text, for a terminal: one line a row, 78 columns.
std::string score_table(const Score& score);

}  // namespace tenure
