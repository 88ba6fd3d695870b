// KafkaSource against librdkafka's mock cluster: the protocol and the client are real, the broker
// is not.
#include "connectors/kafka/kafka_source.h"

#include "connectors/kafka/kafka_producer.h"
#include "connectors/kafka/mock_cluster.h"
#include "tests/connectors/kafka/support/reader.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Kept;
using test::Reader;
using test::source_options;
using testing::ElementsAre;
using testing::HasSubstr;

class KafkaSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = MockCluster::start();
    ASSERT_TRUE(started) << started.error().message;
    cluster_ = std::move(*started);
  }
  void topic(const std::string& name, int partitions) {
    const auto made = cluster_->create_topic(name, partitions);
    ASSERT_TRUE(made) << made.error().message;
  }
  void send(const std::string& to, std::int32_t partition, int count,
            const std::string& prefix = "v") {
    test::send(cluster_->bootstrap(), to, partition, count, prefix);
  }
  [[nodiscard]] KafkaSourceOptions options(
      KafkaStart::From from = KafkaStart::From::kEarliest) const {
    return source_options(cluster_->bootstrap(), "t", {from, {}});
  }

  std::unique_ptr<MockCluster> cluster_;
  Kept kept_;
};

TEST_F(KafkaSourceTest, EarliestReadsAllThatIsThereInOrder) {
  topic("t", 2);
  send("t", 0, 50, "a");
  send("t", 1, 30, "b");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(80));
  std::map<std::string, std::int64_t> next;
  for (const auto& record : kept_.records) EXPECT_EQ(record.offset, next[record.partition]++);
  EXPECT_EQ(next["kafka:c/t/0"], 50);
  EXPECT_EQ(next["kafka:c/t/1"], 30);
  ASSERT_TRUE(reader.poll_caught_up());
  EXPECT_EQ(reader.starts.at("kafka:c/t/0"), 0);
}

TEST_F(KafkaSourceTest, APollHoldsItsRecordsAndTheRestComesNext) {
  EXPECT_EQ(KafkaSourceOptions().records_max, 10'000U);
  topic("t", 1);
  send("t", 0, 50);
  for (const auto& [own, asked] : {std::pair<std::size_t, std::size_t>{7, 100}, {100, 7}}) {
    kept_ = {};
    KafkaSourceOptions bounded = options();
    bounded.records_max = own;
    Reader reader(bounded, kept_);
    std::size_t seen = 0;
    std::size_t most = 0;
    reader.records_max = asked;
    EXPECT_TRUE(reader.poll_until([&] {
      most = std::max(most, kept_.records.size() - seen);
      seen = kept_.records.size();
      return seen == 50;
    }));
    EXPECT_EQ(most, 7U) << "of what is there at once, a poll gives as many as it may";
  }
}

TEST_F(KafkaSourceTest, LatestReadsOnlyWhatComesAfterwards) {
  topic("t", 1);
  send("t", 0, 5, "old");
  Reader reader(options(KafkaStart::From::kLatest), kept_);
  ASSERT_TRUE(reader.poll_caught_up());
  EXPECT_EQ(reader.starts.at("kafka:c/t/0"), 5);
  send("t", 0, 2, "new");
  ASSERT_TRUE(reader.poll_records(2));
  EXPECT_THAT(kept_.values(), ElementsAre("new0", "new1"));
}

TEST_F(KafkaSourceTest, TheStoredOffsetWinsOverTheConfiguredStart) {
  topic("t", 1);
  send("t", 0, 10);
  kept_.offsets["kafka:c/t/0"] = {"kafka:c/t/0", 7, 0};
  Reader reader(options(KafkaStart::From::kLatest), kept_);
  ASSERT_TRUE(reader.poll_records(3));
  EXPECT_THAT(kept_.values(), ElementsAre("v7", "v8", "v9"));
}

TEST_F(KafkaSourceTest, APartitionBesideOneThatWasReadBeginsAtItsFirstRecordEvenUnderLatest) {
  topic("t", 2);
  send("t", 0, 3, "a");
  send("t", 1, 3, "b");
  kept_.offsets["kafka:c/t/0"] = {"kafka:c/t/0", 3, 0};
  Reader reader(options(KafkaStart::From::kLatest), kept_);
  ASSERT_TRUE(reader.poll_records(3));
  EXPECT_THAT(kept_.values(), ElementsAre("b0", "b1", "b2"));
}

TEST_F(KafkaSourceTest, AnEmptyTopicIsCaughtUpAtOnce) {
  topic("t", 3);
  Reader reader(options(), kept_);
  EXPECT_FALSE(reader.source().caught_up());
  ASSERT_TRUE(reader.poll_caught_up());
  EXPECT_EQ(reader.partitions().size(), 3U);
  EXPECT_TRUE(kept_.records.empty());
}

TEST_F(KafkaSourceTest, AWakeEndsAPollThatWaits) {
  topic("t", 1);
  Reader reader(options(), kept_);
  reader.source().wake();
  ASSERT_TRUE(reader.poll_caught_up()) << "a wake before there is a consumer does nothing";
  std::atomic<bool> over{false};
  const auto start = std::chrono::steady_clock::now();
  std::thread waker([&] {
    while (!over) {
      reader.source().wake();
      std::this_thread::sleep_for(milliseconds(1));  // tidy: wakes while the other thread waits
    }
  });
  reader.poll(seconds(30));
  over = true;
  waker.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(15));
  send("t", 0, 3);
  for (int k = 0; k < 100 && kept_.records.size() < 3; ++k) reader.poll();
  EXPECT_EQ(kept_.records.size(), 3U) << "and it reads on";
}

