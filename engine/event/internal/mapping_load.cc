#include "engine/base/text.h"
#include "engine/base/yaml_text.h"
#include "engine/event/internal/envelope.h"
#include "engine/event/internal/mapping_plan.h"
#include "engine/event/internal/payload.h"
#include "engine/event/internal/payload_builder.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>
#include <set>

namespace tenure::internal {
namespace {

// docs/limits.md, "mapping".
constexpr std::size_t kMappingBytesMax = 256 * 1024;
constexpr std::size_t kPatternBytesMax = 256;
constexpr std::size_t kRulesMax = 1000;

// Stays inside this file: load_mapping() turns it into an Error.
struct BadMapping {
  YAML::Mark mark;
  std::string what;
};

class Loader {
 public:
  MappingPlan plan(const YAML::Node& root);

 private:
  [[noreturn]] static void bad(const YAML::Node& at, std::string what) {
    // tidy: private to this file: load() turns it into an Error.
    throw BadMapping{at.Mark(), std::move(what)};
  }
  static std::string text(const YAML::Node& node, std::string_view key);
  static bool truth(const YAML::Node& node, std::string_view key);
  static void check_keys(const YAML::Node& map, std::string_view where,
                         std::initializer_list<std::string_view> known);
  static boost::regex pattern(const YAML::Node& node);

  void set_source_text(const YAML::Node& node, ValueRule& rule);
  ValueRule value(const YAML::Node& node, std::string name);
  void shape(const YAML::Node& node, ValueRule& rule);
  static Coercion coercion(const YAML::Node& node);
  void time_format(const YAML::Node& node, ValueRule& rule);
  void optional_value(const YAML::Node& root, const char* key, std::optional<ValueRule>& out);
  Condition condition(const std::string& field, const YAML::Node& node);
  PersonRule person(const YAML::Node& node);
  EventRule event(const YAML::Node& node);
  void event_type(const YAML::Node& node, EventRule& rule);
  PayloadTarget target(const YAML::Node& key, const YAML::Node& node, EventType type);
  void sees(const std::string& field) { fields_.insert(field); }

