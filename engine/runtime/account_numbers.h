// engine/runtime/account_numbers.h
//
// Which number an account has in its shard. Every event asks: one look into a flat table, and one
// at the account itself to be sure.
//
// Lifetime: holds no ids; whoever asks brings what compares a number's id.
// Threads:  belongs to the shard's worker.
#pragma once

#include "engine/base/hash.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tenure {

class AccountNumbers final {
 public:
  using Number = std::uint32_t;
  static constexpr Number kNone = UINT32_MAX;

  // Ids come from outside. The seed differs from process to process, so that nobody can choose ids
  // that fall on one place.
  AccountNumbers() : seed_(reinterpret_cast<std::uintptr_t>(this)) {}
  AccountNumbers(const AccountNumbers&) = delete;
  AccountNumbers& operator=(const AccountNumbers&) = delete;

  /// `is(number)` says whether that number's id is `id`.
  template <class Is>
  [[nodiscard]] Number find(std::string_view id, const Is& is) const {
    if (places_.empty()) return kNone;
    const std::uint32_t tag = tag_of(id);
    for (std::size_t at = tag & mask();; at = (at + 1) & mask()) {
      const Place& place = places_[at];
      if (place.number == kNone) return kNone;
      if (place.tag == tag && is(place.number)) return place.number;
    }
  }

  /// An id that is not there.
  void add(std::string_view id, Number number) {
    if ((count_ + 1) * 4 > places_.size() * 3) grow();
    ++count_;
    put({tag_of(id), number});
  }

 private:
  struct Place {
    std::uint32_t tag = 0;  // of the id's hash
    Number number = kNone;
  };

  [[nodiscard]] std::uint32_t tag_of(std::string_view id) const {
    return static_cast<std::uint32_t>(fast_hash64(id, seed_));
  }
  [[nodiscard]] std::size_t mask() const { return places_.size() - 1; }

  void put(Place place) {
    std::size_t at = place.tag & mask();
    while (places_[at].number != kNone) at = (at + 1) & mask();
    places_[at] = place;
  }

  void grow() {
    std::vector<Place> before(places_.empty() ? 16 : places_.size() * 2);
    before.swap(places_);
    for (const Place& place : before)
      if (place.number != kNone) put(place);
  }

  const std::uint64_t seed_;
  std::vector<Place> places_;  // a power of two, a quarter of them free
  std::size_t count_ = 0;
};

}  // namespace tenure
