// What was told: neither lost nor doubled, resting on the events that it cites, and on time.
#include "engine/base/log.h"
#include "engine/runtime/source.h"
#include "tenure/api/v1/alert.pb.h"
#include "tests/scenarios/support/event_words.h"
#include "tests/scenarios/support/runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace tenure::scenario {
namespace {

namespace api = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

constexpr std::string_view kRules = R"(
profile: default
calendar: {hours: always}
health:
  relationship.silence_days: {weight: 100, bands: [{lt: 7, score: 100}, {else: 0}]}
alerts:
  silence:
    raise: {signal: relationship.silence_days, ge: 3}
    clear: {signal: relationship.silence_days, lt: 1}
    severity: high
  trouble:
    raise: {signal: complaints.open, ge: 2}
    clear: {signal: complaints.open, lt: 2}
    severity: high
)";

Scenario scenario_of(const std::string& statements) {
  const std::string text = "# about: made by a test\nclock 2026-01-05T09:00Z\nrules <<EOF" +
                           std::string(kRules) + "EOF\n" + statements;
  const auto scenario = parse_scenario(text, "made", __FILE__);
  EXPECT_TRUE(scenario) << scenario.error().message;
  return scenario ? *scenario : Scenario();
}

// Every write of the store fails once, with and without effect: the told must be what it is without
// a fault.
void fail_each_write(const Scenario& scenario, bool of_log) {
  Runner plain(scenario, Law());
  ASSERT_TRUE(plain.run());
  const Outcome expected = plain.outcome(false);
  for (const bool applied : {false, true}) {
    for (int n = 1;; ++n) {
      ASSERT_LT(n, 1000) << "there is no end of writes";
      Law law;
      law.name = (applied ? "applied write " : "failed write ") + std::to_string(n);
      (of_log ? law.fail_log_write : law.fail_state_write) = n;
      law.fault_applied = applied;
      Runner runner(scenario, law);
      ASSERT_TRUE(runner.run()) << law.name;
      if (runner.world().faults() == 0) {
        EXPECT_GT(n, 10) << "too few writes were met for this test to mean anything";
        break;
      }
      const Outcome outcome = runner.outcome(false);
      ASSERT_EQ(outcome.digest, expected.digest) << law.name;
      ASSERT_EQ(outcome.told, expected.told) << law.name;
      ASSERT_EQ(outcome.alerts, expected.alerts) << law.name;
    }
  }
}

const char* const kBusyDays =
    "event acc-1 email_received id=m1\n"
    "event acc-2 email_received id=m2\n"
    "event acc-2 complaint_opened complaint=c1 id=o1\n"
    "event acc-2 complaint_opened complaint=c2 id=o2\n"
    "expect alert acc-2 trouble\n"
    "advance 3d1s\n"
    "expect alert acc-1 silence\n"
    "act acc-1 silence acknowledge\n"
    "event acc-2 complaint_resolved complaint=c1 at=-1d id=late\n"
    "event acc-1 email_received id=m3\n"
    "advance 4d\n"
    "expect told acc-1 silence raised=2 cleared=1\n";

TEST(Told, NeitherLostNorDoubledWhereverALogWriteFails) {
  fail_each_write(scenario_of(kBusyDays), true);
}

TEST(Told, NeitherLostNorDoubledWhereverACheckpointFails) {
  fail_each_write(scenario_of(kBusyDays), false);
}

// A world with rules and these complaints of acc-1; a complaint whose id is in `left_out` is not
// sent.
std::vector<std::string> alerts_without(const std::vector<std::string>& left_out,
                                        std::vector<std::string>* cited = nullptr) {
  std::string statements;
  for (const char* id : {"o1", "o2"})
    if (std::count(left_out.begin(), left_out.end(), id) == 0)
      statements +=
          std::string("event acc-1 complaint_opened complaint=") + id + " id=" + id + "\n";
  if (std::count(left_out.begin(), left_out.end(), "note") == 0)
    statements += "event acc-1 note_added id=note text=hello\n";
  statements += "event acc-1 task_created id=task task=t1\n";
  const Scenario scenario = scenario_of(statements);
  Runner runner(scenario, Law());
  EXPECT_TRUE(runner.run());
  api::ListAlertsResponse answer;
  EXPECT_TRUE(Queries(runner.world().engine()).alerts({}, answer));
  std::vector<std::string> rules;
  for (const api::Alert& alert : answer.alerts()) {
    rules.push_back(alert.rule());
    if (cited == nullptr) continue;
    for (const api::Evidence& evidence : alert.evidence()) cited->push_back(evidence.id());
  }
  return rules;
}

TEST(Told, RestsOnTheCitedEventsAndNoOthers) {
  std::vector<std::string> cited;
  ASSERT_EQ(alerts_without({}, &cited), std::vector<std::string>{"trouble"});
  std::sort(cited.begin(), cited.end());
  EXPECT_EQ(cited, (std::vector<std::string>{"o1", "o2"}));
  EXPECT_TRUE(alerts_without(cited).empty());
  for (const std::string& one : cited) EXPECT_TRUE(alerts_without({one}).empty()) << one;
  EXPECT_EQ(alerts_without({"note"}), std::vector<std::string>{"trouble"});
}

