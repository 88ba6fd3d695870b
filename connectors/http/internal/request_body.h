// connectors/http/internal/request_body.h
//
// The body that a head promises, and the request that both make.
//
// Threads: one at a time.
#pragma once

#include "connectors/http/http_message.h"
#include "connectors/http/internal/chunked_body.h"
#include "connectors/http/internal/request_head.h"

#include <optional>
#include <string>
#include <string_view>

namespace tenure::internal {

/// False when Beast reads another request out of a head that read_head() took: what two parsers
/// understand differently is refused.
bool reads_the_same(std::string_view head_bytes, const HeadLimits& limits, const RequestHead& head);

/// Gathers a body as its bytes arrive.
class RequestBody {
 public:
  RequestBody(const RequestHead& head, std::size_t bytes_max)
      : chunked_(head.chunked),
        length_(head.content_length),
        bytes_max_(bytes_max),
        chunks_(bytes_max) {}
  /// A fault when the head promises more than is taken.
  [[nodiscard]] std::optional<RequestFault> check_length() const;
  /// Takes what it can from the front of `buffer`. True once the body is whole; what follows it
  /// stays in `buffer`. Asked after check_length() found nothing.
  bool take(std::string& buffer, std::string& body, std::optional<RequestFault>& fault);

 private:
  const bool chunked_;
  const std::uint64_t length_;
  const std::size_t bytes_max_;
  ChunkedBody chunks_;
};

/// The request as handlers see it.
HttpRequest request_of(const RequestHead& head, std::string body);

}  // namespace tenure::internal
