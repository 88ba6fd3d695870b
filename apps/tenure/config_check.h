// apps/tenure/config_check.h
//
// The second half of a configuration's check: the files that it names.
#pragma once

#include "apps/tenure/config.h"

namespace tenure {

/// Compiles every mapping and rule file and looks for every projection. kInvalid names the file and
/// the place in it.
Result<void> check_files(const LoadedConfig& loaded);

}  // namespace tenure
