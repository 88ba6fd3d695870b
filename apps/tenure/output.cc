#include "apps/tenure/output.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace tenure {
namespace {

bool wants_colours() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  return !refused && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

void put(std::FILE* file, std::string_view text) { std::fwrite(text.data(), 1, text.size(), file); }

// Characters of UTF-8, near enough for columns: everything but continuation bytes.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789,.-") == std::string_view::npos;
}

}  // namespace

Output::Output()
    : data_on_terminal_(::isatty(STDOUT_FILENO) == 1),
      errors_on_terminal_(::isatty(STDERR_FILENO) == 1),
      colours_(wants_colours()) {}

std::string Output::toned(std::string_view text, Tone tone) const {
  static constexpr std::array<std::string_view, 5> kCodes = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m",
                                                             "\x1b[2m"};
  if (!colours_ || !data_on_terminal_ || tone == Tone::kPlain) return std::string(text);
  return fmt::format("{}{}\x1b[0m", kCodes[static_cast<std::size_t>(tone)], text);
}

void Output::document(const boost::json::value& value) const {
  put(stdout, boost::json::serialize(value));
  put(stdout, "\n");
}

void Output::line(std::string_view text) const {
  put(stdout, text);
  put(stdout, "\n");
}

void Output::fields(const std::vector<std::pair<std::string, std::string>>& rows) const {
  std::size_t width = 0;
  for (const auto& [name, value] : rows) width = std::max(width, width_of(name));
  for (const auto& [name, value] : rows)
    line(fmt::format("{}{}  {}", name, std::string(width - width_of(name), ' '), printable(value)));
}

void Output::table(const std::vector<std::string>& heads,
                   const std::vector<std::vector<std::string>>& rows) const {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t column = 0; column < heads.size(); ++column) {
    std::size_t width = width_of(heads[column]);
    bool numbers = !rows.empty();
    for (const auto& row : rows) {
      width = std::max(width, width_of(printable(row[column])));
      numbers = numbers && is_number(row[column]);
    }
    widths.push_back(width);
    right.push_back(numbers);
  }
  const auto print = [&](const std::vector<std::string>& row, Tone tone) {
    std::string text;
    for (std::size_t column = 0; column < heads.size(); ++column) {
      const std::string cell = printable(row[column]);
      const std::string space(widths[column] - width_of(cell), ' ');
      text += column == 0 ? "" : "  ";
      text += right[column] ? space + cell : cell + space;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    line(toned(text, tone));
  };
  print(heads, Tone::kFaint);
  for (const auto& row : rows) print(row, Tone::kPlain);
}

void Output::note(std::string_view text, Tone tone) const {
  static constexpr std::array<std::string_view, 5> kCodes = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m",
                                                             "\x1b[2m"};
  std::fflush(stdout);
  const bool coloured = colours_ && errors_on_terminal_ && tone != Tone::kPlain;
  const std::string head =
      coloured ? fmt::format("{}tenure:\x1b[0m ", kCodes[static_cast<std::size_t>(tone)])
               : "tenure: ";
  put(stderr, head + printable(text) + "\n");
}

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      safe += fmt::format("\\x{:02x}", byte);
    else
      safe.push_back(c);
  }
  return safe;
}

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  std::uint64_t tenths = bytes * 10;
  while (tenths >= 10240 && unit + 1 < kUnits.size()) {
    tenths /= 1024;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} B", bytes);
  return fmt::format("{}.{} {}", tenths / 10, tenths % 10, kUnits[unit]);
}

}  // namespace tenure
