#include "engine/event/internal/say.h"

#include "engine/event/internal/mapping_plan.h"
#include "engine/event/render.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

namespace tenure::internal {

std::string who(const Saying& how) {
  if (how.event.persons.empty()) return "a contact";
  const PersonView& person = how.event.persons.front();
  if (how.personal && !person.name.empty()) return std::string(person.name);
  return person.is_client ? "a contact of the client" : "a contact";
}

std::string in_brackets(std::initializer_list<std::string> parts) {
  std::string joined;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    joined += joined.empty() ? " (" : ", ";
    joined += part;
  }
  return joined.empty() ? joined : joined + ")";
}

std::string quoted(const Saying& how, std::string_view text) {
  constexpr std::size_t kShownBytesMax = 120;
  if (!how.personal || text.empty()) return {};
  std::string line = ": ";
  for (const char c : text.substr(0, kShownBytesMax))
    line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  if (text.size() <= kShownBytesMax) return line;
  // Not in the middle of a character: its continuation bytes and its first byte go.
  while ((static_cast<unsigned char>(line.back()) & 0xc0) == 0x80) line.pop_back();
  if (static_cast<unsigned char>(line.back()) >= 0x80) line.pop_back();
  return line + "...";
}

std::string amount(const pb::Money& money) {
  if (money.currency().empty() && money.amount_minor() == 0) return {};
  const int digits = minor_digits(money.currency());
  std::uint64_t unit = 1;
  for (int k = 0; k < digits; ++k) unit *= 10;
  const auto minor = money.amount_minor();
  const std::uint64_t size =
      minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  const std::string sign = minor < 0 ? "-" : "";
  if (digits == 0) return fmt::format("{}{} {}", sign, size, money.currency());
  return fmt::format("{}{}.{:0{}} {}", sign, size / unit, size % unit, digits, money.currency());
}

std::string day(std::int64_t us) {
  const Instant instant{us};
  if (instant < kEarliestInstant || instant > kLatestInstant) return "an unknown day";
  return words_of_day(std::chrono::floor<std::chrono::days>(instant - Instant{}).count());
}

std::string word(const google::protobuf::EnumDescriptor* type, int number) {
  const auto* value = type->FindValueByNumber(number);
  if (value == nullptr || value->index() == 0) return {};
  const std::size_t prefix = type->value(0)->name().rfind("UNSPECIFIED");
  std::string name = value->name().substr(prefix == std::string::npos ? 0 : prefix);
  for (char& c : name) c = c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name;
}

}  // namespace tenure::internal
