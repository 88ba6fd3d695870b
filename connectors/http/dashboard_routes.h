// connectors/http/dashboard_routes.h
//
// The dashboard's built files, read once and served from memory: what a request names is looked up
// in a table, never on the disk.
//
// Path:     a folder, at start -> [table] -> HttpRoutes
// Order:    the folder may change or go afterwards; what is served stays as it was read.
// Threads:  handlers from any number; they never wait.
// Limits:   DashboardOptions; docs/limits.md, "HTTP".
// Errors:   kInvalid: no folder, no index.html in it, or more than the limits.
#pragma once

#include "connectors/http/http_routes.h"
#include "engine/base/result.h"

#include <cstddef>
#include <string>

namespace tenure {

struct DashboardOptions {
  std::string folder;  // empty = there is none, and "/" says how to make it
  std::size_t bytes_max = 16u << 20;
  std::size_t files_max = 500;
};

/// A route for each file, "/" for index.html, and index.html too for every unknown path that looks
/// like a page: an account's, or no dot in it; and no route's path in front of it.
Result<void> add_dashboard_routes(const DashboardOptions& options, HttpRoutes& routes);

}  // namespace tenure
