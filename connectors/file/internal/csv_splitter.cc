#include "connectors/file/internal/csv_splitter.h"

#include "connectors/file/row_reader.h"

#include <fmt/format.h>

namespace tenure::internal {

void CsvSplitter::end_cell() {
  // Beyond the limit cells are still counted, so that the message can say how many there are, but
  // no more than that.
  ends_.push_back(text_.size());
  state_ = State::kCellStart;
}

void CsvSplitter::take(char c) {
  switch (state_) {
    case State::kCellStart:
      if (c == '"') {
        state_ = State::kQuoted;
        return;
      }
      state_ = State::kPlain;
      [[fallthrough]];
    case State::kPlain:
      if (c == separator_) return end_cell();
      text_.push_back(c);
      return;
    case State::kQuoted:
      if (c == '"')
        state_ = State::kQuoteInQuoted;
      else
        text_.push_back(c);
      return;
    case State::kQuoteInQuoted:
      if (c == separator_) return end_cell();
      if (c == '"') {
        text_.push_back('"');
        state_ = State::kQuoted;
        return;
      }
      if (odd_cell_ == 0) odd_cell_ = ends_.size() + 1;
      state_ = State::kPlain;
      text_.push_back(c);
      return;
  }
}

Result<bool> CsvSplitter::next(LineReader& lines) {
  bytes_.clear();
  text_.clear();
  ends_.clear();
  cells_.clear();
  odd_cell_ = 0;
  state_ = State::kCellStart;
  std::string_view line;
  TENURE_TRY_ASSIGN(bool more, lines.next(line));
  if (!more) return false;
  first_line_ = lines.line();
  std::size_t end_bytes = 0;
  for (;;) {
    end_bytes = line.ends_with("\r\n") ? 2 : line.ends_with('\n') ? 1 : 0;
    const std::string_view body = line.substr(0, line.size() - end_bytes);
    for (const char c : body) take(c);
    bytes_.append(line);
    if (state_ != State::kQuoted) break;
    text_.append(line.substr(body.size()));  // the line's end belongs to the cell
    if (bytes_.size() > kRowBytesMax)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}:{}: the row is longer than 1 MiB; does a quote in it never "
                              "close?",
                              lines.path(), first_line_));
    TENURE_TRY_ASSIGN(more, lines.next(line));
    if (!more)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}:{}: a quote in this row is still open at the end of the file; "
                              "close it, or copy the file again if it is cut off",
                              lines.path(), first_line_));
  }
  bytes_.resize(bytes_.size() - end_bytes);
  end_cell();
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    cells_.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
  return true;
}

}  // namespace tenure::internal
