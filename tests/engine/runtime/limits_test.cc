// Limits of docs/limits.md, "log and state" and "engine", that an engine with its threads has.
#include "engine/base/clock.h"
#include "engine/runtime/engine.h"
#include "projections/registry.h"
#include "tests/engine/runtime/support/small_log.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What the test gives and the engine may ask for. Outlives the source.
struct Supply {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> records;
  std::size_t at_once = SIZE_MAX;  // of one poll, whatever is asked for
  Duration wait{0};                // as asked last
  std::size_t records_max = 0;

  void give(int count) {
    const std::lock_guard lock(mutex);
    for (int k = 0; k < count; ++k)
      records.push_back(testing::call("e" + std::to_string(given++), 60).bytes());
    changed.notify_all();
  }
  [[nodiscard]] bool taken() {
    const std::lock_guard lock(mutex);
    return records.empty() && records_max != 0;
  }
  int given = 0;
};

class SuppliedSource final : public Source {
 public:
  explicit SuppliedSource(Supply& supply) : supply_(supply) {}
  Result<std::span<const IncomingRecord>> poll(Duration wait, std::size_t records_max,
                                               SourceListener& listener) override {
    if (!assigned_) {
      DecoderOptions decoding;
      decoding.format = RecordFormat::kProtobuf;
      listener.assigned(0, "test", decoding);
      assigned_ = true;
    }
    std::unique_lock lock(supply_.mutex);
    supply_.wait = wait;
    supply_.records_max = records_max;
    supply_.changed.wait_for(lock, wait, [&] { return !supply_.records.empty(); });
    values_.clear();
    incoming_.clear();
    const std::size_t most = std::min(records_max, supply_.at_once);
    while (!supply_.records.empty() && values_.size() < most) {
      values_.push_back(std::move(supply_.records.front()));
      supply_.records.pop_front();
    }
    for (const std::string& value : values_) {
      IncomingRecord one;
      one.record.offset = next_++;
      one.record.value = value;
      one.record.appended_at = SystemClock().now();
      incoming_.push_back(one);
    }
    return std::span<const IncomingRecord>(incoming_);
  }
  void synced(std::span<const SourceOffset>) override {}
  Result<std::pair<std::int64_t, std::int64_t>> accept_gap(std::string_view) override {
    return fail(ErrorCode::kInvalid, "no gap");
  }
  [[nodiscard]] bool caught_up() const override { return true; }
  [[nodiscard]] std::vector<PartitionStatus> status() const override {
    std::vector<PartitionStatus> all(1);
    all.front().name = "test";
    all.front().assigned = true;
    return all;
  }
  [[nodiscard]] bool covers(std::string_view partition) const override {
    return partition == "test";
  }
  void close() override {}

 private:
  Supply& supply_;
  std::deque<std::string> values_;
  std::vector<IncomingRecord> incoming_;
  std::int64_t next_ = 0;
  bool assigned_ = false;
};

class EngineLimits : public ::testing::Test {
 protected:
  void open(EngineOptions options, std::uint16_t shards = 1, bool with_state = false) {
    options.trust_clock = true;
    auto store = open_memory_store(make_memory_disk(), log_store_options());
    LogOptions log_options;
    log_options.shards = shards;
    auto log = EventLog::open(std::move(*store), log_options);
    ASSERT_TRUE(log) << log.error().message;
    std::unique_ptr<StateStore> state;
    if (with_state)
      state = *StateStore::open(*open_memory_store(make_memory_disk(), state_store_options()), "p");
    auto opened = Engine::open(std::move(*log), std::move(state), set_, EngineClock::of_wall(wall_),
                               options, Shard::Mode::kDecide);
    ASSERT_TRUE(opened) << opened.error().message;
    engine_ = std::move(*opened);
  }
  void start() { ASSERT_TRUE(engine_->start(std::make_unique<SuppliedSource>(supply_))); }
  template <class Holds>
  bool await(Holds holds) {
    const Instant until = wall_.now() + seconds(20);
    while (!holds() && wall_.now() < until) engine_->wait_for_progress(milliseconds(2));
    return holds();
  }
  [[nodiscard]] std::vector<std::size_t> appends() const {
    std::vector<std::size_t> sizes;
    EXPECT_TRUE(engine_->log().scan(ShardId{0}, 1, [&](const BlockPtr& block) {
      sizes.push_back(block->events().size());
      return true;
    }));
    return sizes;
  }
  [[nodiscard]] std::size_t logged() const {
    return static_cast<std::size_t>(engine_->log().head(ShardId{0}));
  }

