// apps/book/bench_stream.h
//
// A deterministic stream of small events over many accounts, for `make bench`: bare envelopes of
// about 200 bytes, over a million a second on one core.
//
// Threads:  one at a time.
// Lifetime: what next() lends is valid until the next call.
#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tenure {

struct BenchStreamOptions {
  std::uint64_t seed = 1;
  std::uint32_t accounts = 20'000;  // 1 to 10 million
  /// Events before this one are taken as sent: ids and instants go on from there.
  std::uint64_t sent_before = 0;
  /// The first events meet every account once, scattered; draws begin after that.
  bool each_account_first = false;
  Instant begins{1'735'689'600'000'000};  // 2025-01-01T00:00Z
  /// Between two events; the clock of the stream never goes back.
  Duration step{1000};
  /// 0: every account alike. 1000: half of the events go to a hundredth of the accounts; in between
  /// by proportion.
  int skew_permille = 0;
  /// Of these events the occurred_at is up to an hour in the past.
  int late_permille = 0;
};

class BenchStream final {
 public:
  explicit BenchStream(BenchStreamOptions options);
  ~BenchStream();

  struct Record {
    std::string_view key;  // the account
    std::string_view envelope;
    Instant occurred_at;
  };
  /// The next event; the stream never ends. 40 of 100 are mails in, 30 mails out, 20 use, 6
  /// complaints opened and resolved, 4 meetings held.
  Record next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
