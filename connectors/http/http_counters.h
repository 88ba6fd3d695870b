// connectors/http/http_counters.h
//
// What the server counts, for metrics.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>

namespace tenure {

struct HttpCounters {
  std::atomic<std::uint64_t> connections{0};           // open now
  std::atomic<std::uint64_t> connections_accepted{0};  // refused ones included
  std::atomic<std::uint64_t> connections_refused{0};   // over the limit
  std::atomic<std::uint64_t> connections_ended{0};     // their places were needed
  std::atomic<std::uint64_t> requests{0};              // answered by a handler
  std::atomic<std::uint64_t> requests_refused{0};      // broke framing, a limit, or the Host check
  std::atomic<std::uint64_t> deadlines_missed{0};
  std::atomic<std::uint64_t> subscribers{0};          // long answers open now
  std::atomic<std::uint64_t> subscribers_refused{0};  // over their limit
  std::atomic<std::uint64_t> subscribers_dropped{0};  // took nothing for too long
};

}  // namespace tenure
