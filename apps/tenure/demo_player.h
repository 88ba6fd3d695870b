// apps/tenure/demo_player.h
//
// Plays the demo's book into a topic: the past as fast as the engine takes it, then the present at
// one working hour a minute. Every record carries the tick header that moves the engine's clock.
//
// Threads:  play() runs on one thread of its own; the rest may be asked from any.
#pragma once

#include "apps/book/book.h"
#include "connectors/kafka/kafka_producer.h"
#include "engine/log/event_log.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace tenure {

/// Something to do in the past at its own moment, once all that arrived before is in the log.
struct DemoPause {
  Instant at;
  std::function<Result<void>()> act;
};

struct DemoPlayerOptions {
  std::string topic;
  std::string partition;       // as the log's offsets name it
  std::int64_t speed_up = 60;  // the present's pace: 60 = one hour a minute, 1 = the wall clock's
  std::vector<DemoPause> pauses;  // by rising instant
  // bytes sent and not logged: the mock cluster drops silently beyond 5 MiB
  std::size_t ahead_max = 2 << 20;
};

class DemoPlayer final {
 public:
  /// All outlive this.
  DemoPlayer(const Book& book, KafkaProducer& producer, const EventLog& log,
             DemoPlayerOptions options)
      : book_(book), producer_(producer), log_(log), options_(std::move(options)) {}

  /// Sends the past, then, once begin_present() was called, the present until `stop` says so.
  Result<void> play(const std::function<bool()>& stop);
  /// Whoever watches is ready: from here on the demo's time passes.
  void begin_present() { present_begun_ = true; }

  [[nodiscard]] std::uint64_t sent() const { return sent_.load(); }
  [[nodiscard]] bool past_sent() const { return past_sent_.load(); }
  /// How many records the past has; each pause and the end of the past add a tick.
  [[nodiscard]] std::uint64_t past_records() const {
    return book_.deliveries().size() + options_.pauses.size() + 1;
  }
  /// Where the demo's clock stands in the present.
  [[nodiscard]] Instant present() const { return {present_us_.load()}; }

 private:
  Result<void> send(Instant at, std::string_view key, const std::string* envelope);
  Result<void> wait_for_log(const std::function<bool()>& stop);
  Result<void> pause(const DemoPause& pause, const std::function<bool()>& stop);
  Result<void> play_present(const std::function<bool()>& stop);

  const Book& book_;
  KafkaProducer& producer_;
  const EventLog& log_;
  const DemoPlayerOptions options_;
  // offset and size of what is sent and not logged
  std::deque<std::pair<std::int64_t, std::size_t>> waiting_;
  std::size_t ahead_ = 0;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<bool> past_sent_{false};
  std::atomic<bool> present_begun_{false};
  std::atomic<std::int64_t> present_us_{0};
};

/// The next instant of demo time at which somebody works: nights and weekends of Berlin are
/// skipped.
Instant skip_to_working_time(Instant at);

}  // namespace tenure