TEST_F(KafkaSourceTest, ARecordWaitsForMoreOnlySoLong) {
  EXPECT_EQ(KafkaSourceOptions().gather_max, milliseconds(1));
  topic("t", 1);
  send("t", 0, 1);
  for (const auto gathers : {milliseconds(0), milliseconds(300)}) {
    Kept kept;
    KafkaSourceOptions of = options();
    of.gather_max = gathers;
    Reader reader(of, kept);
    const auto start = std::chrono::steady_clock::now();
    while (kept.records.empty() && std::chrono::steady_clock::now() - start < seconds(60))
      reader.poll(seconds(30));
    ASSERT_EQ(kept.records.size(), 1U);
    const auto taken = std::chrono::steady_clock::now() - start;
    EXPECT_GE(taken, gathers);
    EXPECT_LT(taken, seconds(25)) << "it does not wait for its poll to be over";
  }
}

TEST_F(KafkaSourceTest, HeadersTombstonesKeysAndTimesArriveAsSent) {
  topic("t", 1);
  KafkaProducerOptions to;
  to.bootstrap = cluster_->bootstrap();
  auto producer = KafkaProducer::open(to);
  ASSERT_TRUE(producer) << producer.error().message;
  const std::vector<RecordHeaderView> headers = {{"ce_id", "1"}, {"empty", ""}, {"ce_id", "2"}};
  const Instant when{1'700'000'000'123'000};
  ASSERT_TRUE((*producer)->send("t", "acct-1", "hello", headers, when));
  ASSERT_TRUE((*producer)->send("t", "acct-1", std::nullopt));
  ASSERT_TRUE((*producer)->send("t", "", ""));
  ASSERT_TRUE((*producer)->flush(seconds(10)));
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(3));
  const auto& first = kept_.records[0];
  EXPECT_EQ(first.key, "acct-1");
  EXPECT_EQ(first.value, "hello");
  EXPECT_EQ(first.appended_at, when);
  ASSERT_EQ(first.headers.size(), 3U);
  EXPECT_EQ(first.headers[0], std::pair(std::string("ce_id"), std::string("1")));
  EXPECT_EQ(first.headers[1], std::pair(std::string("empty"), std::string()));
  EXPECT_EQ(first.headers[2], std::pair(std::string("ce_id"), std::string("2")));
  EXPECT_FALSE(kept_.records[1].has_value);
  EXPECT_TRUE(kept_.records[2].has_value);
  EXPECT_TRUE(kept_.records[2].value.empty());
  EXPECT_TRUE(kept_.records[2].headers.empty());
}

TEST_F(KafkaSourceTest, TwoMembersShareThePartitionsAndNoRecordComesTwice) {
  topic("t", 4);
  for (int p = 0; p < 4; ++p) send("t", p, 20, "first");
  Reader one(options(), kept_);
  ASSERT_TRUE(one.poll_records(80));
  ASSERT_EQ(one.partitions().size(), 4U);
  {
    Reader two(options(), kept_);
    ASSERT_TRUE(one.poll_until([&] {
      two.poll(milliseconds(20));
      return one.partitions().size() == 2 && two.partitions().size() == 2;
    }));
    for (int p = 0; p < 4; ++p) send("t", p, 10, "second");
    ASSERT_TRUE(one.poll_until([&] {
      two.poll(milliseconds(20));  // Reader fails on a record of a partition that was revoked
      return kept_.records.size() >= 120;
    }));
    two.source().close();
  }
  ASSERT_TRUE(one.poll_until([&] { return one.partitions().size() == 4; }));
  for (int p = 0; p < 4; ++p) send("t", p, 5, "third");
  ASSERT_TRUE(one.poll_records(140));
  std::set<std::pair<std::string, std::int64_t>> seen;
  for (const auto& record : kept_.records) {
    EXPECT_TRUE(seen.emplace(record.partition, record.offset).second);
  }
  EXPECT_EQ(seen.size(), 140U);
}

