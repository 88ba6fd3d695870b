// apps/book/truth.h
//
// What really became of every account of the book. No rule reads it: it is what alerts are judged
// against.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

enum class BookTier { kKey, kStandard, kTail };

/// How much of the way out a leaver showed.
enum class ArcKind {
  kNone,     // did not leave
  kFull,     // every sign of docs/demo.md
  kPartial,  // two kinds of sign
  kSilent,   // no sign at all
};

enum class LeavingReason {
  kNone,
  kProduct,
  kPrice,
  kChampion,
  kFate,  // insolvency, acquisition, or a budget that was cut
  kCompetitor,
  kUnknown,
};

struct AccountTruth {
  std::string account;
  std::string name;
  std::string sector;
  BookTier tier = BookTier::kTail;
  std::int64_t value_minor = 0;       // a year, at the end or when it left, in cents of EUR
  Instant since;                      // when the book first knew it
  bool left = false;                  // before `now`
  std::optional<Instant> decided_at;  // the day of decision; also of one who leaves after `now`
  std::optional<Instant> left_at;     // after `now` for one who has only given notice
  LeavingReason reason = LeavingReason::kNone;
  ArcKind arc = ArcKind::kNone;
  bool decoy = false;  // walked the path to two months before its end, and stayed
  std::optional<Instant> champion_left_at;
  int story = 0;  // 1 to 8; 0 = none
};

using Truth = std::vector<AccountTruth>;

std::string_view to_string(BookTier tier);
std::string_view to_string(ArcKind arc);
std::string_view to_string(LeavingReason reason);

/// CSV with a header line; instants in RFC 3339, empty where there is none.
std::string truth_csv(const Truth& truth);

/// Writes truth_csv() to `path`, replacing what is there. kUnavailable names the path and the
/// system's reason.
Result<void> write_truth(const std::string& path, const Truth& truth);

}  // namespace tenure
