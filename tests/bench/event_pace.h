// tests/bench/event_pace.h
//
// Events that are made at a rate inside the process, in place of a broker's.
//
// Threads: set() from any; the source's calls as engine/runtime/source.h says.
#pragma once

#include "apps/book/bench_stream.h"
#include "engine/runtime/source.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tenure::bench {

/// Two events by which an account that is new loses its champion, which is told at once. Its name
/// is the steady instant at which it was to be sent: who sees the alert knows how long it took.
std::vector<std::string> champion_lost(std::int64_t sent_us, std::string& account);

class EventPace final {
 public:
  /// What came since the pace was set last.
  struct Sent {
    std::uint64_t events = 0;
    std::uint64_t alerts = 0;
    double seconds = 0;
    double late_s = 0;  // at most, behind the rate
  };

  EventPace(std::uint64_t at_once, std::uint32_t accounts);

  /// So many a second from now on.
  Sent set(double rate, double alerts);

  // For the source.
  struct Record {
    std::string key;
    std::string envelope;
  };
  /// Waits for the first event that is due, at most `wait`; then takes those of the next moment
  /// too.
  void take(Duration wait, std::size_t records_max, std::vector<Record>& out);
  void wake();
  [[nodiscard]] bool begun() const;  // all that comes at once was taken

 private:
  void make_stream();
  [[nodiscard]] std::int64_t due_us() const;
  void take_due(std::int64_t now_us, std::size_t records_max, std::vector<Record>& out);

  const std::uint64_t at_once_;
  const std::uint32_t accounts_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool woken_ = false;
  double rate_ = 0;
  double alerts_rate_ = 0;
  std::int64_t began_us_ = 0;
  std::uint64_t total_ = 0;
  Sent sent_;
  std::unique_ptr<BenchStream> stream_;
};

std::unique_ptr<Source> paced_source(std::shared_ptr<EventPace> pace);

}  // namespace tenure::bench
