// What the log costs: a raw RocksDB append of the same bytes with fsync, the log's own append, and
// a scan. 200-byte envelopes, 8192 a commit, 16 shards, 20 thousand accounts.
#include "engine/event/event_batch.h"
#include "engine/kv/kv_store.h"
#include "engine/log/event_log.h"
#include "tenure/event/v1/event.pb.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;

constexpr int kCommitEvents = 8192;
constexpr int kAccounts = 20'000;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tenure-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string envelope(std::uint64_t number) {
  pb::Event event;
  event.set_source("bench/crm");
  event.set_id("event-" + std::to_string(number));
  event.set_occurred_at_us(1'700'000'000'000'000 + static_cast<std::int64_t>(number) * 1'000);
  event.set_subject("subject-" + std::to_string(number % 977));
  // Accounts in no order, as they come.
  event.add_accounts("account-" + std::to_string(number * 2'654'435'761u % kAccounts));
  event.set_actor("agent-" + std::to_string(number % 53));
  auto& person = *event.add_persons();
  person.set_surrogate("0123456789abcdef0123456789abcdef");
  event.mutable_note_added()->set_text("note " + std::to_string(number * 7919 % 100'003));
  std::string bytes = event.SerializeAsString();
  if (bytes.size() < 200) {
    event.mutable_note_added()->mutable_text()->append(200 - bytes.size(), 'x');
    bytes = event.SerializeAsString();
  }
  return bytes;
}

EventBatch commit_of(std::uint64_t first) {
  EventBatch batch;
  for (std::uint64_t k = 0; k < kCommitEvents; ++k)
    if (!batch.add(envelope(first + k))) std::abort();
  return batch;
}

void append_raw(benchmark::State& state) {
  const Folder folder;
  auto store = *open_rocks_store(folder.path(), log_store_options());
  const EventBatch batch = commit_of(0);
  std::uint64_t commit = 0;
  for (auto _ : state) {
    std::string value;
    value.reserve(batch.bytes());
    for (const Event& event : batch.events()) value.append(event.bytes);
    KvBatch writes;
    std::string key(10, '\0');
    for (int k = 0; k < 8; ++k) key[9 - k] = static_cast<char>(commit >> 8 * k);
    writes.put(0, std::move(key), std::move(value));
    if (!store->write(writes, Durability::kSynced)) std::abort();
    ++commit;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kCommitEvents);
}
BENCHMARK(append_raw)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);

void append_log(benchmark::State& state) {
  const Folder folder;
  auto log = *EventLog::open(*open_rocks_store(folder.path(), log_store_options()), {});
  std::uint64_t next = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const EventBatch batch = commit_of(next);
    next += kCommitEvents;
    const SourceOffset offset{"kafka:bench/0", static_cast<std::int64_t>(next)};
    state.ResumeTiming();
    if (!log->append(batch.events(), {&offset, 1}, Instant{static_cast<std::int64_t>(next)}))
      std::abort();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
  state.counters["bytes_an_event"] =
      static_cast<double>(log->stat().bytes) / static_cast<double>(next);
}
BENCHMARK(append_log)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);

void append_repeats(benchmark::State& state) {
  const Folder folder;
  auto log = *EventLog::open(*open_rocks_store(folder.path(), log_store_options()), {});
  const EventBatch batch = commit_of(0);
  if (!log->append(batch.events(), {}, Instant{1})) std::abort();
  const SourceOffset offset{"kafka:bench/0", 1};
  for (auto _ : state)
    if (log->append(batch.events(), {&offset, 1}, Instant{2})->accepted != 0) std::abort();
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kCommitEvents);
}
BENCHMARK(append_repeats)->Unit(benchmark::kMillisecond)->UseRealTime();

void scan_log(benchmark::State& state) {
  constexpr std::uint64_t kCommits = 64;
  const Folder folder;
  {
    auto log = *EventLog::open(*open_rocks_store(folder.path(), log_store_options()), {});
    for (std::uint64_t k = 0; k < kCommits; ++k)
      if (!log->append(commit_of(k * kCommitEvents).events(), {}, Instant{1})) std::abort();
  }
  const bool whole_open = state.range(0) != 0;
  auto open = [&] {
    LogOptions options;
    options.read_only = !whole_open;
    return *EventLog::open(*open_rocks_store(folder.path(), log_store_options(!whole_open)),
                           options);
  };
  auto log = open();
  for (auto _ : state) {
    if (whole_open) {
      log.reset();
      log = open();
      continue;
    }
    std::uint64_t seen = 0;
    for (std::uint16_t shard = 0; shard < log->shards(); ++shard) {
      const auto walked = log->scan(ShardId{shard}, 1, [&](const BlockPtr& block) {
        seen += block->events().size();
        return true;
      });
      if (!walked) std::abort();
    }
    benchmark::DoNotOptimize(seen);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kCommits * kCommitEvents));
}
BENCHMARK(scan_log)
    ->Name("scan_log/open_with_index")
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(scan_log)->Name("scan_log/scan")->Arg(0)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tenure
