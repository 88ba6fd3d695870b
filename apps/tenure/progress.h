// apps/tenure/progress.h
//
// How far a long command is, on standard error: one line that is redrawn on a terminal, a line
// every ten seconds elsewhere.
//
// Threads: one at a time.
#pragma once

#include "apps/tenure/output.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tenure {

class Progress final {
 public:
  explicit Progress(const Output& out);
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of `total` of the phase's own measure (total 0 = not known), with the rows so far for
  /// the rate.
  void show(std::string_view phase, std::uint64_t done, std::uint64_t total, std::uint64_t rows);

 private:
  const Output& out_;
  std::string phase_;
  std::int64_t phase_began_us_ = 0;
  std::int64_t shown_us_ = 0;
  bool drawn_ = false;
};

/// "reading  45 %  21,000 rows  52,100/s  3 s left": the line without its head.
std::string progress_text(std::string_view phase, std::uint64_t done, std::uint64_t total,
                          std::uint64_t rows, std::int64_t elapsed_us);

}  // namespace tenure
