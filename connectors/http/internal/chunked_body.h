// connectors/http/internal/chunked_body.h
//
// A chunked body, read strictly: no extensions, no trailers, every line ends in CR LF.
#pragma once

#include "connectors/http/internal/request_head.h"

#include <cstddef>
#include <optional>
#include <string>

namespace tenure::internal {

class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  /// Takes what it can from the front of `buffer`. True once the body is whole; what follows it
  /// stays in `buffer`.
  bool take(std::string& buffer, std::string& body, std::optional<RequestFault>& fault);

 private:
  enum class Expects { kSize, kContent, kContentEnd, kLastEnd };
  // Bytes of `buffer` that were taken; 0 = more are needed, or there is a fault.
  std::size_t take_size(const std::string& buffer, std::size_t body_bytes,
                        std::optional<RequestFault>& fault);
  std::size_t take_line_end(const std::string& buffer, std::size_t at,
                            std::optional<RequestFault>& fault);
  const std::size_t bytes_max_;
  std::size_t left_ = 0;
  Expects expects_ = Expects::kSize;
};

}  // namespace tenure::internal
