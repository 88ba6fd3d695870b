// engine/runtime/engine_clock.h
//
// What time it is for the engine. Normally the wall clock, watched: one that falls
// behind the log by more than a minute or starts more than a year ahead of it stops appends until
// an operator speaks. With `clock: records` only the tick headers of records move it.
//
// Threads: now() and fault() from any thread; the rest on the ingest thread.
#pragma once

#include "engine/base/clock.h"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace tenure {

class EngineClock final {
 public:
  /// The wall clock `wall`, which must outlive this.
  static EngineClock of_wall(const Clock& wall) { return EngineClock(&wall); }
  /// A clock that only ticks move.
  static EngineClock of_records() { return EngineClock(nullptr); }
  EngineClock(EngineClock&& other) noexcept : wall_(other.wall_), records_(other.records_.now()) {}

  [[nodiscard]] bool follows_records() const { return wall_ == nullptr; }
  [[nodiscard]] Instant now() const { return wall_ != nullptr ? wall_->now() : records_.now(); }

  /// Moves a record clock to a tick header's value; backwards is ignored. kInvalid: not a number,
  /// outside the range of instants, or more than seven days ahead of the last tick.
  Result<void> tick(std::string_view header);
  /// Moves a record clock to where the log stands, on start.
  void start_at(Instant last_recorded) {
    if (wall_ == nullptr) records_.advance_to(last_recorded);
  }
  /// kUnavailable with what an operator should do when the wall clock cannot be trusted against the
  /// log's last stamp.
  [[nodiscard]] Result<void> check(Instant last_recorded, bool starting) const;

 private:
  explicit EngineClock(const Clock* wall) : wall_(wall), records_(Instant{0}) {}
  const Clock* wall_;
  ManualClock records_;
};

}  // namespace tenure
