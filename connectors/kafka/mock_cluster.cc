#include "connectors/kafka/mock_cluster.h"

#include "connectors/kafka/internal/client_config.h"
#include "connectors/kafka/kafka_leftovers.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka_mock.h>

namespace tenure {

struct MockCluster::Impl {
  internal::ClientHandle host;  // the mock lives in a client, which it does not use
  rd_kafka_mock_cluster_t* cluster = nullptr;
  std::string bootstrap;
};

MockCluster::MockCluster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

MockCluster::~MockCluster() {
  if (kafka_left_behind()) {
    // Its threads still speak to this cluster: taking it away may wait for them for ever.
    static_cast<void>(impl_.release());
    return;
  }
  if (impl_->cluster != nullptr) rd_kafka_mock_cluster_destroy(impl_->cluster);
}

Result<std::unique_ptr<MockCluster>> MockCluster::start(int brokers) {
  if (brokers < 1 || brokers > 9) {
    return fail(ErrorCode::kInvalid, fmt::format("mock cluster: {} brokers; say 1 to 9", brokers));
  }
  auto impl = std::make_unique<Impl>();
  TENURE_TRY_ASSIGN(internal::ConfHandle conf, internal::client_config({}, {}, {}));
  TENURE_TRY_ASSIGN(impl->host, internal::make_client(RD_KAFKA_PRODUCER, std::move(conf)));
  impl->cluster = rd_kafka_mock_cluster_new(impl->host.get(), brokers);
  if (impl->cluster == nullptr) {
    return fail(ErrorCode::kUnavailable, "mock cluster: no free port on 127.0.0.1");
  }
  impl->bootstrap = rd_kafka_mock_cluster_bootstraps(impl->cluster);
  return std::unique_ptr<MockCluster>(new MockCluster(std::move(impl)));
}

const std::string& MockCluster::bootstrap() const { return impl_->bootstrap; }

Result<void> MockCluster::create_topic(const std::string& topic, int partitions) {
  const rd_kafka_resp_err_t failed =
      rd_kafka_mock_topic_create(impl_->cluster, topic.c_str(), partitions, 1);
  if (failed == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
    return fail(ErrorCode::kDuplicate, fmt::format("topic {} exists already", topic));
  }
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(ErrorCode::kInvalid, fmt::format("topic {}: {}", topic, rd_kafka_err2str(failed)));
  }
  return ok();
}

void MockCluster::fail_next(KafkaRequest request, const std::vector<int>& codes) {
  std::vector<rd_kafka_resp_err_t> errors;
  errors.reserve(codes.size());
  for (const int code : codes) errors.push_back(static_cast<rd_kafka_resp_err_t>(code));
  rd_kafka_mock_push_request_errors_array(impl_->cluster, static_cast<std::int16_t>(request),
                                          errors.size(), errors.data());
}

void MockCluster::hide_topic(const std::string& topic, bool hide) {
  rd_kafka_mock_topic_set_error(
      impl_->cluster, topic.c_str(),
      hide ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART : RD_KAFKA_RESP_ERR_NO_ERROR);
}

void MockCluster::set_down(int broker, bool down) {
  if (down) {
    rd_kafka_mock_broker_set_down(impl_->cluster, broker);
  } else {
    rd_kafka_mock_broker_set_up(impl_->cluster, broker);
  }
}

void MockCluster::set_delay(int broker, Duration delay) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(delay).count();
  rd_kafka_mock_broker_set_rtt(impl_->cluster, broker, static_cast<int>(ms));
}

}  // namespace tenure
