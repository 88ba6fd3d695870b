// Why something that came from outside is not taken: a reason of tenure.event.v1.Quarantine and a
// sentence.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstdint>
#include <string>
#include <utility>

namespace tenure::internal {

/// The numbers of tenure.event.v1.Quarantine.Reason.
enum class Reason : std::uint8_t {
  kNone = 0,
  kUnreadable = 1,
  kIncomplete = 2,
  kOutOfLimits = 3,
  kFuture = 4,
  kNoAccount = 5,
  kNotAllowed = 6,
};

/// Clocks of sources differ by this much; an event that lies further ahead is a mistake.
inline constexpr Duration kAheadMax = std::chrono::minutes(5);

/// Empty = taken. The message names what, where and what to do, and holds no value from the record.
struct [[nodiscard]] Refusal {
  Reason reason = Reason::kNone;
  std::string message;

  explicit operator bool() const { return reason != Reason::kNone; }
  [[nodiscard]] Result<void> as_result() && {
    if (reason == Reason::kNone) return ok();
    return fail(ErrorCode::kInvalid, std::move(message));
  }
};

inline Refusal refuse(Reason reason, std::string message) { return {reason, std::move(message)}; }

}  // namespace tenure::internal

/// Returns the refusal of `expression` from the enclosing function, if there is one.
#define TENURE_ADMIT(expression)                                           \
  do {                                                                     \
    if (auto tenure_refusal_ = (expression); tenure_refusal_) [[unlikely]] \
      return tenure_refusal_;                                              \
  } while (false)
