// engine/log/internal/block_cache.h
//
// Decoded blocks for history reads, the least recently read dropped first.
//
// Threads: any. Blocks outlive their place in the cache while somebody holds them.
#pragma once

#include "engine/log/logged_event.h"

#include <list>
#include <map>
#include <mutex>

namespace tenure {

class BlockCache final {
 public:
  explicit BlockCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// The block that holds the position; null when it is not here.
  BlockPtr find(Position position) {
    const std::lock_guard lock(mutex_);
    auto after = places_.upper_bound(position);
    if (after == places_.begin()) return nullptr;
    const auto found = std::prev(after);
    const BlockPtr& block = *found->second;
    if (block->shard() != position.shard || block->last() < position.sequence) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second);
    return block;
  }

  void add(BlockPtr block) {
    const std::size_t bytes = cost(*block);
    if (bytes > bytes_max_) return;
    const Position place{block->shard(), block->first()};
    const std::lock_guard lock(mutex_);
    if (places_.find(place) != places_.end()) return;
    recent_.push_front(std::move(block));
    places_.emplace(place, recent_.begin());
    bytes_ += bytes;
    while (bytes_ > bytes_max_) {
      const BlockPtr& oldest = recent_.back();
      bytes_ -= cost(*oldest);
      places_.erase(Position{oldest->shard(), oldest->first()});
      recent_.pop_back();
    }
  }

 private:
  // Envelopes beside the decoded events are about as long as these for common events.
  static std::size_t cost(const LogBlock& block) {
    std::size_t bytes = sizeof(LogBlock) + block.events().size() * sizeof(LoggedEvent);
    for (const LoggedEvent& logged : block.events()) bytes += logged.event.bytes.size();
    return bytes;
  }

  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::list<BlockPtr> recent_;
  std::map<Position, std::list<BlockPtr>::iterator> places_;
  std::size_t bytes_ = 0;
};

}  // namespace tenure
