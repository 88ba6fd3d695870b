#include "engine/runtime/turn_mutex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace tenure {
namespace {

TEST(TurnMutex, LetsOneInAtATime) {
  TurnMutex turns;
  std::int64_t count = 0;  // guarded by turns
  constexpr int kReaders = 3;
  constexpr int kEach = 20'000;
  std::vector<std::thread> threads;
  threads.reserve(kReaders + 1);
  for (int reader = 0; reader < kReaders; ++reader)
    threads.emplace_back([&] {
      for (int k = 0; k < kEach; ++k) {
        const TurnMutex::Reader turn(turns);
        ++count;
      }
    });
  threads.emplace_back([&] {
    for (int k = 0; k < kEach / 2; ++k) {
      {
        const TurnMutex::Worker turn(turns);
        ++count;
      }
      const TurnMutex::Step turn(turns);
      ++count;
    }
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, std::int64_t{kReaders + 1} * kEach);
}

// A worker that takes the mutex again at once would keep it for all its work with a plain mutex.
TEST(TurnMutex, AReaderWaitsForOneStepOfTheWorker) {
  TurnMutex turns;
  std::atomic<int> taken{0};
  std::atomic<bool> over{false};
  std::thread worker([&] {
    while (!over) {
      const TurnMutex::Step turn(turns);
      ++taken;
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
      while (std::chrono::steady_clock::now() < until) {
      }
    }
  });
  while (taken == 0) std::this_thread::yield();
  std::vector<int> waited(51);
  for (int& turns_of_the_worker : waited) {
    const int before = taken;
    const TurnMutex::Reader turn(turns);
    turns_of_the_worker = taken - before;
  }
  over = true;
  worker.join();
  // The one in hand, and one that began while the reader was about to say that it is there. More
  // only when the reader lost its processor before it could: not in most of them.
  std::nth_element(waited.begin(), waited.begin() + 25, waited.end());
  EXPECT_LE(waited[25], 2);
}

}  // namespace
}  // namespace tenure
