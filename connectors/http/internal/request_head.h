// connectors/http/internal/request_head.h
//
// The head of a request, read strictly: what two parsers could read in two ways is refused (request
// smuggling).
//
// Threads: pure.
#pragma once

#include "connectors/http/http_message.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::internal {

struct HeadLimits {
  std::size_t header_bytes_max = 0;
  std::size_t header_fields_max = 0;
  std::size_t target_bytes_max = 0;
  // Further names that Host and Origin may have: "tenure.example.org", "*.example.org",
  // "192.0.2.7".
  const std::vector<std::string>* names = nullptr;
  bool secure = false;  // over TLS
};

/// Why a request is refused. The connection is closed after it.
struct RequestFault {
  int status = 400;
  std::string why;
};

struct RequestHead {
  std::string method;
  std::string target;
  std::string content_type;
  std::string host;           // as sent
  std::string origin;         // as sent; empty = not by a page
  bool cross_site = false;    // a browser says that a page of another site asks
  bool other_origin = false;  // ... or of another host or port of this site
  HttpFields fields;
  std::shared_ptr<const std::string> text;  // as sent
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

/// Looks for the end of a head while bytes arrive, and refuses as soon as it can no longer be one.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}
  /// Looks at the bytes of `buffer` it has not seen. The head's length with its empty line once it
  /// is whole, 0 before.
  std::size_t scan(std::string_view buffer, std::optional<RequestFault>& fault);

 private:
  bool one_byte(std::string_view buffer, std::optional<RequestFault>& fault);
  const HeadLimits limits_;
  std::size_t seen_ = 0;
  std::size_t line_start_ = 0;
  bool in_first_line_ = true;
};

/// Reads a whole head as HeadScanner found it. A fault, or nothing and `head` is filled.
std::optional<RequestFault> read_head(std::string_view bytes, const HeadLimits& limits,
                                      RequestHead& head);

}  // namespace tenure::internal