TEST_F(KafkaSourceTest, AStoredOffsetBeyondTheEndStopsThatPartitionOnlyUntilTheGapIsAccepted) {
  topic("t", 2);
  send("t", 0, 3, "a");
  send("t", 1, 3, "b");
  kept_.offsets["kafka:c/t/0"] = {"kafka:c/t/0", 100, 0};
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(3));
  EXPECT_THAT(kept_.values(), ElementsAre("b0", "b1", "b2"));
  ASSERT_TRUE(reader.stops.contains("kafka:c/t/0"));
  EXPECT_EQ(reader.stops["kafka:c/t/0"].first, StopReason::kTopicReplaced);
  EXPECT_THAT(reader.stops["kafka:c/t/0"].second, HasSubstr("accept the gap"));
  EXPECT_EQ(reader.status("kafka:c/t/0")->stopped, StopReason::kTopicReplaced);
  EXPECT_FALSE(reader.source().caught_up());

  const auto none = reader.source().accept_gap("kafka:c/t/1");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kInvalid);
  const auto unknown = reader.source().accept_gap("kafka:c/t/9");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  const auto gap = reader.source().accept_gap("kafka:c/t/0");
  ASSERT_TRUE(gap) << gap.error().message;
  EXPECT_EQ(*gap, std::pair(std::int64_t{100}, std::int64_t{0}));
  kept_.offsets["kafka:c/t/0"].next = 0;
  ASSERT_TRUE(reader.poll_records(6));
  EXPECT_EQ(kept_.records[3].value, "a0");
  ASSERT_TRUE(reader.poll_caught_up());
}

TEST_F(KafkaSourceTest, OffsetsThatTheBrokerDroppedStopThePartitionWithTheirRange) {
  topic("t", 1);
  // The mock keeps 5 MiB a partition.
  const std::string big(100'000, 'x');
  for (int i = 0; i < 4; ++i) send("t", 0, 20, big);
  kept_.offsets["kafka:c/t/0"] = {"kafka:c/t/0", 1, 0};
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_until([&] { return !reader.stops.empty(); }));
  EXPECT_EQ(reader.stops["kafka:c/t/0"].first, StopReason::kOffsetLost);
  EXPECT_THAT(reader.stops["kafka:c/t/0"].second, HasSubstr("offsets 1 to "));
  const auto gap = reader.source().accept_gap("kafka:c/t/0");
  ASSERT_TRUE(gap) << gap.error().message;
  EXPECT_EQ(gap->first, 1);
  EXPECT_GT(gap->second, 1);
  kept_.offsets["kafka:c/t/0"].next = gap->second;
  ASSERT_TRUE(reader.poll_records(static_cast<std::size_t>(80 - gap->second)));
  EXPECT_EQ(kept_.records.front().offset, gap->second);
}

