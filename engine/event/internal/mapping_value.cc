#include "engine/base/text.h"
#include "engine/event/internal/mapping_plan.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace tenure::internal {
namespace {

// A pattern is the operator's, its text the source's: longer texts are not searched, and the
// library itself gives up on a search that grows out of hand.
constexpr std::size_t kSearchedBytesMax = 4096;

bool search(const boost::regex& pattern, std::string_view text, std::string& first_group) {
  if (text.size() > kSearchedBytesMax) return false;
  try {
    boost::cmatch found;
    if (!boost::regex_search(text.data(), text.data() + text.size(), found, pattern)) return false;
    first_group = found.size() > 1 ? found[1].str() : found[0].str();
    return true;
  } catch (const std::exception&) {
    return false;  // too costly to search: no match
  }
}

void trim(std::string& text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kBlanks);
  if (from == std::string::npos) return text.clear();
  text = text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

bool look_up(const ValueRule& rule, const MappingRow& row, std::string& value) {
  value.clear();
  if (rule.constant) {
    value = *rule.constant;
    return true;
  }
  std::string scratch;
  for (const std::string& field : rule.fields) {
    if (const auto found = row.find(field, scratch)) {
      value.assign(*found);
      return true;
    }
  }
  for (const TemplatePart& part : rule.parts) {
    const auto found = part.field ? row.find(part.text, scratch) : std::string_view(part.text);
    if (!found) return false;
    value.append(*found);
  }
  return !rule.parts.empty();
}

bool shape(const ValueRule& rule, std::string& value) {
  if (rule.match) {
    std::string group;
    if (!search(*rule.match, value, group)) return false;
    value = std::move(group);
  }
  if (rule.trim) trim(value);
  if (rule.lowercase)
    for (char& c : value)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (value.empty()) return false;
  if (rule.has_table) {
    const auto at = rule.table.find(value);
    if (at == rule.table.end()) return false;
    value = at->second;
  }
  value.insert(0, rule.prefix);
  return true;
}

std::optional<Instant> from_units(std::string_view text, std::int64_t unit_us) {
  std::int64_t us = 0;
  const int digits = unit_us == 1'000'000 ? 6 : unit_us == 1000 ? 3 : 0;
  if (!read_decimal(text, digits, us)) return std::nullopt;
  return Instant{us};
}

std::optional<Instant> from_pattern(const TimeFormat& format, std::string_view text) {
  try {
    std::istringstream in{std::string(text)};
    // The library goes on after a failure and rounds seconds that it never read: thrown, it stops.
    in.exceptions(std::ios::failbit | std::ios::badbit);
    date::local_time<std::chrono::microseconds> local{};
    std::chrono::minutes offset{0};
    std::string zone_name;
    date::from_stream(in, format.pattern.c_str(), local, &zone_name, &offset);
    in.peek();
    if (!in.eof()) return std::nullopt;
    if (format.pattern.find("%z") != std::string::npos || format.zone == nullptr)
      return Instant{local.time_since_epoch().count() -
                     std::chrono::duration_cast<std::chrono::microseconds>(offset).count()};
    // An hour that a zone has twice means its first; one that it skips means the moment of the
    // change.
    return Instant{format.zone->to_sys(local, date::choose::earliest).time_since_epoch().count()};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Why a required value is not there; never the value, which may be personal.
std::string why_absent(const ValueRule& rule, const MappingRow& row) {
  std::string value;
  if (look_up(rule, row, value))
    return fmt::format("the row's text does not fit {}", rule.has_table ? "the table" : "`match`");
  std::string fields;
  for (const std::string& field : rule.fields) fields += (fields.empty() ? "" : ", ") + field;
  for (const TemplatePart& part : rule.parts)
    if (part.field) fields += (fields.empty() ? "" : ", ") + part.text;
  return fmt::format("missing in the row, empty, or no single value ({})", shown_text(fields));
}

}  // namespace

Refusal evaluate(const ValueRule& rule, const MappingRow& row, std::string& value, bool& present) {
  present = look_up(rule, row, value) && shape(rule, value);
  if (!present && rule.fallback) {
    value = *rule.fallback;
    present = true;
  }
  if (!present && rule.required)
    return refuse(Reason::kIncomplete,
                  fmt::format("{}: required, and {}", rule.name, why_absent(rule, row)));
  return {};
}

std::optional<Instant> read_time(const TimeFormat& format, std::string_view text) {
  switch (format.kind) {
    case TimeFormat::Kind::kRfc3339: {
      const auto instant = parse_instant(text);
      if (!instant) return std::nullopt;
      return *instant;
    }
    case TimeFormat::Kind::kUnixSeconds: return from_units(text, 1'000'000);
    case TimeFormat::Kind::kUnixMillis: return from_units(text, 1000);
    case TimeFormat::Kind::kUnixMicros: return from_units(text, 1);
    case TimeFormat::Kind::kPattern: return from_pattern(format, text);
  }
  return std::nullopt;
}

bool read_decimal(std::string_view text, int digits, std::int64_t& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string whole(text.substr(0, point));
  std::string fraction(point < text.size() ? text.substr(point + 1) : std::string_view());
  if (whole.empty() || (point < text.size() && fraction.empty())) return false;
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > static_cast<std::size_t>(digits)) return false;
  fraction.resize(static_cast<std::size_t>(digits), '0');
  whole += fraction;
  if (!std::all_of(whole.begin(), whole.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  if (negative) whole.insert(0, 1, '-');
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
  return error == std::errc() && end == whole.data() + whole.size();
}

int minor_digits(std::string_view currency) {
  constexpr std::string_view kNone[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                        "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                        "VND", "VUV", "XAF", "XOF", "XPF"};
  constexpr std::string_view kThree[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::find(std::begin(kNone), std::end(kNone), currency) != std::end(kNone)) return 0;
  return std::find(std::begin(kThree), std::end(kThree), currency) != std::end(kThree) ? 3 : 2;
}

bool holds(const std::vector<Condition>& when, const MappingRow& row) {
  std::string scratch;
  std::string group;
  return std::all_of(when.begin(), when.end(), [&](const Condition& condition) {
    const auto found = row.find(condition.field, scratch);
    bool good = false;
    if (condition.empty)
      good = !found.has_value() == *condition.empty;
    else if (condition.match)
      good = found && search(*condition.match, *found, group);
    else
      good = found && std::find(condition.values.begin(), condition.values.end(), *found) !=
                          condition.values.end();
    return good != condition.negated;
  });
}

}  // namespace tenure::internal
