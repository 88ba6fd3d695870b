#include "engine/event/event_type.h"

#include <algorithm>
#include <array>

namespace tenure {
namespace {

struct NamedType {
  std::string_view name;
  EventType type = EventType::kNone;
};

constexpr NamedType kTypes[] = {
#define TENURE_EVENT_TYPE_ROW(number, message, name) {name, EventType::k##message},
    TENURE_EVENT_TYPES(TENURE_EVENT_TYPE_ROW)
#undef TENURE_EVENT_TYPE_ROW
};

// Names by number: asked for every event, so a table and no search.
const std::array<std::string_view, kEventTypeLimit>& names() {
  static const auto table = [] {
    std::array<std::string_view, kEventTypeLimit> filled{};
    for (const NamedType& row : kTypes) filled[static_cast<std::size_t>(row.type)] = row.name;
    return filled;
  }();
  return table;
}

const std::array<NamedType, std::size(kTypes)>& by_name() {
  static const auto table = [] {
    std::array<NamedType, std::size(kTypes)> sorted{};
    std::copy(std::begin(kTypes), std::end(kTypes), sorted.begin());
    std::sort(sorted.begin(), sorted.end(),
              [](const NamedType& a, const NamedType& b) { return a.name < b.name; });
    return sorted;
  }();
  return table;
}

}  // namespace

std::string_view to_string(EventType type) {
  if (type == EventType::kNone) return "none";
  return is_known(type) ? names()[static_cast<std::size_t>(type)] : std::string_view("unknown");
}

EventType event_type_of(std::string_view name) {
  const auto& table = by_name();
  const auto at =
      std::lower_bound(table.begin(), table.end(), name,
                       [](const NamedType& row, std::string_view key) { return row.name < key; });
  return at != table.end() && at->name == name ? at->type : EventType::kNone;
}

bool is_known(EventType type) {
  const auto number = static_cast<std::size_t>(type);
  return number < kEventTypeLimit && !names()[number].empty();
}

EventTypes EventTypes::all_facts() {
  EventTypes facts;
  for (const NamedType& row : kTypes)
    if (!is_alert(row.type) && !is_reference(row.type))
      facts.bits_.set(static_cast<std::size_t>(row.type));
  return facts;
}

}  // namespace tenure
