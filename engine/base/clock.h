// engine/base/clock.h
//
// The only door to the wall clock. Folds, reviews and rows never see it: time is an argument.
#pragma once

#include "engine/base/time.h"

#include <atomic>

namespace tenure {

/// Where the engine reads what time it is. Any thread may ask.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

/// The wall clock of the machine, in UTC.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// A clock that moves only when it is told to: tests, and `clock: records`.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start = {}) : now_us_(start.us) {}
  [[nodiscard]] Instant now() const override { return {now_us_.load(std::memory_order_acquire)}; }
  /// Moves to `instant`; a move backwards is ignored, so that the clock stays monotone.
  void advance_to(Instant instant);

 private:
  std::atomic<std::int64_t> now_us_;
};

/// Microseconds of a clock that never jumps, for measuring how long something takes. Not a time of
/// day.
std::int64_t steady_now_us();

/// Microseconds for which the calling thread had a processor. Waiting does not count.
std::int64_t thread_cpu_us();

}  // namespace tenure
