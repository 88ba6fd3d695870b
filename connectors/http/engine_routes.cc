#include "connectors/http/engine_routes.h"

#include "connectors/http/engine_metrics.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tenure {
namespace {

HttpResponse plain(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

void check(bool good, std::string_view name, std::string_view detail, std::string& out) {
  out += good ? "[+]" : "[-]";
  out += name;
  out += good ? " ok" : " not ok";
  if (!detail.empty()) out.append(": ").append(detail);
  out += '\n';
}

std::string all_checks(const Engine& engine) {
  const EngineStatus status = engine.status();
  std::string out;
  check(!status.failure, "engine",
        status.failure ? std::string_view(status.failure->message) : std::string_view(), out);
  for (const PartitionStatus& partition : status.partitions) {
    const bool stopped = partition.stopped != StopReason::kNone;
    check(!stopped, "source " + partition.name,
          stopped ? std::string_view(partition.detail) : std::string_view(), out);
  }
  return out;
}

HttpResponse readiness(const Engine& engine, const std::string& query) {
  std::string why;
  const bool ready = engine.ready(why);
  std::string body = query == "verbose" || query == "verbose=1" || query == "verbose=true"
                         ? all_checks(engine)
                         : "";
  body += ready ? "ready\n" : "not ready: " + why + "\n";
  return plain(ready ? 200 : 503, std::move(body));
}

}  // namespace

void add_engine_routes(const Engine& engine, std::shared_ptr<const HttpCounters> counters,
                       std::string version, HttpRoutes& routes) {
  // That it is answered at all shows that the event loop ticks.
  routes.add("GET", "/livez", HandlerPace::kInstant,
             [](const HttpRequest&) { return plain(200, "alive\n"); });
  routes.add("GET", "/readyz", HandlerPace::kMayWait,
             [&engine](const HttpRequest& request) { return readiness(engine, request.query); });
  routes.add("GET", "/version", HandlerPace::kInstant, [version](const HttpRequest&) {
    HttpResponse response =
        plain(200, boost::json::serialize(boost::json::object{{"version", version}}) + "\n");
    response.content_type = "application/json";
    return response;
  });
  routes.add("GET", "/metrics", HandlerPace::kMayWait,
             [&engine, counters, version](const HttpRequest&) {
               HttpResponse response = plain(200, metrics_text(engine, *counters, version));
               response.content_type = std::string(kMetricsContentType);
               return response;
             });
}

}  // namespace tenure