  SystemClock wall_;
  ProjectionSet set_{all_projections()};
  Supply supply_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineLimits, ACommitHoldsItsRecordsAndTheNextTakesTheRest) {
  EXPECT_EQ(EngineOptions().commit_events_max, 8192U);
  EngineOptions options;
  options.commit_events_max = 8;
  open(options);
  supply_.give(17);
  start();
  ASSERT_TRUE(await([&] { return logged() == 17; }));
  EXPECT_EQ(supply_.records_max, 8U);
  EXPECT_EQ(appends(), (std::vector<std::size_t>{8, 8, 1}));
  engine_->stop();
}

TEST_F(EngineLimits, APollWaitsSoLong) {
  EXPECT_EQ(EngineOptions().poll_wait, milliseconds(5));
  EngineOptions options;
  options.poll_wait = milliseconds(3);
  open(options);
  start();
  supply_.give(1);
  ASSERT_TRUE(await([&] { return logged() == 1; })) << "a commit that is not full is written";
  EXPECT_EQ(supply_.wait, milliseconds(3));
  engine_->stop();
}

TEST_F(EngineLimits, AFullInboxIsDroppedAndTheLogReadInstead) {
  supply_.at_once = 1;  // a block each
  // The worker takes what it finds at most once, and then stands here with it: so many more than
  // twice as many overflow in any case, and as many in none.
  for (const std::size_t blocks : {64, 130}) {
    EngineOptions options;
    options.hold_dues_max = Duration(0);
    open(options);
    start();
    const auto settled = [&] { return engine_->status().folded_lag == 0 && engine_->complete(); };
    // After the first round nothing but the worker asks for the shard.
    for (const std::size_t first : {1, 2}) {
      supply_.give(1);
      ASSERT_TRUE(await([&] { return logged() == first && settled(); }));
    }
    engine_->with_shard(ShardId{0}, [&](Shard& stands) {
      supply_.give(static_cast<int>(blocks));
      EXPECT_TRUE(await([&] { return logged() == 2 + blocks; }));
      EXPECT_TRUE(await([&] { return engine_->complete() == (blocks == 64); }));
      EXPECT_EQ(stands.folded(), 2U);
    });
    EXPECT_TRUE(await(settled));
    EXPECT_EQ(engine_->folded().front().sequence, 2 + blocks) << "nothing is lost";
    engine_->stop();
  }
}

TEST_F(EngineLimits, ACheckpointIsWrittenAtTheLatestAfterItsInterval) {
  EXPECT_EQ(EngineOptions().checkpoint_every, seconds(60));
  EngineOptions options;
  options.restart_bound = seconds(600);  // never because of this
  options.checkpoint_every = milliseconds(20);
  open(options, 1, true);
  start();
  for (std::uint64_t k = 1; k <= 3; ++k) {
    const std::uint64_t before = engine_->status().checkpoints;
    supply_.give(1);
    EXPECT_TRUE(await([&] { return engine_->status().checkpoints > before; }));
  }
  engine_->stop();
  options.checkpoint_every = seconds(600);
  open(options, 1, true);
  start();
  supply_.give(1);
  ASSERT_TRUE(await([&] { return logged() == 1 && engine_->status().folded_lag == 0; }));
  EXPECT_EQ(engine_->status().checkpoints, 0U);
  engine_->stop();
}

std::ptrdiff_t threads() {
  using std::filesystem::directory_iterator;
  return std::distance(directory_iterator("/proc/self/task"), directory_iterator());
}

TEST_F(EngineLimits, AShardHasOneWorkerAtMost) {
  std::vector<std::ptrdiff_t> more;
  for (const std::size_t workers : {1, 2, 3, 100}) {
    EngineOptions options;
    options.workers = workers;
    open(options, 3);
    const std::ptrdiff_t before = threads();
    start();
    more.push_back(threads() - before);
    engine_->stop();
  }
  EXPECT_EQ(more[1], more[0] + 1);
  EXPECT_EQ(more[2], more[0] + 2);
  EXPECT_EQ(more[3], more[2]) << "three shards, three workers";
}

}  // namespace
}  // namespace tenure
