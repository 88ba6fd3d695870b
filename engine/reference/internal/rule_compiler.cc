// The alerts of a rule file: when a rule speaks, how much it matters, who hears it and in which
// words.
#include "engine/reference/internal/nearest.h"
#include "engine/reference/internal/profile_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace tenure::reference_internal {
namespace {

constexpr std::size_t kRulesMax = 64;
constexpr std::size_t kRungsMax = 8;
constexpr std::size_t kSentenceBytesMax = 500;
constexpr std::array<std::string_view, 3> kTiers{"key", "standard", "tail"};

void collect(const Condition& condition, Rule& rule) {
  if (condition.kind == Condition::Kind::kSignal) {
    rule.signals.push_back(condition.signal);
    rule.per_subject = rule.per_subject || condition.per_subject;
  }
  for (const Condition& child : condition.children) collect(child, rule);
}

std::optional<Severity> severity_of(std::string_view text) {
  for (const Severity severity : kSeverities)
    if (to_string(severity) == text) return severity;
  return std::nullopt;
}

std::array<std::string_view, kSeverities.size()> severity_names() {
  std::array<std::string_view, kSeverities.size()> names;
  std::transform(kSeverities.begin(), kSeverities.end(), names.begin(),
                 [](Severity severity) { return to_string(severity); });
  return names;
}

}  // namespace

Result<void> ProfileCompiler::alerts(const Node& node, std::vector<Rule>& rules) const {
  TENURE_TRY(map(node, "'alerts'"));
  if (node.keys.size() > kRulesMax)
    return at(node, fmt::format("more than {} rules; split the profile", kRulesMax));
  for (std::size_t k = 0; k < node.keys.size(); ++k) {
    Rule made;
    TENURE_TRY_ASSIGN(made.name, name(node.keys[k], "the rule's name"));
    TENURE_TRY(map(node.values[k], fmt::format("rule '{}'", made.name)));
    TENURE_TRY(rule(node.values[k], made));
    rules.push_back(std::move(made));
  }
  std::sort(rules.begin(), rules.end(),
            [](const Rule& a, const Rule& b) { return a.name < b.name; });
  return ok();
}

Result<void> ProfileCompiler::rule(const Node& node, Rule& rule) const {
  static constexpr std::array<std::string_view, 9> kKeys{"raise",     "clear",        "for",
                                                         "cool_down", "severity",     "mute_on_gap",
                                                         "route",     "remind_every", "say"};
  TENURE_TRY(known_keys(node, kKeys));
  TENURE_TRY(conditions(node, rule));
  if (const Node* hold = node.find("for"); hold != nullptr) {
    TENURE_TRY_ASSIGN(rule.hold, span(*hold, "'for'"));
  }
  if (const Node* cool = node.find("cool_down"); cool != nullptr) {
    TENURE_TRY_ASSIGN(rule.cool_down, span(*cool, "'cool_down'"));
  }
  const Node* matters = node.find("severity");
  if (matters == nullptr)
    return at(node, "'severity' is missing; write low, medium, high, critical, or one by tier");
  TENURE_TRY(severity(*matters, rule));
  if (const Node* mute = node.find("mute_on_gap"); mute != nullptr) {
    TENURE_TRY_ASSIGN(rule.mute_on_gap, names(*mute, "'mute_on_gap'"));
  }
  if (const Node* rungs = node.find("route"); rungs != nullptr)
    TENURE_TRY(route(*rungs, rule.route));
  if (const Node* every = node.find("remind_every"); every != nullptr) {
    TENURE_TRY_ASSIGN(rule.remind_every, span(*every, "'remind_every'"));
    if (rule.remind_every->days == 0 && rule.remind_every->plain < std::chrono::hours(1))
      return at(*every, "'remind_every' must be 1h or more");
  }
  if (const Node* say = node.find("say"); say != nullptr) TENURE_TRY(sentence(*say, rule));
  std::sort(rule.signals.begin(), rule.signals.end());
  rule.signals.erase(std::unique(rule.signals.begin(), rule.signals.end()), rule.signals.end());
  return ok();
}

Result<void> ProfileCompiler::conditions(const Node& node, Rule& rule) const {
  const Node* raise = node.find("raise");
  if (raise == nullptr) return at(node, "'raise' is missing; say when the alert begins");
  TENURE_TRY(condition(*raise, 1, rule.raise));
  collect(rule.raise, rule);
  const bool raised_per_subject = rule.per_subject;
  if (const Node* clear = node.find("clear"); clear != nullptr) {
    TENURE_TRY(condition(*clear, 1, rule.clear));
    collect(rule.clear, rule);
    if (rule.per_subject && !raised_per_subject)
      return at(*clear,
                "'clear' reads a signal with a value for each subject, 'raise' does not; "
                "use one in 'raise' too, or none");
  } else {
    rule.clear.kind = Condition::Kind::kNot;
    rule.clear.children = {rule.raise};
  }
  return ok();
}

