// connectors/http/internal/watch_handlers.h
//
// What the methods of SubscriptionService answer now; ApiRoutes asks again when something moved.
#pragma once

#include "connectors/http/api_routes.h"
#include "engine/runtime/engine.h"

#include <memory>
#include <string>

namespace tenure {
class PortfolioTrend;
}  // namespace tenure

namespace tenure::internal {

/// `engine` outlives `api` and the routes made of it.
void add_watch_handlers(Engine& engine, const std::string& version,
                        const std::shared_ptr<PortfolioTrend>& trend, ApiRoutes& api);

}  // namespace tenure::internal
