// engine/event/event_batch.h
//
// Events on their way into the log, with the bytes they borrow: one arena a batch, so that decoding
// allocates rarely.
//
// Threads:  one at a time.
// Lifetime: events are valid until clear() or destruction; moving the batch keeps them valid.
#pragma once

#include "engine/event/event.h"

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

class EventBatch final {
 public:
  /// Copies an envelope into the arena and appends the event read from it. Fails as read_event()
  /// does, adding nothing.
  Result<void> add(std::string_view envelope);

  /// The same for bytes that read_event() has just taken: not checked again.
  void add_checked(std::string_view envelope);

  /// Copies bytes into the arena, for texts that must live as long as the events.
  std::string_view keep(std::string_view bytes);

  [[nodiscard]] std::span<const Event> events() const { return events_; }
  [[nodiscard]] std::size_t size() const { return events_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return events_.empty(); }

  /// Drops the events and keeps the memory.
  void clear();
  /// Takes off the last event, whose bytes stay in the arena.
  void pop_back() { events_.pop_back(); }

 private:
  static constexpr std::size_t kChunkBytes = 256 * 1024;
  struct Chunk {
    std::unique_ptr<char[]> data;
    std::size_t size = 0;
  };
  std::vector<Event> events_;
  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0;  // the one being filled
  std::size_t used_ = 0;   // of it
  std::size_t bytes_ = 0;  // of all envelopes
};

}  // namespace tenure
