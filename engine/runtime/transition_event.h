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

/// The events behind a rule's signals, newest first, each once; at most 16 are kept, all are
/// counted.
CauseSink causes_of(const ProjectionSet& set, const Rule& rule, SubjectId subject,
                    const History& history, Instant now, const AccountContext& account,
                    const Reference& reference);

}  // namespace tenure
