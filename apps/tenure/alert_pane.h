// apps/tenure/alert_pane.h
//
// The open alerts as lines at the foot of a terminal: one is chosen, and its evidence can be
// opened. Knows what to show and what a key does; DemoView puts the lines on the screen.
//
// Threads: one.
#pragma once

#include "apps/tenure/key_terminal.h"
#include "apps/tenure/output.h"
#include "tenure/api/v1/alert.pb.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tenure {

/// A line of a screen: `columns` counts what is seen of `text`, colours left out.
struct PaneLine {
  std::string text;
  std::size_t columns = 0;
};

class AlertPane final {
 public:
  /// `out` says whether there are colours, and outlives this.
  explicit AlertPane(const Output& out) : out_(out) {}

  /// The alerts that are open now, the worst first. The choice stays with its alert; when that one
  /// is gone, with its place.
  void show(api::v1::ListAlertsResponse alerts);
  void press(Key key);
  [[nodiscard]] bool quit() const { return quit_; }
  [[nodiscard]] std::uint64_t count() const { return alerts_.total(); }

  /// The pane under the words of `head`, fit for a terminal of this size.
  [[nodiscard]] std::vector<PaneLine> lines(const std::string& head, TerminalSize size);

 private:
  using Lines = std::vector<PaneLine>;
  [[nodiscard]] Lines block(std::size_t number, std::size_t columns) const;
  void add_evidence(const api::v1::Alert& alert, std::size_t columns, Lines& lines) const;
  void add_alerts(std::size_t rows, std::size_t columns, Lines& lines);
  [[nodiscard]] PaneLine cut(std::string_view text, std::size_t columns, Tone tone) const;

  const Output& out_;
  api::v1::ListAlertsResponse alerts_;
  std::size_t chosen_ = 0;
  std::size_t first_ = 0;  // the first one on the screen
  bool open_ = false;      // the evidence of the chosen one
  bool help_ = false;
  bool quit_ = false;
};

/// `text` broken at blanks into lines of at most `columns`; more blanks in a row stay together.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// "25 Jun 2026 10:00", Berlin time.
std::string demo_date(Instant at);

}  // namespace tenure
