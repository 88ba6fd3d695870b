// projections/complaints/internal/life.h
//
// What a step does to a complaint, and how complaints are found again.
#pragma once

#include "projections/complaints/complaints.h"

#include <string>

namespace tenure::complaints {

inline constexpr std::size_t kEndedKept = 50;
inline constexpr std::size_t kReopeningsKept = 64;
inline constexpr Duration kReopeningsFor = 90 * kDay;

/// What an event says of a complaint.
enum class Step : std::uint8_t {
  kOpen,
  kTakeUp,
  kWork,
  kWait,
  kRun,
  kResolve,
  kReopen,
  kClose,
  kWithdraw,
  kTouch
};

struct ComplaintAct {
  std::string id;
  Step step = Step::kTouch;
  std::uint8_t severity = 0;  // kOpen
  Step first = Step::kTouch;  // kOpen: the step besides the opening
};

/// Reads a complaint event.
ComplaintAct read_act(const Event& event);
void apply(ComplaintsFacts& facts, const ComplaintAct& act, Instant at);

}  // namespace tenure::complaints
