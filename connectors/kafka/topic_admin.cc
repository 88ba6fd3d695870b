#include "connectors/kafka/topic_admin.h"

#include "connectors/kafka/internal/client_config.h"
#include "connectors/kafka/internal/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

namespace tenure {
namespace {

using internal::PartitionList;
using internal::QueueHandle;

struct AdminDeleter {
  void operator()(rd_kafka_AdminOptions_t* o) const { rd_kafka_AdminOptions_destroy(o); }
  void operator()(rd_kafka_NewTopic_t* t) const { rd_kafka_NewTopic_destroy(t); }
  void operator()(rd_kafka_DeleteTopic_t* t) const { rd_kafka_DeleteTopic_destroy(t); }
  void operator()(rd_kafka_NewPartitions_t* t) const { rd_kafka_NewPartitions_destroy(t); }
  void operator()(rd_kafka_DeleteRecords_t* t) const { rd_kafka_DeleteRecords_destroy(t); }
  void operator()(rd_kafka_event_t* e) const { rd_kafka_event_destroy(e); }
};
template <class T>
using Admin = std::unique_ptr<T, AdminDeleter>;

int milliseconds(Duration wait) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count());
}

Result<void> judge(const std::string& topic, rd_kafka_resp_err_t code, const char* text) {
  const std::string says =
      fmt::format("topic {}: {}", topic, text == nullptr ? rd_kafka_err2str(code) : text);
  switch (code) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: return ok();
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: return fail(ErrorCode::kDuplicate, says);
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return fail(ErrorCode::kNotFound, says);
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT: return fail(ErrorCode::kUnavailable, says);
    default: return fail(ErrorCode::kInvalid, says);
  }
}

/// The outcome of the one topic that an answer is about.
Result<void> outcome(const std::string& topic, rd_kafka_event_t* event) {
  TENURE_TRY(judge(topic, rd_kafka_event_error(event), rd_kafka_event_error_string(event)));
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = nullptr;
  if (const auto* created = rd_kafka_event_CreateTopics_result(event)) {
    results = rd_kafka_CreateTopics_result_topics(created, &count);
  } else if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event)) {
    results = rd_kafka_DeleteTopics_result_topics(deleted, &count);
  } else if (const auto* grown = rd_kafka_event_CreatePartitions_result(event)) {
    results = rd_kafka_CreatePartitions_result_topics(grown, &count);
  } else if (const auto* cut = rd_kafka_event_DeleteRecords_result(event)) {
    const auto* offsets = rd_kafka_DeleteRecords_result_offsets(cut);
    for (int i = 0; i < offsets->cnt; ++i) {
      TENURE_TRY(judge(topic, offsets->elems[i].err, nullptr));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    TENURE_TRY(judge(topic, rd_kafka_topic_result_error(results[i]),
                     rd_kafka_topic_result_error_string(results[i])));
  }
  return ok();
}

}  // namespace

struct TopicAdmin::Impl {
  internal::ClientHandle client;

  Result<void> ask(const std::string& topic, rd_kafka_admin_op_t kind, Duration wait,
                   const std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send) {
    const Admin<rd_kafka_AdminOptions_t> how(rd_kafka_AdminOptions_new(client.get(), kind));
    std::array<char, 256> text{};
    rd_kafka_AdminOptions_set_request_timeout(how.get(), std::max(milliseconds(wait), 1000),
                                              text.data(), text.size());
    if (kind != RD_KAFKA_ADMIN_OP_DELETERECORDS) {
      // Until the controller has told the brokers, so that the next question finds what was made.
      rd_kafka_AdminOptions_set_operation_timeout(how.get(), std::max(milliseconds(wait), 1000),
                                                  text.data(), text.size());
    }
    const QueueHandle queue(rd_kafka_queue_new(client.get()));
    send(how.get(), queue.get());
    const Admin<rd_kafka_event_t> answer(
        rd_kafka_queue_poll(queue.get(), milliseconds(wait) + 1000));
    if (answer == nullptr) {
      return fail(ErrorCode::kUnavailable, fmt::format("topic {}: no broker answers", topic));
    }
    return outcome(topic, answer.get());
  }
};

TopicAdmin::TopicAdmin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TopicAdmin::~TopicAdmin() = default;

