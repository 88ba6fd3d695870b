#include "tests/bench/http/streams.h"

#include "engine/base/clock.h"
#include "tests/bench/http/connection.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <poll.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <unordered_set>
#include <vector>

namespace tenure::bench {
namespace {

constexpr std::string_view kAsk =
    "POST /tenure.api.v1.SubscriptionService/WatchAlerts HTTP/1.1\r\nHost: localhost\r\n"
    "Content-Type: application/connect+proto\r\nContent-Length: 5\r\n\r\n";
constexpr std::string_view kNoMessage("\0\0\0\0\0", 5);
constexpr std::string_view kNamed = "alert-";
constexpr std::size_t kDigits = 16;
constexpr std::string_view kListen = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";

bool input_ended() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

// Takes what is whole off `received` and gives every instant that names an account there.
template <class Take>
void take_named(std::string& received, Take take) {
  std::size_t at = 0;
  while (true) {
    const std::size_t found = received.find(kNamed, at);
    if (found == std::string::npos || found + kNamed.size() + kDigits > received.size()) break;
    const char* const digits = received.data() + found + kNamed.size();
    std::int64_t instant = 0;
    if (std::from_chars(digits, digits + kDigits, instant).ptr == digits + kDigits) take(instant);
    at = found + kNamed.size();
  }
  const std::size_t tail = kNamed.size() + kDigits - 1;
  if (received.size() > tail) received.erase(0, std::max(at, received.size() - tail));
}

}  // namespace

AlertsSeen watch_alerts(std::uint16_t port, double seconds) {
  AlertsSeen seen;
  Connection connection(port);
  Waiter waiter;
  waiter.add(connection, 0);
  std::string ask(kAsk);
  ask.append(kNoMessage);
  const std::int64_t begin_us = steady_now_us();
  if (!connection.send(ask)) return seen;
  std::string received;
  std::unordered_set<std::int64_t> known;
  while (steady_now_us() - begin_us < static_cast<std::int64_t>(seconds * 1e6)) {
    if (waiter.wait(50'000).empty()) continue;
    const std::size_t before = received.size();
    if (!connection.receive(received)) break;
    const std::int64_t now = steady_now_us();
    seen.bytes += received.size() - before;
    take_named(received, [&](std::int64_t sent_us) {
      if (known.insert(sent_us).second && sent_us >= begin_us) seen.latency.add(now - sent_us);
    });
  }
  return seen;
}

namespace {

// What one message did to the crowd.
struct Round {
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
  std::uint32_t told = 0;
};

class Crowd {
 public:
  Crowd(std::uint16_t port, std::uint32_t count) : port_(port), count_(count) {
    connections_.reserve(count);
    received_.resize(count);
  }

  // One after another, so that no queue of the system overflows.
  std::uint32_t gather() {
    for (std::uint32_t k = 0; k < count_; ++k) {
      connections_.emplace_back(port_);
      if (!connections_.back().open() || !connections_.back().send(kListen)) ++refused_;
      if (connections_.back().open()) waiter_.add(connections_.back(), k);
      read_some(0);
    }
    const std::int64_t patience_us = steady_now_us() + 20'000'000;
    while (first_told_ + refused_ < count_ && steady_now_us() < patience_us) read_some(50'000);
    rounds_.clear();
    result_ = SubscribersTold();
    return first_told_;
  }

  [[nodiscard]] std::uint32_t refused() const { return refused_; }

  SubscribersTold listen() {
    while (!input_ended()) read_some(50'000);
    for (const auto& [id, round] : rounds_)
      if (round.told == first_told_) result_.last.add(round.last_us - round.first_us);
    return result_;
  }

 private:
  void read_some(std::int64_t wait_us) {
    for (const std::uint32_t number : waiter_.wait(wait_us)) {
      Connection& connection = connections_[number];
      if (!connection.open()) continue;
      if (!connection.receive(received_[number])) {
        ++result_.lost;
        connection.close();
        continue;
      }
      take_messages(received_[number]);
    }
  }

  void take_messages(std::string& received) {
    while (true) {
      const std::size_t id = received.find("id: ");
      const std::size_t end = id == std::string::npos ? id : received.find('\n', id);
      if (end == std::string::npos) break;
      note(received.substr(id + 4, end - id - 4));
      received.erase(0, end);
    }
    if (received.size() > 4096) received.clear();
  }

  void note(const std::string& id) {
    const std::int64_t now = steady_now_us();
    Round& round = rounds_[id];
    if (round.told++ == 0) round.first_us = now;
    round.last_us = now;
    ++result_.messages;
    if (first_told_ + refused_ < count_) ++first_told_;
  }

  const std::uint16_t port_;
  const std::uint32_t count_;
  std::vector<Connection> connections_;
  std::vector<std::string> received_;
  Waiter waiter_;
  std::map<std::string, Round> rounds_;
  std::uint32_t first_told_ = 0;
  std::uint32_t refused_ = 0;
  SubscribersTold result_;
};

}  // namespace

SubscribersTold subscribe(
    std::uint16_t port, std::uint32_t count,
    const std::function<void(std::uint32_t connected, std::uint32_t refused)>& connected) {
  Crowd crowd(port, count);
  const std::uint32_t told = crowd.gather();
  connected(told, crowd.refused());
  return crowd.listen();
}

}  // namespace tenure::bench
