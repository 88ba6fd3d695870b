#include "connectors/http/http_server.h"

#include "connectors/http/internal/session.h"
#include "engine/base/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <vector>

namespace tenure {
namespace {

namespace net = boost::asio;
using Tcp = net::ip::tcp;

constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: "
    "1\r\n"
    "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nReferrer-Policy: "
    "no-referrer\r\n"
    "Connection: close\r\nContent-Length: 37\r\n\r\ntoo many connections; try again soon\n";

// Connections that were ended and that the loop has yet to come to.
constexpr std::size_t kLeavingMax = 64;

// By what an address is counted: whoever has one IPv6 address has 2^64 of them.
std::string peer_of(const Tcp::socket& socket) {
  boost::system::error_code failed;
  const Tcp::endpoint end = socket.remote_endpoint(failed);
  if (failed) return "";
  net::ip::address address = end.address();
  if (address.is_v4()) return address.to_string();
  if (address.to_v6().is_v4_mapped())
    return net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6()).to_string();
  net::ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return net::ip::address_v6(bytes).to_string() + "/64";
}

// Open to the network only where somebody is asked who he is, and nobody can listen.
Result<net::ip::address> address_to_serve(const std::string& text, bool tls, bool guarded) {
  boost::system::error_code failed;
  const net::ip::address address =
      net::ip::make_address(text == "localhost" ? "127.0.0.1" : text, failed);
  if (failed)
    return fail(ErrorCode::kInvalid,
                "HTTP address '" + text + "': not an address; say 127.0.0.1, ::1 or localhost");
  if (!address.is_loopback() && !(tls && guarded))
    return fail(ErrorCode::kInvalid,
                "HTTP address '" + text + "' is open to the network, and " +
                    (tls       ? "nobody would be asked for a token: set http.tokens"
                     : guarded ? "tokens would be sent in the clear: set http.tls.certificate and "
                                 "http.tls.key"
                               : "nobody would be asked who he is: set http.tls.certificate, "
                                 "http.tls.key and http.tokens") +
                    ", or say 127.0.0.1; docs/operations.md has the commands");
  return address;
}

}  // namespace

struct HttpServer::Impl {
  Impl(HttpOptions options, std::shared_ptr<const HttpRoutes> routes)
      : floor(std::move(options), std::move(routes)), acceptor(floor.loop), patience(floor.loop) {}

  Result<void> bind(const net::ip::address& address, std::uint16_t port);
  net::awaitable<void> accept_all();
  net::awaitable<void> serve(Tcp::socket socket, std::string peer);
  bool has_room(const std::string& peer);
  void turn_away(Tcp::socket socket) const;
  void begin_stop();

  internal::Floor floor;
  Tcp::acceptor acceptor;
  net::steady_timer patience;
  Tcp::endpoint local;
  net::executor_work_guard<net::io_context::executor_type> calls_stay{floor.calls.get_executor()};
  std::atomic<int> runners{0};
};

