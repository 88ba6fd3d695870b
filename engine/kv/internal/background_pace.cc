#include "engine/kv/internal/background_pace.h"

#include <algorithm>

namespace tenure::kv {
namespace {

// A byte that is written is flushed once and, cut by shard, rewritten once: twice that leaves room.
constexpr std::int64_t kTimesWritten = 4;
constexpr std::int64_t kBytesPerSecondMin = 16 << 20;
constexpr std::int64_t kBytesPerSecondMax = std::int64_t{4} << 30;
constexpr std::int64_t kLookEveryUs = 100'000;
constexpr std::int64_t kRefillUs = 2'000;

}  // namespace

BackgroundPace::BackgroundPace()
    : limiter_(rocksdb::NewGenericRateLimiter(kBytesPerSecondMax, kRefillUs)) {}

void BackgroundPace::wrote(std::size_t bytes, std::int64_t now_us) {
  bytes_ += bytes;
  const std::int64_t passed_us = now_us - since_us_;
  if (passed_us < kLookEveryUs) return;
  const std::int64_t written = static_cast<std::int64_t>(bytes_) * 1'000'000 / passed_us;
  limiter_->SetBytesPerSecond(
      std::clamp(written * kTimesWritten, kBytesPerSecondMin, kBytesPerSecondMax));
  since_us_ = now_us;
  bytes_ = 0;
}

void BackgroundPace::hurry() { limiter_->SetBytesPerSecond(kBytesPerSecondMax); }

}  // namespace tenure::kv
