#include "connectors/http/internal/session.h"

#include "connectors/http/internal/request_body.h"
#include "engine/base/clock.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>

namespace tenure::internal {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kAwait = net::as_tuple(net::use_awaitable);
constexpr std::size_t kLingerBytesMax = 256u << 10;
constexpr std::size_t kCheckedBytesMax = 512;  // kept for as long as the connection
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

HeadLimits head_limits(const HttpOptions& options) {
  return {options.header_bytes_max, options.header_fields_max, options.target_bytes_max,
          options.tls ? &options.tls->names() : nullptr, options.tls != nullptr};
}

// The least number of bytes a second turns into a deadline that moves with what came.
std::chrono::steady_clock::time_point body_deadline(const HttpOptions& options, std::size_t bytes,
                                                    std::chrono::steady_clock::time_point start) {
  const std::size_t rate = std::max<std::size_t>(options.body_bytes_per_second_min, 1);
  const auto earned =
      std::chrono::microseconds(static_cast<std::int64_t>(bytes * 1'000'000 / rate));
  return start + std::min<Duration>(options.body_deadline, options.body_grace + earned);
}

// What every answer says; a handler's own field of one of these names takes its place.
struct Preset {
  std::string_view name;
  std::string_view value;
};
constexpr std::array<Preset, 4> kPresets{{
    {"X-Content-Type-Options", "nosniff"},
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Referrer-Policy", "no-referrer"},
}};

// Over TLS: browsers never fall back to plain HTTP for this name.
constexpr std::string_view kStayName = "Strict-Transport-Security";
constexpr std::string_view kStay = "max-age=31536000";

void put_field(std::string_view name, std::string_view value, std::string& head) {
  head.append(name).append(": ");
  // A line's end in a value would be a field of its own.
  for (const char c : value) head += c == '\r' || c == '\n' ? ' ' : c;
  head += "\r\n";
}

// A browser that was told so would ask every other server of this machine over TLS, too.
bool is_this_machine(std::string_view host) {
  return beast::iequals(host.substr(0, host.find(':')), "localhost");
}

std::string_view held_part(const HttpResponse& response) {
  return response.held_body ? std::string_view(*response.held_body) : std::string_view();
}

}  // namespace

// Written by hand: a message object and its serializer take longer than everything else that an
// answer at hand needs.
std::string Session::head_of(const HttpResponse& response, bool keep_alive) const {
  const auto status = http::int_to_status(static_cast<unsigned>(response.status));
  const beast::string_view reason = http::obsolete_reason(status);
  const bool has_body = response.status != 304;
  std::string head;
  head.reserve(512);
  head += "HTTP/1.1 ";
  head += std::to_string(response.status);
  (head += ' ').append(reason.data(), reason.size());
  head += "\r\n";
  if (has_body) put_field("Content-Type", response.content_type, head);
  for (const Preset& preset : kPresets) {
    const bool replaced =
        std::any_of(response.headers.begin(), response.headers.end(),
                    [&](const auto& field) { return beast::iequals(field.first, preset.name); });
    if (!replaced) put_field(preset.name, preset.value, head);
  }
  if (stream_.secure() && !is_this_machine(head_.host)) put_field(kStayName, kStay, head);
  for (const auto& [name, value] : response.headers) put_field(name, value, head);
  if (!keep_alive) put_field("Connection", "close", head);
  if (response.goes_on || response.steps)
    put_field("Transfer-Encoding", "chunked", head);
  else if (has_body)
    put_field("Content-Length", std::to_string(held_part(response).size() + response.body.size()),
              head);
  head += "\r\n";
  return head;
}

Session::Session(Floor& floor, net::ip::tcp::socket socket, std::string peer)
    : floor_(floor), peer_(std::move(peer)), stream_(std::move(socket), floor.options.tls.get()) {
  floor_.sessions.insert(this);
  ++floor_.by_peer[peer_];
  floor_.options.counters->connections.fetch_add(1, std::memory_order_relaxed);
}

Session::~Session() {
  drop_body();
  if (waits_ == Waits::kEnded)
    --floor_.leaving;
  else
    count_out();
}

void Session::count_out() {
  floor_.sessions.erase(this);
  if (--floor_.by_peer[peer_] == 0) floor_.by_peer.erase(peer_);
  floor_.options.counters->connections.fetch_sub(1, std::memory_order_relaxed);
}

