// Owners of librdkafka's objects.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

namespace tenure::internal {

struct HandleDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};

using ConfHandle = std::unique_ptr<rd_kafka_conf_t, HandleDeleter>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, HandleDeleter>;
using QueueHandle = std::unique_ptr<rd_kafka_queue_t, HandleDeleter>;
using MessageHandle = std::unique_ptr<rd_kafka_message_t, HandleDeleter>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, HandleDeleter>;
using ErrorHandle = std::unique_ptr<rd_kafka_error_t, HandleDeleter>;
using HeadersHandle = std::unique_ptr<rd_kafka_headers_t, HandleDeleter>;
using ClientHandle = std::unique_ptr<rd_kafka_t, HandleDeleter>;
using MetadataHandle = std::unique_ptr<const rd_kafka_metadata_t, HandleDeleter>;

}  // namespace tenure::internal
