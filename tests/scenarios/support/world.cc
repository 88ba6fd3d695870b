#include "tests/scenarios/support/world.h"

#include "projections/registry.h"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace tenure::scenario {
namespace {

constexpr std::string_view kPartition = "test:records/0";
// a record clock refuses leaps over 7 days
constexpr Duration kTickStep = std::chrono::hours(24 * 6);

std::string new_directory() {
  std::string made = std::filesystem::temp_directory_path() / "tenure-scenario-XXXXXX";
  return mkdtemp(made.data()) == nullptr ? std::string() : made;
}

}  // namespace

World::World(WorldOptions options, Instant start)
    : options_(options),
      set_(all_projections()),
      clock_(start),
      log_disk_(make_memory_disk()),
      state_disk_(make_memory_disk()) {
  if (options_.rocks) directory_ = new_directory();
}

World::~World() {
  engine_.reset();
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

Result<std::unique_ptr<KvStore>> World::store(bool of_log) {
  KvOptions options = of_log ? log_store_options() : state_store_options();
  if (options_.rocks) {
    options.block_cache_bytes = 1u << 20;
    options.write_buffer_bytes = 1u << 20;
    return open_rocks_store(directory_ + (of_log ? "/log" : "/state"), std::move(options));
  }
  return open_memory_store(of_log ? log_disk_ : state_disk_, std::move(options));
}

Result<void> World::open() {
  LogOptions log_options;
  log_options.shards = options_.shards;
  log_options.block_cache_bytes = 1u << 20;
  TENURE_TRY_ASSIGN(std::unique_ptr<KvStore> log_store, store(true));
  TENURE_TRY_ASSIGN(std::unique_ptr<EventLog> log,
                    EventLog::open(std::move(log_store), log_options));
  TENURE_TRY_ASSIGN(std::unique_ptr<KvStore> state_store, store(false));
  TENURE_TRY_ASSIGN(std::unique_ptr<StateStore> state,
                    StateStore::open(std::move(state_store), set_.fingerprint()));
  if (state->stale()) return fail(ErrorCode::kCorrupt, "the state is of other projections");
  EngineOptions options;
  options.hot_accounts_max = options_.hot_accounts_max;
  options.review_behind = options_.review_behind;
  options.trust_clock = true;
  EngineClock clock =
      options_.record_clock ? EngineClock::of_records() : EngineClock::of_wall(clock_);
  TENURE_TRY_ASSIGN(engine_, Engine::open(std::move(log), std::move(state), set_, std::move(clock),
                                          options, Shard::Mode::kDecide));
  DecoderOptions decoding;
  decoding.format = RecordFormat::kProtobuf;
  decoding.source = "test/records";
  decoding.may_send_reference = true;
  const auto stored = engine_->ingestor().assigned(0, std::string(kPartition), decoding);
  // What was sent and is not stored comes again.
  delivered_ = std::min(delivered_, stored ? static_cast<std::size_t>(stored->next) : 0);
  if (behind_) engine_->ingestor().expect_live();
  TENURE_TRY(engine_->catch_up());
  return tick();
}

Result<void> World::attempt(const std::function<Result<void>()>& step) {
  Result<void> done = step();
  for (int k = 0; k < 8 && !done && tolerant_; ++k) {
    if (done.error().code != ErrorCode::kUnavailable) return done;
    ++faults_;
    engine_.reset();
    lose_unsynced(*log_disk_);
    lose_unsynced(*state_disk_);
    done = open();
    if (done) done = step();
  }
  return done;
}

Result<void> World::crash() {
  engine_.reset();
  if (!options_.rocks) {
    lose_unsynced(*log_disk_);
    lose_unsynced(*state_disk_);
  }
  return attempt([this] { return engine_ ? ok() : open(); });
}

Result<void> World::restart() {
  TENURE_TRY(checkpoint());
  engine_.reset();
  return attempt([this] { return engine_ ? ok() : open(); });
}

Result<void> World::rebuild() {
  engine_.reset();
  state_disk_ = make_memory_disk();
  std::error_code ignored;
  if (options_.rocks) std::filesystem::remove_all(directory_ + "/state", ignored);
  return attempt([this] { return engine_ ? ok() : open(); });
}

Result<void> World::checkpoint() {
  return attempt([this] { return engine_->checkpoint(); });
}

Result<void> World::checkpoint_some() {
  return attempt([this] { return engine_->checkpoint_some(1); });
}

// Under a record clock time passes only with records: a tick without a value, as a quiet producer
// sends it.
Result<void> World::tick() {
  if (!options_.record_clock) return {};
  while (engine_->clock().now() < clock_.now()) {
    const Instant seen = engine_->clock().now();
    const Instant next =
        seen == Instant{0} ? clock_.now() : std::min(clock_.now(), seen + kTickStep);
    sent_.push_back({{}, std::to_string(next.us), next, false});
    TENURE_TRY(ingest(delivered_, sent_.size(), 1000));
    if (engine_->clock().now() <= seen) break;
  }
  return {};
}

Result<void> World::move_to(Instant instant) {
  clock_.advance_to(instant);
  return attempt([this]() -> Result<void> {
    TENURE_TRY(tick());
    return engine_->drive({});
  });
}

void World::send(std::string envelope, Instant appended_at) {
  Sent record;
  record.value = std::move(envelope);
  record.appended_at = appended_at;
  if (options_.record_clock) record.tick = std::to_string(clock_.now().us);
  sent_.push_back(std::move(record));
}

Result<void> World::deliver(std::size_t records_max) {
  return attempt([&]() -> Result<void> {
    if (delivered_ == sent_.size()) return engine_->drive({});
    return ingest(delivered_, sent_.size(), records_max);
  });
}

Result<void> World::deliver_again(std::size_t count) {
  return attempt(
      [&] { return ingest(sent_.size() - std::min(count, sent_.size()), sent_.size(), count); });
}

Result<void> World::ingest(std::size_t from, std::size_t until, std::size_t records_max) {
  while (from < until) {
    const std::size_t end = std::min(until, from + std::max<std::size_t>(1, records_max));
    std::vector<RecordHeaderView> headers(end - from);
    std::vector<IncomingRecord> records(end - from);
    for (std::size_t k = from; k < end; ++k) {
      const Sent& sent = sent_[k];
      SourceRecord& record = records[k - from].record;
      record.partition = kPartition;
      record.offset = static_cast<std::int64_t>(k);
      record.appended_at = sent.appended_at;
      record.value = sent.value;
      record.has_value = sent.has_value;
      headers[k - from] = {kTickHeader, sent.tick};
      if (!sent.tick.empty()) record.headers = {&headers[k - from], 1};
      if (clock_.now() - sent.appended_at > std::chrono::seconds(60)) behind_ = true;
    }
    TENURE_TRY_ASSIGN(std::vector<BlockPtr> blocks, engine_->ingestor().ingest(records));
    delivered_ = std::max(delivered_, end);
    TENURE_TRY(engine_->drive(std::move(blocks)));
    from = end;
  }
  return {};
}

Result<void> World::submit(std::string_view partition, std::string envelope) {
  return attempt([&]() -> Result<void> {
    TENURE_TRY_ASSIGN(std::vector<BlockPtr> blocks,
                      engine_->ingestor().append_own(partition, {&envelope, 1}));
    return engine_->drive(std::move(blocks));
  });
}

Result<void> World::go_live() {
  return attempt([this]() -> Result<void> {
    TENURE_TRY_ASSIGN(std::vector<BlockPtr> blocks, engine_->ingestor().went_live());
    behind_ = false;
    return engine_->drive(std::move(blocks));
  });
}

Result<std::vector<ToldEvent>> World::told() const {
  std::vector<ToldEvent> told;
  for (std::uint16_t shard = 0; shard < engine_->shards(); ++shard) {
    TENURE_TRY(engine_->log().scan(ShardId{shard}, 1, [&](const BlockPtr& block) {
      for (const LoggedEvent& event : block->events())
        if (event.event.type == EventType::kAlertTransitioned && !event.has(kMarkCopy))
          told.push_back({event.event.accounts.front().str(), std::string(event.event.bytes)});
      return true;
    }));
  }
  return told;
}

}  // namespace tenure::scenario
