// apps/tenure/output.h
//
// What a command prints: data on standard output, as a table for people or as one JSON document for
// programs; everything else on standard error. Colours only on a terminal, and never with NO_COLOR.
//
// Threads: one at a time.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure {

enum class Tone { kPlain, kGood, kWarning, kBad, kFaint };

class Output final {
 public:
  Output();

  bool json = false;  // set by --json

  /// One JSON value and a line end.
  void document(const boost::json::value& value) const;
  /// A line of data.
  void line(std::string_view text) const;
  /// Names and values below one another.
  void fields(const std::vector<std::pair<std::string, std::string>>& rows) const;
  /// A table with a head; columns that hold only numbers stand to the right.
  void table(const std::vector<std::string>& heads,
             const std::vector<std::vector<std::string>>& rows) const;
  /// A line for the person at the terminal, on standard error: "tenure: ...".
  void note(std::string_view text, Tone tone = Tone::kPlain) const;

  [[nodiscard]] bool errors_on_terminal() const { return errors_on_terminal_; }
  [[nodiscard]] std::string toned(std::string_view text, Tone tone) const;

 private:
  bool data_on_terminal_;
  bool errors_on_terminal_;
  bool colours_;
};

/// Text from outside with control characters written as \xNN, so that it cannot steer a terminal.
std::string printable(std::string_view text);

/// 21348 as "21,348".
std::string grouped(std::uint64_t number);

/// 1536 as "1.5 KiB".
std::string bytes_text(std::uint64_t bytes);

}  // namespace tenure
