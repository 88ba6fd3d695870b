// tests/bench/http/histogram.h
//
// Latencies in buckets that grow with the value: every figure is right within 1 %.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace tenure::bench {

class Histogram {
 public:
  void add(std::int64_t us) {
    const std::uint64_t value = us < 0 ? 0 : static_cast<std::uint64_t>(us);
    ++counts_[bucket_of(value)];
    ++total_;
    if (value > most_) most_ = value;
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::uint64_t most() const { return most_; }
  /// The value that `permille_of_ten` of 10,000 do not exceed: 9900 is p99.
  [[nodiscard]] std::uint64_t at(std::uint64_t permille_of_ten) const {
    const std::uint64_t wanted = (total_ * permille_of_ten + 9'999) / 10'000;
    std::uint64_t seen = 0;
    for (std::size_t k = 0; k < counts_.size(); ++k) {
      seen += counts_[k];
      if (seen >= wanted && seen > 0) return upper(k);
    }
    return most_;
  }

 private:
  static constexpr unsigned kFineBits = 7;  // 128 buckets a doubling
  static std::size_t bucket_of(std::uint64_t value) {
    const unsigned width = static_cast<unsigned>(std::bit_width(value | 1));
    if (width <= kFineBits + 1) return static_cast<std::size_t>(value);
    const unsigned shift = width - kFineBits - 1;
    return (static_cast<std::size_t>(shift) << kFineBits) +
           static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t upper(std::size_t bucket) {
    if (bucket < (2u << kFineBits)) return bucket;
    const std::size_t shift = (bucket >> kFineBits) - 1;
    const std::uint64_t fine = bucket - (shift << kFineBits);
    return ((fine + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (64 - kFineBits) << kFineBits> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t most_ = 0;
};

}  // namespace tenure::bench
