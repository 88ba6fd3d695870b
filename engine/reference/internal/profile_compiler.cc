// The parts of a rule file: profile, calendar, health, conditions.
#include "engine/reference/internal/profile_compiler.h"

#include "engine/reference/internal/calendar_hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace tenure::reference_internal {
namespace {

constexpr std::size_t kFactorsMax = 32;
constexpr std::size_t kBandsMax = 16;
constexpr std::size_t kConditionDepthMax = 6;
constexpr std::size_t kConditionPartsMax = 16;

struct Operator {
  std::string_view key;
  Compare compare;
};
constexpr std::array<Operator, 5> kOperators{{{"lt", Compare::kLt},
                                              {"le", Compare::kLe},
                                              {"gt", Compare::kGt},
                                              {"ge", Compare::kGe},
                                              {"eq", Compare::kEq}}};

// The operator among a node's keys: exactly one, or none when `count` says so.
const Operator* only_operator(const YamlNode& node, std::size_t& count) {
  const Operator* found = nullptr;
  count = 0;
  for (const Operator& op : kOperators)
    if (node.find(op.key) != nullptr) {
      found = &op;
      ++count;
    }
  return found;
}

}  // namespace

Result<void> ProfileCompiler::compile(const Node& root, Profile& profile) const {
  static constexpr std::array<std::string_view, 5> kKeys{"profile", "sectors", "calendar", "health",
                                                         "alerts"};
  TENURE_TRY(map(root, "a rule file"));
  TENURE_TRY(known_keys(root, kKeys));
  const Node* named = root.find("profile");
  if (named == nullptr) return at(root, "'profile' is missing; begin with profile: <name>");
  TENURE_TRY_ASSIGN(profile.name, name(*named, "'profile'"));
  if (const Node* node = root.find("sectors"); node != nullptr) {
    TENURE_TRY_ASSIGN(profile.sectors, names(*node, "'sectors'"));
  }
  if (const Node* node = root.find("calendar"); node != nullptr)
    TENURE_TRY(calendar(*node, profile.calendar));
  if (const Node* node = root.find("health"); node != nullptr)
    TENURE_TRY(health(*node, profile.health));
  if (const Node* node = root.find("alerts"); node != nullptr)
    TENURE_TRY(alerts(*node, profile.rules));
  return ok();
}

Result<void> ProfileCompiler::calendar(const Node& node, CalendarSpec& spec) const {
  static constexpr std::array<std::string_view, 3> kKeys{"zone", "hours", "holidays"};
  if (node.kind == Node::Kind::kScalar) {
    TENURE_TRY_ASSIGN(spec.name, name(node, "the calendar's name"));
    return ok();
  }
  TENURE_TRY(map(node, "'calendar'"));
  TENURE_TRY(known_keys(node, kKeys));
  if (const Node* zone = node.find("zone"); zone != nullptr) {
    TENURE_TRY_ASSIGN(spec.zone, text(*zone, "'zone'", 64));
    if (auto known = check_zone(spec.zone); !known) return at(*zone, known.error().message);
  }
  if (const Node* hours = node.find("hours"); hours != nullptr) {
    TENURE_TRY_ASSIGN(spec.hours, text(*hours, "'hours'", 512));
    if (auto read = parse_hours(spec.hours); !read) return at(*hours, read.error().message);
  }
  if (const Node* holidays = node.find("holidays"); holidays != nullptr) {
    TENURE_TRY_ASSIGN(spec.holidays, text(*holidays, "'holidays'", 64));
  }
  return ok();
}

Result<void> ProfileCompiler::health(const Node& node, std::vector<HealthFactor>& factors) const {
  TENURE_TRY(map(node, "'health'"));
  if (node.keys.size() > kFactorsMax)
    return at(node, fmt::format("more than {} factors of health", kFactorsMax));
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < node.keys.size(); ++k) {
    HealthFactor made;
    TENURE_TRY_ASSIGN(made.signal, signal(node.keys[k], node.keys[k].text));
    if (catalog_.spec(made.signal).per_subject)
      return at(node.keys[k],
                fmt::format("'{}' has a value for each subject; health needs a signal "
                            "of the whole account",
                            node.keys[k].text));
    if (catalog_.spec(made.signal).unit == SignalUnit::kInstant)
      return at(node.keys[k], fmt::format("'{}' is an instant and has no score; use one in days",
                                          node.keys[k].text));
    TENURE_TRY(map(node.values[k], "a factor of health"));
    TENURE_TRY(factor(node.values[k], made));
    sum += made.weight;
    factors.push_back(std::move(made));
  }
  if (sum != 100)
    return at(node, fmt::format("the weights add up to {}, not to 100; change them", sum));
  return ok();
}

Result<void> ProfileCompiler::factor(const Node& node, HealthFactor& factor) const {
  static constexpr std::array<std::string_view, 4> kKeys{"weight", "half_life", "full_at", "bands"};
  TENURE_TRY(known_keys(node, kKeys));
  const Node* weight = node.find("weight");
  if (weight == nullptr) return at(node, "'weight' is missing");
  TENURE_TRY_ASSIGN(factor.weight, whole(*weight, "'weight'", 1, 100));
  const Node* half_life = node.find("half_life");
  const Node* full_at = node.find("full_at");
  const Node* banded = node.find("bands");
  if ((half_life == nullptr) != (full_at == nullptr))
    return at(node, "'half_life' and 'full_at' belong together; write both, or bands");
  if ((half_life == nullptr) == (banded == nullptr))
    return at(node, "a factor needs either 'bands', or 'half_life' with 'full_at'");
  if (banded != nullptr) return bands(*banded, factor.bands);
  TENURE_TRY_ASSIGN(const Span life, span(*half_life, "'half_life'"));
  if (life.unit != Span::Unit::kPlain || life.plain < std::chrono::hours(1))
    return at(*half_life, "'half_life' must be 1h or more, in d or h");
  factor.half_life = life.plain;
  TENURE_TRY_ASSIGN(factor.full_at_milli, milli(*full_at, "'full_at'"));
  if (factor.full_at_milli <= 0) return at(*full_at, "'full_at' must be more than 0");
  return ok();
}

