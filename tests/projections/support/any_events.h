// tests/projections/support/any_events.h
//
// Random accounts: every event type that a projection reads, with few ids and people so that they
// meet again, and with hostile values among the sensible ones.
#pragma once

#include "tests/support/event_builder.h"

#include <cstdint>
#include <random>
#include <vector>

namespace tenure::testing {

/// A random account of `count` events between `from` and `until`, told by a seed.
std::vector<pb::Event> any_events(std::uint64_t seed, std::size_t count, Instant from,
                                  Instant until);

}  // namespace tenure::testing
