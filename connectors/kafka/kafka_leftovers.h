// connectors/kafka/kafka_leftovers.h
//
// A client that does not end in time is left behind, for ending it would wait without a bound. Its
// threads run on: who ends the process must not wait for them, nor take away what they use.
//
// Threads:  any.
#pragma once

namespace tenure {

/// True when some client of this process was left behind: end by std::_Exit, not by return.
[[nodiscard]] bool kafka_left_behind();

}  // namespace tenure
