// tests/bench/http/load.h
//
// Account reads over keep-alive connections, in a closed loop (each connection asks again at once)
// or an open one (requests at a fixed rate, whatever the server does). A latency runs from the
// instant at which a request was meant to be sent.
#pragma once

#include "tests/bench/http/histogram.h"

#include <cstdint>

namespace tenure::bench {

struct LoadOptions {
  std::uint16_t port = 0;
  std::uint32_t connections = 32;
  double seconds = 5;
  double rate = 0;         // requests a second; 0 = a closed loop
  bool each_once = false;  // a closed loop over every account, and then it is over
  std::uint32_t accounts = 20'000;
};

struct LoadResult {
  Histogram latency;           // microseconds
  std::uint64_t requests = 0;  // answered
  std::uint64_t errors = 0;    // not answered by 200
  std::uint64_t body_bytes = 0;
  double seconds = 0;
};

LoadResult load(const LoadOptions& options);

}  // namespace tenure::bench
