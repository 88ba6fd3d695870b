// A shard's checkpoint in steps, so that no reader and no event waits for all of it.
#include "engine/base/assert.h"
#include "engine/runtime/shard.h"

#include <algorithm>

namespace tenure {

bool Shard::begin_freeze() {
  TENURE_ASSERT(freezing_.empty(), "a checkpoint begins while another is at hand");
  if (dirty_.empty()) return false;
  frozen_ = CheckpointRows(id_, {folded_, horizon_, ++checkpoint_number_});
  freezing_.swap(dirty_);
  freezing_done_ = 0;
  for (const Number number : freezing_) {
    slots_[number]->dirty = false;
    slots_[number]->freezing = true;
  }
  return true;
}

void Shard::freeze_account(AccountSlot& slot) {
  thread_local std::string row;
  row.clear();
  encode_account(slot, row);
  frozen_.add(AccountId(slot.id), row, slot.postings);
  slot.postings_frozen = static_cast<std::uint32_t>(slot.postings.size());
  slot.freezing = false;
}

bool Shard::freeze_some(std::size_t accounts_max) {
  const std::size_t until = std::min(freezing_.size(), freezing_done_ + accounts_max);
  for (; freezing_done_ < until; ++freezing_done_) {
    AccountSlot& slot = *slots_[freezing_[freezing_done_]];
    if (slot.freezing) freeze_account(slot);
  }
  if (freezing_done_ < freezing_.size()) return false;
  freezing_done_ = 0;
  return true;
}

bool Shard::forget_some(std::size_t accounts_max) {
  const std::size_t until = std::min(freezing_.size(), freezing_done_ + accounts_max);
  for (; freezing_done_ < until; ++freezing_done_) {
    AccountSlot& slot = *slots_[freezing_[freezing_done_]];
    if (slot.postings_frozen == slot.postings.size()) {
      slot.postings = {};
    } else {
      slot.postings.erase(slot.postings.begin(), slot.postings.begin() + slot.postings_frozen);
    }
    slot.postings_frozen = 0;
  }
  if (freezing_done_ < freezing_.size()) return false;
  freezing_.clear();
  freezing_.shrink_to_fit();
  freezing_done_ = 0;
  return true;
}

}  // namespace tenure
