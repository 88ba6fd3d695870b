// KafkaSource against a real broker: what the mock cluster cannot do. TENURE_TEST_BROKERS names a
// running one; otherwise deploy/kafka/broker starts one of TENURE_TEST_KAFKA (default 3.9.2). Skips
// where there is no Java.
#include "connectors/kafka/kafka_leftovers.h"
#include "connectors/kafka/topic_admin.h"
#include "tests/connectors/kafka/support/reader.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Kept;
using test::Reader;
using testing::ElementsAre;

/// Runs a command and returns its standard output without the last line end; empty when it failed.
std::string run(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string out;
  std::array<char, 256> piece{};
  while (fgets(piece.data(), static_cast<int>(piece.size()), pipe) != nullptr) out += piece.data();
  if (pclose(pipe) != 0) return {};
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

class RealBroker final : public testing::Environment {
 public:
  void SetUp() override {
    if (const char* given = std::getenv("TENURE_TEST_BROKERS")) {
      bootstrap = given;
      return;
    }
    if (run("command -v java").empty()) {
      why_not = "no java: run scripts/setup test, or name a broker in TENURE_TEST_BROKERS";
      return;
    }
    const char* wanted = std::getenv("TENURE_TEST_KAFKA");
    version_ = wanted == nullptr ? "3.9.2" : wanted;
    version_ = version_.substr(0, version_.find(','));  // of a list the first
    folder_ = std::filesystem::temp_directory_path() /
              ("tenure-kafka-" + std::to_string(steady_now_us()));
    bootstrap = run(script("start " + version_ + " " + folder_.string()) + " 2>/dev/null");
    if (bootstrap.empty())
      why_not = "Kafka " + version_ + " did not start: see deploy/kafka/broker";
  }
  void TearDown() override {
    if (folder_.empty()) return;
    stop();
    std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] bool ours() const { return !folder_.empty(); }
  void stop() { run(script("stop " + folder_.string()) + " 2>/dev/null"); }
  /// Starts the node again on its old port.
  bool start_again() {
    return run(script("start " + version_ + " " + folder_.string()) + " 2>/dev/null") == bootstrap;
  }

  std::string bootstrap;
  std::string why_not;

 private:
  static std::string script(const std::string& arguments) {
    return std::string(TENURE_SOURCE_DIR) + "/deploy/kafka/broker " + arguments;
  }
  std::filesystem::path folder_;
  std::string version_;
};

RealBroker* const kBroker =
    static_cast<RealBroker*>(testing::AddGlobalTestEnvironment(new RealBroker()));

class KafkaReal : public testing::Test {
 protected:
  void SetUp() override {
    if (kBroker->bootstrap.empty()) GTEST_SKIP() << kBroker->why_not;
    topic_ = "t-" + std::to_string(steady_now_us());
    auto opened = TopicAdmin::open(kBroker->bootstrap);
    ASSERT_TRUE(opened) << opened.error().message;
    admin_ = std::move(*opened);
  }
  void TearDown() override {
    if (admin_ != nullptr) static_cast<void>(admin_->remove(topic_, seconds(5)));
  }
  void create(int partitions) {
    const auto made = admin_->create(topic_, partitions, seconds(10));
    ASSERT_TRUE(made) << made.error().message;
  }
  void send(std::int32_t partition, int count, const std::string& prefix, Instant at = {}) {
    test::send(kBroker->bootstrap, topic_, partition, count, prefix, at);
  }
  [[nodiscard]] KafkaSourceOptions options(KafkaStart start = {}) const {
    auto wanted = test::source_options(kBroker->bootstrap, topic_, start);
    wanted.group = "g-" + topic_;
    wanted.properties["topic.metadata.refresh.interval.ms"] = "1000";
    return wanted;
  }
  [[nodiscard]] std::string name(int partition) const {
    return "kafka:c/" + topic_ + "/" + std::to_string(partition);
  }

  std::string topic_;
  std::unique_ptr<TopicAdmin> admin_;
  Kept kept_;
};

TEST_F(KafkaReal, ReadsInOrderAndGoesOnAtTheStoredOffset) {
  create(2);
  send(0, 20, "a");
  {
    Reader reader(options(), kept_);
    ASSERT_TRUE(reader.poll_records(20));
    ASSERT_TRUE(reader.poll_caught_up());
  }
  send(0, 3, "b");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(23));
  EXPECT_EQ(kept_.records.back().value, "b2");
  EXPECT_EQ(reader.source().counts().dropped_below_next, 0U);
}

