// apps/tenure/demo_view.h
//
// What the demo shows on a terminal: how the past goes by, what it told measured against the truth,
// what is open now, and then each alert as it is told.
#pragma once

#include "apps/book/book.h"
#include "apps/book/score.h"
#include "apps/tenure/output.h"
#include "engine/query/alert_feed.h"
#include "engine/runtime/engine.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tenure {

class DemoView final {
 public:
  DemoView(Engine& engine, const Book& book, const Output& out, bool evidence);

  /// Takes in what was told since the last call; printed once the present has begun.
  Result<void> take_told();
  void show_past(std::uint64_t logged, std::uint64_t total);
  /// The truth's table and the worst open alerts.
  Result<void> show_present_begins();
  void show_banner(Instant present);

  [[nodiscard]] const std::vector<RaisedAlert>& alerts() const { return alerts_; }

 private:
  void print_step(const TellingStep& step);
  Result<void> print_open_alerts();

  Engine& engine_;
  const Book& book_;
  const Output& out_;
  const bool evidence_;
  AlertFeed feed_;
  std::map<std::string, std::string> names_;
  std::map<std::string, std::int64_t> values_minor_;
  std::vector<RaisedAlert> alerts_;
  std::map<std::string, std::size_t> open_;  // account, rule and subject -> alerts_
  bool present_ = false;
  std::int64_t began_us_ = 0;
  std::int64_t shown_us_ = 0;
};

/// "Mon 23 Nov 09:15", Berlin time.
std::string demo_time(Instant at);

}  // namespace tenure
