// engine/projection/decay.h
//
// Half-lives without floating point: weight = 0.5^(age / half_life) by a fixed table, the same on
// every machine.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/time.h"

#include <cstdint>

namespace tenure {

/// 1,000,000 * 0.5^(age / half_life), rounded down by the table; 0 beyond 20 half-lives; 1,000,000
/// for an age of 0 or less. Requires half_life > 0.
std::int64_t decay_micro(Duration age, Duration half_life);

/// Decayed signals step once a day, at a time of day hashed from the account so that
/// accounts do not step together. The last step at or before `now`, and the next one after it.
Instant decay_step(AccountId account, Instant now);
Instant next_decay_step(AccountId account, Instant now);

}  // namespace tenure
