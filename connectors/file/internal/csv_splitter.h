// Splits CSV rows into cells as RFC 4180 has it: quotes, doubled quotes, line ends inside quotes.
#pragma once

#include "connectors/file/internal/line_reader.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure::internal {

class CsvSplitter {
 public:
  explicit CsvSplitter(char separator) : separator_(separator) {}

  /// Reads one row, over several lines where a quote says so; false at the end of the file.
  /// kInvalid: a quote that never closes, or a row beyond the limit.
  Result<bool> next(LineReader& lines);

  [[nodiscard]] std::uint64_t line() const { return first_line_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::span<const std::string_view> cells() const { return cells_; }
  /// Number from 1 of the first cell with text after its closing quote; 0 = none.
  [[nodiscard]] std::size_t odd_cell() const { return odd_cell_; }
  [[nodiscard]] bool blank() const { return bytes_.empty(); }

 private:
  enum class State { kCellStart, kPlain, kQuoted, kQuoteInQuoted };
  void take(char c);
  void end_cell();

  char separator_;
  State state_ = State::kCellStart;
  std::uint64_t first_line_ = 0;
  std::string bytes_;
  std::string text_;  // of all cells, unquoted
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> cells_;
  std::size_t odd_cell_ = 0;
};

}  // namespace tenure::internal