net::awaitable<void> Session::serve() {
  beast::error_code ignored;
  stream_.socket().set_option(net::ip::tcp::no_delay(true), ignored);
  Step step = Step::kGoOn;
  if (stream_.secure()) {
    const bool shaken = co_await shake_hands();
    if (!shaken) step = Step::kEnd;
  }
  while (step == Step::kGoOn && !floor_.stopping) step = co_await one_request();
  if (fault_) co_await refuse();
  if (stream_.secure()) co_await say_goodbye();
  stream_.close();
}

net::awaitable<bool> Session::shake_hands() {
  stream_.expires_after(floor_.options.header_deadline);
  auto [failed] = co_await stream_.async_handshake(kAwait);
  if (failed == beast::error::timeout)
    floor_.options.counters->deadlines_missed.fetch_add(1, std::memory_order_relaxed);
  else if (failed)
    floor_.options.counters->requests_refused.fetch_add(1, std::memory_order_relaxed);
  secured_ = !failed;
  co_return secured_;
}

// Tells the client that nothing was cut off. Its own goodbye is awaited for a moment only.
net::awaitable<void> Session::say_goodbye() {
  if (!secured_ || !stream_.socket().is_open()) co_return;
  stream_.expires_after(floor_.options.linger);
  co_await stream_.async_shutdown(kAwait);
}

net::awaitable<Session::Step> Session::one_request() {
  fault_.reset();
  drop_body();
  Step step = co_await take_head();
  if (step == Step::kGoOn) step = co_await take_body();
  if (step == Step::kEnd) co_return step;
  wait_for(Waits::kNothing);
  busy_ = true;
  HttpRequest taken = request_of(head_, std::move(body_));
  taken.received_us = steady_now_us();
  taken.peer = peer_;
  HttpResponse response = co_await answer(taken);
  while (response.again_after && !floor_.stopping) {
    net::steady_timer pause(floor_.loop, *response.again_after);
    co_await pause.async_wait(kAwait);
    response = co_await answer(taken);
  }
  floor_.options.counters->requests.fetch_add(1, std::memory_order_relaxed);
  if (response.goes_on) {
    co_await go_on(response);
    co_return Step::kEnd;
  }
  const bool keep_alive = head_.keep_alive && !floor_.stopping;
  bool sent = false;
  if (response.steps) {
    sent = co_await send_steps(response, keep_alive);
  } else {
    wait_for(Waits::kTaken);
    sent = co_await respond(std::move(response), keep_alive);
  }
  drop_body();
  busy_ = false;
  first_ = false;
  co_return sent&& keep_alive ? Step::kGoOn : Step::kEnd;
}

net::awaitable<Session::Step> Session::take_head() {
  if (!first_ && buffer_.empty()) {
    wait_for(Waits::kNext);
    stream_.expires_after(floor_.options.keep_alive);
    const bool came = co_await read_some();
    // an idle client that left, or stayed too long: nothing to say
    if (!came) co_return Step::kEnd;
  }
  if (!first_) wait_for(Waits::kRequest);
  HeadScanner scanner(head_limits(floor_.options));
  std::size_t length = 0;
  bool timed = false;
  while (true) {
    length = scanner.scan(buffer_, fault_);
    if (fault_) co_return Step::kEnd;
    if (length > 0) break;
    if (!timed) stream_.expires_after(floor_.options.header_deadline);
    timed = true;
    const bool came = co_await read_some();
    if (!came) co_return Step::kEnd;
  }
  const std::string_view bytes(buffer_.data(), length);
  const HeadLimits limits = head_limits(floor_.options);
  fault_ = read_head(bytes, limits, head_);
  // A client sends the same fields again and again. A request line that was taken has one reading
  // only, so the second parser looks at what stands behind it once.
  const std::string_view fields = bytes.substr(std::min(bytes.find('\n'), bytes.size()));
  if (!fault_ && fields != checked_fields_) {
    if (!reads_the_same(bytes, limits, head_))
      fault_ = RequestFault{400, "the head can be read in two ways"};
    else if (fields.size() <= kCheckedBytesMax)
      checked_fields_ = fields;
  }
  if (!fault_) head_.text = std::make_shared<const std::string>(bytes);
  buffer_.erase(0, length);
  co_return fault_ ? Step::kEnd : Step::kGoOn;
}

