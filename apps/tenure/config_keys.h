// apps/tenure/config_keys.h
//
// The keys of the configuration as one table: how each is read, checked and shown. Private to
// config*.cc, and to token_file.cc, whose file is read in the same way.
#pragma once

#include "apps/tenure/config.h"

#include <yaml-cpp/yaml.h>

#include <span>
#include <string>
#include <string_view>

namespace tenure {

/// Where a value stands: for messages, and for paths that are relative to a file.
struct ConfigPlace {
  std::string origin;  // the file, or "environment variable TENURE_X", or "--set x"
  bool has_lines = false;
  std::string directory;  // of the file, with its last slash; empty for the working directory

  /// "tenure.yaml:3:5" or the origin.
  [[nodiscard]] std::string at(const YAML::Mark& mark) const;
  [[nodiscard]] std::string path(const std::string& text) const;
};

struct ConfigKey {
  std::string_view name;
  std::string_view kind;
  std::string_view meaning;
  bool one_text;  // a scalar: a text from the environment is taken as it stands, others are read as
                  // YAML
  Result<void> (*set)(Config& config, const YAML::Node& node, const ConfigPlace& place);
  boost::json::value (*get)(const Config& config);
};

std::span<const ConfigKey> config_key_table();

/// One document of a text, without a value for an empty one; kInvalid says where it is no YAML, no
/// UTF-8, or ends too soon. A parser's exception ends here.
Result<void> parse_config_yaml(const std::string& text, const ConfigPlace& place, YAML::Node& node);

/// The text of a scalar; kInvalid for a list, a map or nothing.
Result<std::string> config_text(const YAML::Node& node, const ConfigPlace& place);
Result<std::uint64_t> config_whole(const YAML::Node& node, const ConfigPlace& place,
                                   std::uint64_t least, std::uint64_t most);
Result<Duration> config_duration(const YAML::Node& node, const ConfigPlace& place, Duration least,
                                 Duration most);
Result<std::uint64_t> config_bytes(const YAML::Node& node, const ConfigPlace& place,
                                   std::uint64_t least, std::uint64_t most);
Result<bool> config_flag(const YAML::Node& node, const ConfigPlace& place);
/// The index of the text in `choices`; kInvalid names them all.
Result<std::size_t> config_choice(const YAML::Node& node, const ConfigPlace& place,
                                  std::span<const std::string_view> choices);
Result<std::vector<std::string>> config_texts(const YAML::Node& node, const ConfigPlace& place);

/// Refuses keys of a map that are not in `known` or stand twice.
Result<void> check_map(const YAML::Node& node, const ConfigPlace& place, std::string_view section,
                       std::span<const std::string_view> known);

Result<void> set_sources(Config& config, const YAML::Node& node, const ConfigPlace& place);
boost::json::value get_sources(const Config& config);
Result<void> set_properties(Config& config, const YAML::Node& node, const ConfigPlace& place);
boost::json::value get_properties(const Config& config);

/// "90s", "5ms": the shortest text that parse_duration() reads back.
std::string duration_text(Duration duration);

}  // namespace tenure
