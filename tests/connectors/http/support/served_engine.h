// tests/connectors/http/support/served_engine.h
//
// A whole engine over stores in memory, with its threads, behind a server.
#pragma once

#include "connectors/http/api_handlers.h"
#include "connectors/http/engine_routes.h"
#include "connectors/http/http_server.h"
#include "connectors/http/live_feed.h"
#include "engine/log/event_log.h"
#include "engine/runtime/engine.h"
#include "projections/registry.h"
#include "tests/connectors/http/support/raw_client.h"
#include "tests/support/event_builder.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tenure::testing {

struct ApiAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
  [[nodiscard]] boost::json::value json() const;
  [[nodiscard]] std::string code() const;  // of a Connect error
  [[nodiscard]] std::string message() const;
};

class ServedEngine {
 public:
  explicit ServedEngine(std::unique_ptr<Source> source = nullptr, LiveFeedOptions live = {},
                        HttpOptions options = {});
  ~ServedEngine();

  [[nodiscard]] Engine& engine() { return *engine_; }
  [[nodiscard]] const HttpRoutes& routes() const { return *routes_; }
  [[nodiscard]] HttpServer& server() { return *server_; }
  [[nodiscard]] const HttpCounters& counters() const { return server_->counters(); }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  /// Moves the engine's clock on.
  void pass(Duration time) { clock_.advance_to(clock_.now() + time); }
  /// Logs an event and waits until it is folded.
  void log(const EventBuilder& event);
  /// Puts a rule in force that is raised by any event of an account, and raises it for `account`.
  void raise_alert(std::string_view account);

  ApiAnswer request(const std::string& method, const std::string& target,
                    const std::string& content_type, const std::string& body);
  /// A Connect call in JSON: "AlertService/Act".
  ApiAnswer call(const std::string& method, const std::string& json) {
    return request("POST", "/tenure.api.v1." + method, "application/json", json);
  }
  ApiAnswer get(const std::string& target) { return request("GET", target, "", ""); }

 private:
  const ProjectionSet set_{all_projections()};
  ManualClock clock_{instant("2026-03-02T09:00Z")};
  std::unique_ptr<Engine> engine_;
  std::shared_ptr<HttpRoutes> routes_ = std::make_shared<HttpRoutes>();
  std::unique_ptr<LiveFeed> feed_;
  std::unique_ptr<HttpServer> server_;
  std::vector<std::thread> threads_;
};

}  // namespace tenure::testing
