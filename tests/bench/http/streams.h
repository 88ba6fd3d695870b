// tests/bench/http/streams.h
//
// Those who are told: a watch of alerts, and many subscribers of /events.
#pragma once

#include "tests/bench/http/histogram.h"

#include <cstdint>
#include <functional>

namespace tenure::bench {

struct AlertsSeen {
  Histogram latency;  // microseconds from the send that an alert's account is named by
  std::uint64_t bytes = 0;
};
/// Watches all alerts for so long. What was there before does not count.
AlertsSeen watch_alerts(std::uint16_t port, double seconds);

struct SubscribersTold {
  Histogram last;  // microseconds from the first subscriber of a message to the last, by message
  std::uint64_t messages = 0;
  std::uint64_t lost = 0;  // connections that ended
};
/// Subscribes `count` times, calls `connected` once all have had their first message, and reads on
/// until standard input ends.
SubscribersTold subscribe(
    std::uint16_t port, std::uint32_t count,
    const std::function<void(std::uint32_t connected, std::uint32_t refused)>& connected);

}  // namespace tenure::bench
