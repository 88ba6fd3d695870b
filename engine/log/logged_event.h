// engine/log/logged_event.h
//
// An event with what the log knows of it: where it is, since when, and how it stands to others of
// its identity.
#pragma once

#include "engine/event/event.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tenure {

/// Marks of an event in the log. Stored: never reuse a bit.
enum EventMark : std::uint8_t {
  kMarkConflict = 1,     // another content stands under the same (source, id, revision)
  kMarkSuperseded = 2,   // a higher revision was there already
  kMarkBehind = 4,       // its source was behind when it was appended
  kMarkCopy = 8,         // this shard is not the event's home: do not count it
  kMarkCorrection = 16,  // the identity was there before: accounts that hold it must fold again
};

struct LoggedEvent {
  Position position;
  Instant recorded_at;
  std::uint8_t marks = 0;
  ContentHash content;
  Event event;
  // Accounts that held earlier revisions of the identity and are not in event.accounts: they must
  // see this one too.
  boost::container::small_vector<AccountId, 1> prior_accounts;

  [[nodiscard]] bool has(EventMark mark) const { return (marks & mark) != 0; }
  /// True when `account` must see this event: it is one of its accounts or held the identity
  /// before.
  [[nodiscard]] bool concerns(AccountId account) const;
};

/// The events that one commit put into one shard, decoded. Immutable; owns the bytes that its
/// events borrow.
class LogBlock {
 public:
  LogBlock(ShardId shard, std::uint64_t commit, std::string bytes, std::vector<LoggedEvent> events)
      : shard_(shard), commit_(commit), bytes_(std::move(bytes)), events_(std::move(events)) {}
  LogBlock(const LogBlock&) = delete;  // events borrow from bytes_
  LogBlock& operator=(const LogBlock&) = delete;

  [[nodiscard]] ShardId shard() const { return shard_; }
  // rises with each append of the log
  [[nodiscard]] std::uint64_t commit() const { return commit_; }
  [[nodiscard]] Sequence first() const { return events_.front().position.sequence; }
  [[nodiscard]] Sequence last() const { return events_.back().position.sequence; }
  [[nodiscard]] std::span<const LoggedEvent> events() const { return events_; }

 private:
  ShardId shard_;
  std::uint64_t commit_;
  std::string bytes_;
  std::vector<LoggedEvent> events_;
};

using BlockPtr = std::shared_ptr<const LogBlock>;

}  // namespace tenure
