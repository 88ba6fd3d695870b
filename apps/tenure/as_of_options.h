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

}  // namespace tenure
