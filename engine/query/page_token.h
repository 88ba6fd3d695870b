// engine/query/page_token.h
//
// Where a page of a list ends: the sort key of its last row, bound to the request that it
// continues. A list goes on after that key whether or not its row is still there (AIP-158).
//
// Stored:   nowhere; opaque to clients, letters, digits and dots.
// Errors:   read(): kInvalid, for a token of another request or none of ours.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

class PageToken final {
 public:
  explicit PageToken(std::string_view list) { bind(list); }
  /// What must not change from page to page: a filter, an order.
  PageToken& bind(std::string_view value);

  [[nodiscard]] std::string write(const std::vector<std::string>& key) const;
  /// The key's fields, `fields` of them.
  [[nodiscard]] Result<std::vector<std::string>> read(std::string_view token,
                                                      std::size_t fields) const;
  /// A field that is a number.
  static Result<std::int64_t> number(std::string_view field);

 private:
  std::string bound_;
};

}  // namespace tenure
