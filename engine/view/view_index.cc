#include "engine/view/view_index.h"

namespace tenure {
namespace {

// Unknown health comes after every known one.
std::int64_t health_key(const Brief& brief) {
  return brief.health_milli == kMissing ? INT64_MAX : brief.health_milli;
}

// Greatest first; unknown after all.
std::int64_t value_key(const Brief& brief) {
  return brief.value_milli == kMissing ? INT64_MAX : -brief.value_milli;
}

std::int64_t alert_key(const Brief& brief) { return -static_cast<std::int64_t>(brief.worst); }

}  // namespace

void ViewIndex::insert(Slot slot, const Brief& brief) {
  health_.put(slot, health_key(brief));
  value_.put(slot, value_key(brief));
  owners_.emplace(brief.owner, slot);
  if (brief.open_alerts > 0) alerts_.emplace(alert_key(brief), slot);
}

void ViewIndex::erase(Slot slot, const Brief& brief) {
  health_.remove(slot);
  value_.remove(slot);
  owners_.erase({brief.owner, slot});
  alerts_.erase({alert_key(brief), slot});
}

void ViewIndex::replace(Slot slot, const Brief& before, const Brief& after) {
  if (health_key(before) != health_key(after)) health_.put(slot, health_key(after));
  if (value_key(before) != value_key(after)) value_.put(slot, value_key(after));
  if (before.owner != after.owner) {
    owners_.erase({before.owner, slot});
    owners_.emplace(after.owner, slot);
  }
  if (before.open_alerts != after.open_alerts || alert_key(before) != alert_key(after)) {
    alerts_.erase({alert_key(before), slot});
    if (after.open_alerts > 0) alerts_.emplace(alert_key(after), slot);
  }
}

void ViewIndex::with_alerts(const Visit& visit) const {
  for (const auto& [key, slot] : alerts_)
    if (!visit(slot)) return;
}

void ViewIndex::of_owner(const std::string& owner, const Visit& visit) const {
  for (auto it = owners_.lower_bound({owner, 0}); it != owners_.end() && it->first == owner; ++it)
    if (!visit(it->second)) return;
}

}  // namespace tenure
