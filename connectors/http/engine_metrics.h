// connectors/http/engine_metrics.h
//
// What Prometheus is told, read from the engine at each scrape. Names:
// tenure_<room>_<noun>_<unit>[_total]. Labels are source partitions and reasons, never accounts.
// The list of names is part of the interface: tests/golden/metrics.txt.
//
// Threads: any.
#pragma once

#include "connectors/http/http_server.h"
#include "engine/runtime/engine.h"

#include <string>
#include <string_view>

namespace tenure {

/// Prometheus' text format 0.0.4.
std::string metrics_text(const Engine& engine, const HttpCounters& http, std::string_view version);

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace tenure
