// engine/runtime/history.h
//
// The one door for an account's history: refolds, explanations, timelines and questions about the
// past read through it.
//
// Order:    events() is in the order of facts, newest last, and holds effective events only: of an
//           identity the highest revision, of conflicts the one with the greatest (known_at,
//           content); what was taken back is left out.
// Lifetime: keeps the blocks that its events borrow from.
#pragma once

#include "engine/log/event_log.h"
#include "engine/projection/projection.h"

#include <functional>
#include <span>
#include <vector>

namespace tenure {

class AccountHistory final : public History {
 public:
  using Filter = std::function<bool(const LoggedEvent&)>;

  /// Reads the events at `postings` of `shard` and keeps those that concern `account` and are facts
  /// (no alerts). Only those that are `known` compete for an identity; of the winners only those
  /// that `count` are kept. Unset: all.
  static Result<AccountHistory> load(const EventLog& log, ShardId shard, AccountId account,
                                     std::span<const Sequence> postings, const Filter& known = {},
                                     const Filter& count = {});

  [[nodiscard]] const std::vector<const LoggedEvent*>& events() const { return events_; }
  void newest_first(const std::function<bool(const Event&)>& visit) const override;

 private:
  std::vector<BlockPtr> blocks_;
  std::vector<const LoggedEvent*> events_;
};

}  // namespace tenure