Result<void> ProfileCompiler::severity(const Node& node, Rule& rule) const {
  const auto one = [&](const Node& value, Severity& into) -> Result<void> {
    const auto known = severity_of(value.text);
    if (value.kind != Node::Kind::kScalar || !known)
      return at(value, fmt::format("unknown severity '{:.32}'{}", value.text,
                                   suggestion(value.text, severity_names())));
    into = *known;
    return ok();
  };
  if (node.kind != Node::Kind::kMap) {
    Severity all = Severity::kUnspecified;
    TENURE_TRY(one(node, all));
    rule.severity.fill(all);
    return ok();
  }
  TENURE_TRY(known_keys(node, kTiers));
  for (std::size_t k = 0; k < kTiers.size(); ++k) {
    const Node* value = node.find(kTiers[k]);
    if (value == nullptr)
      return at(node,
                fmt::format("no severity for tier '{}'; name key, standard and tail", kTiers[k]));
    TENURE_TRY(one(*value, rule.severity[k + 1]));
  }
  rule.severity[0] = rule.severity[2];  // an account without a tier is a standard one
  return ok();
}

Result<void> ProfileCompiler::route(const Node& node, std::vector<RouteRung>& route) const {
  if (node.kind != Node::Kind::kList || node.items.empty() || node.items.size() > kRungsMax)
    return at(node,
              fmt::format("'route' must be a list of 1 to {} rungs like {{to: owner}}", kRungsMax));
  for (const Node& item : node.items) {
    RouteRung made;
    TENURE_TRY(map(item, "a rung of the route"));
    TENURE_TRY(rung(item, route.empty(), made));
    if (!route.empty() && made.after.unit == route.back().after.unit &&
        (made.after.plain < route.back().after.plain || made.after.days < route.back().after.days))
      return at(item, "this rung comes before the one above it; put them in order of 'after'");
    route.push_back(std::move(made));
  }
  return ok();
}

Result<void> ProfileCompiler::rung(const Node& node, bool first, RouteRung& rung) const {
  static constexpr std::array<std::string_view, 3> kKeys{"to", "after", "unless"};
  TENURE_TRY(known_keys(node, kKeys));
  const Node* to = node.find("to");
  if (to == nullptr)
    return at(node,
              "'to' is missing; write owner, owner_manager, role:<name> or "
              "person:<name>");
  TENURE_TRY_ASSIGN(rung.to, text(*to, "'to'", 128));
  const bool named = (rung.to.starts_with("role:") && rung.to.size() > 5) ||
                     (rung.to.starts_with("person:") && rung.to.size() > 7);
  if (!named && rung.to != "owner" && rung.to != "owner_manager")
    return at(*to, fmt::format("'{:.64}' is nobody; write owner, owner_manager, role:<name> or "
                               "person:<name>",
                               rung.to));
  const Node* after = node.find("after");
  const Node* unless = node.find("unless");
  if (first && (after != nullptr || unless != nullptr))
    return at(node, "the first rung is told at once; it has no 'after' and no 'unless'");
  if (first) return ok();
  if (after == nullptr) return at(node, "'after' is missing; only the first rung is told at once");
  TENURE_TRY_ASSIGN(rung.after, span(*after, "'after'"));
  if (rung.after.plain == Duration(0) && rung.after.days == 0)
    return at(*after, "'after' must be more than 0");
  if (unless != nullptr) {
    if (unless->text != "acknowledged")
      return at(*unless, "the only 'unless' there is: acknowledged");
    rung.unless_acknowledged = true;
  }
  return ok();
}

Result<void> ProfileCompiler::sentence(const Node& node, Rule& rule) const {
  TENURE_TRY_ASSIGN(rule.say, text(node, "'say'", kSentenceBytesMax));
  std::string_view left = rule.say;
  while (true) {
    const std::size_t open = left.find_first_of("{}");
    if (open == std::string_view::npos) return ok();
    const std::size_t close = left.find_first_of("{}", open + 1);
    if (left[open] == '}' || close == std::string_view::npos || left[close] == '{')
      return at(node, "'say' has a brace without its partner");
    TENURE_TRY(placeholder(node, left.substr(open + 1, close - open - 1), rule));
    left.remove_prefix(close + 1);
  }
}

Result<void> ProfileCompiler::placeholder(const Node& node, std::string_view name,
                                          Rule& rule) const {
  if (name == "account" || name == "subject" || name == "owner" || name == "health.total" ||
      name == "causes")
    return ok();
  if (name.starts_with("causes:")) {
    const std::string_view count = name.substr(7);
    if (count.size() == 1 && count[0] >= '1' && count[0] <= '9') return ok();
    return at(node, "{causes:N} shows 1 to 9 causes");
  }
  TENURE_TRY_ASSIGN(const SignalId id, signal(node, name));
  if (catalog_.spec(id).per_subject && !rule.per_subject)
    return at(node, fmt::format("'{}' has a value for each subject, and this rule has no subjects; "
                                "use it in 'raise' or leave it out of 'say'",
                                name));
  rule.signals.push_back(id);
  return ok();
}

}  // namespace tenure::reference_internal
