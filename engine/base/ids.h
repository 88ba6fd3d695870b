// engine/base/ids.h
//
// Strong types for what is easily confused: accounts, shards, sequences, positions.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace tenure {

/// A borrowed text that cannot be taken for another kind of text. Whoever hands it out says how
/// long it lives.
template <class Tag>
struct TextId {
  std::string_view text;

  constexpr TextId() = default;
  constexpr explicit TextId(std::string_view t) : text(t) {}
  [[nodiscard]] constexpr bool empty() const { return text.empty(); }
  [[nodiscard]] std::string str() const { return std::string(text); }
  friend constexpr auto operator<=>(TextId, TextId) = default;
};

/// An account of the tenant, 1 to 128 bytes, as sources name it.
using AccountId = TextId<struct AccountTag>;
/// What a signal or an alert's episode is about: a complaint, a contract, an invoice. Empty = the
/// account.
using SubjectId = TextId<struct SubjectTag>;

/// A shard of a log directory. 0 to shards-1 hold accounts; the two last values are streams of no
/// account.
struct ShardId {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(ShardId, ShardId) = default;
};

/// The stream of reference data, with positions of its own.
inline constexpr ShardId kReferenceShard{0xFFFE};
/// The stream of what could not be read.
inline constexpr ShardId kQuarantineShard{0xFFFF};

/// Counts the events of a shard: dense, from 1. 0 = before the first.
using Sequence = std::uint64_t;

/// The address of an event in one log. Never an order of facts, an identity, or part of a citation.
struct Position {
  ShardId shard;
  Sequence sequence = 0;
  friend constexpr auto operator<=>(Position, Position) = default;
};

/// "3/1201", "reference/7", "quarantine/2".
std::string to_string(Position position);
/// "0/123,1/7".
std::string to_string(std::span<const Position> positions);

/// Kafka's murmur2 over the bytes, as the Java client computes it.
std::uint32_t murmur2(std::string_view bytes);

/// The shard of an account: murmur2 with the sign bit cleared, modulo `shards` (1 to 1024), so that
/// shard n is partition n of a topic with as many partitions keyed by account.
ShardId shard_of(AccountId account, std::uint16_t shards);

}  // namespace tenure

template <class Tag>
struct std::hash<tenure::TextId<Tag>> {
  std::size_t operator()(tenure::TextId<Tag> id) const {
    return std::hash<std::string_view>()(id.text);
  }
};
