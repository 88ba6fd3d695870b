// connectors/http/internal/dashboard_files.h
//
// A folder of built files as they are sent: plain and compressed, with their tags.
//
// Threads: pure, but for reading the folder.
#pragma once

#include "connectors/http/dashboard_routes.h"

#include <memory>
#include <string>
#include <vector>

namespace tenure::internal {

struct DashboardFile {
  std::string path;  // "/assets/index-1a2b.js"
  std::string content_type;
  std::string tag;                          // of the plain bytes, without quotes
  std::shared_ptr<const std::string> body;  // as it was read
  std::shared_ptr<const std::string> gzip;  // null = it would not be smaller
  bool named_by_content = false;            // the bytes under this path never change
};

/// Every regular file below `options.folder`, links left out, by path.
Result<std::vector<DashboardFile>> read_dashboard(const DashboardOptions& options);

}  // namespace tenure::internal
