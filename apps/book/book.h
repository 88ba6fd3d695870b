// apps/book/book.h
//
// The demo's book of accounts: two years of one vendor's clients, and the working days after them,
// made from a seed. docs/demo.md says what it contains.
//
// Path:     [Book] -> a producer -> Kafka -> the engine, which never sees truth()
// Order:    deliveries() and live_script() rise by arrives_at; a repeat never stands before its
//           first.
// Threads:  a value; share freely once generated.
// Bytes:    the same options give the same bytes on every machine: integers only, no clock, no
//           library's random numbers.
#pragma once

#include "apps/book/truth.h"
#include "engine/base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tenure {

struct BookOptions {
  std::uint64_t seed = 1;
  /// Day 0. A Monday 09:00 in Berlin shows the live script as docs/demo.md describes it:
  /// 2026-11-23T09:00+01:00.
  Instant now{1'795'420'800'000'000};
  /// How much of the past is written, 3 to 24 months. A shorter book is the end of the longest one.
  int months = 24;
  /// Working days of live_script(), 0 to 60.
  int live_days = 10;
};

/// What is wrong with a delivery.
enum class Dirt {
  kNone,
  kRepeat,       // the same bytes as an earlier delivery
  kLate,         // over an hour after it happened
  kVeryLate,     // one to ten days after it happened
  kUndecodable,  // no envelope: the engine must quarantine it
  kFuture,       // an envelope that says it happens long after it arrives: quarantined too
};

/// One record for the topic.
struct Delivery {
  Instant arrives_at;
  std::string key;       // the account, or empty for reference data and some of the undecodable
  std::string envelope;  // tenure.event.v1.Event, or any bytes when undecodable
  bool undecodable = false;
  Dirt dirt = Dirt::kNone;
  bool scripted = false;  // an event of the live script's own, not of everyday traffic
};

/// Totals of deliveries() and of the accounts behind them.
struct BookCounts {
  int accounts = 0;
  int accounts_at_start = 0;
  int accounts_won = 0;
  int accounts_lost = 0;
  int accounts_alive = 0;
  int decoys = 0;
  std::int64_t alive_value_minor = 0;  // a year, in cents of EUR
  std::int64_t events = 0;             // deliveries that are neither repeats nor undecodable
  std::int64_t repeats = 0;
  std::int64_t late = 0;
  std::int64_t very_late = 0;
  std::int64_t undecodable = 0;
  std::int64_t future = 0;
  std::int64_t gross_retention_permille = 0;  // of the last twelve months
  std::int64_t net_retention_permille = 0;
};

class Book final {
 public:
  /// Options outside their ranges are moved to the nearest bound.
  static Book generate(BookOptions options);

  /// What arrived before `now`.
  [[nodiscard]] const std::vector<Delivery>& deliveries() const { return deliveries_; }
  /// What arrives from `now` on: everyday traffic of the same accounts and the scripted events.
  /// Nights and weekends hold few or none; whoever plays it may skip them.
  [[nodiscard]] const std::vector<Delivery>& live_script() const { return live_; }
  [[nodiscard]] const Truth& truth() const { return truth_; }
  [[nodiscard]] const BookCounts& counts() const { return counts_; }
  [[nodiscard]] const BookOptions& options() const { return options_; }

 private:
  BookOptions options_;
  std::vector<Delivery> deliveries_;
  std::vector<Delivery> live_;
  Truth truth_;
  BookCounts counts_;
};

}  // namespace tenure
