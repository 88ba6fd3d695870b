// engine/log/internal/identity_index.h
//
// Where the events of an identity are: an open-addressing table of 16 bytes an entry, from a 64-bit
// fingerprint of (source, id) to a position. Exact, because whoever finds an entry compares the
// stored event. Every home copy has an entry of its own, so an identity that was corrected has
// several.
//
// Threads: the writer's alone.
#pragma once

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/ids.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tenure {

/// Quarantined events have fingerprints of their own: they claim no identity.
inline std::uint64_t identity_fingerprint(std::string_view source, std::string_view id,
                                          bool quarantined, std::uint64_t seed) {
  return fast_hash64(id, fast_hash64(source, quarantined ? ~seed : seed));
}

class IdentityIndex final {
 public:
  IdentityIndex() : slots_(kSlotsMin) {}

  /// Makes room, so that `entries` in all fit without growing on the way.
  void reserve(std::uint64_t entries) {
    std::size_t wanted = slots_.size();
    while (entries * 10 >= wanted * 7) wanted *= 2;
    if (wanted > slots_.size()) grow(wanted);
  }

  void insert(std::uint64_t fingerprint, Position position) {
    if ((used_ + 1) * 10 >= slots_.size() * 7) grow(slots_.size() * 2);
    TENURE_DASSERT(position.sequence > 0 && position.sequence >> 48 == 0, "48 bits of sequence");
    place({fingerprint, std::uint64_t{position.shard.value} << 48 | position.sequence});
    ++used_;
  }

  /// Calls `visit(Position)` for each entry of the fingerprint until it returns false.
  template <class Visit>
  void each(std::uint64_t fingerprint, const Visit& visit) const {
    for (std::size_t k = fingerprint & mask();; k = (k + 1) & mask()) {
      const Slot& slot = slots_[k];
      if (slot.where == 0) return;
      if (slot.fingerprint == fingerprint && !visit(position_of(slot))) return;
    }
  }

  void prefetch(std::uint64_t fingerprint) const {
    __builtin_prefetch(&slots_[fingerprint & mask()]);
  }

  [[nodiscard]] std::uint64_t size() const { return used_; }

 private:
  static constexpr std::size_t kSlotsMin = 1024;
  struct Slot {
    std::uint64_t fingerprint = 0;
    std::uint64_t where = 0;  // shard in the 16 high bits, sequence below; 0 = empty
  };

  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  static Position position_of(const Slot& slot) {
    return {ShardId{static_cast<std::uint16_t>(slot.where >> 48)}, slot.where & 0xffff'ffff'ffff};
  }
  void place(const Slot& slot) {
    std::size_t k = slot.fingerprint & mask();
    while (slots_[k].where != 0) k = (k + 1) & mask();
    slots_[k] = slot;
  }
  void grow(std::size_t size) {
    std::vector<Slot> old(size);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.where != 0) place(slot);
  }

  std::vector<Slot> slots_;
  std::uint64_t used_ = 0;
};

}  // namespace tenure
