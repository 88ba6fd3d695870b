// apps/book/internal/dice.h
//
// Random numbers of the book. Integers and tables only: a library's distributions, and its exp()
// and log(), differ between machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tenure::book {

/// splitmix64: the state grows by 0x9E3779B97F4A7C15 at each draw, and the draw is the state mixed
/// by two multiply-and-xorshift rounds (0xBF58476D1CE4E5B9 after 30 bits, 0x94D049BB133111EB after
/// 27, then 31).
class Dice final {
 public:
  /// A stream of its own for each pair of seed and stream number.
  explicit Dice(std::uint64_t seed, std::uint64_t stream = 0);

  std::uint64_t next();
  /// 0 to n-1; n is 1 to 2^31.
  std::int64_t below(std::int64_t n);
  /// first to last, both possible.
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + below(last - first + 1);
  }
  bool chance_permille(std::int64_t permille) { return below(1000) < permille; }
  bool chance_ppm(std::int64_t ppm) { return below(1'000'000) < ppm; }
  /// How often something of `micro` millionths expected times happens: its whole part, and once
  /// more by chance.
  int times(std::int64_t micro);
  /// median * exp(sigma * a standard normal draw); the draw is cut at 2.9.
  std::int64_t lognormal(std::int64_t median, std::int64_t sigma_milli);
  /// The number 0 to n-1 in a random order.
  std::vector<int> order(int n);
  template <class Values>
  auto& pick(Values& values) {
    return values[static_cast<std::size_t>(below(static_cast<std::int64_t>(std::size(values))))];
  }

 private:
  std::uint64_t state_;
};

/// The standard normal's value at a probability in 65536ths, in thousandths.
std::int64_t normal_milli_at(std::int64_t p65536);
/// Gamma of shape 2 and mean 1 at a probability in 65536ths, in thousandths.
std::int64_t gamma_milli_at(std::int64_t p65536);
/// median * exp(sigma * normal_milli / 1000 / 1000).
std::int64_t lognormal_at(std::int64_t median, std::int64_t sigma_milli, std::int64_t normal_milli);

}  // namespace tenure::book
