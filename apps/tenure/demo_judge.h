// apps/tenure/demo_judge.h
//
// Somebody of the vendor's people looks at story 6 every Monday of its late summer. Once an alert
// is open there, that person judges it a false alarm and clears it: acts posted to the server, as
// from anywhere else.
//
// Threads: the player's.
#pragma once

#include "apps/book/book.h"
#include "apps/tenure/demo_player.h"
#include "engine/runtime/engine.h"

#include <string>
#include <vector>

namespace tenure {

/// The Mondays, by rising instant. `engine` and what `stop` refers to outlive the pauses; `server`
/// is the address that serves the engine.
std::vector<DemoPause> judging_pauses(const Book& book, Engine& engine, std::string server,
                                      std::function<bool()> stop);

}  // namespace tenure
