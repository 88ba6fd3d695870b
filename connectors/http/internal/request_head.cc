#include "connectors/http/internal/request_head.h"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace tenure::internal {
namespace {

using Fault = std::optional<RequestFault>;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
  });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
// ASCII only, and without a locale: this is asked some dozens of times for every request.
bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

RequestFault bad(std::string why) { return {400, std::move(why)}; }

bool is_target(std::string_view target) {
  if (target.empty() || target.front() != '/') return false;
  for (std::size_t k = 0; k < target.size(); ++k) {
    const char c = target[k];
    if (c < 0x21 || c > 0x7E || c == '#') return false;
    if (c == '%' && (k + 2 >= target.size() || !is_hex(target[k + 1]) || !is_hex(target[k + 2])))
      return false;
  }
  return true;
}

Fault read_request_line(std::string_view line, const HeadLimits& limits, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return bad("the request line must be: METHOD target HTTP/1.1");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  const bool upper =
      std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (method.empty() || method.size() > 16 || !upper)
    return bad("the method must be 1 to 16 capital letters");
  if (version != "HTTP/1.1") {
    if (version.substr(0, 5) == "HTTP/") return RequestFault{505, "only HTTP/1.1 is spoken here"};
    return bad("the request line must end in HTTP/1.1");
  }
  if (target.size() > limits.target_bytes_max)
    return RequestFault{
        414, "the target is longer than " + std::to_string(limits.target_bytes_max) + " bytes"};
  if (!is_target(target))
    return bad("the target must be a path of visible ASCII with whole percent escapes");
  head.method = std::string(method);
  head.target = std::string(target);
  return {};
}

// A name that a page of another site may have pointed at us (DNS rebinding) is not ours.
bool is_loopback_name(std::string_view name) {
  return same_name(name, "localhost") || name == "127.0.0.1" || name == "[::1]";
}

// "*.example.org" stands for one label more.
bool is_named(std::string_view name, std::string_view pattern) {
  if (pattern.substr(0, 2) != "*.") return same_name(name, pattern);
  const std::size_t dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 && same_name(name.substr(dot), pattern.substr(1));
}

bool is_own_name(std::string_view name, const HeadLimits& limits) {
  if (is_loopback_name(name)) return true;
  if (limits.names == nullptr) return false;
  if (name.size() > 2 && name.front() == '[') name = name.substr(1, name.size() - 2);
  return std::any_of(limits.names->begin(), limits.names->end(),
                     [&](const std::string& pattern) { return is_named(name, pattern); });
}

bool split_port(std::string_view host, std::string_view& name) {
  const std::size_t end = host.empty() || host.front() != '[' ? host.find(':') : host.find(']') + 1;
  name = host.substr(0, end);
  if (end == std::string_view::npos || end >= host.size()) return !name.empty();
  const std::string_view port = host.substr(end + 1);
  return host[end] == ':' && is_digits(port) && port.size() <= 5 && !name.empty();
}

Fault check_host(std::string_view host, const HeadLimits& limits) {
  std::string_view name;
  if (!split_port(host, name)) return bad("Host must be a name with an optional port");
  if (!is_own_name(name, limits))
    return RequestFault{421,
                        "this server answers to 127.0.0.1, localhost, [::1] and the names of its "
                        "certificate only: call it by one of them"};
  return {};
}

Fault check_origin(std::string_view origin, const HeadLimits& limits) {
  std::string_view name;
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.substr(0, scheme.size()) == scheme &&
        split_port(origin.substr(scheme.size()), name) && is_own_name(name, limits))
      return {};
  return RequestFault{403, "pages of other origins may not call this server"};
}

// "localhost:80" of "http" is "localhost".
std::string_view without_own_port(std::string_view authority, std::string_view port) {
  return boost::algorithm::ends_with(authority, port)
             ? authority.substr(0, authority.size() - port.size())
             : authority;
}

bool is_own_origin(std::string_view origin, std::string_view host) {
  for (const auto& [scheme, port] :
       {std::pair<std::string_view, std::string_view>{"http://", ":80"}, {"https://", ":443"}})
    if (boost::algorithm::starts_with(origin, scheme))
      return same_name(without_own_port(origin.substr(scheme.size()), port),
                       without_own_port(host, port));
  return false;
}

