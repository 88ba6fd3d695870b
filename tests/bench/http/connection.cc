#include "tests/bench/http/connection.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace tenure::bench {
namespace {

constexpr std::size_t kReadBytes = 64u << 10;

}  // namespace

std::uint16_t port_of(std::string_view address) {
  std::uint16_t port = 0;
  const std::size_t colon = address.rfind(':');
  if (colon != std::string_view::npos)
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  return port;
}

Connection::Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close();
    return;
  }
  ::fcntl(socket_, F_SETFL, O_NONBLOCK);
}

Connection::~Connection() { close(); }

Connection::Connection(Connection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

void Connection::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool Connection::send(std::string_view bytes) {
  return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

bool Connection::receive(std::string& into) {
  thread_local std::array<char, kReadBytes> bytes;
  const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count > 0) into.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

Waiter::Waiter() : poll_(::epoll_create1(0)) {}
Waiter::~Waiter() { ::close(poll_); }

void Waiter::add(const Connection& connection, std::uint32_t number) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = number;
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, connection.socket(), &event);
}

const std::vector<std::uint32_t>& Waiter::wait(std::int64_t us) {
  std::array<epoll_event, 512> events;
  const timespec limit{us / 1'000'000, us % 1'000'000 * 1000};
  const int count = ::epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()),
                                   us < 0 ? nullptr : &limit, nullptr);
  ready_.clear();
  for (int k = 0; k < count; ++k) ready_.push_back(events[static_cast<std::size_t>(k)].data.u32);
  return ready_;
}

}  // namespace tenure::bench
