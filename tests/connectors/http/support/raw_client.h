// tests/connectors/http/support/raw_client.h
//
// A client that sends any bytes, however wrong, and a server of test routes on its own threads.
#pragma once

#include "connectors/http/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tenure::testing {

struct RawResponse {
  int status = 0;
  std::string head;
  std::string body;
};

class RawClient {
 public:
  /// `receive_bytes`: what the system may keep that nobody reads; 0 = as it likes.
  explicit RawClient(std::uint16_t port, int receive_bytes = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the server has closed.
  bool send(std::string_view bytes);
  void send_end();  // no more bytes from us
  /// Everything until the server closes; `closed` tells whether it did within the wait.
  std::string read_to_end();
  /// Everything since the last call, up to and with `text`; "" when it does not come.
  std::string read_until(std::string_view text);
  /// So many bytes; fewer when they do not come.
  std::string read_bytes(std::size_t count);
  /// One response with its Content-Length.
  RawResponse read_response();
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  bool read_more();
  int socket_ = -1;
  bool closed_ = false;
  std::string received_;
};

class ServedRoutes {
 public:
  explicit ServedRoutes(HttpOptions options = {}, std::shared_ptr<HttpRoutes> routes = nullptr,
                        int threads = 2);
  ~ServedRoutes();
  [[nodiscard]] HttpServer& server() { return *server_; }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  /// POST /count was answered so often.
  [[nodiscard]] int counted() const { return counted_; }

 private:
  std::atomic<int> counted_{0};
  std::unique_ptr<HttpServer> server_;
  std::vector<std::thread> threads_;
};

/// Waits until `holds()` is true; false after two seconds.
template <class Holds>
bool await(Holds holds) {
  for (int k = 0; k < 400; ++k) {
    if (holds()) return true;
    // tidy: this is how a condition is awaited
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return holds();
}

}  // namespace tenure::testing
