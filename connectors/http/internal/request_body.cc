#include "connectors/http/internal/request_body.h"

#include <boost/beast/http.hpp>

#include <algorithm>

namespace tenure::internal {

namespace beast = boost::beast;
namespace http = boost::beast::http;

bool reads_the_same(std::string_view head_bytes, const HeadLimits& limits,
                    const RequestHead& head) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max + 1));
  parser.body_limit(UINT64_MAX);
  beast::error_code failed;
  parser.put(boost::asio::buffer(head_bytes), failed);
  if (failed && failed != http::error::need_more) return false;
  if (!parser.is_header_done() || parser.chunked() != head.chunked) return false;
  if (parser.content_length().value_or(0) != head.content_length) return false;
  return parser.get().method_string() == head.method && parser.get().target() == head.target;
}

std::optional<RequestFault> RequestBody::check_length() const {
  if (length_ <= bytes_max_) return {};
  return RequestFault{413, "the body is longer than " + std::to_string(bytes_max_) + " bytes"};
}

bool RequestBody::take(std::string& buffer, std::string& body, std::optional<RequestFault>& fault) {
  if (chunked_) return chunks_.take(buffer, body, fault);
  const std::size_t wanted = static_cast<std::size_t>(length_) - body.size();
  const std::size_t taken = std::min(wanted, buffer.size());
  body.append(buffer, 0, taken);
  buffer.erase(0, taken);
  return taken == wanted;
}

HttpRequest request_of(const RequestHead& head, std::string body) {
  HttpRequest request;
  request.method = head.method == "HEAD" ? "GET" : head.method;
  const std::size_t mark = std::min(head.target.find('?'), head.target.size());
  request.path = head.target.substr(0, mark);
  request.query = head.target.substr(std::min(mark + 1, head.target.size()));
  request.content_type = head.content_type;
  request.fields = head.fields;
  request.head = head.text;
  request.of_other_origin = head.other_origin;
  request.body = std::move(body);
  return request;
}

}  // namespace tenure::internal
