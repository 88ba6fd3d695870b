#include "engine/base/clock.h"

namespace tenure {

Instant SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

void ManualClock::advance_to(Instant instant) {
  std::int64_t seen = now_us_.load(std::memory_order_relaxed);
  while (seen < instant.us &&
         !now_us_.compare_exchange_weak(seen, instant.us, std::memory_order_acq_rel)) {
  }
}

std::int64_t steady_now_us() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

}  // namespace tenure
