// engine/view/view_index.h
//
// The lists of one shard, kept in order as briefs change: accounts by health, by value, by owner,
// and those with open alerts.
//
// Order:    by health: the lowest first, unknown last. By value: the greatest first, unknown last.
//           By owner: by name, then by slot. With open alerts: the worst first. Ties by slot.
// Cost:     health and value move with many events and are put in order when somebody looks; what
//           moves seldom is in order always.
// Threads:  belongs to the shard's worker; readers hold the shard's lock, one at a time.
#pragma once

#include "engine/view/brief.h"
#include "engine/view/view_list.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace tenure {

class ViewIndex final {
 public:
  using Slot = ViewList::Slot;

  void insert(Slot slot, const Brief& brief);
  void erase(Slot slot, const Brief& brief);
  void replace(Slot slot, const Brief& before, const Brief& after);

  /// Each walks its list until `visit` returns false.
  using Visit = ViewList::Visit;
  void by_health(const Visit& visit) const { health_.walk(visit); }
  void by_value(const Visit& visit) const { value_.walk(visit); }
  void with_alerts(const Visit& visit) const;
  void of_owner(const std::string& owner, const Visit& visit) const;

 private:
  ViewList health_;
  ViewList value_;
  std::set<std::pair<std::int64_t, Slot>> alerts_;
  std::set<std::pair<std::string, Slot>> owners_;
};

}  // namespace tenure
