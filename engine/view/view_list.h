// engine/view/view_list.h
//
// Slots in the order of a key that moves far more often than anybody looks: a change is only noted,
// and whoever walks the list first brings it into order.
//
// Order:    by key, ties by slot; exact at every walk.
// Cost:     put() and remove() are constant. A walk after changes passes over the list once and
//           sorts what moved.
// Threads:  one at a time: walk() brings into order what it walks.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace tenure {

class ViewList final {
 public:
  using Slot = std::uint32_t;
  using Visit = std::function<bool(Slot)>;

  /// Any key but INT64_MIN.
  void put(Slot slot, std::int64_t key);
  void remove(Slot slot);
  /// Walks the list until `visit` returns false. `visit` must not change the list.
  void walk(const Visit& visit) const;

 private:
  static constexpr std::int64_t kAbsent = INT64_MIN;

  void note(Slot slot, std::int64_t key);
  void settle() const;

  std::vector<std::int64_t> keys_;                             // by slot, as they are now
  mutable std::vector<std::pair<std::int64_t, Slot>> sorted_;  // as of the last walk
  mutable std::vector<Slot> moved_;                            // since then
  mutable std::vector<bool> has_moved_;                        // by slot
};

}  // namespace tenure
