// connectors/http/internal/wire.h
//
// What a session speaks over: a connection as it is, or TLS on it. To the session, and to Beast,
// both are one stream.
//
// Threads: the event loop's.
#pragma once

#include "connectors/http/tls_files.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <optional>
#include <utility>

namespace tenure {

struct TlsFiles::Context {
  boost::asio::ssl::context ssl{boost::asio::ssl::context::tls_server};
};

namespace internal {

class Wire final {
 public:
  using Plain = boost::beast::tcp_stream;
  using executor_type = Plain::executor_type;  // as Beast asks for it
  using Done = void(boost::system::error_code, std::size_t);

  /// `tls`: null = none. It outlives this.
  Wire(boost::asio::ip::tcp::socket socket, const TlsFiles* tls) : plain_(std::move(socket)) {
    if (tls != nullptr) secure_.emplace(plain_, tls->context().ssl);
  }

  executor_type get_executor() { return plain_.get_executor(); }
  boost::asio::ip::tcp::socket& socket() { return plain_.socket(); }
  [[nodiscard]] bool secure() const { return secure_.has_value(); }
  void expires_after(std::chrono::nanoseconds wait) { plain_.expires_after(wait); }
  void expires_at(std::chrono::steady_clock::time_point when) { plain_.expires_at(when); }
  void close() { plain_.close(); }

  template <class Buffers, class Token>
  BOOST_ASIO_INITFN_RESULT_TYPE(Token, Done)
  async_read_some(const Buffers& buffers, Token&& token) {
    if (secure_) return secure_->async_read_some(buffers, std::forward<Token>(token));
    return plain_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  BOOST_ASIO_INITFN_RESULT_TYPE(Token, Done)
  async_write_some(const Buffers& buffers, Token&& token) {
    if (secure_) return secure_->async_write_some(buffers, std::forward<Token>(token));
    return plain_.async_write_some(buffers, std::forward<Token>(token));
  }
  /// TLS only.
  template <class Token>
  auto async_handshake(Token&& token) {
    return secure_->async_handshake(boost::asio::ssl::stream_base::server,
                                    std::forward<Token>(token));
  }
  template <class Token>
  auto async_shutdown(Token&& token) {
    return secure_->async_shutdown(std::forward<Token>(token));
  }

 private:
  Plain plain_;
  std::optional<boost::asio::ssl::stream<Plain&>> secure_;
};

}  // namespace internal
}  // namespace tenure
