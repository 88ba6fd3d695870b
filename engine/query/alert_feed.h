// engine/query/alert_feed.h
//
// What is told, as it is told: a cursor on the log that hands out alert transitions once they are
// synced.
//
// Order:    by rising sequence within a shard.
// Threads:  one.
#pragma once

#include "engine/log/event_log.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tenure {

struct TellingStep {
  enum class Step : std::uint8_t {
    kRaised = 3,
    kEscalated,
    kReminded,
    kCleared
  } step = Step::kRaised;
  std::string account;
  std::string rule;
  std::string subject;
  std::string severity;
  std::string sentence;
  std::uint32_t rung = 0;
  std::vector<std::string> told_to;
  Instant at;  // when it was decided
};

class AlertFeed final {
 public:
  /// Begins at the log's start; `log` outlives this.
  explicit AlertFeed(const EventLog& log) : log_(log), next_(log.shards(), 1) {}

  /// What was told since the last call. Armed and disarmed are never handed out.
  Result<std::vector<TellingStep>> poll();

 private:
  const EventLog& log_;
  std::vector<Sequence> next_;
};

}  // namespace tenure
