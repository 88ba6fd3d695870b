// The life of one librdkafka consumer: configuration, subscription, end.
#include "connectors/kafka/internal/client_config.h"
#include "connectors/kafka/internal/source_impl.h"
#include "connectors/kafka/kafka_leftovers.h"
#include "engine/base/clock.h"
#include "engine/base/log.h"

#include <fmt/format.h>

#include <array>
#include <atomic>

namespace tenure {
namespace {

std::atomic<bool> left_behind{false};

using internal::ConfHandle;
using internal::Properties;

constexpr Duration kMetadataWait = std::chrono::seconds(1);
constexpr Duration kGoodbyeWait = std::chrono::milliseconds(500);
constexpr std::int64_t kTopicCheckUs = 2'000'000;

std::string milliseconds(Duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
}

Properties own_properties(const KafkaSourceOptions& options) {
  Properties own = {
      {"bootstrap.servers", options.bootstrap},
      {"group.id", options.group},
      {"session.timeout.ms", milliseconds(options.session_timeout)},
      // Promises: the log alone says where to go on, and only whole, committed records become
      // events.
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"check.crcs", "true"},
      {"allow.auto.create.topics", "false"},
      {"enable.partition.eof", "true"},
      {"partition.assignment.strategy", "range"},
      // Speed within a bound. A full queue makes the fetcher of 2.0.2 sleep a whole second, so it
      // must be large.
      {"queued.min.messages", "1000000"},
      {"queued.max.messages.kbytes",
       std::to_string(std::max<std::size_t>(options.queue_bytes_max / 1024, 1))},
      {"fetch.message.max.bytes", "4194304"},
      {"fetch.max.bytes", "52428800"},
      {"receive.message.max.bytes", "100000000"},
      {"fetch.wait.max.ms", "100"},
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      {"reconnect.backoff.max.ms", "2000"},
      {"topic.metadata.refresh.interval.ms", "30000"},
      {"statistics.interval.ms", "5000"},
  };
  if (!options.instance.empty()) own["group.instance.id"] = options.instance;
  return own;
}

void rebalance_callback(rd_kafka_t*, rd_kafka_resp_err_t kind,
                        rd_kafka_topic_partition_list_t* list, void* opaque) {
  static_cast<KafkaSource::Impl*>(opaque)->on_rebalance(kind, list);
}

void error_callback(rd_kafka_t*, int code, const char* reason, void* opaque) {
  auto& impl = *static_cast<KafkaSource::Impl*>(opaque);
  const auto error = static_cast<rd_kafka_resp_err_t>(code);
  impl.last_error = fmt::format("{}: {}", rd_kafka_err2str(error), reason);
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) impl.brokers_down = true;
}

int statistics_callback(rd_kafka_t*, char* json, std::size_t size, void* opaque) {
  static_cast<KafkaSource::Impl*>(opaque)->on_statistics({json, size});
  return 0;  // librdkafka frees it
}

void commit_callback(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t*,
                     void*) {
  // For lag tools only: the log says where to go on.
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR__NO_OFFSET) {
    log_info("kafka did not take the offsets for its own books: {}", rd_kafka_err2str(error));
  }
}

Result<ConfHandle> consumer_conf(const KafkaSourceOptions& options) {
  TENURE_TRY_ASSIGN(ConfHandle conf,
                    internal::client_config(own_properties(options), options.properties,
                                            internal::denied_for_consumers()));
  rd_kafka_conf_set_rebalance_cb(conf.get(), rebalance_callback);
  rd_kafka_conf_set_error_cb(conf.get(), error_callback);
  rd_kafka_conf_set_stats_cb(conf.get(), statistics_callback);
  rd_kafka_conf_set_offset_commit_cb(conf.get(), commit_callback);
  return conf;
}

}  // namespace

bool kafka_left_behind() { return left_behind.load(); }

Result<void> KafkaSource::Impl::check_config() const {
  TENURE_TRY(consumer_conf(options));
  return ok();
}

Result<void> KafkaSource::Impl::make_consumer() {
  TENURE_TRY_ASSIGN(ConfHandle conf, consumer_conf(options));
  rd_kafka_conf_set_opaque(conf.get(), this);
  TENURE_TRY_ASSIGN(client, internal::make_client(RD_KAFKA_CONSUMER, std::move(conf)));
  rd_kafka_poll_set_consumer(client.get());
  {
    const std::lock_guard lock(wake_mutex);
    queue.reset(rd_kafka_queue_get_consumer(client.get()));
  }
  const auto strategy = options.properties.find("partition.assignment.strategy");
  cooperative = strategy != options.properties.end() &&
                strategy->second.find("cooperative") != std::string::npos;
  subscribed = assigned_once = topic_vanished = reassign_needed = brokers_down = stalled = false;
  answers = -1;
  topics_checked_us = 0;
  committed_us = progress_us = answered_us = steady_now_us();
  for (TopicState& topic : topics) topic.present = false;
  ++counts.consumers_made;
  return ok();
}