// What changes something may be asked by this server's own pages and by programs, which send
// neither field. Another port of this machine is another's page.
Fault check_caller(const RequestHead& head, const HeadLimits& limits) {
  if (head.method == "GET" || head.method == "HEAD") return {};
  if (head.cross_site)
    return RequestFault{403, "pages of other sites may not change anything here"};
  if (!head.origin.empty() && !is_own_origin(head.origin, head.host))
    return RequestFault{403, (limits.secure ? "Origin is not https://" : "Origin is not http://") +
                                 head.host +
                                 ": only this server's own pages and programs may send this"};
  return {};
}

Fault read_length(std::string_view value, RequestHead& head) {
  const bool padded = value.size() > 1 && value.front() == '0';
  if (!is_digits(value) || value.size() > 18 || padded)
    return bad("Content-Length must be one decimal number");
  std::from_chars(value.data(), value.data() + value.size(), head.content_length);
  return {};
}

Fault read_connection(std::string_view value, RequestHead& head) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (same_name(trimmed(value.substr(0, comma)), "close")) head.keep_alive = false;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return {};
}

// Fields that frame, route or type the request: at most once each.
enum Known : std::size_t {
  kHost,
  kLength,
  kTransfer,
  kType,
  kEncoding,
  kExpect,
  kOrigin,
  kFetchSite,
  kKnownCount
};
constexpr std::array<std::string_view, kKnownCount> kKnownNames{
    "host",   "content-length", "transfer-encoding", "content-type", "content-encoding",
    "expect", "origin",         "sec-fetch-site"};

// Fields that handlers read: lists are joined, the others stand there at most once.
struct HandlerField {
  std::string_view name;
  std::string HttpFields::*value;
  bool is_list;
};
constexpr std::array<HandlerField, 13> kHandlerFields{{
    {"accept-encoding", &HttpFields::accept_encoding, true},
    {"if-none-match", &HttpFields::if_none_match, true},
    {"last-event-id", &HttpFields::last_event_id, false},
    {"authorization", &HttpFields::authorization, false},
    {"cookie", &HttpFields::cookie, false},
    {"connect-timeout-ms", &HttpFields::connect_timeout_ms, false},
    {"grpc-timeout", &HttpFields::grpc_timeout, false},
    {"connect-content-encoding", &HttpFields::message_encoding, false},
    {"grpc-encoding", &HttpFields::message_encoding, false},
    {"connect-accept-encoding", &HttpFields::message_accept_encoding, true},
    {"grpc-accept-encoding", &HttpFields::message_accept_encoding, true},
    {"connect-protocol-version", &HttpFields::connect_protocol_version, false},
    {"tenure-read-at-least", &HttpFields::read_at_least, true},
}};

Fault read_handler_field(std::string_view name, std::string_view value, HttpFields& fields) {
  for (const HandlerField& field : kHandlerFields) {
    if (!same_name(name, field.name)) continue;
    std::string& kept = fields.*field.value;
    if (!kept.empty() && !field.is_list)
      return bad("header " + std::string(field.name) + " stands there twice");
    kept.append(kept.empty() ? "" : ", ").append(value);
    break;
  }
  return {};
}

Fault read_known(Known known, std::string_view value, const HeadLimits& limits, RequestHead& head) {
  switch (known) {
    case kHost: head.host = std::string(value); return check_host(value, limits);
    case kLength: return read_length(value, head);
    case kTransfer:
      head.chunked = true;
      if (!same_name(value, "chunked")) return bad("the only Transfer-Encoding taken is chunked");
      return {};
    case kType: head.content_type = std::string(value); return {};
    case kEncoding:
      if (same_name(value, "identity")) return {};
      // Which ones are taken is for the call to say, in the words of its protocol.
      if (!is_token(value)) return bad("Content-Encoding must be one word");
      head.fields.content_encoding = boost::algorithm::to_lower_copy(std::string(value));
      return {};
    case kExpect:
      if (!same_name(value, "100-continue"))
        return RequestFault{417, "only 100-continue can be expected"};
      head.expects_continue = true;
      return {};
    case kOrigin: head.origin = std::string(value); return check_origin(value, limits);
    case kFetchSite:
      head.cross_site = value == "cross-site";
      head.other_origin = head.cross_site || value == "same-site";
      return {};
    case kKnownCount: break;
  }
  return {};
}

