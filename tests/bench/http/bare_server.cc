#include "tests/bench/http/bare_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <unistd.h>

namespace tenure::bench {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = net::ip::tcp;

constexpr auto kAwait = net::as_tuple(net::use_awaitable);
using Answer = http::response<http::span_body<const char>>;

// The fields that an account read has too.
Answer answer_of(const std::string& body) {
  Answer answer(http::status::ok, 11);
  answer.set(http::field::content_type, "application/json");
  answer.set("X-Content-Type-Options", "nosniff");
  answer.set("Cache-Control", "private, no-cache");
  answer.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  answer.set("Referrer-Policy", "no-referrer");
  answer.set("Tenure-Position", "7/123456");
  answer.set("ETag", "W/\"00000000000000000000000000000000\"");
  answer.keep_alive(true);
  answer.body() = {body.data(), body.size()};
  answer.prepare_payload();
  return answer;
}

net::awaitable<void> session(Tcp::socket socket, const std::string& body) {
  beast::tcp_stream stream(std::move(socket));
  beast::error_code ignored;
  stream.socket().set_option(Tcp::no_delay(true), ignored);
  beast::flat_buffer buffer;
  while (true) {
    stream.expires_after(std::chrono::seconds(30));
    http::request<http::string_body> request;
    auto [unread, taken] = co_await http::async_read(stream, buffer, request, kAwait);
    if (unread) co_return;
    const Answer answer = answer_of(body);
    auto [unsent, sent] = co_await http::async_write(stream, answer, kAwait);
    if (unsent) co_return;
  }
}

net::awaitable<void> accept_all(Tcp::acceptor& acceptor, const std::string& body) {
  while (true) {
    auto [failed, socket] = co_await acceptor.async_accept(kAwait);
    if (failed) co_return;
    net::co_spawn(acceptor.get_executor(), session(std::move(socket), body), net::detached);
  }
}

}  // namespace

int serve_bare(const std::string& body, void (*ready)(unsigned short port)) {
  net::io_context loop(1);
  Tcp::acceptor acceptor(loop, {net::ip::address_v4::loopback(), 0});
  net::co_spawn(loop, accept_all(acceptor, body), net::detached);
  net::posix::stream_descriptor input(loop, ::dup(STDIN_FILENO));
  char byte = 0;
  input.async_read_some(net::buffer(&byte, 1),
                        [&](const beast::error_code&, std::size_t) { loop.stop(); });
  ready(acceptor.local_endpoint().port());
  loop.run();
  return 0;
}

}  // namespace tenure::bench
