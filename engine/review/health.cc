#include "engine/review/internal/truth.h"
#include "engine/review/review.h"

#include <algorithm>

namespace tenure {
namespace {

constexpr std::int64_t kFullPoints = 100'000;

std::int64_t points_of(const HealthFactor& factor, std::int64_t value) {
  if (factor.half_life) {
    const std::int64_t part = std::clamp<std::int64_t>(value, 0, factor.full_at_milli);
    // A bound of 10^12 in thousandths times the points does not fit into 64 bits.
    return static_cast<std::int64_t>(static_cast<__int128>(part) * kFullPoints /
                                     factor.full_at_milli);
  }
  for (const HealthFactor::Band& band : factor.bands)
    if (!band.compare || review_internal::compares(value, *band.compare, band.milli))
      return band.score * 1000;
  return 0;
}

// Gives the `left` units that rounding down lost to the largest remainders; of equal ones the first
// factor has it.
void share_out(std::int64_t left, std::int64_t weights, Health& out) {
  boost::container::small_vector<std::int64_t, 8> remainders;
  for (const Contribution& part : out.contributions)
    remainders.push_back(part.missing ? -1 : part.points_milli * part.weight % weights);
  for (; left > 0; --left) {
    const auto largest = std::max_element(remainders.begin(), remainders.end());
    out.contributions[static_cast<std::size_t>(largest - remainders.begin())].share_milli += 1;
    *largest = -1;
  }
}

}  // namespace

void health_of(const SignalSet& signals, const Profile& profile, Health& out) {
  out.score_milli.reset();
  out.contributions.clear();
  std::int64_t weights = 0;
  std::int64_t sum = 0;
  for (const HealthFactor& factor : profile.health) {
    Contribution part;
    part.signal = factor.signal;
    part.weight = factor.weight;
    const std::int64_t value = review_internal::value_of(signals, factor.signal, false, {});
    part.missing = value == kMissing;
    if (!part.missing) {
      part.points_milli = points_of(factor, value);
      weights += part.weight;
      sum += part.points_milli * part.weight;
    }
    out.contributions.push_back(part);
  }
  if (weights == 0) return;
  out.score_milli = sum / weights;
  std::int64_t left = *out.score_milli;
  for (Contribution& part : out.contributions) {
    if (part.missing) continue;
    part.share_milli = part.points_milli * part.weight / weights;
    left -= part.share_milli;
  }
  share_out(left, weights, out);
}

}  // namespace tenure
