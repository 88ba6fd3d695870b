// apps/tenure/as_of_options.h
//
// --at and --as: an instant of the past and its sense.
#pragma once

#include "apps/tenure/context.h"
#include "engine/query/queries.h"

#include <optional>
#include <string>

namespace tenure {

struct AsOfOptions {
  std::string at;
  bool given = false;  // an empty --at is a mistake, not "now"
  std::string as = "known";
};

void add_as_of_options(CLI::App& command, AsOfOptions& options);

/// nullopt = now. kInvalid: `at` cannot be read.
Result<std::optional<AsOf>> as_of(const AsOfOptions& options);

/// What is asked of a directory whose log ends before `as_of`: its end, which is said on standard
/// error. Nothing is known of what came after it.
std::optional<AsOf> at_most_the_log(std::optional<AsOf> as_of, const EventLog& log,
                                    const Context& context);

/// The same of a server, which answered as of `answered`.
void note_earlier_answer(const AsOfOptions& options, const std::string& answered,
                         const Context& context);

}  // namespace tenure
