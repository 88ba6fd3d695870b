// apps/tenure/serve_http.h
//
// The HTTP server of a serving process, on threads of its own.
#pragma once

#include "apps/tenure/config.h"
#include "engine/runtime/engine.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tenure {

class AccessGuard;
class HttpServer;
class LiveFeed;

class ServeHttp final {
 public:
  /// Listens where `config.http` says, and answers from `engine`, which outlives this. The audit
  /// stands in the directory of the data.
  static Result<std::unique_ptr<ServeHttp>> start(Engine& engine, const Config& config);
  ~ServeHttp();
  /// "http://127.0.0.1:8321"
  [[nodiscard]] const std::string& address() const { return address_; }
  /// Whether the dashboard's files are there to be served.
  [[nodiscard]] bool has_dashboard() const { return has_dashboard_; }

 private:
  ServeHttp() = default;
  std::unique_ptr<AccessGuard> guard_;  // null = nobody is asked; outlives the server
  std::unique_ptr<LiveFeed> feed_;      // outlives the server
  std::unique_ptr<HttpServer> server_;
  std::string address_;
  bool has_dashboard_ = false;
  std::thread ticker_;
  std::vector<std::thread> threads_;
};

}  // namespace tenure
