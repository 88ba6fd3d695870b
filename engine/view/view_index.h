// engine/view/view_index.h
//
// The lists of one shard, kept in order as briefs change: accounts by health, by value, by owner,
// and those with open alerts.
//
// Order:    by health: the lowest first, unknown last. By value: the greatest first, unknown last.
//           By owner: by name, then by slot. With open alerts: the worst first. Ties by slot.
// Threads:  belongs to the shard's worker; readers hold the shard's lock.
#pragma once

#include "engine/view/brief.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace tenure {

class ViewIndex final {
 public:
  using Slot = std::uint32_t;

  void insert(Slot slot, const Brief& brief);
  void erase(Slot slot, const Brief& brief);
  void replace(Slot slot, const Brief& before, const Brief& after);

  /// Each walks its list until `visit` returns false.
  using Visit = std::function<bool(Slot)>;
  void by_health(const Visit& visit) const { walk(health_, visit); }
  void by_value(const Visit& visit) const { walk(value_, visit); }
  void with_alerts(const Visit& visit) const { walk(alerts_, visit); }
  void of_owner(const std::string& owner, const Visit& visit) const;

 private:
  using Ordered = std::set<std::pair<std::int64_t, Slot>>;
  static void walk(const Ordered& list, const Visit& visit);
  Ordered health_;
  Ordered value_;
  Ordered alerts_;
  std::set<std::pair<std::string, Slot>> owners_;
};

}  // namespace tenure
