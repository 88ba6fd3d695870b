#include "connectors/kafka/kafka_producer.h"

#include "connectors/kafka/kafka_peek.h"
#include "connectors/kafka/mock_cluster.h"
#include "connectors/kafka/topic_admin.h"
#include "engine/base/clock.h"
#include "engine/base/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class KafkaProducerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = MockCluster::start();
    ASSERT_TRUE(started) << started.error().message;
    cluster_ = std::move(*started);
    const auto made = cluster_->create_topic("t", 4);
    ASSERT_TRUE(made) << made.error().message;
    options_.bootstrap = cluster_->bootstrap();
  }
  std::unique_ptr<KafkaProducer> producer() {
    auto opened = KafkaProducer::open(options_);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  [[nodiscard]] KafkaPeekOptions look() const {
    KafkaPeekOptions peek;
    peek.bootstrap = cluster_->bootstrap();
    peek.cluster = "c";
    peek.topic = "t";
    peek.records_max = 1000;
    return peek;
  }

  std::unique_ptr<MockCluster> cluster_;
  KafkaProducerOptions options_;
};

TEST_F(KafkaProducerTest, AKeyGoesToThePartitionThatIsTheShardOfTheAccount) {
  auto to = producer();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(to->send("t", "acct-" + std::to_string(i), "v"));
  const auto report = to->flush(seconds(10));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->sent, 100U);
  EXPECT_EQ(report->delivered, 100U);
  EXPECT_EQ(report->waiting, 0U);
  const auto seen = peek(look(), [](const SourceRecord& record) {
    const ShardId shard = shard_of(AccountId(record.key), 4);
    EXPECT_EQ(record.partition, "kafka:c/t/" + std::to_string(shard.value)) << record.key;
    return true;
  });
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(*seen, 100U);
}

TEST_F(KafkaProducerTest, PeekGivesTheFirstOrTheLastAndNoMoreThanAsked) {
  auto to = producer();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(to->send("t", "k", std::to_string(i), {}, {}, 2));
  ASSERT_TRUE(to->flush(seconds(10)));
  std::vector<std::string> values;
  const auto keep = [&](const SourceRecord& record) {
    values.emplace_back(record.value);
    return true;
  };
  auto options = look();
  options.records_max = 3;
  ASSERT_TRUE(peek(options, keep));
  EXPECT_THAT(values, testing::ElementsAre("0", "1", "2"));
  values.clear();
  options.records_max = 8;
  options.from_latest = true;  // two of each partition, of which one has any
  ASSERT_TRUE(peek(options, keep));
  EXPECT_THAT(values, testing::ElementsAre("18", "19"));
}

TEST_F(KafkaProducerTest, PeekIntoAnEmptyTopicGivesNothingAtOnce) {
  const std::int64_t before = steady_now_us();
  const auto seen = peek(look(), [](const SourceRecord&) { return true; });
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(*seen, 0U);
  EXPECT_LT(steady_now_us() - before, 9'000'000);
}

TEST_F(KafkaProducerTest, PeekNamesAMissingTopic) {
  cluster_->hide_topic("gone", true);
  auto options = look();
  options.topic = "gone";
  const auto seen = peek(options, [](const SourceRecord&) { return true; });
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(seen.error().message, HasSubstr("topic gone does not exist"));
}

TEST_F(KafkaProducerTest, AFullQueueIsOverloadedAndLosesNothingThatWasTaken) {
  options_.queue_records_max = 10;
  options_.full_wait_max = milliseconds(100);
  auto to = producer();
  ASSERT_TRUE(to->warm("t", seconds(10)));
  cluster_->set_down(-1, true);
  std::uint64_t taken = 0;
  std::optional<Error> refused;
  for (int i = 0; i < 100 && !refused; ++i) {
    if (const auto sent = to->send("t", "k", "v"); sent)
      ++taken;
    else
      refused = sent.error();
  }
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::kOverloaded);
  EXPECT_THAT(refused->message, HasSubstr("the queue is full"));
  const auto late = to->flush(milliseconds(50));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kDeadline);
  cluster_->set_down(-1, false);
  const auto report = to->flush(seconds(20));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->delivered, taken);
}

TEST_F(KafkaProducerTest, AFailedDeliveryIsToldByFlush) {
  options_.delivery_wait_max = milliseconds(500);
  auto to = producer();
  ASSERT_TRUE(to->warm("t", seconds(10)));
  cluster_->set_down(-1, true);
  ASSERT_TRUE(to->send("t", "k", "v"));
  const auto report = to->flush(seconds(10));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(report.error().message, HasSubstr("1 failed, the first: t/"));
}

TEST_F(KafkaProducerTest, PropertiesThatBreakAPromiseAreRefused) {
  for (const char* name : {"partitioner", "enable.idempotence", "acks", "bootstrap.servers"}) {
    options_.properties = {{name, "x"}};
    const auto opened = KafkaProducer::open(options_);
    ASSERT_FALSE(opened) << name;
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(opened.error().message, HasSubstr(name));
  }
}

TEST_F(KafkaProducerTest, ReachNamesFirstAndEndOfEveryPartition) {
  auto to = producer();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(to->send("t", "k", "v", {}, {}, 1));
  ASSERT_TRUE(to->flush(seconds(10)));
  auto admin = TopicAdmin::open(cluster_->bootstrap());
  ASSERT_TRUE(admin) << admin.error().message;
  const auto reach = (*admin)->reach("t", seconds(10));
  ASSERT_TRUE(reach) << reach.error().message;
  ASSERT_EQ(reach->size(), 4U);
  EXPECT_EQ((*reach)[1].low, 0);
  EXPECT_EQ((*reach)[1].end, 5);
  EXPECT_EQ((*reach)[0].end, 0);
}

}  // namespace
}  // namespace tenure
