// tenure source try|resume.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/flag_values.h"
#include "apps/tenure/kafka_sources.h"
#include "apps/tenure/server_client.h"
#include "apps/tenure/text_file.h"
#include "connectors/kafka/kafka_peek.h"
#include "engine/base/clock.h"
#include "engine/event/mapping.h"
#include "engine/event/render.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/operator.pb.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

struct SourceOptions {
  ConfigOptions config;
  std::string bootstrap;
  std::string topic;
  std::string mapping;
  std::string format = "cloudevents";
  std::uint64_t limit = 10;
  bool latest = false;
  std::string server;
  std::string partition;
  bool accept_gap = false;
};

Result<DecoderOptions> decoding(const SourceOptions& options, const Config& config) {
  SourceConfig source;
  source.topic = options.topic;
  source.mapping = options.mapping;
  if (!options.mapping.empty() || options.format == "json") source.format = RecordFormat::kJson;
  if (options.format == "protobuf") source.format = RecordFormat::kProtobuf;
  DecoderOptions options_of_topic;
  TENURE_TRY_ASSIGN(options_of_topic, decoder_options(config, source));
  options_of_topic.person_key = "try";
  return options_of_topic;
}

int run_try(const SourceOptions& options, Context& context) {
  if (options.format == "json" && options.mapping.empty())
    return context.fail(
        fail(ErrorCode::kInvalid,
             "--format json needs --mapping FILE, which says how records become events"),
        kExitUsage);
  const auto config = load_config(options.config, context);
  if (!config) return context.fail(config.error(), kExitConfig);
  KafkaPeekOptions peek_options;
  peek_options.bootstrap =
      options.bootstrap.empty() ? config->config.kafka.bootstrap : options.bootstrap;
  if (peek_options.bootstrap.empty())
    return context.fail(
        fail(ErrorCode::kInvalid,
             "which broker? say --brokers HOST:PORT, or --config FILE with kafka.bootstrap"),
        kExitUsage);
  peek_options.cluster = config->config.kafka.cluster;
  peek_options.topic = options.topic;
  peek_options.properties = config->config.kafka.properties;
  peek_options.records_max = options.limit;
  peek_options.from_latest = options.latest;
  auto how = decoding(options, config->config);
  if (!how) return context.fail(how.error());
  RecordDecoder decoder(std::move(*how));
  std::uint64_t quarantined = 0;
  std::uint64_t skipped = 0;
  EventBatch batch;
  const auto read = peek(peek_options, [&](const SourceRecord& record) {
    batch.clear();
    const Decoded decoded = decoder.decode(record, SystemClock().now(), batch);
    quarantined += decoded == Decoded::kQuarantined;
    skipped += decoded == Decoded::kSkipped;
    const std::string place = fmt::format("{}@{}", record.partition, record.offset);
    if (batch.empty()) {
      context.out.line(context.out.json ? boost::json::serialize(boost::json::object{
                                              {"record", place}, {"skipped", true}})
                                        : place + "  skipped");
      return !context.stopping();
    }
    const Event& event = batch.events().front();
    if (context.out.json)
      context.out.line(render_json(event));
    else
      context.out.line(
          fmt::format("{}  {}  {}  {}", place, to_string(event.occurred_at),
                      event.accounts.empty() ? "-" : printable(event.accounts.front().text),
                      printable(render_sentence(event))));
    return !context.stopping();
  });
  if (!read) return context.fail(read.error());
  context.out.note(
      fmt::format("{} records read, {} would be quarantined, {} skipped; nothing was committed",
                  *read, quarantined, skipped));
  return quarantined > 0 && quarantined == *read ? kExitData : kExitOk;
}

int run_resume(const SourceOptions& options, Context& context) {
  if (!options.accept_gap)
    return context.fail(
        fail(ErrorCode::kInvalid, "say --accept-gap: the records between are lost for good"),
        kExitUsage);
  tenure::api::v1::ResumeSourceRequest request;
  request.set_partition(options.partition);
  request.set_accept_gap(true);
  request.set_actor(user_name());
  tenure::api::v1::ResumeSourceResponse answer;
  if (const auto asked =
          ask_server(options.server, "tenure.api.v1.OperatorService/ResumeSource", request, answer);
      !asked)
    return context.fail(asked.error());
  context.out.document(boost::json::parse(to_json(answer)));
  return kExitOk;
}

}  // namespace

void add_source(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "source", "topics that events come from");
  auto options = std::make_shared<SourceOptions>();
  CLI::App* attempt = add_command(
      *noun, "try",
      "read a few records of a topic, without a group or a commit, and show what comes out",
      "  tenure source try --brokers localhost:9092 --topic crm --limit 5\n"
      "  tenure source try --brokers localhost:9092 --topic tickets --mapping tickets.yaml");
  attempt->add_option("--brokers", options->bootstrap, "host:port (overrides kafka.bootstrap)")
      ->type_name("HOST:PORT");
  attempt->add_option("--topic", options->topic, "the topic")->required();
  attempt
      ->add_option("--mapping", options->mapping,
                   "the YAML file that says how JSON records become events")
      ->type_name("FILE");
  attempt->add_option("--format", options->format, "how records are written")
      ->check(word_value({"cloudevents", "json", "protobuf"}));
  attempt->add_option("--limit", options->limit, "at most so many records")
      ->check(number_value(1, 100000));
  attempt->add_flag("--latest", options->latest, "the last records instead of the first");
  add_config_options(*attempt, options->config);
  add_json(*attempt, context);
  attempt->callback([options, &context] { context.exit_code = run_try(*options, context); });

  CLI::App* resume = add_command(
      *noun, "resume", "go on with a stopped partition where the source still has records",
      "  tenure source resume kafka:main/crm/3 --accept-gap --server http://127.0.0.1:8321");
  resume->add_option("PARTITION", options->partition, "the partition, as the status names it")
      ->required();
  add_server_option(*resume, options->server, "the running server")->required();
  resume->add_flag("--accept-gap", options->accept_gap, "accept that the records between are lost");
  add_json(*resume, context);
  resume->callback([options, &context] { context.exit_code = run_resume(*options, context); });
}

}  // namespace tenure
