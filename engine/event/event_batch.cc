#include "engine/event/event_batch.h"

#include "engine/base/assert.h"
#include "engine/event/internal/envelope.h"

#include <algorithm>
#include <cstring>

namespace tenure {

std::string_view EventBatch::keep(std::string_view bytes) {
  if (bytes.empty()) return {};
  // A chunk that is too full is left behind; a text larger than a chunk gets one of its own.
  while (chunk_ < chunks_.size() && chunks_[chunk_].size - used_ < bytes.size()) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ >= chunks_.size()) {
    const std::size_t size = std::max(kChunkBytes, bytes.size());
    chunks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
    chunk_ = chunks_.size() - 1;
    used_ = 0;
  }
  char* const to = chunks_[chunk_].data.get() + used_;
  std::memcpy(to, bytes.data(), bytes.size());
  used_ += bytes.size();
  return {to, bytes.size()};
}

Result<void> EventBatch::add(std::string_view envelope) {
  Event event;
  TENURE_TRY(internal::read_envelope(envelope, event).as_result());
  add_checked(envelope);
  return ok();
}

void EventBatch::add_checked(std::string_view envelope) {
  // Reading the copy again is cheaper than moving every view, and only a good envelope takes room.
  const bool good = scan_event(keep(envelope), events_.emplace_back());
  TENURE_ASSERT(good, "an envelope that was checked can be scanned");
  bytes_ += envelope.size();
}

void EventBatch::clear() {
  events_.clear();
  // Chunks made for one great text are given back, or a few of them would stay for ever.
  std::erase_if(chunks_, [](const Chunk& chunk) { return chunk.size > kChunkBytes; });
  chunk_ = 0;
  used_ = 0;
  bytes_ = 0;
}

}  // namespace tenure
