// engine/review/internal/truth.h
//
// Conditions over signals that may be missing: three values, so that what is not known neither
// raises nor clears.
#pragma once

#include "engine/review/review.h"

#include <string_view>

namespace tenure::review_internal {

enum class Truth { kFalse, kUnknown, kTrue };

inline Truth negated(Truth truth) { return static_cast<Truth>(2 - static_cast<int>(truth)); }

inline bool compares(std::int64_t value, Compare compare, std::int64_t bound) {
  switch (compare) {
    case Compare::kLt: return value < bound;
    case Compare::kLe: return value <= bound;
    case Compare::kGt: return value > bound;
    case Compare::kGe: return value >= bound;
    case Compare::kEq: return value == bound;
  }
  return false;
}

/// Everything that a condition may read, for one subject.
struct Scene {
  const SignalSet& signals;
  std::optional<std::int64_t> health_milli;
  std::string_view subject;
};

/// The value of a signal: the account's, or the scene's subject's. kMissing when there is none.
std::int64_t value_of(const SignalSet& signals, SignalId signal, bool per_subject,
                      std::string_view subject);

Truth evaluate(const Condition& condition, const Scene& scene);

}  // namespace tenure::review_internal
