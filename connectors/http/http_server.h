// connectors/http/http_server.h
//
// HTTP/1.1, over TLS or on loopback, strict about framing and bounded everywhere. What it answers
// is HttpRoutes' matter.
//
// Path:     clients -> [HttpServer] -> HttpRoutes
// Threads:  it starts none. The first thread in run() is the event loop. Each further one answers
//           requests whose handler may wait, so that health answers meanwhile; without any, the
//           event loop answers them itself. stop() and address() from any thread.
// Limits:   HttpOptions; docs/limits.md, "HTTP". A client that breaks one is answered once and
//           closed; one that misses a deadline is closed without an answer.
// Errors:   listen(): kInvalid (not an address; or not a loopback address, without TLS or without
//           routes that ask for tokens), kBusy (the port is taken), kUnavailable (the system
//           refuses).
#pragma once

#include "connectors/http/http_counters.h"
#include "connectors/http/http_routes.h"
#include "connectors/http/tls_files.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace tenure {

struct HttpOptions {
  std::string address = "127.0.0.1";         // an address, or localhost
  std::uint16_t port = 0;                    // 0 = any free one
  std::size_t header_bytes_max = 16u << 10;  // request line included
  std::size_t header_fields_max = 100;
  std::size_t target_bytes_max = 8u << 10;
  std::size_t body_bytes_max = 1u << 20;
  std::size_t body_bytes_own = 64u << 10;    // what is longer takes its share of
  std::size_t bodies_bytes_max = 64u << 20;  // what long bodies may hold, all connections together
  std::size_t connections_max = 512;
  std::size_t connections_per_address_max = 512;        // of IPv6 its first 64 bits
  Duration header_deadline = std::chrono::seconds(10);  // for the whole head, not a byte
  Duration body_deadline = std::chrono::seconds(30);    // for the whole body
  Duration body_grace = std::chrono::seconds(5);        // from then on the rate below holds
  std::size_t body_bytes_per_second_min = 4u << 10;
  Duration write_deadline = std::chrono::seconds(10);
  Duration keep_alive = std::chrono::seconds(60);
  Duration heartbeat = std::chrono::seconds(15);  // a long answer is silent no longer
  // what a refused client still sends is read so long
  Duration linger = std::chrono::milliseconds(500);
  Duration stop_wait = std::chrono::seconds(2);  // answers under way may end after stop()
  std::shared_ptr<HttpCounters> counters;        // made when not given
  std::shared_ptr<TlsFiles> tls;                 // null = no TLS
};

class HttpServer final {
 public:
  /// Binds and listens; clients may connect from here on and are answered once run() is called.
  static Result<std::unique_ptr<HttpServer>> listen(HttpOptions options,
                                                    std::shared_ptr<const HttpRoutes> routes);
  ~HttpServer();  // every run() must have returned

  /// "127.0.0.1:43210", "[::1]:43210".
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const HttpCounters& counters() const;
  /// Threads in run() beside the event loop.
  [[nodiscard]] int callers() const;

  /// Serves until stop().
  void run();
  /// Accepts no more, lets answers under way end within `stop_wait`, and makes every run() return.
  void stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
