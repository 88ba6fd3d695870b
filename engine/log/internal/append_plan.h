// engine/log/internal/append_plan.h
//
// What one append is going to store: which events, in which shards, under which marks. Kept between
// appends for its memory.
//
// Threads: the writer's alone.
#pragma once

#include "engine/log/internal/log_impl.h"

#include <optional>
#include <string>
#include <vector>

namespace tenure {

class AppendPlan final {
 public:
  struct Shard {
    Sequence next = 0;
    Instant base;
    std::string body;
    std::uint32_t copies = 0;
    std::vector<std::uint32_t> rows;  // by position in the shard's new block: index of the event
  };

  AppendPlan(LogImpl& log, std::span<const Event> events, const LogImpl::Stamps& stamps,
             std::uint8_t marks);

  /// Decides what becomes of every event, and adds what is new to the log's index.
  Result<void> run(std::vector<Verdict>* verdicts);
  /// What run() would decide of the first event; changes nothing.
  Result<Verdict> foresee();

  [[nodiscard]] AppendOutcome& outcome() { return outcome_; }
  [[nodiscard]] std::vector<Shard>& shards() { return shards_; }  // by slot

 private:
  // An event that stands under the identity already.
  struct Known {
    std::uint32_t revision = 0;
    ContentHash content;
    bool reference = false;
    std::vector<std::string> accounts;
  };

  void fingerprint();
  [[nodiscard]] std::optional<Verdict> stands(std::uint32_t k) const;
  Result<Verdict> place(std::uint32_t k);
  Result<Verdict> place_quarantined(std::uint32_t k);
  /// Fills known_ with the events of the identity; of a quarantined one it is enough that there is
  /// any.
  Result<void> look_up(std::uint32_t k);
  void look_up_planned(std::uint32_t k, std::uint32_t other);
  [[nodiscard]] std::uint8_t marks_against_known(const Event& event) const;
  void choose_slots(const Event& event);
  void collect_prior_accounts(const Event& event);
  void add_slot(std::size_t slot);
  void store(std::uint32_t k, std::uint8_t marks);

  LogImpl& log_;
  const std::span<const Event> events_;
  const LogImpl::Stamps& stamps_;
  const std::uint8_t marks_;
  AppendOutcome outcome_;
  std::vector<Shard> shards_;
  std::vector<std::uint64_t> fingerprints_;
  std::vector<ContentHash> contents_;
  // Of the event being placed.
  std::vector<Known> known_;
  std::vector<std::string> prior_accounts_;
  boost::container::small_vector<std::size_t, 4> slots_;  // the first is its home
};

}  // namespace tenure
