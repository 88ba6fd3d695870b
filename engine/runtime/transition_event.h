// engine/runtime/transition_event.h
//
// A decided transition as an event: with its causes, its sentence and the pair that decided it.
#pragma once

#include "engine/projection/projection_set.h"
#include "engine/review/review.h"

#include <string>

namespace tenure {

struct TransitionInput {
  const ProjectionSet& set;
  ShardId shard;
  const AccountContext& account;
  const Reference& reference;
  const AlertTransition& transition;
  const Trigger& trigger;
  Instant now;
  Sequence reviewed;  // the pair
  Instant due_fired;
  SignalSet signals;
  std::optional<std::int64_t> health_milli;
};

/// Whether the transition is one that people see, and so names its causes.
bool cites_causes(const AlertTransition& transition);

/// The envelope of an AlertTransitioned event. `history` is read only when cites_causes().
std::string transition_envelope(const TransitionInput& input, const History& history);

/// The events behind a transition, each once, newest first: those of its rule's signals. Where the
/// rule asks for health, also those of the factors that lower it, and before all others the newest
/// event of each such factor, the one that costs most points first: what is shown first must say
/// why. At most `kept_max` are kept, all are counted. For transitions that cites_causes().
CauseSink causes_of(const TransitionInput& input, const History& history,
                    std::size_t kept_max = CauseSink::kKept);

}  // namespace tenure
