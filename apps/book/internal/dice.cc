#include "apps/book/internal/dice.h"

#include <array>
#include <utility>

namespace tenure::book {
namespace {

// Quantiles of the standard normal in thousandths, at 1/2 + i/256; the end is cut at 2.9.
constexpr std::array<int, 129> kNormal = {
    0,    10,   20,   29,   39,   49,   59,   69,   78,   88,   98,   108,  118,  128,  138,
    147,  157,  167,  177,  187,  197,  207,  217,  227,  237,  247,  257,  268,  278,  288,
    298,  308,  319,  329,  339,  350,  360,  371,  381,  392,  402,  413,  424,  434,  445,
    456,  467,  478,  489,  500,  511,  522,  533,  545,  556,  568,  579,  591,  602,  614,
    626,  638,  650,  662,  674,  687,  699,  712,  725,  737,  750,  763,  776,  790,  803,
    817,  831,  844,  858,  873,  887,  902,  917,  932,  947,  962,  978,  994,  1010, 1026,
    1043, 1060, 1078, 1095, 1113, 1132, 1150, 1170, 1189, 1209, 1230, 1251, 1273, 1295, 1318,
    1342, 1366, 1392, 1418, 1445, 1473, 1503, 1534, 1567, 1601, 1637, 1676, 1717, 1762, 1810,
    1863, 1921, 1987, 2064, 2154, 2266, 2418, 2660, 2900,
};

// Quantiles of Gamma(shape 2, mean 1) in thousandths, at i/64; the end is cut at 3.9.
constexpr std::array<int, 65> kGamma = {
    0,    94,   137,  171,  202,  230,  256,  281,  305,  328,  351,  373,  395,
    417,  438,  459,  481,  502,  523,  544,  566,  587,  609,  631,  653,  675,
    697,  720,  743,  766,  790,  814,  839,  864,  890,  916,  943,  971,  1000,
    1029, 1059, 1090, 1122, 1156, 1191, 1227, 1265, 1305, 1346, 1390, 1437, 1487,
    1540, 1597, 1660, 1728, 1804, 1888, 1985, 2099, 2236, 2411, 2654, 3061, 3900,
};

// 2^(i/64) in 65536ths.
constexpr std::array<int, 65> kPower = {
    65536,  66250,  66971,  67700,  68438,  69183,  69936,  70698,  71468,  72246,  73032,
    73828,  74632,  75444,  76266,  77096,  77936,  78785,  79642,  80510,  81386,  82273,
    83169,  84074,  84990,  85915,  86851,  87796,  88752,  89719,  90696,  91684,  92682,
    93691,  94711,  95743,  96785,  97839,  98905,  99982,  101070, 102171, 103283, 104408,
    105545, 106694, 107856, 109031, 110218, 111418, 112631, 113858, 115098, 116351, 117618,
    118899, 120194, 121502, 122825, 124163, 125515, 126882, 128263, 129660, 131072,
};

/// The table's value at `at` steps in 65536ths, on the straight line between its neighbours.
template <std::size_t N>
std::int64_t between_steps(const std::array<int, N>& table, std::int64_t at) {
  const auto step = static_cast<std::size_t>(at >> 16);
  if (step + 1 >= N) return table[N - 1];
  return table[step] + ((table[step + 1] - table[step]) * (at & 0xFFFF)) / 65536;
}

}  // namespace

Dice::Dice(std::uint64_t seed, std::uint64_t stream) : state_(seed) {
  state_ = next() ^ (stream * 0xD1342543DE82EF95ULL);
  next();
}

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::int64_t Dice::below(std::int64_t n) {
  if (n <= 1) return 0;
  return static_cast<std::int64_t>(((next() >> 33) * static_cast<std::uint64_t>(n)) >> 31);
}

int Dice::times(std::int64_t micro) {
  if (micro <= 0) return 0;
  return static_cast<int>(micro / 1'000'000) + (chance_ppm(micro % 1'000'000) ? 1 : 0);
}

std::int64_t Dice::lognormal(std::int64_t median, std::int64_t sigma_milli) {
  return lognormal_at(median, sigma_milli, normal_milli_at(below(65536)));
}

std::vector<int> Dice::order(int n) {
  std::vector<int> out(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) out[static_cast<std::size_t>(i)] = i;
  for (int i = n - 1; i > 0; --i) {
    std::swap(out[static_cast<std::size_t>(i)], out[static_cast<std::size_t>(below(i + 1))]);
  }
  return out;
}

std::int64_t normal_milli_at(std::int64_t p65536) {
  const std::int64_t off = p65536 - 32768;
  return off < 0 ? -between_steps(kNormal, -off * 256) : between_steps(kNormal, off * 256);
}

std::int64_t gamma_milli_at(std::int64_t p65536) { return between_steps(kGamma, p65536 * 64); }

std::int64_t lognormal_at(std::int64_t median, std::int64_t sigma_milli,
                          std::int64_t normal_milli) {
  // The exponent to base 2 in 65536ths: 94548 is log2(e) * 65536, rounded.
  std::int64_t power = sigma_milli * normal_milli * 94548 / 1'000'000;
  int doublings = 0;
  while (power < 0) {
    power += 65536;
    --doublings;
  }
  while (power >= 65536) {
    power -= 65536;
    ++doublings;
  }
  const std::int64_t scaled = median * between_steps(kPower, power * 64);
  return doublings >= 0 ? (scaled << doublings) >> 16 : scaled >> (16 - doublings);
}

}  // namespace tenure::book