void KafkaSource::Impl::drop_consumer(SourceListener* to_tell, Duration bound) {
  release();
  if (client == nullptr) return;
  for (auto& [place, p] : owned) {
    if (to_tell != nullptr) to_tell->revoked(p.number);
    free_numbers.insert(p.number);
  }
  owned.clear();
  last_topic = nullptr;
  last_owned = nullptr;
  const std::int64_t deadline = steady_now_us() + bound.count();
  internal::ErrorHandle refused(rd_kafka_consumer_close_queue(client.get(), queue.get()));
  while (refused == nullptr && rd_kafka_consumer_closed(client.get()) == 0 &&
         steady_now_us() < deadline) {
    rd_kafka_message_t* message = rd_kafka_consume_queue(queue.get(), 20);
    if (message != nullptr) rd_kafka_message_destroy(message);
  }
  const bool done = rd_kafka_consumer_closed(client.get()) != 0 && topics_stand();
  {
    const std::lock_guard lock(wake_mutex);
    queue.reset();
  }
  if (done && !topic_vanished) {
    client.reset();
    return;
  }
  // Destroying would wait without a bound: for brokers that do not answer, or for a partition that
  // was deleted (librdkafka #4724). Its threads end with the process.
  log_warn("kafka consumer of group {} did not end in time and is left behind", options.group);
  static_cast<void>(client.release());
  left_behind = true;
}

// The library tells of a deleted topic only after half a minute, and not at all once no broker
// answers; destroying would wait for it all the same. So it is asked about now.
bool KafkaSource::Impl::topics_stand() const {
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (!topics[i].present) continue;
    if (!internal::partition_count(client.get(), options.topics[i].name, kGoodbyeWait))
      return false;
  }
  return true;
}

Result<void> KafkaSource::Impl::subscribe_present() {
  const std::int64_t now = steady_now_us();
  bool missing = false;
  for (const TopicState& topic : topics) missing = missing || !topic.present;
  if (!missing || (topics_checked_us != 0 && now - topics_checked_us < kTopicCheckUs)) return ok();
  topics_checked_us = now;
  // Subscribing to a topic that is not there crashes the batch functions of librdkafka before 2.2
  // (#4273).
  bool found_more = false;
  for (std::size_t i = 0; i < topics.size(); ++i) {
    TopicState& topic = topics[i];
    if (topic.present) continue;
    const auto count =
        internal::partition_count(client.get(), options.topics[i].name, kMetadataWait);
    if (count) {
      brokers_down = false;
      topic.present = found_more = true;
      topic.detail.clear();
      continue;
    }
    if (count.error().code == ErrorCode::kUnavailable) return Error(count.error());
    const bool hidden = count.error().code == ErrorCode::kInvalid;
    topic.reason = hidden ? StopReason::kNotAuthorised : StopReason::kTopicMissing;
    topic.detail = count.error().message + (hidden ? "; grant this user Describe and Read on it"
                                                   : "; create it, it is looked for every 2 s");
  }
  publish_status(true);
  if (!found_more) return ok();
  const internal::PartitionList list(
      rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (!topics[i].present) continue;
    rd_kafka_topic_partition_list_add(list.get(), options.topics[i].name.c_str(),
                                      RD_KAFKA_PARTITION_UA);
  }
  const rd_kafka_resp_err_t failed = rd_kafka_subscribe(client.get(), list.get());
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(ErrorCode::kUnavailable, fmt::format("group {}: the subscription was refused: {}",
                                                     options.group, rd_kafka_err2str(failed)));
  }
  subscribed = true;
  return ok();
}

Result<void> KafkaSource::Impl::fatal_error() const {
  std::array<char, 512> text{};
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(client.get(), text.data(), text.size());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return ok();
  if (code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) {
    return fail(
        ErrorCode::kBusy,
        fmt::format("another consumer joined group {} as instance {}: two processes have the same "
                    "configuration; stop one of them or give it an instance of its own",
                    options.group, options.instance));
  }
  return fail(ErrorCode::kInvalid, fmt::format("group {}: the client library gave up: {}: {}",
                                               options.group, rd_kafka_err2str(code), text.data()));
}

}  // namespace tenure
