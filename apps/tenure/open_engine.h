// apps/tenure/open_engine.h
//
// An engine over a directory: its log, its state store, the projections of the configuration.
#pragma once

#include "apps/tenure/config.h"
#include "apps/tenure/data_dir.h"
#include "engine/base/clock.h"
#include "engine/runtime/engine.h"

#include <memory>

namespace tenure {

/// An engine and what it borrows.
struct OpenEngine {
  std::unique_ptr<SystemClock> wall;
  std::unique_ptr<ProjectionSet> set;
  std::unique_ptr<Engine> engine;
};

/// The projections that a configuration names; all when it names none. kInvalid names the one that
/// does not exist.
Result<std::unique_ptr<ProjectionSet>> configured_projections(const Config& config);

/// For commands that only read: nothing is decided or written, and everything logged is folded.
Result<OpenEngine> open_to_read(const Config& config);

/// For serve and for commands that act: reviews and tells. The directory is made when `access` is
/// kCreate. `command` is what others are told to hold it.
Result<OpenEngine> open_to_serve(const Config& config, DataAccess access, bool trust_clock,
                                 std::string_view command = "serve");

}  // namespace tenure
