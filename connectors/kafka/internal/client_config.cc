#include "connectors/kafka/internal/client_config.h"

#include "engine/base/log.h"

#include <array>

namespace tenure::internal {
namespace {

constexpr std::array kClientDenied = {
    DeniedProperty{"bootstrap.servers", "it has a setting of its own: kafka.bootstrap"},
    DeniedProperty{"metadata.broker.list", "it has a setting of its own: kafka.bootstrap"},
    DeniedProperty{"plugin.library.paths", "it would load foreign code into the process"},
    DeniedProperty{"test.mock.num.brokers", "it would replace the brokers by a mock"},
    DeniedProperty{"log.queue", "log lines would be lost"},
    DeniedProperty{"enabled_events", "callbacks would no longer be called"},
    DeniedProperty{"statistics.interval.ms", "the watchdog lives on these statistics"},
};

constexpr std::array kConsumerDenied = {
    DeniedProperty{"group.id", "it has a setting of its own: kafka.group"},
    DeniedProperty{"group.instance.id", "it has a setting of its own: kafka.instance"},
    DeniedProperty{"session.timeout.ms", "it has a setting of its own: kafka.session_timeout"},
    DeniedProperty{"group.protocol", "partitions are followed by the classic protocol"},
    DeniedProperty{"enable.auto.commit", "only synced positions may be committed"},
    DeniedProperty{"auto.commit.interval.ms", "only synced positions may be committed"},
    DeniedProperty{"auto.commit.enable", "only synced positions may be committed"},
    DeniedProperty{"enable.auto.offset.store", "only synced positions may be committed"},
    DeniedProperty{"offset.store.method", "offsets are stored in the log"},
    DeniedProperty{"offset.store.path", "offsets are stored in the log"},
    DeniedProperty{"offset.store.sync.interval.ms", "offsets are stored in the log"},
    DeniedProperty{
        "auto.offset.reset",
        "a lost offset must stop its partition; the start of a new topic is its setting start"},
    DeniedProperty{"isolation.level", "records of aborted transactions would become events"},
    DeniedProperty{"check.crcs", "damaged records would become events"},
    DeniedProperty{"enable.partition.eof", "without it nobody knows when a partition is caught up"},
    DeniedProperty{"allow.auto.create.topics",
                   "a misspelt topic would be created instead of reported"},
    DeniedProperty{"consume.callback.max.messages", "records are read in batches"},
};

constexpr std::array kProducerDenied = {
    DeniedProperty{"partitioner", "an account must always go to the partition that murmur2 names"},
    DeniedProperty{"enable.idempotence", "a retry could store a record twice or out of order"},
    DeniedProperty{"acks", "a record counts as sent only when all replicas in sync have it"},
    DeniedProperty{"request.required.acks",
                   "a record counts as sent only when all replicas have it"},
    DeniedProperty{"transactional.id", "this producer does not use transactions"},
    DeniedProperty{"delivery.report.only.error", "each delivery is counted"},
};

/// Values of these never reach a message, whatever librdkafka says about them.
bool is_secret(std::string_view name) {
  for (const std::string_view part :
       {"password", "pem", "secret", "oauthbearer", "keystore", "username"}) {
    if (name.find(part) != std::string_view::npos) return true;
  }
  return false;
}

void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  // Properties that concern the other kind of client, and topics that a mock makes: no news.
  const std::string_view kind = facility;
  const bool chatter = kind == "CONFWARN" || kind == "AUTOCREATE";
  const LogLevel shown = chatter      ? LogLevel::kDebug
                         : level <= 3 ? LogLevel::kWarn
                         : level <= 5 ? LogLevel::kInfo
                                      : LogLevel::kDebug;
  log_line(shown, fmt::format("kafka client {}: {} {}", rd_kafka_name(client), facility, text));
}

Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> text{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text.data(), text.size()) ==
      RD_KAFKA_CONF_OK) {
    return ok();
  }
  if (is_secret(name)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("kafka property {}: the client library refuses its value", name));
  }
  return fail(ErrorCode::kInvalid, fmt::format("kafka property {}: {}", name, text.data()));
}

Result<void> refuse(std::span<const DeniedProperty> denied, const std::string& name) {
  for (const DeniedProperty& property : denied) {
    if (property.name == name) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("kafka property {} may not be set: {}; take it out of "
                              "properties",
                              name, property.why));
    }
  }
  return ok();
}

}  // namespace

std::span<const DeniedProperty> denied_for_clients() { return kClientDenied; }
std::span<const DeniedProperty> denied_for_consumers() { return kConsumerDenied; }
std::span<const DeniedProperty> denied_for_producers() { return kProducerDenied; }

Result<ConfHandle> client_config(const Properties& own, const Properties& passed,
                                 std::span<const DeniedProperty> denied) {
  for (const auto& [name, value] : passed) {
    TENURE_TRY(refuse(kClientDenied, name));
    TENURE_TRY(refuse(denied, name));
  }
  ConfHandle conf(rd_kafka_conf_new());
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  for (const auto& [name, value] : own) TENURE_TRY(set(conf.get(), name, value));
  for (const auto& [name, value] : passed) TENURE_TRY(set(conf.get(), name, value));
  return conf;
}

Result<ClientHandle> make_client(rd_kafka_type_t type, ConfHandle conf) {
  std::array<char, 512> text{};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), text.data(), text.size());
  if (client == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("kafka properties: {}", text.data()));
  }
  static_cast<void>(conf.release());  // taken over by the client
  return ClientHandle(client);
}

}  // namespace tenure::internal
