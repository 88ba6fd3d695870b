#include "connectors/kafka/kafka_producer.h"

#include "connectors/kafka/internal/client_config.h"
#include "connectors/kafka/internal/lookup.h"
#include "engine/base/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tenure {

struct KafkaProducer::Impl {
  KafkaProducerOptions options;
  internal::ClientHandle client;
  ProducerReport report;  // changed inside rd_kafka_poll() only

  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    ProducerReport& report = static_cast<Impl*>(opaque)->report;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++report.delivered;
      return;
    }
    if (report.failed++ == 0) {
      report.first_failure = fmt::format(
          "{}/{}: {}", message->rkt == nullptr ? "?" : rd_kafka_topic_name(message->rkt),
          message->partition, rd_kafka_err2str(message->err));
    }
  }

  [[nodiscard]] std::string counts() const {
    return fmt::format("{} sent, {} delivered, {} failed{}{}", report.sent, report.delivered,
                       report.failed,
                       report.failed == 0 ? "" : ", the first: ", report.first_failure);
  }

  Result<void> check_fatal() const {
    std::array<char, 512> text{};
    if (rd_kafka_fatal_error(client.get(), text.data(), text.size()) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      return ok();
    }
    return fail(ErrorCode::kUnavailable,
                fmt::format("kafka producer gave up: {}; {}", text.data(), counts()));
  }
};

namespace {

constexpr Duration kNewTopicWait = std::chrono::seconds(5);

std::string milliseconds(Duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
}

Result<internal::HeadersHandle> copy_headers(std::span<const RecordHeaderView> headers) {
  internal::HeadersHandle list(rd_kafka_headers_new(headers.size()));
  for (const RecordHeaderView& header : headers) {
    const rd_kafka_resp_err_t failed = rd_kafka_header_add(
        list.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
        header.value.data(), static_cast<ssize_t>(header.value.size()));
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("header {}: {}", header.name, rd_kafka_err2str(failed)));
    }
  }
  return list;
}

}  // namespace

KafkaProducer::KafkaProducer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

KafkaProducer::~KafkaProducer() {
  if (impl_->client == nullptr) return;
  rd_kafka_purge(impl_->client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_poll(impl_->client.get(), 0);
}

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::open(KafkaProducerOptions options) {
  if (options.bootstrap.empty()) {
    return fail(ErrorCode::kInvalid, "kafka producer: brokers is empty; say \"host:port\"");
  }
  const internal::Properties own = {
      {"bootstrap.servers", options.bootstrap},
      {"partitioner", "murmur2_random"},
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"compression.type", "lz4"},
      {"linger.ms", "5"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.max.ms", "2000"},
      {"queue.buffering.max.messages", std::to_string(options.queue_records_max)},
      {"queue.buffering.max.kbytes",
       std::to_string(std::max<std::size_t>(options.queue_bytes_max / 1024, 1))},
      {"message.timeout.ms", milliseconds(options.delivery_wait_max)},
  };
  TENURE_TRY_ASSIGN(
      internal::ConfHandle conf,
      internal::client_config(own, options.properties, internal::denied_for_producers()));
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  rd_kafka_conf_set_opaque(conf.get(), impl.get());
  rd_kafka_conf_set_dr_msg_cb(conf.get(), Impl::on_delivery);
  TENURE_TRY_ASSIGN(impl->client, internal::make_client(RD_KAFKA_PRODUCER, std::move(conf)));
  return std::unique_ptr<KafkaProducer>(new KafkaProducer(std::move(impl)));
}

Result<void> KafkaProducer::warm(const std::string& topic, Duration wait) {
  // Produced with no metadata in the cache, the first record waits up to a second (librdkafka
  // #5032).
  const std::int64_t deadline = steady_now_us() + wait.count();
  const std::int64_t missing_deadline =
      steady_now_us() + std::min<Duration>(wait, kNewTopicWait).count();
  for (;;) {
    const Duration left(std::max<std::int64_t>(deadline - steady_now_us(), 100'000));
    const auto count = internal::partition_count(impl_->client.get(), topic, left);
    if (count) return ok();
    const ErrorCode code = count.error().code;
    if (code == ErrorCode::kInvalid || steady_now_us() >= deadline) return Error(count.error());
    // a topic just made is not known to every broker at once
    if (code == ErrorCode::kNotFound && steady_now_us() >= missing_deadline) {
      return fail(code, fmt::format("{} at {}; create it, or correct its name",
                                    count.error().message, impl_->options.bootstrap));
    }
    rd_kafka_poll(impl_->client.get(), 100);
  }
}

Result<void> KafkaProducer::send(const std::string& topic, std::string_view key,
                                 std::optional<std::string_view> value,
                                 std::span<const RecordHeaderView> headers, Instant created_at,
                                 std::int32_t partition) {
  TENURE_TRY_ASSIGN(internal::HeadersHandle list, copy_headers(headers));
  const std::int64_t deadline = steady_now_us() + impl_->options.full_wait_max.count();
  // A null pointer means no value; an empty one is a value.
  const std::string_view text = value.value_or(std::string_view());
  void* bytes = value ? const_cast<char*>(text.empty() ? "" : text.data()) : nullptr;
  const void* key_bytes = key.empty() ? nullptr : key.data();
  for (;;) {
    TENURE_TRY(impl_->check_fatal());
    const rd_kafka_resp_err_t failed = rd_kafka_producev(
        impl_->client.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key_bytes, key.size()),
        RD_KAFKA_V_VALUE(bytes, text.size()), RD_KAFKA_V_TIMESTAMP(created_at.us / 1000),
        RD_KAFKA_V_HEADERS(list.get()), RD_KAFKA_V_END);
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
      static_cast<void>(list.release());  // taken over with the record
      ++impl_->report.sent;
      rd_kafka_poll(impl_->client.get(), 0);
      return ok();
    }
    if (failed != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("topic {}: a record of {} bytes cannot be sent: {}", topic,
                              text.size(), rd_kafka_err2str(failed)));
    }
    if (steady_now_us() >= deadline) {
      return fail(ErrorCode::kOverloaded,
                  fmt::format("topic {}: the queue is full and {} did not empty it; {}", topic,
                              impl_->options.bootstrap, impl_->counts()));
    }
    rd_kafka_poll(impl_->client.get(), 50);
  }
}

Result<ProducerReport> KafkaProducer::flush(Duration wait) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  rd_kafka_flush(impl_->client.get(), static_cast<int>(ms));
  const ProducerReport now = report();
  if (now.waiting > 0) {
    return fail(ErrorCode::kDeadline,
                fmt::format("kafka producer: {} records still wait for {}; {}", now.waiting,
                            impl_->options.bootstrap, impl_->counts()));
  }
  if (now.failed > 0) {
    return fail(ErrorCode::kUnavailable, fmt::format("kafka producer: {}", impl_->counts()));
  }
  return now;
}

ProducerReport KafkaProducer::report() const {
  ProducerReport now = impl_->report;
  now.waiting = now.sent - now.delivered - now.failed;
  return now;
}

}  // namespace tenure