TEST_F(KafkaSourceTest, ATopicMadeAnewIsKnownByTheTimeOfItsLastReadRecord) {
  topic("t", 1);
  test::send(cluster_->bootstrap(), "t", 0, 5, "v", Instant{1'700'000'000'000'000});
  kept_.offsets["kafka:c/t/0"] = {"kafka:c/t/0", 3, 1'600'000'000'000'000};
  {
    Reader reader(options(), kept_);
    ASSERT_TRUE(reader.poll_until([&] { return !reader.stops.empty(); }));
    EXPECT_EQ(reader.stops["kafka:c/t/0"].first, StopReason::kTopicReplaced);
    EXPECT_TRUE(kept_.records.empty());
  }
  kept_.offsets["kafka:c/t/0"].extra = 1'700'000'000'000'000;
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(2));
  EXPECT_THAT(kept_.values(), ElementsAre("v3", "v4"));
}

TEST_F(KafkaSourceTest, BrokersThatAreDownAreUnavailableAndReadingGoesOnWhenTheyReturn) {
  topic("t", 1);
  send("t", 0, 3, "a");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(3));
  cluster_->set_down(-1, true);
  bool said = false;
  ASSERT_TRUE(reader.poll_until([&] {
    said = said || !reader.poll(milliseconds(20));
    return said;
  }));
  EXPECT_EQ(reader.last_error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(reader.last_error.message, HasSubstr("no broker of 127.0.0.1"));
  cluster_->set_down(-1, false);
  send("t", 0, 2, "b");
  ASSERT_TRUE(reader.poll_records(5));
  EXPECT_TRUE(reader.poll(milliseconds(20)));
}

TEST_F(KafkaSourceTest, AStartWithoutBrokersWaitsForThem) {
  topic("t", 1);
  send("t", 0, 3, "a");
  cluster_->set_down(-1, true);
  Reader reader(options(), kept_);
  EXPECT_FALSE(reader.poll(milliseconds(20)));
  EXPECT_FALSE(reader.source().caught_up());
  cluster_->set_down(-1, false);
  ASSERT_TRUE(reader.poll_records(3));
}

TEST_F(KafkaSourceTest, UntilTheGroupAssignedNothingComesAndItIsSaid) {
  topic("t", 1);
  send("t", 0, 1);
  Reader one(options(), kept_);
  ASSERT_FALSE(one.poll(milliseconds(1)));
  EXPECT_THAT(one.last_error.message, HasSubstr("gave no partition to this member yet"));
  ASSERT_TRUE(one.poll_caught_up());
  // One partition for two: whoever is given none was told so, and waits in good order.
  Kept other;
  Reader two(options(), other);
  ASSERT_FALSE(two.poll(milliseconds(1)));
  bool settled = false;
  ASSERT_TRUE(one.poll_until([&] {
    settled = two.poll(milliseconds(20)) && one.poll(milliseconds(20));
    return settled && one.partitions().size() + two.partitions().size() == 1;
  }));
}

TEST_F(KafkaSourceTest, AMissingTopicIsSaidAndTheOthersAreRead) {
  topic("t", 1);
  topic("later", 1);
  cluster_->hide_topic("later", true);
  send("t", 0, 3, "a");
  auto both = options();
  both.topics.push_back({"later", {}, {}});
  Reader reader(both, kept_);
  ASSERT_TRUE(reader.poll_records(3));
  const auto missing = reader.status("kafka:c/later");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->stopped, StopReason::kTopicMissing);
  EXPECT_THAT(missing->detail, HasSubstr("topic later does not exist"));
  EXPECT_FALSE(reader.source().caught_up());
  cluster_->hide_topic("later", false);
  send("later", 0, 2, "b");
  ASSERT_TRUE(reader.poll_records(5));
  EXPECT_FALSE(reader.status("kafka:c/later"));
}

TEST_F(KafkaSourceTest, AnErrorThatPassesDoesNotStopAPartition) {
  topic("t", 1);
  cluster_->fail_next(KafkaRequest::kFetch, {6 /* NOT_LEADER */, 7 /* REQUEST_TIMED_OUT */, -1});
  send("t", 0, 5, "a");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(5));
  EXPECT_TRUE(reader.stops.empty());
}

TEST_F(KafkaSourceTest, AnOutOfRangeAnswerIsCheckedAgainstTheRangeOfTheBroker) {
  topic("t", 1);
  cluster_->fail_next(KafkaRequest::kFetch, {1 /* OFFSET_OUT_OF_RANGE */});
  send("t", 0, 5, "a");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(5));  // the offset was there all the time
  EXPECT_TRUE(reader.stops.empty());
  EXPECT_EQ(kept_.records.front().offset, 0);
}

TEST_F(KafkaSourceTest, ABatchThatCannotBeReadInThreeAttemptsStopsThePartition) {
  topic("t", 1);
  send("t", 0, 5, "a");
  cluster_->fail_next(KafkaRequest::kFetch, std::vector<int>(20, 2 /* CORRUPT_MESSAGE */));
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_until([&] { return !reader.stops.empty(); }));
  EXPECT_EQ(reader.stops["kafka:c/t/0"].first, StopReason::kPoisonBatch);
  EXPECT_THAT(reader.stops["kafka:c/t/0"].second, HasSubstr("the batch at offset 0"));
  const auto refused = reader.source().accept_gap("kafka:c/t/0");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("delete the records"));
}