Result<std::unique_ptr<TopicAdmin>> TopicAdmin::open(
    const std::string& bootstrap, const std::map<std::string, std::string>& properties) {
  if (bootstrap.empty())
    return fail(ErrorCode::kInvalid, "kafka: brokers is empty; say \"host:port\"");
  TENURE_TRY_ASSIGN(internal::ConfHandle conf,
                    internal::client_config({{"bootstrap.servers", bootstrap}}, properties, {}));
  auto impl = std::make_unique<Impl>();
  TENURE_TRY_ASSIGN(impl->client, internal::make_client(RD_KAFKA_PRODUCER, std::move(conf)));
  return std::unique_ptr<TopicAdmin>(new TopicAdmin(std::move(impl)));
}

Result<void> TopicAdmin::create(const std::string& topic, int partitions, Duration wait,
                                int replicas, const std::map<std::string, std::string>& settings) {
  std::array<char, 256> text{};
  const Admin<rd_kafka_NewTopic_t> wanted(
      rd_kafka_NewTopic_new(topic.c_str(), partitions, replicas, text.data(), text.size()));
  if (wanted == nullptr)
    return fail(ErrorCode::kInvalid, fmt::format("topic {}: {}", topic, text.data()));
  for (const auto& [name, value] : settings) {
    rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
  }
  rd_kafka_NewTopic_t* list = wanted.get();
  return impl_->ask(topic, RD_KAFKA_ADMIN_OP_CREATETOPICS, wait, [&](auto* how, auto* queue) {
    rd_kafka_CreateTopics(impl_->client.get(), &list, 1, how, queue);
  });
}

Result<void> TopicAdmin::remove(const std::string& topic, Duration wait) {
  const Admin<rd_kafka_DeleteTopic_t> unwanted(rd_kafka_DeleteTopic_new(topic.c_str()));
  rd_kafka_DeleteTopic_t* list = unwanted.get();
  return impl_->ask(topic, RD_KAFKA_ADMIN_OP_DELETETOPICS, wait, [&](auto* how, auto* queue) {
    rd_kafka_DeleteTopics(impl_->client.get(), &list, 1, how, queue);
  });
}

Result<void> TopicAdmin::grow(const std::string& topic, int partitions, Duration wait) {
  std::array<char, 256> text{};
  const Admin<rd_kafka_NewPartitions_t> wanted(rd_kafka_NewPartitions_new(
      topic.c_str(), static_cast<std::size_t>(std::max(partitions, 1)), text.data(), text.size()));
  if (wanted == nullptr)
    return fail(ErrorCode::kInvalid, fmt::format("topic {}: {}", topic, text.data()));
  rd_kafka_NewPartitions_t* list = wanted.get();
  return impl_->ask(topic, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, wait, [&](auto* how, auto* queue) {
    rd_kafka_CreatePartitions(impl_->client.get(), &list, 1, how, queue);
  });
}

Result<void> TopicAdmin::delete_records(const std::string& topic, std::int32_t partition,
                                        std::int64_t offset, Duration wait) {
  const PartitionList places(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), partition)->offset = offset;
  const Admin<rd_kafka_DeleteRecords_t> cut(rd_kafka_DeleteRecords_new(places.get()));
  rd_kafka_DeleteRecords_t* list = cut.get();
  return impl_->ask(topic, RD_KAFKA_ADMIN_OP_DELETERECORDS, wait, [&](auto* how, auto* queue) {
    rd_kafka_DeleteRecords(impl_->client.get(), &list, 1, how, queue);
  });
}

Result<std::vector<PartitionReach>> TopicAdmin::reach(const std::string& topic, Duration wait) {
  TENURE_TRY_ASSIGN(const std::int32_t count,
                    internal::partition_count(impl_->client.get(), topic, wait));
  std::vector<internal::TopicPartition> places;
  places.reserve(static_cast<std::size_t>(std::max(0, count)));
  for (std::int32_t p = 0; p < count; ++p) places.push_back({topic, p});
  const auto lows = internal::list_offsets(impl_->client.get(), places, internal::kAskLow, wait);
  const auto ends = internal::list_offsets(impl_->client.get(), places, internal::kAskEnd, wait);
  std::vector<PartitionReach> all;
  for (std::size_t i = 0; i < places.size(); ++i) {
    all.push_back({places[i].partition, lows[i], ends[i]});
  }
  return all;
}

}  // namespace tenure
