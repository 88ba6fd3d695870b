// connectors/http/long_answer.h
//
// An answer whose body goes on for as long as the client stays: pieces, of which at most one waits.
// Nobody ever waits for a slow client, and none costs more memory than two pieces.
//
// Path:     a source of pieces -> [LongAnswer] -> the client's session
// Order:    the first piece, then the newest that was left, then the last one.
// Threads:  any; a lock is held for no longer than a pointer takes to move.
// Lifetime: the session owns it, so that a client that leaves frees it; sources hold it weakly.
#pragma once

#include "connectors/http/http_counters.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace tenure {

class LongAnswer final {
 public:
  using Piece = std::shared_ptr<const std::string>;

  /// Null, and counted, when `open_max` are open.
  static std::shared_ptr<LongAnswer> open(std::shared_ptr<HttpCounters> counters,
                                          std::size_t open_max);
  ~LongAnswer();
  LongAnswer(const LongAnswer&) = delete;
  LongAnswer& operator=(const LongAnswer&) = delete;

  // Before it is handed to the session.

  /// Sent before all others and never replaced.
  void begin_with(Piece piece) { first_ = std::move(piece); }
  /// Sent when nothing else was for a while.
  void set_heartbeat(Piece piece) { heartbeat_ = std::move(piece); }
  /// Sent when the server stops.
  void set_farewell(Piece piece) { farewell_ = std::move(piece); }

  // The source's side.

  /// Takes the place of a piece that was not sent yet.
  void put(Piece piece);
  /// True while a piece is still to be sent.
  [[nodiscard]] bool is_waiting();
  /// Nothing follows `last`, which may be null.
  void end(Piece last);

  // The session's side.

  struct Taken {
    Piece piece;        // null = nothing to send now
    bool over = false;  // nothing follows
  };
  /// `wake` is called, from any thread, when there is something to take.
  void attend(std::function<void()> wake);
  [[nodiscard]] Taken take();
  void leave();
  [[nodiscard]] const Piece& heartbeat() const { return heartbeat_; }
  [[nodiscard]] const Piece& farewell() const { return farewell_; }
  void count_dropped() { counters_->subscribers_dropped.fetch_add(1, std::memory_order_relaxed); }

 private:
  explicit LongAnswer(std::shared_ptr<HttpCounters> counters) : counters_(std::move(counters)) {}

  const std::shared_ptr<HttpCounters> counters_;
  Piece heartbeat_;
  Piece farewell_;
  std::mutex mutex_;  // guards what follows
  Piece first_;
  Piece pending_;
  Piece last_;
  bool ended_ = false;
  std::function<void()> wake_;
};

}  // namespace tenure
