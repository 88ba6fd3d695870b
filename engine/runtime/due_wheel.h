// engine/runtime/due_wheel.h
//
// The due instants of a shard's accounts, one each. Entries are not searched for: an account that
// moved its due leaves a stale entry behind, which the shard drops when its turn comes. Rebuilt on
// start from the accounts' rows.
//
// Order:    entries come by rising instant; the shard orders accounts of one instant by id.
// Threads:  belongs to the shard's worker.
#pragma once

#include "engine/base/time.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace tenure {

class DueWheel final {
 public:
  using Slot = std::uint32_t;

  void add(Slot slot, Instant due) {
    if (due == Instant::never()) return;
    const std::int64_t spoke = spoke_of(due);
    if (spoke > rim_) {
      spokes_[spoke].push_back({due, slot});
      return;
    }
    near_.push_back({due, slot});
    std::push_heap(near_.begin(), near_.end(), later);
  }

  /// The least instant that has an entry; never() when there is none.
  [[nodiscard]] Instant next() {
    if (near_.empty()) turn();
    return near_.empty() ? Instant::never() : near_.front().due;
  }

  /// Takes out every entry of exactly `due`, which next() returned.
  void take(Instant due, std::vector<Slot>& slots) {
    while (!near_.empty() && near_.front().due == due) {
      slots.push_back(near_.front().slot);
      std::pop_heap(near_.begin(), near_.end(), later);
      near_.pop_back();
    }
  }

 private:
  struct Entry {
    Instant due;
    Slot slot;
  };
  static bool later(const Entry& a, const Entry& b) { return a.due > b.due; }

  // A quarter of an hour: a day's decay steps of a million accounts spread over a hundred spokes.
  static constexpr std::int64_t kSpokeUs = 900'000'000;
  static std::int64_t spoke_of(Instant due) { return due.us / kSpokeUs - (due.us < 0 ? 1 : 0); }

  // Brings the nearest spoke in.
  void turn() {
    if (spokes_.empty()) return;
    rim_ = spokes_.begin()->first;
    near_ = std::move(spokes_.begin()->second);
    spokes_.erase(spokes_.begin());
    std::make_heap(near_.begin(), near_.end(), later);
  }

  std::map<std::int64_t, std::vector<Entry>> spokes_;  // unsorted, later than the rim
  std::vector<Entry> near_;                            // a heap: all that is due up to the rim
  std::int64_t rim_ = INT64_MIN;                       // the spoke brought in last
};

}  // namespace tenure
