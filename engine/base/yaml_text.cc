#include "engine/base/yaml_text.h"

#include <algorithm>
#include <array>

namespace tenure {
namespace {

struct Wording {
  std::string_view said;  // how yaml-cpp's message begins
  std::string_view what;
};

constexpr std::string_view kTab = "a tab; YAML wants spaces: put spaces in its place";
constexpr std::string_view kCutOff =
    "ends inside a quoted text, a list or a map: is the file whole? close what was opened";
constexpr std::string_view kAnchor =
    "& and * begin an anchor or an alias: put a text that begins so into quotes";
constexpr std::string_view kTag = "! begins a tag: put a text that begins so into quotes";
constexpr std::string_view kEscape =
    "a backslash that YAML does not know: write two of them, or single quotes around the text";
constexpr std::string_view kDirective =
    "a line that begins with % is a directive: take it away, or put the text into quotes";
constexpr std::string_view kOpenQuote = "a quoted text is not closed: put the quote behind it";
constexpr std::string_view kOther =
    "the text cannot be read from here on: compare indentation, quotes and brackets with the lines "
    "around it";

constexpr std::array kWordings = {
    Wording{"end of sequence flow",
            "a list that [ opened goes on here: put a comma or its ] first"},
    Wording{"end of map flow", "a map that { opened goes on here: put a comma or its } first"},
    Wording{"end of map",
            "no key of the map that stands here: indent it like the keys above, and put nothing "
            "behind a closing quote"},
    Wording{"end of sequence", "no entry of the list that stands here: indent it like those above"},
    Wording{"illegal flow end", "a ] or } that closes nothing: take it away, or open it first"},
    Wording{"illegal map value",
            "a key and its value cannot stand here: indent it like the keys above, begin it on a "
            "line of its own, and put a text with a colon into quotes"},
    Wording{"illegal map key", "a key cannot stand here: indent it like the keys above"},
    Wording{"illegal block entry",
            "an entry of a list cannot begin here: begin the list on a line of its own"},
    Wording{"unknown token", "no text begins with this character: put it into quotes"},
    Wording{"illegal document indicator", kOpenQuote},
    Wording{"illegal EOF", kOpenQuote},
    Wording{"unexpected character in block",
            "behind | and > only a comment may stand: begin the text on the next line"},
    Wording{"cannot set zero indentation", "behind | and > no 0 may stand: take it away"},
    Wording{"illegal tab", kTab},
    Wording{"bad character found while scanning hex", kEscape},
    Wording{"invalid unicode", kEscape},
    Wording{"unknown escape", kEscape},
    Wording{"cannot assign multiple tags", kTag},
    Wording{"illegal character found while scanning tag", kTag},
    Wording{"tag handle", kTag},
    Wording{"end of verbatim tag", kTag},
    Wording{"invalid tag", kTag},
    Wording{"cannot assign", kAnchor},
    Wording{"alias", kAnchor},
    Wording{"anchor", kAnchor},
    Wording{"illegal character found while scanning a", kAnchor},
    Wording{"the referenced anchor", kAnchor},
    Wording{"invalid a", kAnchor},
    Wording{"YAML", kDirective},
    Wording{"TAG", kDirective},
    Wording{"bad YAML version", kDirective},
    Wording{"repeated", kDirective},
    Wording{"bad conversion", "a value of another kind is wanted here"},
    Wording{"invalid node", "a section or a list is wanted here"},
};

// A line counted from 0, without its end; empty behind the last.
std::string_view line_of(std::string_view yaml, int line) {
  for (; line > 0; --line) {
    const std::size_t end = yaml.find('\n');
    if (end == std::string_view::npos) return {};
    yaml.remove_prefix(end + 1);
  }
  return yaml.substr(0, yaml.find_first_of("\r\n"));
}

// The last line that holds anything.
int last_line(std::string_view yaml) {
  const std::string_view whole = yaml.substr(0, yaml.find_last_not_of("\r\n") + 1);
  return static_cast<int>(std::count(whole.begin(), whole.end(), '\n'));
}

}  // namespace

std::string with_yaml_end(std::string_view yaml) { return std::string(yaml) + "\n--- end\n"; }

YamlFault yaml_fault(std::string_view yaml, int line, int column, std::string_view said) {
  const int last = last_line(yaml);
  if (line > last) return {last, static_cast<int>(line_of(yaml, last).size()), kCutOff};
  // The parser stumbles over what stands behind a tab.
  if (line >= 0) {
    const std::string_view faulty = line_of(yaml, line);
    const std::size_t tab = faulty.find('\t');
    if (tab < std::min(faulty.find_first_not_of(" \t"), faulty.size()))
      return {line, static_cast<int>(tab), kTab};
  }
  for (const Wording& wording : kWordings)
    if (said.substr(0, wording.said.size()) == wording.said) return {line, column, wording.what};
  return {line, column, kOther};
}

}  // namespace tenure
