#include "apps/tenure/progress.h"

#include "engine/base/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace tenure {
namespace {

constexpr std::int64_t kRedrawUs = 100'000;
constexpr std::int64_t kLineUs = 10'000'000;
constexpr std::uint64_t kBarCells = 20;

std::string bar(std::uint64_t done, std::uint64_t total) {
  const std::uint64_t full = total == 0 ? 0 : done * kBarCells / total;
  std::string cells;
  for (std::uint64_t cell = 0; cell < kBarCells; ++cell) cells += cell < full ? '#' : '.';
  return "[" + cells + "] ";
}

}  // namespace

std::string progress_text(std::string_view phase, std::uint64_t done, std::uint64_t total,
                          std::uint64_t rows, std::int64_t elapsed_us) {
  const auto elapsed = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed_us, 1));
  std::string text = fmt::format("{}  {} rows", phase, grouped(rows));
  if (total == 0 || done == 0) return text;
  const std::uint64_t capped = std::min(done, total);
  text += fmt::format("  {} %  {}/s  {} s left", capped * 100 / total,
                      grouped(rows * 1'000'000 / elapsed),
                      grouped(elapsed / done * (total - capped) / 1'000'000));
  return text;
}

Progress::Progress(const Output& out) : out_(out), shown_us_(steady_now_us()) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(std::string_view phase, std::uint64_t done, std::uint64_t total,
                    std::uint64_t rows) {
  const std::int64_t now = steady_now_us();
  if (phase_ != phase) {
    phase_ = phase;
    phase_began_us_ = now;
  }
  const bool terminal = out_.errors_on_terminal();
  if (now - shown_us_ < (terminal ? kRedrawUs : kLineUs)) return;
  shown_us_ = now;
  // Rows of the writing phase are rows written; of the reading phase, rows read.
  const std::string text = progress_text(phase, done, total, rows, now - phase_began_us_);
  if (!terminal) return out_.note(text);
  std::fprintf(stderr, "\r\x1b[K%s%s", bar(done, total).c_str(), text.c_str());
  drawn_ = true;
}

}  // namespace tenure
