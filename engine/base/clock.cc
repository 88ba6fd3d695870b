#include "engine/base/clock.h"

#include <ctime>

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

std::int64_t thread_cpu_us() {
  timespec spent{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<std::int64_t>(spent.tv_sec) * 1'000'000 + spent.tv_nsec / 1000;
}

}  // namespace tenure
