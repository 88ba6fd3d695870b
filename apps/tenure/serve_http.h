// apps/tenure/serve_http.h
//
// The HTTP server of a serving process, on threads of its own.
#pragma once

#include "engine/runtime/engine.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tenure {

class HttpServer;

class ServeHttp final {
 public:
  /// Listens on "host:port" of the loopback interface and answers from `engine`, which outlives
  /// this.
  static Result<std::unique_ptr<ServeHttp>> start(Engine& engine, const std::string& listen);
  ~ServeHttp();
  /// "http://127.0.0.1:8321"
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  ServeHttp() = default;
  std::unique_ptr<HttpServer> server_;
  std::string address_;
  std::vector<std::thread> threads_;
};

}  // namespace tenure
