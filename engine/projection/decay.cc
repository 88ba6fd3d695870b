#include "engine/projection/decay.h"

#include "engine/base/hash.h"

#include <array>

namespace tenure {
namespace {

// 256 steps a half-life: neighbours differ by 0.27 %, less than a rule can care about.
constexpr std::size_t kSteps = 256;
constexpr int kRoots = 8;      // 2^8 = kSteps
constexpr int kFraction = 30;  // fixed point: 2^30 = 1
constexpr std::int64_t kMicro = 1'000'000;
constexpr std::int64_t kHalfLivesMax = 20;  // 2^-20 of 1,000,000 is below 1

constexpr std::uint64_t square_root(std::uint64_t value) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1)
    if ((root + bit) * (root + bit) <= value) root += bit;
  return root;
}

// 1,000,000 * 0.5^(k / 256), by integer roots and products, so that every compiler makes the same
// table.
constexpr std::array<std::uint32_t, kSteps> make_table() {
  std::array<std::uint64_t, kRoots> roots{};  // 0.5^(1/2), 0.5^(1/4), ... 0.5^(1/256)
  std::uint64_t value = std::uint64_t{1} << (kFraction - 1);
  for (std::uint64_t& root : roots) root = value = square_root(value << kFraction);
  std::array<std::uint32_t, kSteps> table{};
  for (std::size_t k = 0; k < kSteps; ++k) {
    std::uint64_t weight = std::uint64_t{1} << kFraction;
    for (int bit = 0; bit < kRoots; ++bit)
      if ((k >> (kRoots - 1 - bit) & 1) != 0)
        weight = (weight * roots[static_cast<std::size_t>(bit)]) >> kFraction;
    table[k] = static_cast<std::uint32_t>((weight * kMicro) >> kFraction);
  }
  return table;
}

constexpr auto kTable = make_table();
static_assert(kTable[0] == 1'000'000 && kTable[128] / 10 == 70'710);

}  // namespace

std::int64_t decay_micro(Duration age, Duration half_life) {
  if (age.count() <= 0) return kMicro;
  const std::int64_t half = half_life.count();
  const std::int64_t halvings = age.count() / half;
  if (halvings > kHalfLivesMax) return 0;
  const std::int64_t rest = age.count() % half;
  const std::int64_t step = half / static_cast<std::int64_t>(kSteps);
  std::size_t index = step > 0 ? static_cast<std::size_t>(rest / step) : 0;
  if (index >= kSteps) index = kSteps - 1;
  return static_cast<std::int64_t>(kTable[index]) >> halvings;
}

Instant decay_step(AccountId account, Instant now) {
  const std::int64_t day = kDay.count();
  const auto phase =
      static_cast<std::int64_t>(fast_hash64(account.text) % static_cast<std::uint64_t>(day));
  const std::int64_t past = ((now.us - phase) % day + day) % day;
  return {now.us - past};
}

Instant next_decay_step(AccountId account, Instant now) { return decay_step(account, now) + kDay; }

}  // namespace tenure
