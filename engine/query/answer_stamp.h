// engine/query/answer_stamp.h
//
// What an answer about one account rests on, so that the same answer can be given again for as long
// as nothing of it moved: without its shard's lock and without reading the account.
//
// Threads: any; holds() waits for nobody.
// Lifetime: the engine outlives it.
#pragma once

#include "engine/query/json_text.h"
#include "engine/runtime/engine.h"

#include <cstdint>
#include <optional>

namespace tenure {

/// How fresh an answer is that still holds.
struct Standing {
  Position position;
  Instant as_of;
  bool complete = true;
  Sequence reference_position = 0;
};

class AnswerStamp {
 public:
  AnswerStamp() = default;

  /// Begins one. Before the account is read, for what changes meanwhile must not be overlooked.
  explicit AnswerStamp(const Engine& engine)
      : engine_(&engine), reference_version_(engine.reference_version()) {}
  /// While its shard stands still.
  void rests_on(ShardId shard, const AccountSlot& slot) {
    shard_ = shard;
    changes_ = &slot.changes;
    seen_ = slot.changes.value();
    behind_ = slot.behind;
  }
  void holds_before(Instant instant) { until_ = std::min(until_, instant); }
  void uses_reference(Sequence position) { reference_position_ = position; }

  /// False for an answer that must not be given again.
  [[nodiscard]] bool is_whole() const { return changes_ != nullptr; }
  /// Nothing once the answer may be another one.
  [[nodiscard]] std::optional<Standing> standing() const {
    // The position comes first: what was folded up to there has raised the count already.
    const Position position{shard_, engine_->folded_for_all(shard_)};
    const Instant now = engine_->clock().now();
    if (changes_->value() != seen_ || now >= until_ ||
        engine_->reference_version() != reference_version_)
      return std::nullopt;
    return Standing{position, now, !behind_ && engine_->complete(), reference_position_};
  }

 private:
  const Engine* engine_ = nullptr;
  const ChangeCount* changes_ = nullptr;  // of a slot, which stays as long as its shard
  std::uint32_t seen_ = 0;
  ShardId shard_;
  bool behind_ = false;
  std::uint64_t reference_version_ = 0;
  Sequence reference_position_ = 0;
  Instant until_ = Instant::never();
};

/// What goes beside an answer that may be given again.
struct AnswerNotes {
  // asked: it is sent as JSON, so that what is JSON need not become a message
  bool as_json = false;
  JsonField instead;  // in that case; empty = the message holds all
  AnswerStamp stamp;
};

}  // namespace tenure
