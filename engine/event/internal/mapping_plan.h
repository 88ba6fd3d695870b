// A mapping as it stands after loading: what to look up, in which order, and what becomes of it.
#pragma once

#include "engine/base/time.h"
#include "engine/event/event_type.h"
#include "engine/event/internal/refusal.h"
#include "engine/event/mapping.h"

#include <boost/regex.hpp>
#include <date/tz.h>
#include <google/protobuf/message.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::internal {

/// How a text becomes what a payload field holds.
enum class Coercion { kText, kInt, kBool, kMilli, kMinor, kTime };

struct TimeFormat {
  enum class Kind { kRfc3339, kUnixSeconds, kUnixMillis, kUnixMicros, kPattern };
  Kind kind = Kind::kRfc3339;
  std::string pattern;                    // of kPattern: as strptime has it
  const date::time_zone* zone = nullptr;  // of kPattern without %z; nullptr = UTC
};

struct TemplatePart {
  bool field = false;
  std::string text;
};

/// Where a value comes from and what is done to it, in the order of the members.
struct ValueRule {
  std::optional<std::string> constant;
  std::vector<std::string> fields;    // the first that is there
  std::vector<TemplatePart> parts;    // a template: missing when one of its fields is
  std::optional<boost::regex> match;  // the first group is the value; no match = missing
  bool trim = false;
  bool lowercase = false;
  std::map<std::string, std::string, std::less<>> table;
  bool has_table = false;  // a value that is not in it is missing
  std::string prefix;
  std::optional<std::string> fallback;  // `default`
  bool required = false;
  Coercion as = Coercion::kText;
  TimeFormat time;
  std::string currency;  // of kMinor: an ISO code
  std::string name;      // for messages
};

struct Condition {
  std::string field;
  std::vector<std::string> values;  // one of them
  std::optional<boost::regex> match;
  std::optional<bool> empty;
  bool negated = false;
};

/// A payload field to set: the way through nested messages, the last one being no message (or
/// Money).
struct PayloadTarget {
  std::vector<const google::protobuf::FieldDescriptor*> path;
  ValueRule value;
};

struct EventRule {
  std::vector<Condition> when;  // all of them
  std::optional<std::string> skip;
  EventType type = EventType::kNone;
  std::string activity;  // the name of a type without a message of its own
  std::vector<PayloadTarget> set;
  std::vector<ValueRule> attributes;  // of activity.recorded; `name` is the attribute's
};

struct PersonRule {
  ValueRule id;
  std::optional<ValueRule> name;
  std::int32_t side = 1;
};

struct MappingPlan {
  std::optional<ValueRule> source;
  std::optional<ValueRule> id;
  std::optional<ValueRule> account;
  std::optional<ValueRule> subject;
  std::optional<ValueRule> occurred_at;
  std::optional<ValueRule> known_at;
  std::optional<ValueRule> ordinal;
  std::optional<ValueRule> revision;
  std::optional<ValueRule> actor;
  std::vector<PersonRule> persons;
  std::vector<EventRule> events;
  std::vector<std::string> fields;  // all that is looked up, sorted
};

/// Reads the YAML of a mapping. Throws nothing.
Result<MappingPlan> load_mapping(std::string_view yaml, std::string_view file_name);

/// The value of a rule for a row; `present` is false when it is missing.
Refusal evaluate(const ValueRule& rule, const MappingRow& row, std::string& value, bool& present);

/// A time in the rule's format.
std::optional<Instant> read_time(const TimeFormat& format, std::string_view text);

/// Why a pattern cannot be read back into the day, and the hour it speaks of; nullopt when it can.
std::optional<std::string> why_no_time(const std::string& pattern);

/// A decimal number as a whole count of its 10^-digits; false when it has more digits than that or
/// is too great.
bool read_decimal(std::string_view text, int digits, std::int64_t& value);

/// How many digits the minor unit of a currency has: 2, unless ISO 4217 says otherwise.
int minor_digits(std::string_view currency);

/// True when every condition holds.
bool holds(const std::vector<Condition>& when, const MappingRow& row);

}  // namespace tenure::internal
