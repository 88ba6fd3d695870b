#include "apps/tenure/kafka_sources.h"

#include "apps/tenure/text_file.h"
#include "engine/event/mapping.h"

namespace tenure {
namespace {

KafkaStart kafka_start(const StartPoint& start) {
  switch (start.kind) {
    case StartPoint::Kind::kEarliest: return {KafkaStart::From::kEarliest, {}};
    case StartPoint::Kind::kLatest: return {KafkaStart::From::kLatest, {}};
    case StartPoint::Kind::kAt: return {KafkaStart::From::kTimestamp, start.at};
  }
  return {};
}

}  // namespace

Result<DecoderOptions> decoder_options(const Config& config, const SourceConfig& source) {
  DecoderOptions decoding;
  decoding.format = source.format;
  decoding.source = config.kafka.cluster + "/" + source.topic;
  decoding.may_send_reference = source.may_send_reference;
  if (source.mapping.empty()) return decoding;
  TENURE_TRY_ASSIGN(const std::string yaml, read_text_file(source.mapping));
  TENURE_TRY_ASSIGN(decoding.mapping, Mapping::load(yaml, source.mapping));
  return decoding;
}

Result<std::unique_ptr<Source>> open_kafka_source(const Config& config) {
  if (config.sources.empty()) return std::unique_ptr<Source>();
  if (config.kafka.bootstrap.empty())
    return fail(ErrorCode::kInvalid,
                "kafka.bootstrap: sources are configured, but no broker; say host:port");
  KafkaSourceOptions options;
  options.bootstrap = config.kafka.bootstrap;
  options.cluster = config.kafka.cluster;
  options.group = config.kafka.group;
  options.instance = config.kafka.instance;
  options.session_timeout = config.kafka.session_timeout;
  options.properties = config.kafka.properties;
  options.records_max = config.limits.commit_events;
  options.gather_max = config.limits.commit_wait;
  for (const SourceConfig& source : config.sources) {
    TENURE_TRY_ASSIGN(DecoderOptions decoding, decoder_options(config, source));
    options.topics.push_back({source.topic, kafka_start(source.start), std::move(decoding)});
  }
  TENURE_TRY_ASSIGN(std::unique_ptr<KafkaSource> source, KafkaSource::open(std::move(options)));
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace tenure
