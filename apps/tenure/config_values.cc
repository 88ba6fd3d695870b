// How single values of the configuration are read and checked.
#include "apps/tenure/config_keys.h"
#include "apps/tenure/output.h"
#include "engine/base/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <set>

namespace tenure {
namespace {

bool is_host(std::string_view host) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF:.";
  if (host.starts_with('[') && host.ends_with(']'))
    return host.find(':') != std::string_view::npos &&
           host.substr(1, host.size() - 2).find_first_not_of(kHex) == std::string_view::npos;
  constexpr std::size_t kHostBytesMax = 253;  // of DNS
  return !host.empty() && host.size() <= kHostBytesMax &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
         });
}

bool is_address(std::string_view text, std::uint64_t port_least) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_host(text.substr(0, colon))) return false;
  std::uint64_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, problem] = std::from_chars(text.data() + colon + 1, end, port);
  return problem == std::errc() && read_to == end && port >= port_least && port <= 65535;
}

Error not_an_address(const YAML::Node& node, const ConfigPlace& place, std::string_view text,
                     std::uint64_t port_least) {
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}: expected host:port such as {}, with a port from {} to 65535 and an "
                  "IPv6 address in brackets, found \"{}\"",
                  place.at(node.Mark()), port_least == 0 ? "127.0.0.1:8321" : "broker-1:9092",
                  port_least, printable(text)));
}

}  // namespace

std::string ConfigPlace::at(const YAML::Mark& mark) const {
  if (!has_lines || mark.is_null()) return origin;
  return fmt::format("{}:{}:{}", origin, mark.line + 1, mark.column + 1);
}

std::string ConfigPlace::path(const std::string& text) const {
  if (directory.empty() || text.empty() || std::filesystem::path(text).is_absolute()) return text;
  return directory + text;
}

Result<std::string> config_text(const YAML::Node& node, const ConfigPlace& place) {
  if (node.IsScalar()) return node.Scalar();
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: expected one value, found {}", place.at(node.Mark()),
                          node.IsMap()        ? "a section"
                          : node.IsSequence() ? "a list"
                                              : "nothing"));
}

Result<std::uint64_t> config_whole(const YAML::Node& node, const ConfigPlace& place,
                                   std::uint64_t least, std::uint64_t most) {
  TENURE_TRY_ASSIGN(const std::string text, config_text(node, place));
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size() && value >= least && value <= most)
    return value;
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: expected a whole number from {} to {}, found \"{}\"",
                          place.at(node.Mark()), least, most, printable(text)));
}

Result<Duration> config_duration(const YAML::Node& node, const ConfigPlace& place, Duration least,
                                 Duration most) {
  TENURE_TRY_ASSIGN(const std::string text, config_text(node, place));
  const auto value = parse_duration(text);
  if (value && *value >= least && *value <= most) return *value;
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}: expected a duration from {} to {} such as \"90s\" or \"5ms\", found \"{}\"",
                  place.at(node.Mark()), duration_text(least), duration_text(most),
                  printable(text)));
}

Result<std::uint64_t> config_bytes(const YAML::Node& node, const ConfigPlace& place,
                                   std::uint64_t least, std::uint64_t most) {
  static constexpr std::array<std::pair<std::string_view, int>, 4> kUnits = {
      {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"", 0}}};
  TENURE_TRY_ASSIGN(const std::string text, config_text(node, place));
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& [name, shift] : kUnits) {
    if (problem != std::errc() || unit != name || value > most >> shift || value << shift < least)
      continue;
    return value << shift;
  }
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}: expected a size from {} to {} such as \"64MiB\", found \"{}\"",
                  place.at(node.Mark()), bytes_text(least), bytes_text(most), printable(text)));
}

Result<std::string> config_line(const YAML::Node& node, const ConfigPlace& place) {
  TENURE_TRY_ASSIGN(std::string text, config_text(node, place));
  const auto control =
      std::find_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (control == text.end()) return text;
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}: \"{}\" holds the control character {}: take it away", place.at(node.Mark()),
                  printable(text), printable(std::string_view(&*control, 1))));
}

