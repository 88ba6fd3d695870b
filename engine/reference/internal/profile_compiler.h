// engine/reference/internal/profile_compiler.h
//
// From a rule file's tree to a Profile. docs/rules.md is its specification in words.
//
// Errors: kInvalid with "file:line:column: what, and what to do"; the first one found ends it.
#pragma once

#include "engine/reference/internal/yaml_tree.h"
#include "engine/reference/profile.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace tenure::reference_internal {

class ProfileCompiler final {
 public:
  /// Both outlive the compiler.
  ProfileCompiler(std::string_view file, const SignalCatalog& catalog)
      : file_(file), catalog_(catalog) {}

  Result<void> compile(const YamlNode& root, Profile& profile) const;

 private:
  using Node = YamlNode;

  // Parts of the file.
  Result<void> calendar(const Node& node, CalendarSpec& spec) const;
  Result<void> health(const Node& node, std::vector<HealthFactor>& factors) const;
  Result<void> factor(const Node& node, HealthFactor& factor) const;
  Result<void> bands(const Node& node, std::vector<HealthFactor::Band>& bands) const;
  Result<void> band(const Node& node, bool last, HealthFactor::Band& band) const;
  Result<void> alerts(const Node& node, std::vector<Rule>& rules) const;
  Result<void> rule(const Node& node, Rule& rule) const;
  Result<void> conditions(const Node& node, Rule& rule) const;
  Result<void> condition(const Node& node, std::size_t depth, Condition& condition) const;
  Result<void> comparison(const Node& node, Condition& condition) const;
  Result<void> severity(const Node& node, Rule& rule) const;
  Result<void> route(const Node& node, std::vector<RouteRung>& route) const;
  Result<void> rung(const Node& node, bool first, RouteRung& rung) const;
  Result<void> sentence(const Node& node, Rule& rule) const;
  Result<void> placeholder(const Node& node, std::string_view name, Rule& rule) const;

  // Values.
  Result<void> known_keys(const Node& node, std::span<const std::string_view> known) const;
  Result<void> map(const Node& node, std::string_view what) const;
  Result<std::string> text(const Node& node, std::string_view what, std::size_t bytes_max) const;
  Result<std::string> name(const Node& node, std::string_view what) const;
  Result<std::vector<std::string>> names(const Node& node, std::string_view what) const;
  Result<std::int64_t> whole(const Node& node, std::string_view what, std::int64_t least,
                             std::int64_t most) const;
  Result<std::int64_t> milli(const Node& node, std::string_view what) const;
  Result<Span> span(const Node& node, std::string_view what) const;
  Result<SignalId> signal(const Node& node, std::string_view name) const;

  [[nodiscard]] Error at(const Node& node, std::string_view what) const {
    return fail_at(file_, node.place, what);
  }

  std::string_view file_;
  const SignalCatalog& catalog_;
};

}  // namespace tenure::reference_internal