TEST(Told, IsWhatItWasAfterRulesWereActivatedUnderLoad) {
  std::string statements = "repeat 20 every 6h event acc-{k} email_received id=m{k}\n";
  const Scenario scenario = scenario_of(statements);
  Runner runner(scenario, Law());
  ASSERT_TRUE(runner.run());
  World& world = runner.world();
  const auto before = world.told();
  ASSERT_TRUE(before);
  ASSERT_FALSE(before->empty());
  std::string rules(kRules);
  rules.replace(rules.find("ge: 3"), 5, "ge: 9");
  const auto order = rules_envelope(rules, "r", world.set().catalog(), "ops", world.now(), false);
  ASSERT_TRUE(order) << order.error().message;
  for (int k = 0; k < 200; ++k) {
    pb::Event event;
    event.set_source("crm");
    event.set_id("load-" + std::to_string(k));
    event.set_occurred_at_us(world.now().us);
    event.add_accounts("acc-" + std::to_string(k % 25));
    event.mutable_note_added();
    world.send(event.SerializeAsString(), world.now());
    if (k % 10 == 9) {
      ASSERT_TRUE(world.deliver(7));
    }
    if (k == 100) {
      ASSERT_TRUE(world.submit("operator", *order));
    }
  }
  ASSERT_TRUE(world.move_to(world.now() + std::chrono::seconds(1)));
  const auto after = world.told();
  ASSERT_TRUE(after);
  EXPECT_GE(after->size(), before->size());
  for (const ToldEvent& told : *before)
    EXPECT_EQ(std::count_if(after->begin(), after->end(),
                            [&](const ToldEvent& other) { return other.bytes == told.bytes; }),
              1)
        << tell_in_words(told);
}

// With the engine's own threads and the machine's clock: nothing happens but time.
class QuietEngine : public ::testing::Test {
 protected:
  void SetUp() override {
    set_ = std::make_unique<ProjectionSet>(World({}, wall_.now()).set());
    auto log_store = open_memory_store(make_memory_disk(), log_store_options());
    ASSERT_TRUE(log_store);
    LogOptions options;
    options.shards = 2;
    auto log = EventLog::open(std::move(*log_store), options);
    ASSERT_TRUE(log);
    EngineOptions engine_options;
    engine_options.workers = 2;
    auto engine = Engine::open(std::move(*log), nullptr, *set_, EngineClock::of_wall(wall_),
                               engine_options, Shard::Mode::kDecide);
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
    ASSERT_TRUE(engine_->start(nullptr));
  }
  void TearDown() override {
    if (engine_) engine_->stop();
  }
  void submit(const std::string& envelope) {
    const auto verdicts = engine_->submit("operator", {envelope});
    ASSERT_TRUE(verdicts) << verdicts.error().message;
  }

  SystemClock wall_;
  std::unique_ptr<ProjectionSet> set_;
  std::unique_ptr<Engine> engine_;
};

constexpr int kBusyEvents = 200;

// An engine of one shard, not started, over a log of kBusyEvents mails that it has not folded.
std::unique_ptr<Engine> open_behind(const ProjectionSet& set, const SystemClock& wall,
                                    EngineOptions bounds) {
  LogOptions options;
  options.shards = 1;
  auto log = EventLog::open(std::move(*open_memory_store(make_memory_disk(), log_store_options())),
                            options);
  if (!log) return nullptr;
  for (int k = 0; k < kBusyEvents; ++k) {
    pb::Event event;
    event.set_source("crm");
    event.set_id("e-" + std::to_string(k));
    event.set_occurred_at_us(wall.now().us);
    event.add_accounts("acc-" + std::to_string(k % 7));
    event.mutable_email_received();
    EventBatch batch;
    const SourceOffset offset{"test", k + 1, 0};
    if (!batch.add(event.SerializeAsString()) ||
        !(*log)->append(batch.events(), {&offset, 1}, wall.now()))
      return nullptr;
  }
  auto state = StateStore::open(
      std::move(*open_memory_store(make_memory_disk(), state_store_options())), set.fingerprint());
  if (!state) return nullptr;
  auto engine = Engine::open(std::move(*log), std::move(*state), set, EngineClock::of_wall(wall),
                             bounds, Shard::Mode::kDecide);
  return engine ? std::move(*engine) : nullptr;
}

// A bound so small that a checkpoint begins after every block and the worker waits for each, in the
// midst of the blocks that it has taken.
TEST(BusyEngine, FoldsAllWhileCheckpointsAreAlwaysDue) {
  const SystemClock wall;
  const ProjectionSet kept = World({}, wall.now()).set();
  EngineOptions bounds;
  bounds.restart_bound = Duration(1);
  bounds.trust_clock = true;
  const auto engine = open_behind(kept, wall, bounds);
  ASSERT_TRUE(engine);
  ASSERT_TRUE(engine->start(nullptr));
  const Instant until = wall.now() + std::chrono::seconds(20);
  while (engine->status().folded_lag > 0 && wall.now() < until)
    engine->wait_for_progress(std::chrono::milliseconds(5));
  EXPECT_EQ(engine->status().folded_lag, 0u);
  engine->stop();
  EXPECT_GT(engine->status().checkpoints, 3u);
  EXPECT_FALSE(engine->status().failure);
}

