#include "engine/view/view_list.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <cstddef>

namespace tenure {

void ViewList::put(Slot slot, std::int64_t key) {
  TENURE_ASSERT(key != kAbsent, "a list is given the key that stands for none");
  note(slot, key);
}

void ViewList::remove(Slot slot) { note(slot, kAbsent); }

void ViewList::note(Slot slot, std::int64_t key) {
  if (slot >= keys_.size()) {
    keys_.resize(slot + 1, kAbsent);
    has_moved_.resize(slot + 1, false);
  }
  if (keys_[slot] == key) return;
  keys_[slot] = key;
  if (has_moved_[slot]) return;
  has_moved_[slot] = true;
  moved_.push_back(slot);
}

void ViewList::settle() const {
  if (moved_.empty()) return;
  std::erase_if(sorted_, [&](const auto& entry) { return has_moved_[entry.second]; });
  const auto stayed = static_cast<std::ptrdiff_t>(sorted_.size());
  sorted_.reserve(sorted_.size() + moved_.size());
  for (const Slot slot : moved_) {
    has_moved_[slot] = false;
    if (keys_[slot] != kAbsent) sorted_.emplace_back(keys_[slot], slot);
  }
  moved_.clear();
  std::sort(sorted_.begin() + stayed, sorted_.end());
  std::inplace_merge(sorted_.begin(), sorted_.begin() + stayed, sorted_.end());
}

void ViewList::walk(const Visit& visit) const {
  settle();
  for (const auto& [key, slot] : sorted_)
    if (!visit(slot)) return;
}

}  // namespace tenure
