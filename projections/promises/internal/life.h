// projections/promises/internal/life.h
//
// What events do to promises, and where a promise stands at an instant.
#pragma once

#include "projections/promises/promises.h"

#include <string>

namespace tenure::promises {

inline constexpr std::size_t kPromisesMax = 64;
inline constexpr std::size_t kLateKept = 32;
inline constexpr Duration kListedFor = 30 * kDay;  // after it was called missed
inline constexpr Duration kMissesFor = 90 * kDay;

enum class Step : std::uint8_t { kMake, kRevise, kKeep, kMiss };

struct PromiseAct {
  Step step = Step::kMake;
  std::string id;
  Instant due_at = Instant::never();
};

PromiseAct read_act(const Event& event);
void apply(PromisesFacts& facts, const PromiseAct& act, Instant at);

/// From when on the promise is broken: its date, or the moment a source called it missed if that is
/// earlier. never() = it has no date.
Instant broken_from(const PromiseRecord& promise);
/// True while a promise past its date is to be told at `now`.
bool is_listed(const PromiseRecord& promise, Instant now);

}  // namespace tenure::promises