TEST_F(KafkaReal, ATimestampStartsAtTheFirstRecordOfThatInstant) {
  create(1);
  const Instant old{1'700'000'000'000'000};
  send(0, 3, "old", old);
  send(0, 3, "new", old + seconds(60));
  Reader reader(options({KafkaStart::From::kTimestamp, old + seconds(30)}), kept_);
  ASSERT_TRUE(reader.poll_records(3));
  EXPECT_THAT(kept_.values(), ElementsAre("new0", "new1", "new2"));
}

TEST_F(KafkaReal, DeletedRecordsStopThePartitionUntilTheGapIsAccepted) {
  create(1);
  send(0, 10, "a");
  kept_.offsets[name(0)] = {name(0), 2, 0};
  const auto cut = admin_->delete_records(topic_, 0, 6, seconds(10));
  ASSERT_TRUE(cut) << cut.error().message;
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_until([&] { return !reader.stops.empty(); }));
  EXPECT_EQ(reader.stops[name(0)].first, StopReason::kOffsetLost);
  EXPECT_THAT(reader.stops[name(0)].second, testing::HasSubstr("offsets 2 to 5"));
  const auto gap = reader.source().accept_gap(name(0));
  ASSERT_TRUE(gap) << gap.error().message;
  EXPECT_EQ(*gap, std::pair(std::int64_t{2}, std::int64_t{6}));
  kept_.offsets[name(0)].next = 6;
  ASSERT_TRUE(reader.poll_records(4));
  EXPECT_EQ(kept_.records.front().offset, 6);
}

TEST_F(KafkaReal, ATopicDeletedAndMadeAnewStopsInsteadOfSkippingItsRecords) {
  create(1);
  send(0, 10, "a");
  Reader reader(options(), kept_);
  reader.keep_marks = true;
  ASSERT_TRUE(reader.poll_records(10));
  ASSERT_TRUE(admin_->remove(topic_, seconds(10)));
  ASSERT_TRUE(reader.poll_until([&] { return reader.ours.empty(); }));
  create(1);
  send(0, 4, "b");
  ASSERT_TRUE(reader.poll_until([&] {
    return reader.stops.contains(name(0)) &&
           reader.stops[name(0)].first == StopReason::kTopicReplaced;
  }));
  // The group may rebalance once more while the broker's news of the topic settles: who asks then
  // is told that nobody reads it here, and asks again.
  Result<std::pair<std::int64_t, std::int64_t>> gap = reader.source().accept_gap(name(0));
  ASSERT_TRUE(reader.poll_until([&] {
    if (!gap) gap = reader.source().accept_gap(name(0));
    return gap.has_value();
  })) << gap.error().message;
  EXPECT_EQ(*gap, std::pair(std::int64_t{10}, std::int64_t{0}));
  kept_.offsets[name(0)] = {name(0), 0, 0};
  ASSERT_TRUE(reader.poll_records(14));
  EXPECT_EQ(kept_.records.back().value, "b3");
  const std::int64_t before = steady_now_us();
  reader.source().close();  // hangs for ever where the library waits for the deleted partition
  EXPECT_LT(steady_now_us() - before, 8'000'000);
}

TEST_F(KafkaReal, PartitionsAddedUnderLatestBeginAtTheirFirstRecord) {
  create(1);
  send(0, 2, "old");
  Reader reader(options({KafkaStart::From::kLatest, {}}), kept_);
  ASSERT_TRUE(reader.poll_caught_up());
  ASSERT_TRUE(admin_->grow(topic_, 3, seconds(10)));
  send(2, 3, "grown");
  ASSERT_TRUE(reader.poll_records(3));
  EXPECT_THAT(kept_.values(), ElementsAre("grown0", "grown1", "grown2"));
}