Result<std::string> config_address(const YAML::Node& node, const ConfigPlace& place,
                                   std::uint64_t port_least) {
  TENURE_TRY_ASSIGN(std::string text, config_line(node, place));
  if (is_address(text, port_least)) return text;
  return not_an_address(node, place, text, port_least);
}

Result<std::string> config_brokers(const YAML::Node& node, const ConfigPlace& place) {
  TENURE_TRY_ASSIGN(const std::string text, config_line(node, place));
  if (text.empty()) return text;
  std::string brokers;
  for (std::string_view rest = text;;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view broker = rest.substr(0, comma);
    while (broker.starts_with(' ')) broker.remove_prefix(1);
    while (broker.ends_with(' ')) broker.remove_suffix(1);
    if (!is_address(broker, 1)) return not_an_address(node, place, broker, 1);
    brokers.append(brokers.empty() ? "" : ",").append(broker);
    if (comma == rest.size()) return brokers;
    rest.remove_prefix(comma + 1);
  }
}

Result<std::string> config_path(Config& config, const YAML::Node& node, const ConfigPlace& place) {
  TENURE_TRY_ASSIGN(const std::string text, config_line(node, place));
  if (text.empty()) return text;
  std::string path = place.path(text);
  config.places[path] = place.at(node.Mark());
  return path;
}

Result<bool> config_flag(const YAML::Node& node, const ConfigPlace& place) {
  static constexpr std::array<std::string_view, 2> kChoices = {"false", "true"};
  TENURE_TRY_ASSIGN(const std::size_t choice, config_choice(node, place, kChoices));
  return choice == 1;
}

Result<std::size_t> config_choice(const YAML::Node& node, const ConfigPlace& place,
                                  std::span<const std::string_view> choices) {
  TENURE_TRY_ASSIGN(const std::string text, config_text(node, place));
  for (std::size_t index = 0; index < choices.size(); ++index)
    if (text == choices[index]) return index;
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: expected {}, found \"{}\"", place.at(node.Mark()),
                          fmt::join(choices, " or "), printable(text)));
}

Result<std::vector<std::string>> config_texts(const YAML::Node& node, const ConfigPlace& place) {
  if (!node.IsSequence())
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: expected a list such as [one, two]", place.at(node.Mark())));
  std::vector<std::string> texts;
  for (const YAML::Node& entry : node) {
    TENURE_TRY_ASSIGN(std::string text, config_line(entry, place));
    if (text.empty())
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: an empty entry in the list", place.at(entry.Mark())));
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<void> check_map(const YAML::Node& node, const ConfigPlace& place, std::string_view section,
                       std::span<const std::string_view> known) {
  if (!node.IsMap())
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: {} must hold keys and values", place.at(node.Mark()), section));
  std::set<std::string> seen;
  for (const auto& entry : node) {
    TENURE_TRY_ASSIGN(const std::string key, config_text(entry.first, place));
    const std::string at = place.at(entry.first.Mark());
    if (!seen.insert(key).second)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: \"{}\" stands twice in {}; keep one", at, key, section));
    bool found = false;
    for (const std::string_view name : known) found = found || name == key;
    if (!found)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: unknown key \"{}\" in {}{}", at, printable(key), section,
                              did_you_mean(key, known)));
  }
  return ok();
}

std::string duration_text(Duration duration) {
  static constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> kUnits = {
      {{86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "m"}, {1'000'000, "s"}}};
  const std::int64_t us = duration.count();
  // Two of the larger unit read worse than 120 of the smaller one only beyond a few; exactness is
  // what matters here.
  for (const auto& [size, name] : kUnits)
    if (us != 0 && us % size == 0) return fmt::format("{}{}", us / size, name);
  return fmt::format("{}ms", us / 1000);
}

}  // namespace tenure
