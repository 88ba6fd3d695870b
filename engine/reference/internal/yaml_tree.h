// engine/reference/internal/yaml_tree.h
//
// A YAML document as a small tree that knows where each part stands. Read through yaml-cpp's
// events, so that depth, size, anchors and repeated keys are refused before anything is built of
// them.
//
// Errors: kInvalid with "file:line:column: what, and what to do".
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure::reference_internal {

/// Line and column count from 1.
struct YamlPlace {
  int line = 1;
  int column = 1;
};

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap } kind = Kind::kNull;
  YamlPlace place;
  std::string text;  // kScalar
  bool quoted = false;
  std::vector<YamlNode> items;   // kList
  std::vector<YamlNode> keys;    // kMap: scalars, in the order of the file
  std::vector<YamlNode> values;  // kMap: one for each key

  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

/// "a list", "a map", "a text", "nothing".
std::string_view kind_name(YamlNode::Kind kind);

/// kInvalid at a place of a file.
Error fail_at(std::string_view file, YamlPlace place, std::string_view what);

inline constexpr std::size_t kYamlBytesMax = 256 * 1024;
inline constexpr std::size_t kYamlDepthMax = 24;
inline constexpr std::size_t kYamlNodesMax = 50'000;

Result<YamlNode> read_yaml(std::string_view yaml, std::string_view file);

}  // namespace tenure::reference_internal
