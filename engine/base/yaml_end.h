// engine/base/yaml_end.h
//
// yaml-cpp takes a text that ends inside quotes for a whole one: a file that was cut off would be
// read as far as it goes. With one more document behind it such an end is an error, and whoever
// reads expects exactly one document and this one.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace tenure {

inline constexpr std::string_view kUnendedYaml =
    "ends inside a quoted text, a list or a map: is the file whole? close what was opened";

/// `yaml` with the document "end" behind it.
inline std::string with_yaml_end(std::string_view yaml) {
  return std::string(yaml) + "\n--- end\n";
}

/// The last line that holds anything, counted from 0.
inline int last_line(std::string_view yaml) {
  const std::string_view whole = yaml.substr(0, yaml.find_last_not_of("\r\n") + 1);
  return static_cast<int>(std::count(whole.begin(), whole.end(), '\n'));
}

struct YamlFault {
  int line;  // from 0
  std::string_view what;
};

/// What the parser said of a line, counted from 0. Behind the text it is how the text ends.
inline YamlFault yaml_fault(std::string_view yaml, int line, std::string_view what) {
  const int last = last_line(yaml);
  return line > last ? YamlFault{last, kUnendedYaml} : YamlFault{line, what};
}

}  // namespace tenure
