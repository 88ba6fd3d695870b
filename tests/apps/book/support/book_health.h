// tests/apps/book/support/book_health.h
//
// Health of the book's accounts at any instant, by the shipped profiles: the same folds, signals
// and health as in the engine, over what the book says had happened by then.
//
// Threads: one at a time.
#pragma once

#include "apps/book/book.h"
#include "engine/projection/projection_set.h"
#include "engine/reference/reference.h"
#include "engine/review/review.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::testing {

class BookHealth final {
 public:
  explicit BookHealth(const Book& book);

  /// Of an account at an instant: 0 to 100, rounded; nothing without a single known factor.
  [[nodiscard]] std::optional<int> score(std::string_view account, Instant at) const;
  /// The same with its contributions, "relationship.silence_days 100 x 15, ...".
  [[nodiscard]] std::string explain(std::string_view account, Instant at) const;

 private:
  [[nodiscard]] Health health(std::string_view account, Instant at) const;

  ProjectionSet set_;
  ReferenceHistory history_;
  std::map<std::string, std::vector<std::string>, std::less<>> events_;  // in the order of facts
};

}  // namespace tenure::testing
