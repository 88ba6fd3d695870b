// tenure publish: the rows of a file to Kafka as CloudEvents.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/flag_values.h"
#include "apps/tenure/progress.h"
#include "apps/tenure/text_file.h"
#include "connectors/file/row_mapper.h"
#include "connectors/kafka/kafka_producer.h"
#include "engine/base/clock.h"
#include "engine/event/cloudevents_writer.h"
#include "engine/event/mapping.h"

#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

struct PublishOptions {
  ConfigOptions config;
  std::string file;
  std::string mapping;
  std::string brokers;
  std::string topic;
};

struct Published {
  std::uint64_t rows = 0;
  std::uint64_t sent = 0;
  std::uint64_t skipped = 0;
  std::uint64_t refused = 0;  // rows that would be quarantined: not sent
};

constexpr Duration kBrokerWait = std::chrono::seconds(15);
constexpr Duration kFlushWait = std::chrono::seconds(120);
constexpr std::uint64_t kProgressRows = 512;

Result<void> send_rows(const PublishOptions& options, RowReader& reader, RowMapper& mapper,
                       KafkaProducer& producer, const Context& context, Published& done) {
  Progress progress(context.out);
  FileRow row;
  EventBatch batch;
  const Instant now = SystemClock().now();
  for (;;) {
    TENURE_TRY_ASSIGN(const bool more, reader.next(row));
    if (!more) return {};
    if (context.stopping())
      return fail(ErrorCode::kStopping,
                  "interrupted; publishing again repeats what was sent, which is harmless");
    ++done.rows;
    batch.clear();
    switch (mapper.map(row, now, batch)) {
      case Mapped::kSkipped: ++done.skipped; break;
      case Mapped::kQuarantined:
        ++done.refused;
        context.out.note(fmt::format("{}:{}: {}", options.file, row.line, mapper.message()),
                         Tone::kWarning);
        break;
      case Mapped::kEvent: {
        const Event& event = batch.events().front();
        TENURE_TRY_ASSIGN(const CloudEventRecord record, write_cloud_event(event));
        const auto headers = record.views();
        TENURE_TRY(producer.send(options.topic, record.key, record.value, headers));
        ++done.sent;
      }
    }
    if (done.rows % kProgressRows == 0)
      progress.show("publishing", reader.bytes_read(), reader.bytes_total(), done.rows);
  }
}

Result<Published> publish(const PublishOptions& options, const Config& config,
                          const Context& context) {
  TENURE_TRY_ASSIGN(const std::string yaml, read_text_file(options.mapping));
  TENURE_TRY_ASSIGN(const std::shared_ptr<const Mapping> mapping,
                    Mapping::load(yaml, options.mapping));
  TENURE_TRY_ASSIGN(const std::unique_ptr<RowReader> reader, RowReader::open(options.file));
  // A key of its own: surrogates are made by whoever reads the topic.
  RowMapper mapper(*reader, mapping, "file:publish", "publish");
  TENURE_TRY(mapper.check_columns(options.file));
  KafkaProducerOptions producer_options;
  producer_options.bootstrap = options.brokers.empty() ? config.kafka.bootstrap : options.brokers;
  producer_options.properties = config.kafka.properties;
  TENURE_TRY_ASSIGN(const std::unique_ptr<KafkaProducer> producer,
                    KafkaProducer::open(std::move(producer_options)));
  TENURE_TRY(producer->warm(options.topic, kBrokerWait));
  Published done;
  TENURE_TRY(send_rows(options, *reader, mapper, *producer, context, done));
  TENURE_TRY_ASSIGN(const ProducerReport report, producer->flush(kFlushWait));
  done.sent = report.delivered;
  return done;
}

int run_publish(const PublishOptions& options, Context& context) {
  const auto config = load_config(options.config, context);
  if (!config) return context.fail(config.error(), kExitConfig);
  if (options.brokers.empty() && config->config.kafka.bootstrap.empty())
    return context.fail(
        fail(ErrorCode::kInvalid,
             "which broker? say --brokers HOST:PORT, or --config FILE with kafka.bootstrap"),
        kExitUsage);
  const auto done = publish(options, config->config, context);
  if (!done) return context.fail(done.error());
  if (context.out.json)
    context.out.document(boost::json::object{{"sent", done->sent},
                                             {"rows", done->rows},
                                             {"skipped", done->skipped},
                                             {"refused", done->refused}});
  else
    context.out.fields({{"rows", grouped(done->rows)},
                        {"sent", grouped(done->sent)},
                        {"skipped", grouped(done->skipped)},
                        {"refused", grouped(done->refused)}});
  return done->refused > 0 && done->sent == 0 ? kExitData : kExitOk;
}

}  // namespace

void add_publish(CLI::App& app, Context& context) {
  CLI::App* command = add_command(
      app, "publish", "send the rows of a CSV or NDJSON file to a Kafka topic as CloudEvents",
      "  tenure publish tickets.csv.gz --mapping deploy/mappings/helpdesk.yaml --brokers "
      "localhost:9092 --topic tickets");
  auto options = std::make_shared<PublishOptions>();
  command->add_option("FILE", options->file, "the file")->required();
  command
      ->add_option("--mapping", options->mapping, "the YAML file that says how rows become events")
      ->required()
      ->type_name("FILE");
  command->add_option("--brokers", options->brokers, "host:port (overrides kafka.bootstrap)")
      ->check(brokers_value())
      ->type_name("HOST:PORT");
  command->add_option("--topic", options->topic, "the topic, which must be there")->required();
  add_config_options(*command, options->config);
  add_json(*command, context);
  command->callback([options, &context] { context.exit_code = run_publish(*options, context); });
}

}  // namespace tenure
