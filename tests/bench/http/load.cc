#include "tests/bench/http/load.h"

#include "engine/base/clock.h"
#include "tests/bench/http/connection.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace tenure::bench {
namespace {

constexpr std::string_view kBefore =
    "GET /tenure.api.v1.AccountService/GetAccount?connect=v1&encoding=json&message="
    "%7B%22account%22%3A%22account-";
constexpr std::string_view kAfter = "%22%7D HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::size_t kDigits = 10;
// How long answers that are under way are waited for at the end.
constexpr std::int64_t kGraceUs = 2'000'000;

// One connection and the request that is under way on it.
struct Lane {
  explicit Lane(std::uint16_t port) : connection(port) {}
  Connection connection;
  std::string received;
  std::size_t body_at = 0;     // 0 = the head is not whole
  std::size_t body_bytes = 0;  // promised
  std::int64_t meant_us = -1;  // -1 = nothing is under way
};

class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        request_(kBefore),
        interval_us_(options.rate > 0 ? 1e6 / options.rate : 0) {
    request_.append(kDigits, '0').append(kAfter);
    for (std::uint32_t k = 0; k < options.connections; ++k) {
      lanes_.emplace_back(options.port);
      waiter_.add(lanes_.back().connection, k);
      idle_.push_back(k);
    }
  }

  LoadResult run() {
    const std::int64_t begin_us = steady_now_us();
    begin_us_ = begin_us;
    end_us_ = begin_us + static_cast<std::int64_t>(options_.seconds * 1e6);
    std::int64_t now = begin_us;
    while (now < end_us_ + kGraceUs && (now < end_us_ || idle_.size() < lanes_.size())) {
      send_what_is_due(now);
      for (const std::uint32_t number : waiter_.wait(wait_us(now))) read(number);
      now = steady_now_us();
    }
    result_.errors += lanes_.size() - idle_.size();
    // A closed loop ends with its time; an open one with the last of its answers.
    result_.seconds = static_cast<double>(last_us_ - begin_us) / 1e6;
    return result_;
  }

 private:
  [[nodiscard]] std::int64_t due_us() const {
    return begin_us_ + static_cast<std::int64_t>(interval_us_ * static_cast<double>(sent_));
  }

  void send_what_is_due(std::int64_t now) {
    while (!idle_.empty() && now < end_us_) {
      if (options_.each_once && sent_ == options_.accounts) {
        end_us_ = now;
        return;
      }
      const std::int64_t meant = options_.rate > 0 ? due_us() : now;
      if (meant > now || meant >= end_us_) return;
      const std::uint32_t number = idle_.front();
      idle_.pop_front();
      send(lanes_[number], meant);
    }
  }

  [[nodiscard]] std::int64_t wait_us(std::int64_t now) const {
    if (options_.rate <= 0 || idle_.empty() || now >= end_us_) return 100'000;
    return std::clamp<std::int64_t>(due_us() - now, 0, 100'000);
  }

  void send(Lane& lane, std::int64_t meant) {
    std::uint64_t account = options_.each_once ? sent_ : chance_() % options_.accounts;
    for (std::size_t k = kDigits; k-- > 0; account /= 10)
      request_[kBefore.size() + k] = static_cast<char>('0' + account % 10);
    ++sent_;
    lane.meant_us = meant;
    lane.received.clear();
    lane.body_at = 0;
    if (!lane.connection.send(request_)) ++result_.errors;
  }

  void read(std::uint32_t number) {
    Lane& lane = lanes_[number];
    if (!lane.connection.receive(lane.received)) {
      ++result_.errors;
      return;
    }
    if (lane.meant_us < 0 || !is_whole(lane)) return;
    const std::int64_t now = steady_now_us();
    result_.latency.add(now - lane.meant_us);
    ++result_.requests;
    result_.body_bytes += lane.body_bytes;
    last_us_ = now;
    lane.meant_us = -1;
    idle_.push_back(number);
  }

  bool is_whole(Lane& lane) {
    if (lane.body_at == 0) {
      const std::size_t end = lane.received.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      lane.body_at = end + 4;
      if (lane.received.compare(0, 12, "HTTP/1.1 200") != 0) ++result_.errors;
      constexpr std::string_view kLength = "\r\nContent-Length: ";
      const std::size_t length = lane.received.find(kLength);
      lane.body_bytes = 0;
      if (length < end)
        std::from_chars(lane.received.data() + length + kLength.size(), lane.received.data() + end,
                        lane.body_bytes);
    }
    return lane.received.size() >= lane.body_at + lane.body_bytes;
  }

  const LoadOptions options_;
  std::string request_;
  const double interval_us_;
  std::minstd_rand chance_{7};
  std::vector<Lane> lanes_;
  std::deque<std::uint32_t> idle_;
  Waiter waiter_;
  LoadResult result_;
  std::uint64_t sent_ = 0;
  std::int64_t begin_us_ = 0;
  std::int64_t end_us_ = 0;
  std::int64_t last_us_ = 0;
};

}  // namespace

LoadResult load(const LoadOptions& options) { return Load(options).run(); }

}  // namespace tenure::bench
