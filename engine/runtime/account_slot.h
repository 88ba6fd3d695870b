// engine/runtime/account_slot.h
//
// One account in memory: hot (facts as objects, signals at hand) or cold (one string). Belongs to
// its shard.
#pragma once

#include "engine/projection/projection_set.h"
#include "engine/review/ledger.h"
#include "engine/view/brief.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tenure {

/// The key of the last event folded, in the order of facts: an event before it is late.
struct FoldedKey {
  Instant occurred_at = Instant::always();
  std::int64_t ordinal = INT64_MIN;
  std::string source;
  std::string id;

  [[nodiscard]] bool is_after(const Event& event) const {
    return std::tie(event.occurred_at, event.ordinal) < std::tie(occurred_at, ordinal) ||
           (event.occurred_at == occurred_at && event.ordinal == ordinal &&
            std::tie(event.source, event.id) <
                std::make_tuple(std::string_view(source), std::string_view(id)));
  }
  void move_to(const Event& event) {
    occurred_at = event.occurred_at;
    ordinal = event.ordinal;
    source.assign(event.source);
    id.assign(event.id);
  }
};

/// What an account has while it is at work.
struct HotAccount {
  explicit HotAccount(const ProjectionSet& set)
      : facts(set),
        signals(set.catalog().size(), kMissing),
        valid_until(set.size(), Instant::always()) {}

  AccountFacts facts;
  AlertLedger ledger;
  FoldedKey folded;
  std::uint64_t events = 0;                // effective ones for which this account is the first
  std::vector<std::int64_t> signals;       // by SignalId
  std::vector<SubjectSignal> subjects;     // by signal, then subject
  std::vector<Instant> valid_until;        // by projection; always() = to be computed
  Instant review_due = Instant::always();  // until then the same signals tell nothing new
  Sequence reference = 0;                  // the reference position that signals rest on
  Instant reference_from;                  // and since when that is in force
};

/// Counts an account's changes. Its shard's driver raises it before each of them; any thread may
/// look whether what it read still holds.
class ChangeCount {
 public:
  ChangeCount() = default;
  ChangeCount(const ChangeCount& other) : count_(other.value()) {}
  ChangeCount& operator=(const ChangeCount&) = delete;
  void raise() { count_.store(count_.load(std::memory_order_relaxed) + 1); }
  [[nodiscard]] std::uint32_t value() const { return count_.load(); }

 private:
  std::atomic<std::uint32_t> count_{0};
};

struct AccountSlot {
  std::string id;
  std::unique_ptr<HotAccount> hot;  // null while cold
  std::string cold;                 // encode_account() of it, while cold
  Instant due = Instant::never();   // the account's one timer
  Brief brief;
  std::vector<Sequence> postings;     // those that the store may not have yet
  std::uint32_t postings_frozen = 0;  // so many of them are in the checkpoint at hand
  bool dirty = false;                 // changed since the last checkpoint began
  bool freezing = false;              // the checkpoint at hand has yet to encode it
  // touched by a source that is behind: not reviewed until it is live
  bool behind = false;
  Instant behind_since = Instant::always();  // when it was touched so last; not kept in the row
  bool late = false;             // has late events in the commit at hand: refold at its end
  std::uint32_t late_entry = 0;  // where the shard notes the last of them
  ChangeCount changes;
};

/// Rows of another version are of no use to each other: part of the state's fingerprint.
inline constexpr std::uint64_t kAccountRowVersion = 4;

/// The row of an account in the state store: everything of a slot but its id and postings.
/// Canonical.
void encode_account(const AccountSlot& slot, std::string& row);
/// Fills a slot from a row: its hot part stays cold, except that brief, due and flags are read.
Result<void> decode_account(std::string_view row, AccountSlot& slot);
/// Makes a slot hot.
Result<void> warm_account(const ProjectionSet& set, AccountSlot& slot);
/// Makes a slot cold; its signals are computed again when it is next at work.
void cool_account(AccountSlot& slot);

}  // namespace tenure