Result<void> ProfileCompiler::bands(const Node& node,
                                    std::vector<HealthFactor::Band>& bands) const {
  if (node.kind != Node::Kind::kList || node.items.empty())
    return at(node, "'bands' must be a list like [{lt: 7, score: 100}, {else: 0}]");
  if (node.items.size() > kBandsMax) return at(node, fmt::format("more than {} bands", kBandsMax));
  for (const Node& item : node.items) {
    HealthFactor::Band made;
    TENURE_TRY(map(item, "a band"));
    TENURE_TRY(band(item, &item == &node.items.back(), made));
    bands.push_back(made);
  }
  return ok();
}

Result<void> ProfileCompiler::band(const Node& node, bool last, HealthFactor::Band& band) const {
  static constexpr std::array<std::string_view, 7> kKeys{"lt", "le",    "gt",  "ge",
                                                         "eq", "score", "else"};
  TENURE_TRY(known_keys(node, kKeys));
  const Node* otherwise = node.find("else");
  if (last != (otherwise != nullptr))
    return at(node, last ? "the last band must be {else: <score>}, so that every value has a score"
                         : "'else' must be the last band; what follows it is never reached");
  if (otherwise != nullptr) {
    if (node.keys.size() > 1) return at(node, "an else band has no other keys: {else: <score>}");
    TENURE_TRY_ASSIGN(band.score, whole(*otherwise, "a score", 0, 100));
    return ok();
  }
  std::size_t count = 0;
  const Operator* op = only_operator(node, count);
  if (count != 1) return at(node, "a band needs exactly one of lt, le, gt, ge, eq");
  const Node* score = node.find("score");
  if (score == nullptr) return at(node, "'score' is missing");
  band.compare = op->compare;
  TENURE_TRY_ASSIGN(band.milli, milli(*node.find(op->key), "a bound"));
  TENURE_TRY_ASSIGN(band.score, whole(*score, "a score", 0, 100));
  return ok();
}

Result<void> ProfileCompiler::condition(const Node& node, std::size_t depth,
                                        Condition& condition) const {
  static constexpr std::array<std::string_view, 10> kKeys{"signal", "health", "all", "any", "not",
                                                          "lt",     "le",     "gt",  "ge",  "eq"};
  TENURE_TRY(map(node, "a condition"));
  TENURE_TRY(known_keys(node, kKeys));
  if (depth > kConditionDepthMax)
    return at(node, fmt::format("conditions nested deeper than {}", kConditionDepthMax));
  const Node* negated = node.find("not");
  const Node* all = node.find("all");
  const Node* any = node.find("any");
  const int kinds = (negated != nullptr) + (all != nullptr) + (any != nullptr) +
                    (node.find("signal") != nullptr) + (node.find("health") != nullptr);
  if (kinds != 1) return at(node, "a condition needs exactly one of signal, health, all, any, not");
  if (negated == nullptr && all == nullptr && any == nullptr) return comparison(node, condition);
  if (node.keys.size() > 1)
    return at(node, fmt::format("'{}' stands alone; give the comparison a condition of its own",
                                negated != nullptr ? "not"
                                : all != nullptr   ? "all"
                                                   : "any"));
  if (negated != nullptr) {
    condition.kind = Condition::Kind::kNot;
    condition.children.emplace_back();
    return this->condition(*negated, depth + 1, condition.children.back());
  }
  condition.kind = all != nullptr ? Condition::Kind::kAll : Condition::Kind::kAny;
  const Node& parts = all != nullptr ? *all : *any;
  if (parts.kind != Node::Kind::kList || parts.items.empty() ||
      parts.items.size() > kConditionPartsMax)
    return at(parts, fmt::format("'{}' must be a list of 1 to {} conditions",
                                 all != nullptr ? "all" : "any", kConditionPartsMax));
  for (const Node& part : parts.items) {
    condition.children.emplace_back();
    TENURE_TRY(this->condition(part, depth + 1, condition.children.back()));
  }
  return ok();
}

Result<void> ProfileCompiler::comparison(const Node& node, Condition& condition) const {
  std::size_t count = 0;
  const Operator* op = only_operator(node, count);
  if (count != 1)
    return at(node, count == 0 ? "a comparison is missing; add one of lt, le, gt, ge, eq"
                               : "two comparisons; write all: with a condition for each");
  condition.compare = op->compare;
  TENURE_TRY_ASSIGN(condition.milli, milli(*node.find(op->key), "a bound"));
  if (const Node* health = node.find("health"); health != nullptr) {
    if (health->text != "total") return at(*health, "health has one value; write health: total");
    condition.kind = Condition::Kind::kHealth;
    return ok();
  }
  condition.kind = Condition::Kind::kSignal;
  const Node& named = *node.find("signal");
  TENURE_TRY_ASSIGN(const std::string wanted, text(named, "'signal'", 128));
  TENURE_TRY_ASSIGN(condition.signal, signal(named, wanted));
  const SignalSpec& spec = catalog_.spec(condition.signal);
  condition.per_subject = spec.per_subject;
  if (spec.unit == SignalUnit::kInstant)
    return at(named,
              fmt::format("'{}' is an instant and is not compared; use one in days", wanted));
  return ok();
}

}  // namespace tenure::reference_internal
