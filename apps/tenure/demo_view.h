// apps/tenure/demo_view.h
//
// What the demo shows: how the past goes by, what it told measured against the truth, what is open
// now, and then each alert as it is told. Where keys can be pressed, the open alerts stay at the
// foot of the screen, with their evidence one key away.
#pragma once

#include "apps/book/book.h"
#include "apps/book/score.h"
#include "apps/tenure/alert_pane.h"
#include "apps/tenure/key_terminal.h"
#include "apps/tenure/output.h"
#include "engine/query/alert_feed.h"
#include "engine/runtime/engine.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tenure {

class DemoView final {
 public:
  /// `pace`: the words for how the present passes.
  DemoView(Engine& engine, const Book& book, const Output& out, bool evidence, std::string pace);

  /// Takes in what was told since the last call; printed once the present has begun.
  Result<void> take_told();
  void show_past(std::uint64_t logged, std::uint64_t total);
  /// The truth's table, what people judged, and the worst open alerts; then the keys.
  Result<void> show_present_begins();
  /// Shows the present for up to `wait`, and takes keys. False: somebody wants to end.
  Result<bool> show_present(Instant present, Duration wait);
  /// Hands the terminal back and says how it ended.
  Result<void> show_end(Instant present);

  [[nodiscard]] const std::vector<RaisedAlert>& alerts() const { return alerts_; }

 private:
  void print_step(const TellingStep& step);
  void print_arrivals(Instant until);
  Result<void> print_judged();
  void print_silent_feeds();
  Result<void> print_open_alerts();
  Result<void> redraw(Instant present);
  void erase();
  void print_entry(Instant at, std::string_view word, Tone tone, const std::string& rest,
                   const std::string& sentence);

  Engine& engine_;
  const Book& book_;
  const Output& out_;
  const bool evidence_;
  AlertFeed feed_;
  std::map<std::string, std::string> names_;
  std::map<std::string, std::int64_t> values_minor_;
  std::vector<RaisedAlert> alerts_;
  std::map<std::string, std::size_t> open_;  // account, rule and subject -> alerts_
  const std::string pace_;
  std::unique_ptr<KeyTerminal> keys_;  // none where nobody can press one
  AlertPane pane_;
  std::vector<PaneLine> drawn_;  // what of the pane is on the screen
  std::int64_t listed_us_ = 0;   // when the open alerts were last asked for
  bool changed_ = true;          // something was told since
  std::size_t next_live_ = 0;    // of the book's live script
  bool present_ = false;
  std::int64_t began_us_ = 0;
  std::int64_t shown_us_ = 0;
};

/// "Mon 23 Nov 09:15", Berlin time.
std::string demo_time(Instant at);

}  // namespace tenure
