#include "apps/tenure/config_check.h"

#include "apps/tenure/text_file.h"

namespace tenure {

Result<void> check_files(const Config& config) {
  for (const SourceConfig& source : config.sources) {
    if (source.mapping.empty()) continue;
    TENURE_TRY(read_text_file(source.mapping));
  }
  for (const std::string& file : config.rules) {
    TENURE_TRY(read_text_file(file));
  }
  return ok();
}

}  // namespace tenure
