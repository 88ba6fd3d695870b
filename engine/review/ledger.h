// engine/review/ledger.h
//
// What was told about one account and what people did about it: the only memory a review has. Made
// of AlertTransitioned and AlertActed events and nothing else, so that nothing rewrites it.
//
// Order:    transitions by the pair that decided them, acts by their position: the order in which
//           apply() is called.
// Threads:  belongs to the shard's worker.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/event/event.h"
#include "engine/reference/profile.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// A rule and a subject: from armed or raised to disarmed or cleared, and the cool-down after that.
struct Episode {
  // kQuiet: disarmed, or cleared and cooling down
  enum class State : std::uint8_t { kQuiet, kArmed, kRaised };
  std::string rule;
  std::string subject;  // empty = the account
  State state = State::kQuiet;
  Severity severity = Severity::kUnspecified;
  std::uint32_t rung = 0;  // the highest rung told
  // armed or raised since; for kQuiet: cleared at (always() after a disarm)
  Instant since;
  Instant last_told;  // raise, escalation or reminder
  Instant snoozed_until = Instant::always();
  bool acknowledged = false;
  std::uint8_t verdict = 0;  // AlertVerdict
  // cleared by a person: stays quiet until the raise condition ceased once
  bool by_hand = false;
  std::string assignee;
  std::string transition_id;  // the id of the event that raised it
};

class AlertLedger final {
 public:
  /// Takes a logged AlertTransitioned or AlertActed event into account. Acts on an episode that is
  /// not raised change nothing. An unknown step or act changes nothing.
  void apply(const Event& event);

  [[nodiscard]] const Episode* find(std::string_view rule, std::string_view subject) const;
  // by (rule, subject)
  [[nodiscard]] const std::vector<Episode>& episodes() const { return episodes_; }
  [[nodiscard]] bool empty() const { return episodes_.empty(); }

  void encode(std::string& bytes) const;  // canonical
  static Result<AlertLedger> decode(std::string_view stored);

 private:
  Episode& at(std::string_view rule, std::string_view subject);
  std::vector<Episode> episodes_;
};

}  // namespace tenure
