// engine/projection/stored_limits.h
//
// What a fold can leave in facts. Stored facts beyond it were made by no fold, so their row is
// damaged: refused before anything is computed with them.
//
// Threads: values.
#pragma once

#include "engine/projection/amount.h"

#include <cstdint>

namespace tenure {

class StoredLimits final {
 public:
  /// An instant of an event or a payload, or one that a contract's terms make of it.
  StoredLimits& instant(std::int64_t us) {
    return keep(us >= (kEarliestInstant - kReach).us && us <= (kLatestInstant + kReach).us);
  }
  /// A local or UTC day, counted from 1970-01-01.
  StoredLimits& day(std::int32_t day) {
    const std::int64_t most = (kLatestInstant.us + kReach.count()) / kDay.count();
    return keep(day <= most && day >= -most);
  }
  StoredLimits& amount(std::int64_t minor) { return keep(clamp_amount(minor) == minor); }
  StoredLimits& count(std::uint64_t count) {
    return at_most(count, static_cast<std::uint64_t>(kAmountMax));
  }
  StoredLimits& at_most(std::uint64_t value, std::uint64_t most) { return keep(value <= most); }
  [[nodiscard]] bool kept() const { return kept_; }

 private:
  static constexpr Duration kReach = 36'525 * kDay;
  StoredLimits& keep(bool holds) {
    kept_ = kept_ && holds;
    return *this;
  }
  bool kept_ = true;
};

}  // namespace tenure
