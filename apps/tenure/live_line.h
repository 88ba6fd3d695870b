// apps/tenure/live_line.h
//
// One line on a terminal that says how the engine does; elsewhere a log line every ten seconds.
#pragma once

#include "apps/tenure/output.h"
#include "engine/runtime/engine.h"

#include <cstdint>

namespace tenure {

class LiveLine final {
 public:
  LiveLine(const Engine& engine, const Output& out) : engine_(engine), out_(out) {}
  ~LiveLine();

  /// Shows the present; call it a few times a second.
  void show();
  /// Takes the line away, before something else is printed.
  void clear();

 private:
  const Engine& engine_;
  const Output& out_;
  std::uint64_t last_records_ = 0;
  std::int64_t last_us_ = 0;
  std::int64_t logged_us_ = 0;
  bool shown_ = false;
};

}  // namespace tenure
