// apps/tenure/config_check.h
//
// The second half of a configuration's check: the files that it names.
#pragma once

#include "apps/tenure/config.h"

namespace tenure {

/// Compiles every mapping and rule file, opens every other file and looks for every projection.
/// kInvalid names the file and the place in it, or the place of the configuration that names what
/// is not there.
Result<void> check_files(const Config& config);

}  // namespace tenure
