// The part of a session that sends an answer whose body goes on.
#include "connectors/http/internal/session.h"
#include "connectors/http/long_answer.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tenure::internal {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;

constexpr auto kAwait = net::as_tuple(net::use_awaitable);
constexpr std::string_view kLastChunk = "0\r\n\r\n";
// What the system keeps for a client that does not read: this, or one larger piece. A piece that
// does not fit goes out in parts, and over loopback each waits for an acknowledgement that the
// other side holds back for 40 ms.
constexpr int kSendBufferBytes = 16 << 10;
constexpr int kSendBufferBytesMax = 256 << 10;
// So long a client may keep a place that another one could have: a request is whole and an answer
// taken within a few round trips, and who asks again does so soon.
constexpr auto kFairRequest = std::chrono::milliseconds(250);
constexpr auto kFairTaken = std::chrono::seconds(1);
constexpr auto kFairNext = std::chrono::seconds(5);
// Without a heartbeat there is nothing to do until somebody rings.
constexpr Duration kNoHeartbeat = std::chrono::hours(1);

}  // namespace

struct Session::Bell {
  explicit Bell(net::io_context& loop) : timer(loop) {}
  void ring() { timer.cancel(); }
  net::steady_timer timer;
  bool left = false;  // the client closed, or sent more than its request
};

void Session::leave() {
  if (!busy_) stream_.close();
  if (bell_) bell_->ring();
}

void Session::wait_for(Waits what) {
  if (waits_ == Waits::kEnded) return;
  waits_ = what;
  if (what != Waits::kNothing) waits_since_ = std::chrono::steady_clock::now();
}

std::optional<std::chrono::steady_clock::duration> Session::overdue() const {
  const auto waited = std::chrono::steady_clock::now() - waits_since_;
  const auto beyond = [&](std::chrono::steady_clock::duration fair) {
    return waited > fair ? std::optional(waited - fair) : std::nullopt;
  };
  switch (waits_) {
    case Waits::kRequest: return beyond(kFairRequest);
    case Waits::kTaken: return beyond(kFairTaken);
    case Waits::kNext: return beyond(kFairNext);
    case Waits::kNothing:
    case Waits::kEnded: break;
  }
  return std::nullopt;
}

void Session::give_way() {
  waits_ = Waits::kEnded;
  ++floor_.leaving;
  count_out();
  stream_.close();
}

net::awaitable<void> Session::go_on(const HttpResponse& response) {
  beast::error_code ignored;
  stream_.socket().set_option(net::socket_base::send_buffer_size(kSendBufferBytes), ignored);
  send_buffer_bytes_ = kSendBufferBytes;
  const std::string head = head_of(response, false);
  stream_.expires_after(floor_.options.write_deadline);
  auto [failed, sent] = co_await net::async_write(stream_, net::buffer(head), kAwait);
  if (failed || head_.method == "HEAD") co_return;
  const std::shared_ptr<LongAnswer> answer = response.goes_on;
  bell_ = std::make_shared<Bell>(floor_.loop);
  stream_.socket().async_wait(net::ip::tcp::socket::wait_read,
                              [bell = bell_](const beast::error_code&) {
                                bell->left = true;
                                bell->ring();
                              });
  answer->attend([loop = &floor_.loop, waiting = std::weak_ptr<Bell>(bell_)] {
    net::post(*loop, [waiting] {
      if (const auto bell = waiting.lock()) bell->ring();
    });
  });
  co_await send_pieces(*answer);
  answer->leave();
  bell_.reset();
}

net::awaitable<void> Session::send_pieces(LongAnswer& answer) {
  const Duration patience = answer.heartbeat() ? floor_.options.heartbeat : kNoHeartbeat;
  while (!bell_->left) {
    LongAnswer::Taken taken = answer.take();
    if (!taken.piece && floor_.stopping) taken = {answer.farewell(), true};
    if (!taken.piece && !taken.over) {
      const bool rang = co_await wait_for_bell(patience);
      if (rang) continue;
      taken.piece = answer.heartbeat();
    }
    beast::error_code failed;
    if (taken.piece) failed = co_await write_chunk(*taken.piece);
    if (failed == beast::error::timeout) {
      answer.count_dropped();
      co_return;
    }
    if (failed) co_return;
    if (!taken.over) continue;
    co_await write_last_chunk();
    co_return;
  }
}

// False when nobody rang.
net::awaitable<bool> Session::wait_for_bell(Duration wait) {
  bell_->timer.expires_after(wait);
  auto [cancelled] = co_await bell_->timer.async_wait(kAwait);
  co_return static_cast<bool>(cancelled);
}

void Session::make_room(std::size_t bytes) {
  if (send_buffer_bytes_ == 0 || bytes <= static_cast<std::size_t>(send_buffer_bytes_)) return;
  send_buffer_bytes_ = static_cast<int>(std::min<std::size_t>(bytes, kSendBufferBytesMax));
  beast::error_code ignored;
  stream_.socket().set_option(net::socket_base::send_buffer_size(send_buffer_bytes_), ignored);
}

net::awaitable<beast::error_code> Session::write_chunk(const std::string& piece) {
  if (piece.empty()) co_return beast::error_code();
  make_room(piece.size());
  const std::string size = fmt::format("{:x}\r\n", piece.size());
  const std::array<net::const_buffer, 3> parts{net::buffer(size), net::buffer(piece),
                                               net::buffer("\r\n", 2)};
  stream_.expires_after(floor_.options.write_deadline);
  auto [failed, sent] = co_await net::async_write(stream_, parts, kAwait);
  if (failed == beast::error::timeout)
    floor_.options.counters->deadlines_missed.fetch_add(1, std::memory_order_relaxed);
  co_return failed;
}

net::awaitable<bool> Session::write_last_chunk() {
  stream_.expires_after(floor_.options.write_deadline);
  auto [failed, sent] = co_await net::async_write(stream_, net::buffer(kLastChunk), kAwait);
  co_return !failed;
}

// True when the client has it all. A slow client holds no thread: the next step waits for it.
net::awaitable<bool> Session::send_steps(const HttpResponse& response, bool keep_alive) {
  const std::string head = head_of(response, keep_alive);
  stream_.expires_after(floor_.options.write_deadline);
  auto [failed, sent] = co_await net::async_write(stream_, net::buffer(head), kAwait);
  if (failed) co_return false;
  while (true) {
    const AnswerStep step = co_await next_step(response);
    const beast::error_code lost = co_await write_chunk(step.piece);
    if (lost) co_return false;
    if (step.over) break;
    if (!step.again_after) continue;
    bell_ = std::make_shared<Bell>(floor_.loop);
    if (!floor_.stopping) co_await wait_for_bell(*step.again_after);
    bell_.reset();
    // Cut off, so that the client does not take it for whole.
    if (floor_.stopping) co_return false;
  }
  const bool whole = co_await write_last_chunk();
  co_return whole;
}

}  // namespace tenure::internal
