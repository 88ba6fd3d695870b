// engine/query/person_index.h
//
// Which accounts somebody's name belongs to. Names stand only in events, so they are read from the
// log when somebody searches, and kept in memory alone: nothing of them is stored a second time.
//
// Order:    grows with the log; read_on() goes on where it stopped.
// Threads:  any; one reads at a time.
// Limits:   1,000,000 names; docs/limits.md, "Search".
#pragma once

#include "engine/runtime/engine.h"

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace tenure {

class PersonIndex final {
 public:
  /// `engine` outlives this.
  explicit PersonIndex(const Engine& engine) : engine_(engine), next_(engine.shards(), 1) {}

  /// Reads names for at most `budget`. True when it has reached the log's heads.
  Result<bool> read_on(Duration budget);

  struct Hit {
    std::string account;
    std::string name;
  };
  /// People in whose name every word stands (`words` in lower case), at most `hits_max`.
  [[nodiscard]] std::vector<Hit> find(const std::vector<std::string>& words,
                                      std::size_t hits_max) const;

 private:
  struct Entry {
    std::string account;
    std::string name;
    std::string lowered;
  };
  void learn(const Event& event);

  const Engine& engine_;
  mutable std::mutex mutex_;
  std::vector<Sequence> next_;  // by shard
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> known_;  // account and surrogate
};

}  // namespace tenure
