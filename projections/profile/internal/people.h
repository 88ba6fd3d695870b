// projections/profile/internal/people.h
//
// The people on the client's side: who is there, in which role, and whether the last champion is
// gone.
#pragma once

#include "projections/profile/profile.h"

namespace tenure::profile {

inline constexpr std::size_t kPeopleMax = 64;

/// The surrogate's 32 hex digits as a number; any other text by its hash.
PersonKey person_key(std::string_view surrogate);
void fold_people(ProfileFacts& facts, const Event& event);
/// The events by which champions left after `since` with no successor, and those that made them the
/// champion: without the last loss alone, an earlier one would still be felt.
void cite_champion(const History& history, Instant since, CauseSink& sink);

}  // namespace tenure::profile
