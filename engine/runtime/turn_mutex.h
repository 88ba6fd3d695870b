// engine/runtime/turn_mutex.h
//
// A mutex between one worker, which takes it again and again, and readers, who come now and then. A
// plain mutex goes to whoever is awake when it is free, and in a long work of many steps that is
// nearly always the worker that just let it go. So before such a step the worker lets in those who
// came. Before a block it does not: a reader that has no processor would hold up the path.
//
// Order:    a reader waits for one step or block that the worker has in hand, and for other
//           readers. Before a step the worker waits for the readers who were there, not for those
//           who come meanwhile.
// Threads:  one worker, any number of readers. Not recursive.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace tenure {

class TurnMutex final {
 public:
  class Reader final {
   public:
    explicit Reader(TurnMutex& turns) : turns_(turns) {
      turns_.came_.fetch_add(1);
      turns_.mutex_.lock();
    }
    ~Reader() {
      turns_.mutex_.unlock();
      turns_.gone_.fetch_add(1);
      turns_.gone_.notify_all();
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

   private:
    TurnMutex& turns_;
  };

  /// The worker with a block.
  class Worker final {
   public:
    explicit Worker(TurnMutex& turns) : turns_(turns) { turns_.mutex_.lock(); }
    ~Worker() { turns_.mutex_.unlock(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

   private:
    TurnMutex& turns_;
  };

  /// The worker with one step of many.
  class Step final {
   public:
    explicit Step(TurnMutex& turns) : turns_(turns) {
      const std::uint32_t came = turns_.came_.load();
      // The counts wrap; what lies between them does not.
      for (std::uint32_t gone = turns_.gone_.load(); static_cast<std::int32_t>(came - gone) > 0;
           gone = turns_.gone_.load())
        turns_.gone_.wait(gone);
      turns_.mutex_.lock();
    }
    ~Step() { turns_.mutex_.unlock(); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    TurnMutex& turns_;
  };

 private:
  std::mutex mutex_;
  std::atomic<std::uint32_t> came_{0};  // readers, ever
  std::atomic<std::uint32_t> gone_{0};
};

}  // namespace tenure
