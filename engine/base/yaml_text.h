// engine/base/yaml_text.h
//
// YAML as people write it: whether a text is whole, and what is wrong with it in words that say
// what to do. The parser's own words name its grammar.
#pragma once

#include <string>
#include <string_view>

namespace tenure {

/// `yaml` with the document "end" behind it. yaml-cpp takes a text that ends inside quotes for a
/// whole one: a file that was cut off would be read as far as it goes. With one more document
/// behind it such an end is an error, and whoever reads expects exactly one document and this one.
std::string with_yaml_end(std::string_view yaml);

/// Counted from 0; negative when the parser named no place.
struct YamlFault {
  int line;
  int column;
  std::string_view what;  // lives as long as the process
};

/// What the parser said of a place of with_yaml_end(yaml), in words of ours and where it is best
/// mended: at the tab, at the end of a text that is not whole.
YamlFault yaml_fault(std::string_view yaml, int line, int column, std::string_view said);

}  // namespace tenure