  std::set<std::string> fields_;
};

std::string Loader::text(const YAML::Node& node, std::string_view key) {
  if (!node.IsScalar()) bad(node, fmt::format("{}: give one text", key));
  return node.Scalar();
}

bool Loader::truth(const YAML::Node& node, std::string_view key) {
  const std::string word = text(node, key);
  if (word != "true" && word != "false") bad(node, fmt::format("{}: give true or false", key));
  return word == "true";
}

void Loader::check_keys(const YAML::Node& map, std::string_view where,
                        std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) bad(map, fmt::format("{}: give a map of keys and values", where));
  std::set<std::string> seen;
  for (const auto& pair : map) {
    if (!pair.first.IsScalar()) bad(pair.first, fmt::format("{}: a key must be a text", where));
    const std::string& key = pair.first.Scalar();
    if (!seen.insert(key).second)
      bad(pair.first, fmt::format("{}: key '{}' stands twice", where, key));
    if (known.size() != 0 && std::find(known.begin(), known.end(), key) == known.end())
      bad(pair.first,
          fmt::format("{}: unknown key '{}'; known are: {}", where, key, fmt::join(known, ", ")));
  }
}

boost::regex Loader::pattern(const YAML::Node& node) {
  const std::string source = text(node, "match");
  if (source.empty() || source.size() > kPatternBytesMax)
    bad(node, fmt::format("match: a pattern has 1 to {} bytes", kPatternBytesMax));
  try {
    return boost::regex(source);
  } catch (const std::exception&) {
    bad(node, "match: not a regular expression");
  }
}

// A text with braces is a template, any other the name of a field.
void Loader::set_source_text(const YAML::Node& node, ValueRule& rule) {
  const std::string source = text(node, rule.name);
  if (source.find('{') == std::string::npos) {
    if (source.empty()) bad(node, fmt::format("{}: name a field", rule.name));
    rule.fields = {source};
    return sees(source);
  }
  std::size_t at = 0;
  while (at < source.size()) {
    const std::size_t open = std::min(source.find('{', at), source.size());
    if (open > at) rule.parts.push_back({false, source.substr(at, open - at)});
    if (open == source.size()) break;
    const std::size_t close = source.find('}', open);
    if (close == std::string::npos || close == open + 1)
      bad(node, fmt::format("{}: a brace is open or empty; write {{field}}", rule.name));
    rule.parts.push_back({true, source.substr(open + 1, close - open - 1)});
    sees(rule.parts.back().text);
    at = close + 1;
  }
}

ValueRule Loader::value(const YAML::Node& node, std::string name) {
  ValueRule rule;
  rule.name = std::move(name);
  if (node.IsScalar()) {
    set_source_text(node, rule);
    return rule;
  }
  if (node.IsSequence()) {
    for (const auto& item : node) {
      rule.fields.push_back(text(item, rule.name));
      sees(rule.fields.back());
    }
    if (rule.fields.empty()) bad(node, fmt::format("{}: name at least one field", rule.name));
    return rule;
  }
  check_keys(node, rule.name,
             {"field", "const", "match", "trim", "lowercase", "table", "prefix", "default",
              "required", "as", "format", "zone", "currency"});
  if (node["field"].IsDefined() == node["const"].IsDefined())
    bad(node, fmt::format("{}: give either field or const", rule.name));
  if (node["const"]) rule.constant = text(node["const"], "const");
  if (node["field"]) {
    ValueRule source = value(node["field"], rule.name);
    rule.fields = std::move(source.fields);
    rule.parts = std::move(source.parts);
    if (node["field"].IsMap())
      bad(node["field"], fmt::format("{}: field takes names only", rule.name));
  }
  shape(node, rule);
  return rule;
}

void Loader::shape(const YAML::Node& node, ValueRule& rule) {
  if (node["match"]) rule.match = pattern(node["match"]);
  if (node["trim"]) rule.trim = truth(node["trim"], "trim");
  if (node["lowercase"]) rule.lowercase = truth(node["lowercase"], "lowercase");
  if (node["prefix"]) rule.prefix = text(node["prefix"], "prefix");
  if (node["default"]) rule.fallback = text(node["default"], "default");
  if (node["required"]) rule.required = truth(node["required"], "required");
  if (node["currency"]) rule.currency = text(node["currency"], "currency");
  if (node["table"]) {
    check_keys(node["table"], "table", {});
    rule.has_table = true;
    for (const auto& pair : node["table"])
      rule.table[pair.first.Scalar()] = text(pair.second, "table");
  }
  if (node["as"]) rule.as = coercion(node["as"]);
  if (node["format"] || node["zone"]) time_format(node, rule);
  if ((rule.as == Coercion::kMinor) != !rule.currency.empty())
    bad(node, "as: money and currency go together, like {field: value, as: money, currency: EUR}");
  if (!rule.currency.empty() &&
      (rule.currency.size() != 3 || !std::all_of(rule.currency.begin(), rule.currency.end(),
                                                 [](char c) { return c >= 'A' && c <= 'Z'; })))
    bad(node["currency"], "currency: not three capital letters of ISO 4217");
}

Coercion Loader::coercion(const YAML::Node& node) {
  const std::string word = text(node, "as");
  if (word == "text") return Coercion::kText;
  if (word == "int") return Coercion::kInt;
  if (word == "bool") return Coercion::kBool;
  if (word == "milli") return Coercion::kMilli;
  if (word == "money") return Coercion::kMinor;
  if (word == "time") return Coercion::kTime;
  bad(node, "as: give text, int, bool, milli, money or time");
}

void Loader::time_format(const YAML::Node& node, ValueRule& rule) {
  rule.as = Coercion::kTime;
  if (node["format"]) {
    const std::string format = text(node["format"], "format");
    using Kind = TimeFormat::Kind;
    if (format == "rfc3339")
      rule.time.kind = Kind::kRfc3339;
    else if (format == "unix_s")
      rule.time.kind = Kind::kUnixSeconds;
    else if (format == "unix_ms")
      rule.time.kind = Kind::kUnixMillis;
    else if (format == "unix_us")
      rule.time.kind = Kind::kUnixMicros;
    else if (format.find('%') != std::string::npos && format.size() <= kPatternBytesMax) {
      if (const auto why = why_no_time(format))
        bad(node["format"], fmt::format("format: {}; a pattern is like '%Y-%m-%d %H:%M:%S'", *why));
      rule.time.kind = Kind::kPattern;
      rule.time.pattern = format;
    } else {
      bad(node["format"],
          "format: give rfc3339, unix_s, unix_ms, unix_us or a pattern like "
          "'%Y-%m-%d %H:%M:%S'");
    }
  }
  if (!node["zone"]) return;
  if (rule.time.kind != TimeFormat::Kind::kPattern)
    bad(node["zone"], "zone: only a pattern takes a time zone; the other formats carry theirs");
  try {
    rule.time.zone = date::locate_zone(text(node["zone"], "zone"));
  } catch (const std::exception&) {
    bad(node["zone"], "zone: no such time zone; give a name like Europe/Berlin");
  }
}

void Loader::optional_value(const YAML::Node& root, const char* key,
                            std::optional<ValueRule>& out) {
  if (root[key]) out = value(root[key], key);
}

Condition Loader::condition(const std::string& field, const YAML::Node& node) {
  Condition made;
  made.field = field;
  sees(field);
  if (node.IsScalar()) {
    made.values = {node.Scalar()};
  } else if (node.IsSequence()) {
    for (const auto& item : node) made.values.push_back(text(item, "when"));
  } else {
    check_keys(node, "when", {"match", "empty", "not"});
    if (node.size() != 1) bad(node, "when: give one of match, empty and not");
    if (node["match"]) made.match = pattern(node["match"]);
    if (node["empty"]) made.empty = truth(node["empty"], "empty");
    if (node["not"]) {
      if (node["not"].IsMap() && node["not"]["not"]) bad(node["not"], "when: not inside not");
      made = condition(field, node["not"]);
      made.negated = true;
    }
  }
  return made;
}

PersonRule Loader::person(const YAML::Node& node) {
  check_keys(node, "person", {"id", "name", "side"});
  if (!node["id"]) bad(node, "person: id is missing; name the field that holds the person's id");
  PersonRule rule;
  rule.id = value(node["id"], "person.id");
  if (node["name"]) rule.name = value(node["name"], "person.name");
  if (node["side"]) {
    const std::string side = text(node["side"], "side");
    if (side != "client" && side != "us") bad(node["side"], "side: give client or us");
    rule.side = side == "client" ? 1 : 2;
  }
  return rule;
}

void Loader::event_type(const YAML::Node& node, EventRule& rule) {
  const std::string name = text(node["type"], "type");
  rule.type = event_type_of(name);
  if (is_alert(rule.type) || is_reference(rule.type))
    bad(node["type"], "type: alerts and reference data are not for mappings");
  if (rule.type != EventType::kNone) return;
  // A slip in a known family would pass as an activity, unseen.
  const std::string family = name.substr(0, name.find('.') + 1);
  bool known_family = family.empty() || name.size() > 256;
#define TENURE_FAMILY(number, message, type_name) \
  known_family = known_family || std::string_view(type_name).starts_with(family);
  TENURE_EVENT_TYPES(TENURE_FAMILY)
#undef TENURE_FAMILY
  if (known_family)
    bad(node["type"], fmt::format("type: no event type '{}'; see the list in docs/formats.md, "
                                  "or use a family of your own like 'webinar.attended'",
                                  name));
  rule.type = EventType::kActivityRecorded;
  rule.activity = name;
}

PayloadTarget Loader::target(const YAML::Node& key, const YAML::Node& node, EventType type) {
  PayloadTarget made;
  const google::protobuf::Descriptor* message = payload_descriptor(type);
  std::string_view rest = key.Scalar();
  while (!rest.empty()) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const auto* field = message == nullptr ? nullptr : field_of(*message, rest.substr(0, dot));
    if (field == nullptr || field->is_repeated())
      bad(key, fmt::format("set: no field '{}' in the payload of {}; see proto/tenure/event/v1",
                           key.Scalar(), to_string(type)));
    made.path.push_back(field);
    message = field->message_type();
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  if (made.path.empty()) bad(key, "set: name a field of the payload");
  made.value = value(node, key.Scalar());
  const bool money = message != nullptr && message->name() == "Money";
  if (money != (made.value.as == Coercion::kMinor) || (message != nullptr && !money))
    bad(node, fmt::format("set: '{}' {}", key.Scalar(),
                          money ? "is money; write {field: ..., as: money, currency: EUR}"
                                : "cannot be set from this"));
  return made;
}

EventRule Loader::event(const YAML::Node& node) {
  check_keys(node, "events", {"when", "type", "set", "attributes", "skip"});
  EventRule rule;
  if (node["when"]) {
    check_keys(node["when"], "when", {});
    for (const auto& pair : node["when"])
      rule.when.push_back(condition(pair.first.Scalar(), pair.second));
  }
  if (node["skip"].IsDefined() == node["type"].IsDefined())
    bad(node, "events: give either type or skip (a reason)");
  if (node["skip"]) {
    if (node["set"] || node["attributes"]) bad(node, "events: a skipped row sets nothing");
    rule.skip = text(node["skip"], "skip");
    return rule;
  }
  event_type(node, rule);
  const bool activity = rule.type == EventType::kActivityRecorded;
  if (activity ? node["set"].IsDefined() : node["attributes"].IsDefined())
    bad(node, activity ? "set: this type has no message of its own; use attributes"
                       : "attributes: this type has a message of its own; use set");
  if (node["set"]) {
    check_keys(node["set"], "set", {});
    for (const auto& pair : node["set"])
      rule.set.push_back(target(pair.first, pair.second, rule.type));
  }
  if (node["attributes"]) {
    check_keys(node["attributes"], "attributes", {});
    if (node["attributes"].size() > kAttributesMax)
      bad(node["attributes"], fmt::format("attributes: at most {} of them", kAttributesMax));
    for (const auto& pair : node["attributes"]) {
      if (pair.first.Scalar().size() > kAttributeNameBytesMax)
        bad(pair.first,
            fmt::format("attributes: a name of at most {} bytes", kAttributeNameBytesMax));
      rule.attributes.push_back(value(pair.second, pair.first.Scalar()));
    }
  }
  return rule;
}

MappingPlan Loader::plan(const YAML::Node& root) {
  check_keys(root, "mapping",
             {"source", "id", "account", "subject", "occurred_at", "known_at", "ordinal",
              "revision", "actor", "person", "persons", "events"});
  MappingPlan made;
  if (root["source"]) {
    if (root["source"].IsScalar() && root["source"].Scalar().find('{') == std::string::npos) {
      made.source.emplace().constant = root["source"].Scalar();
    } else {
      made.source = value(root["source"], "source");
    }
  }
  optional_value(root, "id", made.id);
  optional_value(root, "account", made.account);
  optional_value(root, "subject", made.subject);
  optional_value(root, "occurred_at", made.occurred_at);
  optional_value(root, "known_at", made.known_at);
  optional_value(root, "ordinal", made.ordinal);
  optional_value(root, "revision", made.revision);
  optional_value(root, "actor", made.actor);
  if (root["person"]) made.persons.push_back(person(root["person"]));
  if (root["persons"]) {
    if (!root["persons"].IsSequence() || root["persons"].size() > kPersonsMax)
      bad(root["persons"], fmt::format("persons: give a list of at most {}", kPersonsMax));
    for (const auto& item : root["persons"]) made.persons.push_back(person(item));
  }
  const YAML::Node events = root["events"];
  if (!events || !events.IsSequence() || events.size() == 0 || events.size() > kRulesMax)
    bad(events ? events : root, fmt::format("events: give a list of 1 to {} rules", kRulesMax));
  for (const auto& item : events) made.events.push_back(event(item));
  made.fields.assign(fields_.begin(), fields_.end());
  return made;
}

}  // namespace

