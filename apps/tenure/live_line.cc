#include "apps/tenure/live_line.h"

#include "engine/base/clock.h"
#include "engine/base/log.h"

#include <fmt/format.h>

#include <cstdio>

namespace tenure {
namespace {

constexpr std::int64_t kLogEveryUs = 10'000'000;
constexpr std::size_t kPartitionsShown = 4;

std::string lag_text(const EngineStatus& status) {
  std::string text;
  std::size_t shown = 0;
  for (const PartitionStatus& partition : status.partitions) {
    if (!partition.assigned) continue;
    if (++shown > kPartitionsShown) {
      text += " ...";
      break;
    }
    const std::size_t slash = partition.name.rfind('/');
    const std::string name =
        slash == std::string::npos ? partition.name : partition.name.substr(slash + 1);
    if (partition.stopped != StopReason::kNone)
      text += fmt::format(" {}:stopped", name);
    else if (partition.end < 0)
      text += fmt::format(" {}:?", name);
    else
      text +=
          fmt::format(" {}:{}", name, std::max<std::int64_t>(0, partition.end - partition.next));
  }
  return text.empty() ? " (no partition assigned)" : text;
}

}  // namespace

LiveLine::~LiveLine() { clear(); }

void LiveLine::show() {
  const std::int64_t now_us = steady_now_us();
  const EngineStatus status = engine_.status();
  const std::uint64_t records = engine_.counters().records;
  const std::int64_t passed = std::max<std::int64_t>(1, now_us - last_us_);
  const std::uint64_t rate =
      last_us_ == 0 ? 0
                    : (records - last_records_) * 1'000'000 / static_cast<std::uint64_t>(passed);
  const std::string line =
      fmt::format("{} records/s  {} logged  {} accounts  lag{}  to fold {}  alerts told {}{}",
                  grouped(rate), grouped(engine_.counters().accepted), grouped(status.accounts),
                  lag_text(status), grouped(status.folded_lag), grouped(engine_.counters().told),
                  status.failure ? "  FAILED: " + status.failure->message : "");
  last_records_ = records;
  last_us_ = now_us;
  if (out_.errors_on_terminal()) {
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    std::fflush(stderr);
    shown_ = true;
  } else if (now_us - logged_us_ >= kLogEveryUs) {
    logged_us_ = now_us;
    log_info("{}", line);
  }
}

void LiveLine::clear() {
  if (!shown_) return;
  std::fprintf(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace tenure