Fault read_field(std::string_view line, const HeadLimits& limits,
                 std::array<bool, kKnownCount>& seen, RequestHead& head) {
  if (line.front() == ' ' || line.front() == '\t')
    return bad("a header may not go on in the next line");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a header must be: name: value");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_token(name)) return bad("a header's name may hold no space or control character");
  const bool clean = std::all_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7F : c == '\t';
  });
  if (!clean) return bad("a header's value may hold no control character");
  // Servers that take _ for - would see another framing than we do.
  if (same_name(name, "content_length") || same_name(name, "transfer_encoding"))
    return bad("a framing header is misspelt with _");
  if (same_name(name, "connection")) return read_connection(value, head);
  for (std::size_t known = 0; known < kKnownCount; ++known) {
    if (!same_name(name, kKnownNames[known])) continue;
    if (seen[known])
      return bad("header " + std::string(kKnownNames[known]) + " stands there twice");
    seen[known] = true;
    return read_known(static_cast<Known>(known), value, limits, head);
  }
  return read_handler_field(name, value, head.fields);
}

Fault check_framing(const std::array<bool, kKnownCount>& seen, const HeadLimits& limits,
                    const RequestHead& head) {
  if (!seen[kHost]) return bad("header Host is missing");
  if (seen[kLength] && seen[kTransfer])
    return bad("Content-Length and Transfer-Encoding exclude each other");
  const bool has_body = head.chunked || head.content_length > 0;
  if (has_body && head.method != "POST") return bad("only POST takes a body");
  return check_caller(head, limits);
}

}  // namespace

std::size_t HeadScanner::scan(std::string_view buffer, std::optional<RequestFault>& fault) {
  while (seen_ < buffer.size() && !fault) {
    if (seen_ >= limits_.header_bytes_max) {
      fault = RequestFault{
          431, "the head is longer than " + std::to_string(limits_.header_bytes_max) + " bytes"};
      return 0;
    }
    if (one_byte(buffer, fault)) return seen_;
  }
  return 0;
}

// Every line ends in CR LF and in nothing else, so a CR or LF alone is refused before the head is
// whole.
bool HeadScanner::one_byte(std::string_view buffer, std::optional<RequestFault>& fault) {
  const char c = buffer[seen_++];
  const char before = seen_ >= 2 ? buffer[seen_ - 2] : '\0';
  if (c == '\0') {
    fault = bad("a head may hold no NUL");
  } else if (c != '\n' && before == '\r') {
    fault = bad("a CR stands without its LF");
  } else if (c == '\n') {
    if (before != '\r') {
      fault = bad("lines must end in CR LF");
      return false;
    }
    const bool empty = seen_ - line_start_ == 2;
    if (empty && in_first_line_) {
      fault = bad("the request line is missing");
      return false;
    }
    in_first_line_ = false;
    line_start_ = seen_;
    return empty;
  } else if (in_first_line_ && seen_ > limits_.target_bytes_max + 32) {
    fault = RequestFault{
        414, "the target is longer than " + std::to_string(limits_.target_bytes_max) + " bytes"};
  }
  return false;
}

std::optional<RequestFault> read_head(std::string_view bytes, const HeadLimits& limits,
                                      RequestHead& head) {
  head = RequestHead();
  std::array<bool, kKnownCount> seen{};
  std::size_t fields = 0;
  bool first = true;
  while (true) {
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos) return bad("the head is cut off");
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    if (line.empty()) break;
    if (!first && ++fields > limits.header_fields_max)
      return RequestFault{
          431, "there are more than " + std::to_string(limits.header_fields_max) + " headers"};
    if (auto fault =
            first ? read_request_line(line, limits, head) : read_field(line, limits, seen, head))
      return fault;
    first = false;
  }
  return check_framing(seen, limits, head);
}

}  // namespace tenure::internal
