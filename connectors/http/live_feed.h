// connectors/http/live_feed.h
//
// Tells clients when something moved: at once after a quiet moment, once a tick while things go on
// moving. Watches of alerts do not wait for the tick: they are asked again as soon as a worker has
// folded what was told. The same bytes go to everybody.
//
// Path:     Engine -> [LiveFeed] -> LongAnswer -> sessions
// Order:    a client is told the newest state, not each one between. Where messages are
//           differences, the next one is made when the one before was taken.
// Threads:  it starts none. run() by one, which sleeps until a worker wakes it; the others from
//           any. A shard stands still only for a watch's answer, never for the event loop.
// Lifetime: the engine outlives it, it outlives the server; stop() and join run() before the server
//           goes.
// Limits:   LiveFeedOptions; docs/limits.md, "HTTP".
#pragma once

#include "connectors/http/http_message.h"
#include "connectors/http/http_routes.h"
#include "connectors/http/long_answer.h"
#include "engine/runtime/engine.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tenure {

struct LiveFeedOptions {
  Duration tick_min = std::chrono::milliseconds(200);  // between two messages to a client
  Duration alerts_min = std::chrono::milliseconds(5);  // the same, of watches of alerts
  Duration look_every = std::chrono::seconds(1);  // watches also change with time, not only events
  std::size_t subscribers_max = 256;              // of /events and of watches together
};

class LiveFeed final {
 public:
  /// What a watch is answered now.
  struct Watched {
    LongAnswer::Piece frame;  // as it is sent; shared by all who ask the same
    std::string tag;          // the same as long as nothing changed but how fresh it is
    // Where messages tell what differs: what a client has that was told this, and what one is sent
    // that has `has`. Null where each message is whole.
    std::shared_ptr<const void> content;
    std::function<LongAnswer::Piece(const void* has)> since;
  };
  struct Watch {
    std::string key;  // watches of one key have one answer
    std::function<Result<Watched>()> ask;
    std::function<std::string(const Error&)> last_words;  // how an error ends the answer
    std::string tag;                                      // what the client has; empty = nothing
    std::shared_ptr<const void> content;                  // see Watched
    bool of_alerts = false;                               // asked again when alerts moved
    std::optional<std::int64_t> until_us;  // steady; absent = for as long as the client stays
  };

  LiveFeed(const Engine& engine, LiveFeedOptions options, std::shared_ptr<HttpCounters> counters);

  /// Ticks until stop().
  void run();
  void stop();

  /// GET /events: never waits.
  [[nodiscard]] HttpResponse events(const HttpRequest& request);
  /// A place for a watch's answer; null when all are taken.
  [[nodiscard]] std::shared_ptr<LongAnswer> open() const;
  /// Sends what is new from here on.
  void add(Watch watch, const std::shared_ptr<LongAnswer>& answer);

 private:
  // What run() has told, and until when it rests.
  struct Told {
    std::uint64_t moves = 0;
    Engine::Moves seen;
    std::int64_t looked_us = 0;
    std::int64_t tick_after_us = 0;    // steady
    std::int64_t alerts_after_us = 0;  // steady
  };
  // How far everything is.
  struct Standing {
    std::string position;     // "0/123,1/7"
    std::uint64_t moves = 0;  // rises whenever anything moved
  };
  struct OpenWatch {
    Watch watch;
    std::weak_ptr<LongAnswer> answer;
  };

  [[nodiscard]] Standing read_standing() const;
  [[nodiscard]] LongAnswer::Piece piece_of(std::string_view event, const Standing& standing) const;
  void tell(const Standing& standing);
  void forget_who_left();  // with the lock
  bool step();             // one round of run(); false when it is over
  void tick(const Engine::Moves& moves, std::int64_t begun_us, bool everything);
  void look_at_watches(bool of_alerts_only);
  static Duration rest_after(std::int64_t begun_cpu_us, Duration least, std::size_t told);
  static void tell_watch(const Watched& now, OpenWatch& open, LongAnswer& client,
                         std::map<const void*, LongAnswer::Piece>& differences);

  const Engine& engine_;
  const LiveFeedOptions options_;
  const std::shared_ptr<HttpCounters> counters_;
  const std::string epoch_;  // of this process

  Told told_;  // run() only

  std::mutex mutex_;  // guards what follows
  bool stopping_ = false;
  bool look_now_ = false;
  Standing standing_;
  LongAnswer::Piece newest_;
  std::vector<std::weak_ptr<LongAnswer>> listeners_;
  std::vector<OpenWatch> watches_;
};

/// Adds GET /events. `feed` outlives `routes`.
void add_event_routes(LiveFeed& feed, HttpRoutes& routes);

/// What a client is told for whom no place is left, and when to try again.
inline constexpr std::string_view kNoPlaceLeft = "too many subscribers; try again soon";
inline constexpr std::string_view kNoPlaceRetryAfterSeconds = "5";

}  // namespace tenure
