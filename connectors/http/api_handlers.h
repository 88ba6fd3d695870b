// connectors/http/api_handlers.h
//
// What the methods of proto/tenure/api/v1 do, on one engine.
//
// Order:    an act answers once it is synced and folded, so that the next question sees it and its
//           repeat is known.
// Threads:  handlers from any number; acts go one after another.
// Errors:   kInvalid (the request), kNotFound (no such account or alert), kDuplicate (the act's id
//           stands for another act), kBusy (the alert is not raised any more), and what the engine
//           returns.
#pragma once

#include "connectors/http/api_routes.h"
#include "engine/query/queries.h"

#include <memory>
#include <string>
#include <vector>

namespace tenure {

/// Every service of proto/tenure/api/v1.
std::vector<std::string> api_services();

/// Adds a route for each of their methods, and GET /openapi.json, which describes them. `engine`
/// and `feed` outlive `routes`; `version` is the program's. What is done is noted in `audit`, where
/// there is one. Of answers about accounts at most `held_bytes_max` are kept, to be given again
/// while nothing of the account moved.
Result<void> add_api_routes(Engine& engine, LiveFeed& feed, std::string version, HttpRoutes& routes,
                            std::shared_ptr<AuditLog> audit = nullptr,
                            std::size_t held_bytes_max = 64u << 20);

}  // namespace tenure
