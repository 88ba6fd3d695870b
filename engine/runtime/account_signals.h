// engine/runtime/account_signals.h
//
// An account's signals kept up to date: each projection is asked again only when its facts, the
// reference data or time may have changed its answer.
//
// Threads: pure over the account it is given.
#pragma once

#include "engine/projection/projection_set.h"
#include "engine/review/review.h"
#include "engine/runtime/account_slot.h"

namespace tenure {

/// The account's context with profile and calendar as of `reference`.
AccountContext context_of(const AccountFacts& facts, AccountId account, const Reference& reference);

/// Brings hot.signals and hot.subjects up to `now`; true when a value or the context may differ
/// from before.
bool refresh_signals(const ProjectionSet& set, HotAccount& hot, const AccountContext& account,
                     const Reference& reference, Instant now);

/// The first instant at which a signal may differ with no new event.
Instant signals_valid_until(const HotAccount& hot);

/// The view of them that a review takes.
inline SignalSet signal_set(const HotAccount& hot) { return {hot.signals, hot.subjects}; }

}  // namespace tenure