net::awaitable<Session::Step> Session::take_body() {
  const HttpOptions& options = floor_.options;
  RequestBody promised(head_, options.body_bytes_max);
  fault_ = promised.check_length();
  if (fault_) co_return Step::kEnd;
  const SteadyTime start = std::chrono::steady_clock::now();
  if (head_.expects_continue && buffer_.empty() && (head_.chunked || head_.content_length > 0)) {
    stream_.expires_after(options.write_deadline);
    auto [failed, sent] = co_await net::async_write(stream_, net::buffer(kContinue), kAwait);
    if (failed) co_return Step::kEnd;
  }
  while (true) {
    const bool whole = promised.take(buffer_, body_, fault_);
    if (!fault_ && !hold_body())
      fault_ = RequestFault{503, "too many long bodies are on their way: try again"};
    if (fault_) co_return Step::kEnd;
    if (whole) break;
    stream_.expires_at(body_deadline(options, body_.size(), start));
    const bool came = co_await read_some();
    if (!came) co_return Step::kEnd;
  }
  co_return Step::kGoOn;
}

// A body of usual length needs no share, so that long ones never keep it out.
bool Session::hold_body() {
  const std::size_t held = body_.capacity() > floor_.options.body_bytes_own ? body_.capacity() : 0;
  if (held == body_held_) return true;
  floor_.bodies_bytes += held - body_held_;
  body_held_ = held;
  if (floor_.bodies_bytes <= floor_.options.bodies_bytes_max) return true;
  drop_body();
  return false;
}

void Session::drop_body() {
  body_ = std::string();
  floor_.bodies_bytes -= body_held_;
  body_held_ = 0;
}

net::awaitable<bool> Session::read_some() {
  auto [failed, count] = co_await stream_.async_read_some(net::buffer(received_), kAwait);
  // Beast has closed the socket then: a client that is too slow gets no answer.
  if (failed == beast::error::timeout)
    floor_.options.counters->deadlines_missed.fetch_add(1, std::memory_order_relaxed);
  if (failed) co_return false;
  buffer_.append(received_.data(), count);
  co_return true;
}

net::awaitable<HttpResponse> Session::answer(const HttpRequest& request) {
  const HttpRoutes& routes = *floor_.routes;
  if (auto held = routes.at_once(request)) co_return std::move(*held);
  if (floor_.callers == 0 || routes.pace(request) == HandlerPace::kInstant)
    co_return routes.answer(request);
  const auto call = [](const HttpRoutes& served,
                       const HttpRequest& asked) -> net::awaitable<HttpResponse> {
    co_return served.answer(asked);
  };
  HttpResponse response = co_await net::co_spawn(floor_.calls.get_executor(), call(routes, request),
                                                 net::use_awaitable);
  co_return response;
}

net::awaitable<AnswerStep> Session::next_step(const HttpResponse& response) {
  if (floor_.callers == 0) co_return response.steps();
  const auto call = [](const HttpResponse& going) -> net::awaitable<AnswerStep> {
    co_return going.steps();
  };
  AnswerStep step =
      co_await net::co_spawn(floor_.calls.get_executor(), call(response), net::use_awaitable);
  co_return step;
}

net::awaitable<bool> Session::respond(HttpResponse response, bool keep_alive) {
  const std::string head = head_of(response, keep_alive);
  const bool sends_body = head_.method != "HEAD" && response.status != 304;
  const std::string_view held = sends_body ? held_part(response) : std::string_view();
  const std::string_view rest = sends_body ? response.body : std::string_view();
  const std::array<net::const_buffer, 3> parts{net::buffer(head),
                                               net::buffer(held.data(), held.size()),
                                               net::buffer(rest.data(), rest.size())};
  stream_.expires_after(floor_.options.write_deadline);
  auto [failed, sent] = co_await net::async_write(stream_, parts, kAwait);
  if (failed == beast::error::timeout)
    floor_.options.counters->deadlines_missed.fetch_add(1, std::memory_order_relaxed);
  co_return !failed;
}

// Says why, then reads on for a moment: closing at once would reset the connection before the
// answer is read.
net::awaitable<void> Session::refuse() {
  floor_.options.counters->requests_refused.fetch_add(1, std::memory_order_relaxed);
  HttpResponse response;
  response.status = fault_->status;
  response.body = fault_->why + "\n";
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  head_.method = "GET";
  const bool sent = co_await respond(std::move(response), false);
  if (!sent) co_return;
  beast::error_code ignored;
  if (!stream_.secure()) stream_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(floor_.options.linger);
  std::size_t drained = 0;
  while (drained < kLingerBytesMax) {
    auto [failed, count] = co_await stream_.async_read_some(net::buffer(received_), kAwait);
    if (failed) break;
    drained += count;
  }
}

}  // namespace tenure::internal
