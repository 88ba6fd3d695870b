#include "tests/connectors/http/support/raw_client.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace tenure::testing {

RawClient::RawClient(std::uint16_t port, int receive_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval wait{5, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  if (receive_bytes > 0)
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    ADD_FAILURE() << "cannot connect to port " << port;
}

RawClient::~RawClient() { ::close(socket_); }

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::send_end() { ::shutdown(socket_, SHUT_WR); }

bool RawClient::read_more() {
  char bytes[4096];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count > 0) {
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  closed_ = count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  return false;
}

std::string RawClient::read_to_end() {
  while (read_more()) {
  }
  return received_;
}

std::string RawClient::read_until(std::string_view text) {
  std::size_t at = std::string::npos;
  while ((at = received_.find(text)) == std::string::npos)
    if (!read_more()) return "";
  std::string front = received_.substr(0, at + text.size());
  received_.erase(0, front.size());
  return front;
}

std::string RawClient::read_bytes(std::size_t count) {
  while (received_.size() < count && read_more()) {
  }
  std::string front = received_.substr(0, count);
  received_.erase(0, front.size());
  return front;
}

RawResponse RawClient::read_response() {
  RawResponse response;
  std::size_t end = std::string::npos;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos)
    if (!read_more()) return response;
  response.head = received_.substr(0, end + 4);
  response.status = std::atoi(response.head.c_str() + 9);
  std::size_t length = 0;
  if (const std::size_t at = response.head.find("Content-Length: "); at != std::string::npos)
    length = static_cast<std::size_t>(std::atoll(response.head.c_str() + at + 16));
  received_.erase(0, end + 4);
  while (received_.size() < length)
    if (!read_more()) return response;
  response.body = received_.substr(0, length);
  received_.erase(0, length);
  return response;
}

ServedRoutes::ServedRoutes(HttpOptions options, std::shared_ptr<HttpRoutes> routes, int threads) {
  if (!routes) routes = std::make_shared<HttpRoutes>();
  routes->add_for_anybody("POST", "/count", HandlerPace::kInstant,
                          [this](const HttpRequest& request) {
                            ++counted_;
                            HttpResponse response;
                            response.body = std::to_string(request.body.size());
                            return response;
                          });
  routes->add_for_anybody("GET", "/hello", HandlerPace::kInstant, [](const HttpRequest&) {
    HttpResponse response;
    response.body = "hello";
    return response;
  });
  auto server = HttpServer::listen(std::move(options), routes);
  if (!server) {
    ADD_FAILURE() << server.error().message;
    std::abort();
  }
  server_ = std::move(*server);
  for (int k = 0; k < threads; ++k) threads_.emplace_back([this] { server_->run(); });
  // Before that a handler that waits would hold the event loop up.
  EXPECT_TRUE(await([&] { return server_->callers() == threads - 1; }));
}

ServedRoutes::~ServedRoutes() {
  server_->stop();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace tenure::testing
