// The log against a model that is too simple to be wrong: random appends, restarts and power cuts.
#include "tests/engine/log/support/log_fixture.h"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

namespace tenure::test {
namespace {

constexpr std::uint16_t kShards = 3;

struct ModelEvent {
  std::string id;
  std::uint32_t revision = 0;
  std::string text;
  std::vector<std::string> accounts;
  std::uint8_t marks = 0;
  std::set<std::string> priors;
  Instant recorded_at;
};

/// What the log should hold, by plain search over everything that was ever logged.
class Model {
 public:
  Verdict append(const Draft& draft, Instant recorded_at) {
    ModelEvent event{draft.id, draft.revision, draft.text, draft.accounts, 0, {}, recorded_at};
    for (const ModelEvent& known : events_) {
      if (known.id != event.id) continue;
      if (known.revision == event.revision && known.text == event.text &&
          known.accounts == event.accounts)
        return Verdict::kRepeated;
      event.marks |= kMarkCorrection;
      if (known.revision == event.revision) event.marks |= kMarkConflict;
      if (known.revision > event.revision) event.marks |= kMarkSuperseded;
      for (const std::string& account : known.accounts)
        if (std::count(event.accounts.begin(), event.accounts.end(), account) == 0)
          event.priors.insert(account);
    }
    std::set<std::uint16_t> shards;
    const std::uint16_t home = shard_of(AccountId(event.accounts[0]), kShards).value;
    for (const std::string& account : event.accounts)
      shards.insert(shard_of(AccountId(account), kShards).value);
    for (const std::string& account : event.priors)
      shards.insert(shard_of(AccountId(account), kShards).value);
    for (const std::uint16_t shard : shards) {
      ModelEvent copy = event;
      if (shard != home) copy.marks |= kMarkCopy;
      shards_[shard].push_back(std::move(copy));
    }
    const bool conflict = (event.marks & kMarkConflict) != 0;
    events_.push_back(std::move(event));
    return conflict ? Verdict::kConflict : Verdict::kAccepted;
  }
  [[nodiscard]] const std::vector<ModelEvent>& shard(std::uint16_t shard) { return shards_[shard]; }
  [[nodiscard]] std::size_t events() const { return events_.size(); }

 private:
  std::vector<ModelEvent> events_;
  std::map<std::uint16_t, std::vector<ModelEvent>> shards_;
};

Draft any_draft() {
  static const std::vector<std::string> accounts = {"acme", "brix", "cope", "dune", "echo"};
  std::vector<std::string> chosen = {*rc::gen::elementOf(accounts)};
  if (*rc::gen::inRange(0, 4) == 0) {
    const std::string second = *rc::gen::elementOf(accounts);
    if (second != chosen[0]) chosen.push_back(second);
  }
  return draft("e" + std::to_string(*rc::gen::inRange(0, 12)), std::move(chosen),
               *rc::gen::inRange(0, 3) == 0 ? "other" : "note",
               static_cast<std::uint32_t>(*rc::gen::inRange(0, 3)));
}

void compare(EventLog& log, Model& model) {
  for (std::uint16_t shard = 0; shard < kShards; ++shard) {
    const std::vector<ModelEvent>& wanted = model.shard(shard);
    RC_ASSERT(log.head(ShardId{shard}) == wanted.size());
    Sequence next = 1;
    const auto walked = log.scan(ShardId{shard}, 1, [&](const BlockPtr& block) {
      for (const LoggedEvent& logged : block->events()) {
        const ModelEvent& event = wanted[next - 1];
        RC_ASSERT(logged.position == (Position{ShardId{shard}, next}));
        RC_ASSERT(logged.event.id == event.id);
        RC_ASSERT(logged.event.revision == event.revision);
        RC_ASSERT(logged.marks == event.marks);
        RC_ASSERT(logged.recorded_at == event.recorded_at);
        std::set<std::string> priors;
        for (const AccountId account : logged.prior_accounts) priors.insert(account.str());
        RC_ASSERT(priors == event.priors);
        ++next;
      }
      return true;
    });
    RC_ASSERT(static_cast<bool>(walked));
    RC_ASSERT(next == wanted.size() + 1);
  }
  RC_ASSERT(log.stat().events == model.events());
  RC_ASSERT(static_cast<bool>(log.verify()));
}

TEST(LogModel, HoldsAfterAnyAppendsAndRestarts) {
  const bool good = rc::check([] {
    const auto disk = make_memory_disk();
    std::unique_ptr<EventLog> log;
    const auto open = [&] {
      log.reset();
      LogOptions options;
      options.shards = kShards;
      options.block_cache_bytes = static_cast<std::size_t>(*rc::gen::inRange(0, 2)) * 4096;
      auto opened = EventLog::open(*open_memory_store(disk, log_store_options()), options);
      RC_ASSERT(static_cast<bool>(opened));
      log = std::move(*opened);
    };
    open();
    Model model;
    std::int64_t offset = 0;
    const int appends = *rc::gen::inRange(1, 8);
    for (int k = 0; k < appends; ++k) {
      std::vector<Draft> drafts(static_cast<std::size_t>(*rc::gen::inRange(0, 7)));
      for (Draft& each : drafts) each = any_draft();
      const Instant asked{*rc::gen::inRange(0, 1'000)};
      const EventBatch batch = batch_of(drafts);
      const std::vector<SourceOffset> offsets = {{"crm", ++offset}};
      std::vector<Verdict> verdicts;
      const std::size_t before = model.events();
      const Instant last = log->last_recorded_at();
      const auto outcome = log->append(batch.events(), offsets, asked, 0, &verdicts);
      RC_ASSERT(static_cast<bool>(outcome));
      std::vector<Verdict> wanted;
      wanted.reserve(drafts.size());
      const Instant stamp = std::max(asked, last);
      for (const Draft& each : drafts) wanted.push_back(model.append(each, stamp));
      RC_ASSERT(verdicts == wanted);
      RC_ASSERT(outcome->accepted == model.events() - before);
      const int then = *rc::gen::inRange(0, 4);
      if (then == 0) lose_unsynced(*disk);
      if (then <= 1) open();
      RC_ASSERT(log->offset("crm")->next == offset);
    }
    compare(*log, model);
  });
  EXPECT_TRUE(good);
}

}  // namespace
}  // namespace tenure::test
