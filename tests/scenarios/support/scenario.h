// tests/scenarios/support/scenario.h
//
// A text scenario, taken apart into statements. The language: docs/scenarios.md.
//
// Path:     *.scenario -> [parse_scenario] -> Runner
// Errors:   kInvalid names the line and what is wrong with it.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::scenario {

struct Statement {
  int line = 0;
  int round = 0;  // of a `repeat`
  std::vector<std::string> words;
  std::string block;  // the lines between <<EOF and EOF

  [[nodiscard]] const std::string& verb() const { return words.front(); }
  [[nodiscard]] bool is(std::string_view verb) const { return words.front() == verb; }
};

struct Scenario {
  std::string name;
  std::string path;
  std::string about;
  std::vector<std::string> without;  // laws that do not apply, from `# without: law, because ...`
  std::vector<Statement> statements;
};

Result<Scenario> parse_scenario(std::string_view text, std::string name, std::string path);

/// Words of the form key=value, from `first` on; the others are kept in order.
struct Options {
  Options(const Statement& statement, std::size_t first);
  [[nodiscard]] std::optional<std::string> get(const std::string& key) const;
  std::map<std::string, std::string> named;
  std::vector<std::string> plain;
};

/// "2026-01-05", "2026-01-05T09:00Z", or relative to `now`: "now", "+3d", "-2h30m".
Result<Instant> read_instant(std::string_view text, Instant now);
/// "30d", "1d6h".
Result<Duration> read_duration(std::string_view text);
/// "21", "-0.95", "1200.5" in thousandths.
Result<std::int64_t> read_milli(std::string_view text);
/// "\xff\n" as bytes.
std::string unescape(std::string_view text);
std::vector<std::string> split(std::string_view text, char by);

}  // namespace tenure::scenario
