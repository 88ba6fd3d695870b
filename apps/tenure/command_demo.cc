// tenure demo: two years of a believable vendor in seconds, then its present, live.
#include "apps/tenure/commands.h"
#include "apps/tenure/defaults.h"
#include "apps/tenure/demo_player.h"
#include "apps/tenure/demo_view.h"
#include "apps/tenure/open_engine.h"
#include "apps/tenure/serve_http.h"
#include "connectors/kafka/kafka_source.h"
#include "connectors/kafka/mock_cluster.h"
#include "connectors/kafka/topic_admin.h"
#include "engine/base/log.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace tenure {
namespace {

struct DemoOptions {
  std::uint64_t seed = 1;
  std::string kafka;
  std::string topic;
  std::string directory;
  std::string pace = "hour-a-minute";
  std::optional<Duration> live_for;
  std::string listen = "127.0.0.1:0";
  std::string truth;
  bool evidence = false;
  bool yes = false;
};

constexpr Duration kBrokerWait = std::chrono::seconds(20);
constexpr Duration kStepWait = std::chrono::milliseconds(100);
constexpr Duration kLiveOffTerminal = std::chrono::seconds(20);

// A directory of its own that goes when the demo ends, unless one was named.
class DemoDirectory {
 public:
  static Result<DemoDirectory> make(const std::string& named) {
    DemoDirectory directory;
    if (!named.empty()) {
      std::error_code code;
      if (std::filesystem::exists(named, code) && !std::filesystem::is_empty(named, code))
        return fail(ErrorCode::kInvalid,
                    named + " is not empty; the demo begins with a new directory");
      directory.path_ = named;
      return directory;
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "tenure-demo.XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      return fail(ErrorCode::kUnavailable,
                  "no directory can be made in " + std::filesystem::temp_directory_path().string());
    directory.path_ = pattern;
    directory.temporary_ = true;
    return directory;
  }
  DemoDirectory(DemoDirectory&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}
  DemoDirectory& operator=(DemoDirectory&&) = delete;
  ~DemoDirectory() {
    std::error_code code;
    if (temporary_) std::filesystem::remove_all(path_, code);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  DemoDirectory() = default;
  std::string path_;
  bool temporary_ = false;
};

struct DemoBroker {
  std::unique_ptr<MockCluster> mock;
  std::string bootstrap;
  std::string topic;
};

Result<void> ask_for_topic(const DemoOptions& options, const std::string& topic,
                           const Context& context) {
  if (options.yes) return {};
  if (!context.out.errors_on_terminal() || isatty(STDIN_FILENO) == 0)
    return fail(ErrorCode::kInvalid,
                "the demo makes a topic on " + options.kafka + "; say --yes to allow it");
  std::fprintf(stderr,
               "The demo makes the topic '%s' on %s and writes about 60 MB to it. Go on? [y/N] ",
               topic.c_str(), options.kafka.c_str());
  const int answer = std::getchar();
  if (answer == 'y' || answer == 'Y') return {};
  return fail(ErrorCode::kStopping, "nothing was done");
}

Result<DemoBroker> open_broker(const DemoOptions& options, const Context& context) {
  DemoBroker broker;
  broker.topic = options.topic.empty() ? fmt::format("tenure-demo-{}-{}", options.seed, getpid())
                                       : options.topic;
  if (options.kafka.empty()) {
    TENURE_TRY_ASSIGN(broker.mock, MockCluster::start(1));
    broker.bootstrap = broker.mock->bootstrap();
    TENURE_TRY(broker.mock->create_topic(broker.topic, 1));
    return broker;
  }
  broker.bootstrap = options.kafka;
  TENURE_TRY(ask_for_topic(options, broker.topic, context));
  TENURE_TRY_ASSIGN(const std::unique_ptr<TopicAdmin> admin, TopicAdmin::open(broker.bootstrap));
  TENURE_TRY(admin->create(broker.topic, 1, kBrokerWait));
  return broker;
}

Result<std::unique_ptr<Source>> open_source(const DemoBroker& broker) {
  KafkaSourceOptions source;
  source.bootstrap = broker.bootstrap;
  source.cluster = "demo";
  source.group = "tenure-demo";
  KafkaTopic topic;
  topic.name = broker.topic;
  topic.decoding.format = RecordFormat::kProtobuf;
  topic.decoding.source = "demo/" + broker.topic;
  topic.decoding.may_send_reference = true;
  source.topics.push_back(std::move(topic));
  TENURE_TRY_ASSIGN(std::unique_ptr<KafkaSource> opened, KafkaSource::open(std::move(source)));
  return std::unique_ptr<Source>(std::move(opened));
}

// Everything that was sent must be logged, told apart or named: nothing may be lost on the way.
Result<void> check_nothing_lost(const Engine& engine, std::uint64_t sent) {
  const std::uint64_t read = engine.counters().records;
  const IngestCounters& c = engine.counters();
  if (read >= sent) return {};  // others may publish to the topic as well
  return fail(
      ErrorCode::kCorrupt,
      fmt::format(
          "sent {} records, but {} were read ({} accepted, {} repeated): the demo lost some", sent,
          read, c.accepted.load(), c.repeated.load()));
}

Result<void> watch(const DemoOptions& options, Engine& engine, DemoPlayer& player, DemoView& view,
                   const Context& context) {
  while (!context.stopping() &&
         !(player.past_sent() && engine.counters().records >= player.past_records() + 1)) {
    engine.wait_for_progress(kStepWait);
    TENURE_TRY(view.take_told());
    view.show_past(engine.counters().records, player.past_records());
    if (const EngineStatus status = engine.status(); status.failure) return *status.failure;
  }
  if (context.stopping()) return {};
  while (!context.stopping() && !engine.status().quiet) engine.wait_for_progress(kStepWait);
  TENURE_TRY(view.take_told());
  TENURE_TRY(view.show_present_begins());
  Duration live = context.out.errors_on_terminal() ? Duration::max() : kLiveOffTerminal;
  if (options.live_for) live = *options.live_for;
  const std::int64_t began_us = steady_now_us();
  while (!context.stopping() && steady_now_us() - began_us < live.count()) {
    engine.wait_for_progress(kStepWait);
    TENURE_TRY(view.take_told());
    view.show_banner(player.present());
    if (const EngineStatus status = engine.status(); status.failure) return *status.failure;
  }
  return {};
}

Result<void> run(const DemoOptions& options, Context& context) {
  const Book book = Book::generate({.seed = options.seed});
  if (!options.truth.empty()) TENURE_TRY(write_truth(options.truth, book.truth()));
  TENURE_TRY_ASSIGN(const DemoDirectory directory, DemoDirectory::make(options.directory));
  TENURE_TRY_ASSIGN(const DemoBroker broker, open_broker(options, context));
  Config config;
  config.data.dir = directory.path();
  config.clock = Config::ClockKind::kRecords;
  TENURE_TRY_ASSIGN(const OpenEngine open, open_to_serve(config, DataAccess::kCreate, true));
  Engine& engine = *open.engine;
  TENURE_TRY(seed_reference(engine, {}));
  TENURE_TRY_ASSIGN(const std::unique_ptr<ServeHttp> http,
                    ServeHttp::start(engine, options.listen));
  TENURE_TRY(note_server(directory.path(), http->address()));
  // Whoever reads it through a pipe wants the addresses now, not at the end.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  context.out.line(fmt::format("Tenure at {}   Kafka at {}, topic {}", http->address(),
                               broker.bootstrap, broker.topic));
  context.out.line(fmt::format("Ask it from another terminal: tenure alerts --server {} --evidence",
                               http->address()));
  TENURE_TRY_ASSIGN(std::unique_ptr<Source> source, open_source(broker));
  TENURE_TRY_ASSIGN(const std::unique_ptr<KafkaProducer> producer,
                    KafkaProducer::open({.bootstrap = broker.bootstrap, .properties = {}}));
  TENURE_TRY(producer->warm(broker.topic, kBrokerWait));
  TENURE_TRY(engine.start(std::move(source)));
  DemoPlayerOptions play;
  play.topic = broker.topic;
  play.partition = "kafka:demo/" + broker.topic + "/0";
  play.real_pace = options.pace == "real";
  DemoPlayer player(book, *producer, engine.log(), play);
  DemoView view(engine, book, context.out, options.evidence);
  std::atomic<bool> stop{false};
  Result<void> played;
  std::thread thread(
      [&] { played = player.play([&] { return stop.load() || context.stopping(); }); });
  Result<void> watched = watch(options, engine, player, view, context);
  stop = true;
  thread.join();
  const bool whole = player.past_sent();
  for (int wait = 0; wait < 50 && engine.counters().records < player.sent(); ++wait)
    engine.wait_for_progress(kStepWait);
  engine.stop();
  TENURE_TRY(watched);
  TENURE_TRY(played);
  if (whole) TENURE_TRY(check_nothing_lost(engine, player.sent()));
  return {};
}

}  // namespace

