// connectors/http/engine_routes.h
//
// What probes and monitoring ask: /livez, /readyz, /version, /metrics.
#pragma once

#include "connectors/http/http_routes.h"
#include "connectors/http/http_server.h"
#include "engine/runtime/engine.h"

#include <memory>
#include <string>

namespace tenure {

/// `engine` outlives `routes`; `counters` are those of the server's options.
void add_engine_routes(const Engine& engine, std::shared_ptr<const HttpCounters> counters,
                       std::string version, HttpRoutes& routes);

}  // namespace tenure
