// engine/kv/internal/background_pace.h
//
// How fast a store flushes and compacts: four times as fast as it is written, and no faster. At
// full speed a flush takes a processor for a third of a second, and whoever waits for an answer
// waits as long where there are two processors; spread out, nobody notices it.
//
// Threads: wrote() by one thread at a time; the rest any.
#pragma once

#include <rocksdb/rate_limiter.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tenure::kv {

class BackgroundPace final {
 public:
  /// Of RocksDB's background threads: so much is written before they look at the limit again.
  static constexpr std::size_t kStepBytes = 128u << 10;

  /// As fast as it goes until the first wrote(): recovery has nobody to wait for.
  BackgroundPace();

  [[nodiscard]] const std::shared_ptr<rocksdb::RateLimiter>& limiter() const { return limiter_; }
  /// What was written now, by the steady clock's microseconds.
  void wrote(std::size_t bytes, std::int64_t now_us);
  /// As fast as it goes until the next wrote().
  void hurry();

 private:
  const std::shared_ptr<rocksdb::RateLimiter> limiter_;
  std::int64_t since_us_ = 0;
  std::size_t bytes_ = 0;  // since then
};

}  // namespace tenure::kv