void add_demo(CLI::App& app, Context& context) {
  CLI::App* command = add_command(
      app, "demo", "two years of a believable vendor in seconds, then its present, live",
      "  tenure demo\n"
      "  tenure demo --evidence --live-for 60s\n"
      "  tenure demo --kafka localhost:9092 --yes");
  auto options = std::make_shared<DemoOptions>();
  command->add_option("--seed", options->seed,
                      "which book: the same seed gives the same accounts and events");
  command
      ->add_option("--kafka", options->kafka, "a real broker instead of the one inside the process")
      ->type_name("HOST:PORT");
  command->add_option("--topic", options->topic, "the topic's name; made by the demo");
  command->add_flag("--yes", options->yes, "make the topic without asking");
  command
      ->add_option("--data", options->directory,
                   "keep the directory here; otherwise it goes with the demo")
      ->type_name("DIR");
  command->add_option("--pace", options->pace, "how the present passes")
      ->check(CLI::IsMember({"hour-a-minute", "real"}));
  command
      ->add_option_function<std::string>(
          "--live-for",
          [options](const std::string& text) {
            const auto live = parse_duration(text);
            // CLI11 takes a mistake in an option's value as this exception; main() reports it.
            // tidy: the command line library's own way of refusing a value
            if (!live) throw CLI::ValidationError("--live-for", live.error().message);
            options->live_for = *live;
          },
          "end after this much of the present (20s where there is no terminal)")
      ->type_name("DURATION");
  command->add_option("--listen", options->listen, "address of the HTTP server")
      ->type_name("HOST:PORT");
  command->add_option("--truth", options->truth, "write who leaves, and why, to this CSV file")
      ->type_name("FILE");
  command->add_flag("--evidence", options->evidence, "show the events behind each open alert");
  command->callback([options, &context] {
    if (const auto done = run(*options, context); !done)
      context.exit_code = context.fail(done.error());
  });
}

}  // namespace tenure
