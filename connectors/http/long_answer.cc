#include "connectors/http/long_answer.h"

#include <utility>

namespace tenure {

std::shared_ptr<LongAnswer> LongAnswer::open(std::shared_ptr<HttpCounters> counters,
                                             std::size_t open_max) {
  HttpCounters& counted = *counters;
  if (counted.subscribers.fetch_add(1) < open_max)
    return std::shared_ptr<LongAnswer>(new LongAnswer(std::move(counters)));
  counted.subscribers.fetch_sub(1);
  counted.subscribers_refused.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

LongAnswer::~LongAnswer() { counters_->subscribers.fetch_sub(1); }

void LongAnswer::put(Piece piece) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  pending_ = std::move(piece);
  if (wake_) wake_();
}

bool LongAnswer::is_waiting() {
  const std::lock_guard lock(mutex_);
  return first_ || pending_;
}

void LongAnswer::end(Piece last) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  last_ = std::move(last);
  if (wake_) wake_();
}

void LongAnswer::attend(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

LongAnswer::Taken LongAnswer::take() {
  const std::lock_guard lock(mutex_);
  for (Piece* piece : {&first_, &pending_})
    if (*piece) return {std::exchange(*piece, nullptr), false};
  return {std::exchange(last_, nullptr), ended_};
}

void LongAnswer::leave() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  wake_ = nullptr;
  first_ = pending_ = last_ = nullptr;
}

}  // namespace tenure