TEST_F(KafkaSourceTest, CommitsToKafkaOnlyWhatIsSynced) {
  topic("t", 1);
  send("t", 0, 5, "a");
  {
    Reader reader(options(), kept_);
    ASSERT_TRUE(reader.poll_records(5));
    EXPECT_EQ(reader.source().counts().records, 5U);
    EXPECT_EQ(reader.source().counts().dropped_below_next, 0U);
  }
  // Without the log's word the configured start applies, whatever Kafka's books say.
  kept_ = {};
  Reader again(options(), kept_);
  ASSERT_TRUE(again.poll_records(5));
}

TEST_F(KafkaSourceTest, CloseIsBoundedWithBrokersDown) {
  topic("t", 1);
  send("t", 0, 1, "a");
  Reader reader(options(), kept_);
  ASSERT_TRUE(reader.poll_records(1));
  cluster_->set_down(-1, true);
  const std::int64_t before = steady_now_us();
  reader.source().close();
  EXPECT_LT(steady_now_us() - before, 8'000'000);
  const auto polled = reader.source().poll(milliseconds(1), 1, reader);
  ASSERT_FALSE(polled);
  EXPECT_EQ(polled.error().code, ErrorCode::kStopping);
}

TEST_F(KafkaSourceTest, CooperativeRebalancingIsPossible) {
  topic("t", 4);
  for (int p = 0; p < 4; ++p) send("t", p, 5);
  auto wanted = options();
  wanted.properties["partition.assignment.strategy"] = "cooperative-sticky";
  Reader one(wanted, kept_);
  ASSERT_TRUE(one.poll_records(20));
  EXPECT_EQ(one.partitions().size(), 4U);
}

struct BadOptions {
  const char* name;
  const char* value;
  const char* says;
};

class KafkaSourceProperties : public testing::TestWithParam<BadOptions> {};

TEST_P(KafkaSourceProperties, AreRefusedByNameWithTheReason) {
  auto options = source_options("127.0.0.1:1", "t");
  options.properties[GetParam().name] = GetParam().value;
  const auto opened = KafkaSource::open(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(opened.error().message, HasSubstr(GetParam().name));
  EXPECT_THAT(opened.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Denied, KafkaSourceProperties,
    testing::Values(BadOptions{"enable.auto.commit", "true", "only synced positions"},
                    BadOptions{"auto.offset.reset", "latest",
                               "a lost offset must stop its partition"},
                    BadOptions{"isolation.level", "read_uncommitted", "aborted transactions"},
                    BadOptions{"check.crcs", "false", "damaged records"},
                    BadOptions{"group.id", "g", "a setting of its own: kafka.group"},
                    BadOptions{"plugin.library.paths", "x", "foreign code"},
                    BadOptions{"no.such.property", "x", "No such configuration property"},
                    BadOptions{"fetch.min.bytes", "many", "Invalid value"}),
    [](const auto& tested) {
      std::string name = tested.param.name;
      std::replace(name.begin(), name.end(), '.', '_');
      return name;
    });

TEST(KafkaSourceOptionsTest, SecretsNeverStandInAMessage) {
  auto options = source_options("127.0.0.1:1", "t");
  options.properties["ssl.key.pem"] = "hunter2";
  options.properties["security.protocol"] = "ssl";
  const auto opened = KafkaSource::open(options);
  if (!opened) {
    EXPECT_EQ(opened.error().message.find("hunter2"), std::string::npos);
  }
  options.properties["sasl.oauthbearer.method"] = "hunter2";
  const auto refused = KafkaSource::open(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("hunter2"), std::string::npos);
  EXPECT_THAT(refused.error().message, HasSubstr("sasl.oauthbearer.method"));
}

TEST(KafkaSourceOptionsTest, MissingPartsAreNamed) {
  auto options = source_options("", "t");
  EXPECT_THAT(KafkaSource::open(options).error().message, HasSubstr("brokers"));
  options = source_options("127.0.0.1:1", "no such/topic");
  EXPECT_THAT(KafkaSource::open(options).error().message, HasSubstr("topic 1"));
  options = source_options("127.0.0.1:1", "t");
  options.topics.push_back(options.topics[0]);
  EXPECT_THAT(KafkaSource::open(options).error().message, HasSubstr("twice"));
  options = source_options("127.0.0.1:1", "t");
  options.cluster = "a/b";
  EXPECT_THAT(KafkaSource::open(options).error().message, HasSubstr("cluster"));
}

}  // namespace
}  // namespace tenure
