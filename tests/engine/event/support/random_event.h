// Random valid envelopes, by the descriptor: every field of every payload is met.
#pragma once

#include "tenure/event/v1/event.pb.h"

#include <random>

namespace tenure::test {

using Random = std::mt19937_64;

/// Fills every field of `message` with some probability.
void fill_at_random(google::protobuf::Message& message, Random& random, int depth = 0);

/// A valid event of a random type: sometimes a retraction or a quarantined one.
event::v1::Event random_event(Random& random);

}  // namespace tenure::test