// What the log holds and no shard has folded yet is missing in every answer: none calls itself
// complete before.
TEST(BusyEngine, IsNotCompleteWhileAShardReadsFromTheLog) {
  const SystemClock wall;
  const ProjectionSet kept = World({}, wall.now()).set();
  EngineOptions bounds;
  bounds.trust_clock = true;
  const auto engine = open_behind(kept, wall, bounds);
  ASSERT_TRUE(engine);
  engine->with_shard(ShardId{0}, [&](Shard& stands) {  // its worker waits meanwhile
    ASSERT_TRUE(engine->start(nullptr));
    EXPECT_LT(stands.folded(), Sequence{kBusyEvents});
    EXPECT_FALSE(engine->complete());
  });
  const Instant until = wall.now() + std::chrono::seconds(20);
  while (!engine->complete() && wall.now() < until)
    engine->wait_for_progress(std::chrono::milliseconds(5));
  EXPECT_TRUE(engine->complete());
  EXPECT_EQ(engine->status().folded_lag, 0u);
  engine->stop();
}

// A source of one partition, "test", which this process reads or another one does.
class SharedSource final : public Source {
 public:
  explicit SharedSource(bool ours) : ours_(ours) {}
  Result<std::span<const IncomingRecord>> poll(Duration wait, std::size_t,
                                               SourceListener&) override {
    // tidy: what a quiet broker does
    std::this_thread::sleep_for(std::min(wait, Duration(std::chrono::milliseconds(5))));
    return std::span<const IncomingRecord>();
  }
  void synced(std::span<const SourceOffset>) override {}
  Result<std::pair<std::int64_t, std::int64_t>> accept_gap(std::string_view) override {
    return fail(ErrorCode::kInvalid, "no gap");
  }
  [[nodiscard]] bool caught_up() const override { return true; }
  [[nodiscard]] std::vector<PartitionStatus> status() const override {
    std::vector<PartitionStatus> all;
    if (!ours_) return all;
    all.emplace_back().name = "test";
    all.back().assigned = true;
    return all;
  }
  [[nodiscard]] bool covers(std::string_view partition) const override {
    return partition == "test";
  }
  void close() override {}

 private:
  const bool ours_;
};

// Another member of the group got the partition: what it reads is missing here, though nothing
// stands still.
TEST(BusyEngine, IsNotCompleteWhileAPartitionOfItsLogIsReadElsewhere) {
  for (const bool ours : {true, false}) {
    const SystemClock wall;
    const ProjectionSet kept = World({}, wall.now()).set();
    EngineOptions bounds;
    bounds.trust_clock = true;
    const auto engine = open_behind(kept, wall, bounds);
    ASSERT_TRUE(engine);
    ASSERT_TRUE(engine->start(std::make_unique<SharedSource>(ours)));
    const Instant until = wall.now() + std::chrono::seconds(20);
    const auto settled = [&] {
      const EngineStatus status = engine->status();
      return status.folded_lag == 0 && !status.partitions.empty() && engine->complete() == ours;
    };
    while (!settled() && wall.now() < until)
      engine->wait_for_progress(std::chrono::milliseconds(5));
    EXPECT_EQ(engine->complete(), ours);
    ASSERT_EQ(engine->status().partitions.size(), 1u);
    EXPECT_EQ(engine->status().partitions.front().assigned, ours);
    engine->stop();
  }
}

TEST_F(QuietEngine, TellsASilenceWithinASecondOfItsDueInstant) {
  const auto rules = rules_envelope(kRules, "r", set_->catalog(), "ops", wall_.now(), true);
  ASSERT_TRUE(rules) << rules.error().message;
  submit(*rules);
  const Instant due = wall_.now() + std::chrono::milliseconds(1500);
  pb::Event event;
  event.set_source("crm");
  event.set_id("last");
  event.set_occurred_at_us((due - 3 * kDay).us);
  event.add_accounts("acc-1");
  event.mutable_email_received();
  submit(event.SerializeAsString());
  api::ListAlertsResponse answer;
  while (answer.alerts().empty() && wall_.now() < due + std::chrono::seconds(20)) {
    engine_->wait_for_progress(std::chrono::milliseconds(10));
    answer.Clear();
    ASSERT_TRUE(Queries(*engine_).alerts({}, answer));
  }
  const Instant seen = wall_.now();
  ASSERT_EQ(answer.alerts_size(), 1) << "the alert never came";
  EXPECT_EQ(answer.alerts(0).raised_at(), to_string(due));
  EXPECT_GE(seen, due);
  EXPECT_LE((seen - due).count(), 1'000'000);
}

}  // namespace
}  // namespace tenure::scenario
