// projections/profile/internal/value.h
//
// What an account is worth a year: its running contracts and subscriptions, or what was named when
// it was won.
#pragma once

#include "projections/profile/profile.h"
#include "tenure/event/v1/common.pb.h"

namespace tenure::profile {

inline constexpr std::size_t kValuesMax = 64;

/// The amount, if it is in the account's main currency (the first amount makes it so), else
/// `otherwise`.
std::int64_t main_minor(ProfileFacts& facts, const event::v1::Money& money, std::int64_t otherwise);
bool is_value(EventType type);
void fold_values(ProfileFacts& facts, const Event& event);
void emit_arr(const ProfileFacts& facts, Instant now, std::size_t index, SignalSink& sink);

}  // namespace tenure::profile