TEST_F(KafkaReal, AnOutsideProducerIsRead) {
  if (run("command -v kcat").empty()) GTEST_SKIP() << "no kcat: run scripts/setup test";
  create(1);
  run("printf 'acct-1:one\\nacct-1:two\\n' | kcat -P -q -b " + kBroker->bootstrap + " -t " +
      topic_ + " -K: -H ce_id=7");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(2));
  EXPECT_THAT(kept_.values(), ElementsAre("one", "two"));
  EXPECT_EQ(kept_.records[0].key, "acct-1");
  ASSERT_EQ(kept_.records[0].headers.size(), 1U);
  EXPECT_EQ(kept_.records[0].headers[0].second, "7");
}

TEST_F(KafkaReal, TwoMembersShareThePartitionsAndNoRecordIsLostOrComesTwice) {
  create(4);
  for (int p = 0; p < 4; ++p) send(p, 20, "first");
  Reader one(options(), kept_);
  ASSERT_TRUE(one.poll_records(80));
  {
    Reader two(options(), kept_);
    const auto shared = [&] {
      two.poll(milliseconds(20));
      return one.partitions().size() == 2 && two.partitions().size() == 2;
    };
    ASSERT_TRUE(one.poll_until(shared, seconds(40)));
    for (int p = 0; p < 4; ++p) send(p, 10, "second");
    ASSERT_TRUE(one.poll_until([&] {
      two.poll(milliseconds(20));  // Reader fails on a record of a partition that was revoked
      return kept_.records.size() >= 120;
    }));
    two.source().close();
  }
  ASSERT_TRUE(one.poll_until([&] { return one.partitions().size() == 4; }, seconds(40)));
  for (int p = 0; p < 4; ++p) send(p, 5, "third");
  ASSERT_TRUE(one.poll_records(140));
  std::set<std::pair<std::string, std::int64_t>> seen;
  for (const auto& record : kept_.records)
    EXPECT_TRUE(seen.emplace(record.partition, record.offset).second);
  EXPECT_EQ(seen.size(), 140U);
}

TEST_F(KafkaReal, ASecondMemberWithTheSameInstanceEndsTheFirst) {
  create(1);
  auto wanted = options();
  wanted.instance = "one";
  Reader first(wanted, kept_);
  ASSERT_TRUE(first.poll_caught_up());
  Kept other;
  Reader second(wanted, other);
  std::optional<Error> ended;
  const std::int64_t deadline = steady_now_us() + 20'000'000;
  while (!ended && steady_now_us() < deadline) {
    second.poll(milliseconds(20));
    const auto polled = first.source().poll(milliseconds(20), 10, first);
    if (!polled && polled.error().code != ErrorCode::kUnavailable) ended = polled.error();
  }
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, ErrorCode::kBusy);
  EXPECT_THAT(ended->message, testing::HasSubstr("instance one"));
}

TEST_F(KafkaReal, ClosingIsBoundedThoughItsTopicWasDeletedAndTheBrokerIsGone) {
  if (!kBroker->ours()) GTEST_SKIP() << "the broker of TENURE_TEST_BROKERS is not ours to stop";
  create(1);
  send(0, 5, "a");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(5));
  ASSERT_TRUE(admin_->remove(topic_, seconds(10)));
  const auto told = [&] {
    const auto status = reader.status("kafka:c/" + topic_);
    return status && status->stopped == StopReason::kTopicMissing;
  };
  EXPECT_TRUE(reader.poll_until(told, seconds(10))) << "said within ten seconds";
  kBroker->stop();
  const std::int64_t closing = steady_now_us();
  reader.source().close();
  EXPECT_LT(steady_now_us() - closing, 8'000'000);
  EXPECT_TRUE(kafka_left_behind()) << "its threads end with the process";
  ASSERT_TRUE(kBroker->start_again());
}

TEST_F(KafkaReal, ABrokerThatRestartsIsReadOn) {
  create(1);
  send(0, 5, "a");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(5));
  if (!kBroker->ours()) GTEST_SKIP() << "the broker of TENURE_TEST_BROKERS is not ours to restart";
  kBroker->stop();
  ASSERT_TRUE(kBroker->start_again());
  send(0, 5, "b");
  ASSERT_TRUE(reader.poll_records(10));
  EXPECT_TRUE(reader.stops.empty());
}

}  // namespace
}  // namespace tenure
