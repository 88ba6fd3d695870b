// engine/view/brief.h
//
// The rows that an account has in lists: made from its facts, its review and its ledger by one pure
// function.
//
// Path:     engine/review -> [brief_of] -> ViewIndex -> engine/query
// Order:    asked again after every review, so a list never shows a health that the account's page
//           contradicts.
// Threads:  pure.
#pragma once

#include "engine/projection/projection_set.h"
#include "engine/review/review.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tenure {

/// What lists show of an account, and are ordered by.
struct Brief {
  std::int64_t health_milli = kMissing;
  std::int64_t value_milli = kMissing;   // ARR, thousandths of a currency unit
  std::int64_t notice_by_ms = kMissing;  // the last instant for a notice, since 1970
  std::int64_t ends_at_ms = kMissing;    // the next end of a contract
  std::uint32_t complaints_open = 0;
  std::uint32_t complaints_late = 0;  // past their clock
  std::uint32_t promises_late = 0;    // past their date
  std::string name;                   // of the company; empty = not known
  std::string owner;                  // empty = nobody
  std::string currency;               // ISO 4217; empty = not known
  AccountTier tier = AccountTier::kUnspecified;
  std::uint32_t open_alerts = 0;
  Severity worst = Severity::kUnspecified;  // of the open alerts
  bool lost = false;
  bool renewed = false;       // a contract was, not long ago
  bool notice_given = false;  // for a contract that still runs
  friend bool operator==(const Brief&, const Brief&) = default;
};

/// Which signal is an account's value.
inline constexpr std::string_view kValueSignal = "contracts.arr";

/// Which signals a brief shows; nullopt where no projection offers one.
struct BriefSignals {
  explicit BriefSignals(const SignalCatalog& catalog);
  std::optional<SignalId> value;
  std::optional<SignalId> notice_by;
  std::optional<SignalId> ends_at;
  std::optional<SignalId> renewed;
  std::optional<SignalId> notice_given;
  std::optional<SignalId> complaints_open;
  std::optional<SignalId> complaints_clock;  // of each complaint; 1000 = its time is over
  std::optional<SignalId> promises_overdue;  // of each promise, in days
};

/// The brief of an account right after a review.
Brief brief_of(const AccountContext& account, const SignalSet& signals, const Health& health,
               const AlertLedger& ledger, const BriefSignals& shown);

}  // namespace tenure
