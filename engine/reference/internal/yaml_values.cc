// The values that rule files are made of: names, numbers, spans.
#include "engine/reference/internal/nearest.h"
#include "engine/reference/internal/profile_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tenure::reference_internal {
namespace {

constexpr std::size_t kNamesMax = 64;
constexpr std::int64_t kSpanDaysMax = 3'650;

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

Result<void> ProfileCompiler::map(const Node& node, std::string_view what) const {
  if (node.kind == Node::Kind::kMap) return ok();
  return at(node,
            fmt::format("{} must be a map of keys and values, not {}", what, kind_name(node.kind)));
}

Result<void> ProfileCompiler::known_keys(const Node& node,
                                         std::span<const std::string_view> known) const {
  for (const Node& key : node.keys)
    if (std::find(known.begin(), known.end(), key.text) == known.end())
      return at(key, fmt::format("unknown key '{:.64}'{}", key.text, suggestion(key.text, known)));
  return ok();
}

Result<std::string> ProfileCompiler::text(const Node& node, std::string_view what,
                                          std::size_t bytes_max) const {
  if (node.kind != Node::Kind::kScalar || node.text.empty())
    return at(node, fmt::format(
                        "{} must be a text, not {}", what,
                        node.kind == Node::Kind::kScalar ? "an empty one" : kind_name(node.kind)));
  if (node.text.size() > bytes_max)
    return at(node, fmt::format("{} has {} bytes; at most {} are allowed", what, node.text.size(),
                                bytes_max));
  return node.text;
}

Result<std::string> ProfileCompiler::name(const Node& node, std::string_view what) const {
  TENURE_TRY_ASSIGN(std::string value, text(node, what, 256));
  if (!is_name(value))
    return at(node, fmt::format("{} '{:.64}' is not a name; use 1 to 64 of a-z, 0-9, '_' and '-'",
                                what, value));
  return value;
}

Result<std::vector<std::string>> ProfileCompiler::names(const Node& node,
                                                        std::string_view what) const {
  if (node.kind != Node::Kind::kList)
    return at(node,
              fmt::format("{} must be a list like [one, two], not {}", what, kind_name(node.kind)));
  if (node.items.size() > kNamesMax)
    return at(node, fmt::format("{} names more than {}", what, kNamesMax));
  std::vector<std::string> values;
  for (const Node& item : node.items) {
    TENURE_TRY_ASSIGN(std::string value, text(item, fmt::format("each of {}", what), 64));
    if (std::find(values.begin(), values.end(), value) != values.end())
      return at(item, fmt::format("'{}' stands in {} twice; keep one", value, what));
    values.push_back(std::move(value));
  }
  return values;
}

Result<std::int64_t> ProfileCompiler::whole(const Node& node, std::string_view what,
                                            std::int64_t least, std::int64_t most) const {
  std::int64_t value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto read = std::from_chars(node.text.data(), end, value);
  if (node.kind != Node::Kind::kScalar || read.ec != std::errc() || read.ptr != end ||
      value < least || value > most)
    return at(node, fmt::format("{} must be a whole number from {} to {}", what, least, most));
  return value;
}

Result<std::int64_t> ProfileCompiler::milli(const Node& node, std::string_view what) const {
  const auto refused = [&] {
    return at(node, fmt::format("{} must be a number with at most three decimals, below a "
                                "million million",
                                what));
  };
  std::string_view left = node.text;
  const bool negative = !left.empty() && left[0] == '-';
  if (negative) left.remove_prefix(1);
  const std::size_t dot = std::min(left.find('.'), left.size());
  const std::string_view units = left.substr(0, dot);
  const std::string_view decimals = dot < left.size() ? left.substr(dot + 1) : "0";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (node.kind != Node::Kind::kScalar || units.empty() || units.size() > 12 || decimals.empty() ||
      decimals.size() > 3 || !std::all_of(units.begin(), units.end(), is_digit) ||
      !std::all_of(decimals.begin(), decimals.end(), is_digit))
    return refused();
  std::int64_t value = 0;
  for (const char c : units) value = value * 10 + (c - '0');
  for (std::size_t k = 0; k < 3; ++k)
    value = value * 10 + (k < decimals.size() ? decimals[k] - '0' : 0);
  return negative ? -value : value;
}

Result<Span> ProfileCompiler::span(const Node& node, std::string_view what) const {
  const auto refused = [&] {
    return at(node, fmt::format("{} must be a span of at most {} days like 2d, 36h, 15m, 3bd "
                                "(business days) or 8bh (business hours)",
                                what, kSpanDaysMax));
  };
  if (node.kind != Node::Kind::kScalar) return refused();
  Span made;
  std::int64_t count = 0;
  const char* end = node.text.data() + node.text.size();
  const auto read = std::from_chars(node.text.data(), end, count);
  if (read.ec != std::errc() || count < 0 || count > kSpanDaysMax * 24 * 60) return refused();
  const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (unit == "bd") {
    if (count > kSpanDaysMax) return refused();
    made.unit = Span::Unit::kBusinessDays;
    made.days = count;
    return made;
  }
  if (unit == "bh") {
    made.unit = Span::Unit::kBusinessHours;
    made.plain = std::chrono::hours(count);
  } else if (unit == "d") {
    made.plain = kDay * count;
  } else if (unit == "h") {
    made.plain = std::chrono::hours(count);
  } else if (unit == "m") {
    made.plain = std::chrono::minutes(count);
  } else {
    return refused();
  }
  if (made.plain > kDay * kSpanDaysMax) return refused();
  return made;
}

Result<SignalId> ProfileCompiler::signal(const Node& node, std::string_view wanted) const {
  const auto found = catalog_.find(wanted);
  if (found) return *found;
  const std::string_view near = catalog_.nearest(wanted);
  return at(node, fmt::format("unknown signal '{:.64}'{}", wanted,
                              near.empty() ? "; docs/rules.md lists them"
                                           : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace tenure::reference_internal
