// connectors/http/internal/session.h
//
// One connection: requests one after another until one breaks a rule, a deadline passes, or the
// client leaves.
//
// Threads: the event loop's; only a handler that may wait runs on another.
#pragma once

#include "connectors/http/http_server.h"
#include "connectors/http/internal/request_head.h"
#include "connectors/http/internal/wire.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace tenure::internal {

class Session;

/// What the sessions of one server share. Belongs to the event loop, but for what is atomic.
struct Floor {
  Floor(HttpOptions chosen, std::shared_ptr<const HttpRoutes> served)
      : options(std::move(chosen)), routes(std::move(served)) {}
  const HttpOptions options;
  const std::shared_ptr<const HttpRoutes> routes;
  std::set<Session*> sessions;
  std::size_t leaving = 0;                     // gave way, and are not among them any more
  std::map<std::string, std::size_t> by_peer;  // how many of them an address has
  std::size_t bodies_bytes = 0;                // held for bodies that are long
  bool stopping = false;
  std::atomic<int> callers{0};  // threads that answer requests which may wait
  boost::asio::io_context loop{1};
  boost::asio::io_context calls;
};

class Session final {
 public:
  Session(Floor& floor, boost::asio::ip::tcp::socket socket, std::string peer);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  boost::asio::awaitable<void> serve();
  /// Ends it now unless an answer is under way; that one ends first.
  void leave();
  /// By how much its client has kept the server waiting longer than is fair where all places are
  /// taken: for a request to come whole, for an answer to be taken, for the next request.
  [[nodiscard]] std::optional<std::chrono::steady_clock::duration> overdue() const;
  /// Ends it now: another client gets the place.
  void give_way();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  enum class Step { kGoOn, kEnd };  // kEnd with a fault: refuse it first
  enum class Waits { kNothing, kRequest, kTaken, kNext, kEnded };  // for what of the client

  void wait_for(Waits what);
  void count_out();

  boost::asio::awaitable<bool> shake_hands();
  boost::asio::awaitable<void> say_goodbye();
  boost::asio::awaitable<Step> one_request();
  boost::asio::awaitable<Step> take_head();
  boost::asio::awaitable<Step> take_body();
  bool hold_body();
  void drop_body();
  boost::asio::awaitable<bool> read_some();
  boost::asio::awaitable<HttpResponse> answer(const HttpRequest& request);
  boost::asio::awaitable<bool> respond(HttpResponse response, bool keep_alive);
  boost::asio::awaitable<void> refuse();
  /// The head of an answer, with its empty line.
  [[nodiscard]] std::string head_of(const HttpResponse& response, bool keep_alive) const;
  boost::asio::awaitable<AnswerStep> next_step(const HttpResponse& response);
  // long_session.cc: an answer whose body goes on
  struct Bell;  // wakes the session while it waits for a piece
  boost::asio::awaitable<void> go_on(const HttpResponse& response);
  boost::asio::awaitable<void> send_pieces(LongAnswer& answer);
  boost::asio::awaitable<bool> wait_for_bell(Duration wait);
  void make_room(std::size_t bytes);
  boost::asio::awaitable<boost::beast::error_code> write_chunk(const std::string& piece);
  boost::asio::awaitable<bool> write_last_chunk();
  boost::asio::awaitable<bool> send_steps(const HttpResponse& response, bool keep_alive);

  Floor& floor_;
  const std::string peer_;
  Wire stream_;
  std::string buffer_;  // bytes received and not used
  std::array<char, 8192> received_{};
  RequestHead head_;
  std::string checked_fields_;  // of a head that both parsers read the same
  std::string body_;
  std::size_t body_held_ = 0;  // its share of the floor's bodies_bytes
  std::optional<RequestFault> fault_;
  bool first_ = true;
  bool secured_ = false;  // TLS is spoken
  bool busy_ = false;
  Waits waits_ = Waits::kRequest;
  SteadyTime waits_since_ = std::chrono::steady_clock::now();
  std::shared_ptr<Bell> bell_;  // while an answer goes on
  int send_buffer_bytes_ = 0;   // of the system, once it was asked for
};

}  // namespace tenure::internal