Result<MappingPlan> load_mapping(std::string_view yaml, std::string_view file_name) {
  const auto error_at = [&](const YAML::Mark& mark, std::string_view what) {
    const bool known = !mark.is_null();
    return fail(ErrorCode::kInvalid,
                fmt::format("{}:{}:{}: {}", file_name, known ? mark.line + 1 : 1,
                            known ? mark.column + 1 : 1, what));
  };
  if (yaml.size() > kMappingBytesMax)
    return error_at(YAML::Mark(), fmt::format("a mapping has at most {} bytes", kMappingBytesMax));
  if (const std::size_t bad = first_not_utf8(yaml); bad != std::string_view::npos) {
    const TextPlace place_of_byte = place_in(yaml, bad);
    YAML::Mark mark;
    mark.line = static_cast<int>(place_of_byte.line);
    mark.column = static_cast<int>(place_of_byte.column);
    return error_at(mark, "a byte that is not UTF-8 text; save the file as UTF-8");
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(with_yaml_end(yaml));
    if (documents.size() != 2)
      return error_at(YAML::Mark(), "empty, or more than one document; give one mapping");
    return Loader().plan(documents.front());
  } catch (const BadMapping& bad) {
    return error_at(bad.mark, bad.what);
  } catch (const YAML::Exception& bad) {
    const YamlFault fault = yaml_fault(yaml, bad.mark.line, bad.mark.column, bad.msg);
    YAML::Mark mark = bad.mark;
    mark.line = fault.line;
    mark.column = fault.column;
    return error_at(mark, fmt::format("not YAML: {}", fault.what));
  } catch (const std::exception&) {
    return error_at(YAML::Mark(), "cannot be read as YAML: is it the right file?");
  }
}

}  // namespace tenure::internal