Result<void> HttpServer::Impl::bind(const net::ip::address& address, std::uint16_t port) {
  const Tcp::endpoint wanted(address, port);
  boost::system::error_code failed;
  acceptor.open(wanted.protocol(), failed);
  if (!failed) acceptor.set_option(Tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind(wanted, failed);
  if (!failed) acceptor.listen(net::socket_base::max_listen_connections, failed);
  if (!failed) local = acceptor.local_endpoint(failed);
  if (!failed) return ok();
  const std::string where = address.to_string() + " port " + std::to_string(port);
  if (failed == net::error::address_in_use)
    return fail(ErrorCode::kBusy, "HTTP address " + where +
                                      " is taken by another process; choose another port, or 0");
  return fail(ErrorCode::kUnavailable,
              "HTTP address " + where + " cannot be served: " + failed.message());
}

net::awaitable<void> HttpServer::Impl::serve(Tcp::socket socket, std::string peer) {
  {
    internal::Session session(floor, std::move(socket), std::move(peer));
    co_await session.serve();
  }
  if (floor.stopping && floor.sessions.empty()) patience.cancel();
}

void HttpServer::Impl::turn_away(Tcp::socket socket) const {
  floor.options.counters->connections_refused.fetch_add(1, std::memory_order_relaxed);
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  if (!floor.options.tls) socket.write_some(net::buffer(kFull), ignored);
  socket.shutdown(Tcp::socket::shutdown_both, ignored);
}

net::awaitable<void> HttpServer::Impl::accept_all() {
  while (!floor.stopping) {
    auto [failed, socket] = co_await acceptor.async_accept(net::as_tuple(net::use_awaitable));
    if (floor.stopping) break;
    if (failed) {
      // Out of descriptors, most likely: those that are open go on, and some will be closed.
      log_warn("an HTTP connection cannot be accepted reason={}", failed.message());
      net::steady_timer pause(floor.loop, std::chrono::milliseconds(100));
      co_await pause.async_wait(net::as_tuple(net::use_awaitable));
      continue;
    }
    floor.options.counters->connections_accepted.fetch_add(1, std::memory_order_relaxed);
    std::string peer = peer_of(socket);
    if (!has_room(peer))
      turn_away(std::move(socket));
    else
      net::co_spawn(floor.loop, serve(std::move(socket), std::move(peer)), net::detached);
  }
}

// Where there is none, whoever has kept the server waiting longest gives way: a probe is answered
// while slow clients take all places.
bool HttpServer::Impl::has_room(const std::string& peer) {
  const auto open = floor.by_peer.find(peer);
  const bool peer_full =
      open != floor.by_peer.end() && open->second >= floor.options.connections_per_address_max;
  if (!peer_full && floor.sessions.size() < floor.options.connections_max) return true;
  if (floor.leaving >= kLeavingMax) return false;
  internal::Session* slowest = nullptr;
  std::chrono::steady_clock::duration most{0};
  for (internal::Session* session : floor.sessions) {
    if (peer_full && session->peer() != peer) continue;
    const auto overdue = session->overdue();
    if (!overdue || (slowest != nullptr && *overdue <= most)) continue;
    slowest = session;
    most = *overdue;
  }
  if (slowest == nullptr) return false;
  floor.options.counters->connections_ended.fetch_add(1, std::memory_order_relaxed);
  slowest->give_way();
  return true;
}

void HttpServer::Impl::begin_stop() {
  if (floor.stopping) return;
  floor.stopping = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  const std::vector<internal::Session*> open(floor.sessions.begin(), floor.sessions.end());
  for (internal::Session* session : open) session->leave();
  if (open.empty()) return;
  patience.expires_after(floor.options.stop_wait);
  patience.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) floor.loop.stop();
  });
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(HttpOptions options,
                                                       std::shared_ptr<const HttpRoutes> routes) {
  TENURE_TRY_ASSIGN(
      const net::ip::address address,
      address_to_serve(options.address, options.tls != nullptr, routes && routes->guarded()));
  if (!options.counters) options.counters = std::make_shared<HttpCounters>();
  const std::uint16_t port = options.port;
  try {
    auto impl = std::make_unique<Impl>(std::move(options), std::move(routes));
    TENURE_TRY(impl->bind(address, port));
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::kUnavailable,
                std::string("the HTTP server cannot be made: ") + thrown.what());
  }
}

std::string HttpServer::address() const {
  const std::string host = impl_->local.address().to_string();
  return (impl_->local.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

std::uint16_t HttpServer::port() const { return impl_->local.port(); }
const HttpCounters& HttpServer::counters() const { return *impl_->floor.options.counters; }

int HttpServer::callers() const { return impl_->floor.callers; }

void HttpServer::run() {
  if (impl_->runners.fetch_add(1) > 0) {
    impl_->floor.callers.fetch_add(1);
    impl_->floor.calls.run();
    impl_->floor.callers.fetch_sub(1);
    return;
  }
  net::co_spawn(impl_->floor.loop, impl_->accept_all(), net::detached);
  impl_->floor.loop.run();
  impl_->floor.calls.stop();
}

void HttpServer::stop() {
  net::post(impl_->floor.loop, [impl = impl_.get()] { impl->begin_stop(); });
}

}  // namespace tenure
