// apps/tenure/defaults.h
//
// The reference data that a new log begins with: the files of deploy/rules and deploy/calendars,
// built into the binary.
#pragma once

#include "engine/runtime/engine.h"

#include <string>
#include <string_view>
#include <vector>

namespace tenure {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

/// The files, as built in.
std::vector<EmbeddedFile> embedded_files();

/// The regions whose holidays are built in, by name.
Result<std::vector<std::string>> default_regions();

/// Reference events of the built-in files, in force for all time.
Result<std::vector<std::string>> default_envelopes(const SignalCatalog& catalog, Instant now);

/// Appends the built-in reference data to a log that has none, and the named rules files whose
/// content is not in force. Their events belong to no account, so nothing is told by this alone.
/// Driven by hand, before Engine::start().
Result<void> seed_reference(Engine& engine, const std::vector<std::string>& rules_files);

/// Says that everything in the log was reviewed up to `now`: what an import brought is old news and
/// told to nobody.
Result<void> mark_reviewed(EventLog& log, Instant now);

}  // namespace tenure
