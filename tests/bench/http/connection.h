// tests/bench/http/connection.h
//
// A client's connection over loopback that never blocks, and the loop that waits for many.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::bench {

/// "127.0.0.1:8321" or "http://127.0.0.1:8321": the port; 0 = none.
std::uint16_t port_of(std::string_view address);

class Connection {
 public:
  explicit Connection(std::uint16_t port);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection(const Connection&) = delete;

  [[nodiscard]] bool open() const { return socket_ >= 0; }
  [[nodiscard]] int socket() const { return socket_; }
  /// Requests are far smaller than a socket's buffer: all or nothing.
  bool send(std::string_view bytes);
  /// Appends what came; false when the other side closed.
  bool receive(std::string& into);
  void close();

 private:
  int socket_ = -1;
};

/// Waits for connections by their number.
class Waiter {
 public:
  Waiter();
  ~Waiter();
  Waiter(const Waiter&) = delete;
  void add(const Connection& connection, std::uint32_t number);
  /// The numbers of those that can be read; waits at most `us` (negative: for as long as it takes).
  const std::vector<std::uint32_t>& wait(std::int64_t us);

 private:
  int poll_ = -1;
  std::vector<std::uint32_t> ready_;
};

}  // namespace tenure::bench
