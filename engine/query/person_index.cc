#include "engine/query/person_index.h"

#include "engine/base/clock.h"
#include "engine/query/search_words.h"

namespace tenure {
namespace {

constexpr std::size_t kNamesMax = 1'000'000;

}  // namespace

void PersonIndex::learn(const Event& event) {
  for (const PersonView& person : event.persons) {
    if (!person.is_client || person.name.empty()) continue;
    for (const AccountId account : event.accounts) {
      std::string key = account.str() + '\n';
      key += person.surrogate;
      const auto [at, is_new] = known_.try_emplace(std::move(key), entries_.size());
      if (is_new && entries_.size() == kNamesMax) {
        known_.erase(at);
        continue;
      }
      if (is_new) entries_.push_back({account.str(), {}, {}});
      Entry& entry = entries_[at->second];
      if (entry.name == person.name) continue;
      entry.name = std::string(person.name);  // people change their names
      entry.lowered = lower_case(person.name);
    }
  }
}

Result<bool> PersonIndex::read_on(Duration budget) {
  const std::lock_guard lock(mutex_);
  const std::int64_t until_us = steady_now_us() + budget.count();
  for (std::uint16_t shard = 0; shard < engine_.shards(); ++shard) {
    Sequence& next = next_[shard];
    if (next > engine_.log().head(ShardId{shard})) continue;
    bool in_time = true;
    TENURE_TRY(engine_.log().scan(ShardId{shard}, next, [&](const BlockPtr& block) {
      for (const LoggedEvent& logged : block->events()) learn(logged.event);
      next = block->first() + block->events().size();
      in_time = steady_now_us() < until_us;
      return in_time;
    }));
    if (!in_time && next <= engine_.log().head(ShardId{shard})) return false;
  }
  return true;
}

std::vector<PersonIndex::Hit> PersonIndex::find(const std::vector<std::string>& words,
                                                std::size_t hits_max) const {
  const std::lock_guard lock(mutex_);
  std::vector<Hit> hits;
  for (const Entry& entry : entries_) {
    if (hits.size() == hits_max) break;
    if (has_words(entry.lowered, words)) hits.push_back({entry.account, entry.name});
  }
  return hits;
}

}  // namespace tenure
