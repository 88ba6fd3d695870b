// tenure demo: two years of a believable vendor in seconds, then its present, live.
#include "apps/tenure/commands.h"
#include "apps/tenure/defaults.h"
#include "apps/tenure/demo_directory.h"
#include "apps/tenure/demo_judge.h"
#include "apps/tenure/demo_player.h"
#include "apps/tenure/demo_view.h"
#include "apps/tenure/flag_values.h"
#include "apps/tenure/open_engine.h"
#include "apps/tenure/serve_http.h"
#include "connectors/kafka/kafka_source.h"
#include "connectors/kafka/mock_cluster.h"
#include "connectors/kafka/topic_admin.h"
#include "engine/base/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
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

struct DemoBroker {
  std::unique_ptr<MockCluster> mock;
  std::string bootstrap;
  std::string topic;
  bool leaves_topic = false;
};

// A topic that somebody named is kept for them; one that the demo named goes with it.
bool keeps_topic(const DemoOptions& options) { return !options.topic.empty(); }

// Whether somebody is there to be asked.
bool may_ask(const Context& context) {
  return context.out.errors_on_terminal() && isatty(STDIN_FILENO) != 0;
}

Result<void> ask_for_topic(const DemoOptions& options, const std::string& topic) {
  if (options.yes) return {};
  std::fprintf(stderr,
               "The demo makes the topic '%s' on %s and writes about 15 MB to it. The topic %s. "
               "Go on? [y/N] ",
               topic.c_str(), options.kafka.c_str(),
               keeps_topic(options) ? "stays" : "goes when the demo ends");
  const int answer = std::getchar();
  if (answer == 'y' || answer == 'Y') return {};
  return fail(ErrorCode::kStopping, "nothing was done");
}

Result<DemoBroker> open_broker(const DemoOptions& options) {
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
  TENURE_TRY(ask_for_topic(options, broker.topic));
  TENURE_TRY_ASSIGN(const std::unique_ptr<TopicAdmin> admin, TopicAdmin::open(broker.bootstrap));
  if (const auto made = admin->create(broker.topic, 1, kBrokerWait); !made)
    return fail(
        made.error().code,
        made.error().code == ErrorCode::kUnavailable
            ? fmt::format("no broker answers at {}: is it running, and reachable from here?",
                          broker.bootstrap)
            : made.error().message);
  broker.leaves_topic = true;
  return broker;
}

// What a real broker keeps of the demo: nothing, or what is said here.
void leave_broker(const DemoOptions& options, const DemoBroker& broker, const Context& context) {
  if (!broker.leaves_topic) return;
  if (keeps_topic(options)) {
    context.out.line(fmt::format("Left on {}: the topic {} and the consumer group of that name.",
                                 broker.bootstrap, broker.topic));
    return;
  }
  const auto admin = TopicAdmin::open(broker.bootstrap);
  const Result<void> gone =
      admin ? (*admin)->remove(broker.topic, kBrokerWait) : Result<void>(admin.error());
  if (gone)
    context.out.line(fmt::format(
        "The topic {} is deleted from {}; its consumer group, empty now, goes by itself.",
        broker.topic, broker.bootstrap));
  else
    context.out.note(fmt::format("left on {}: the topic {}, which could not be deleted: {}",
                                 broker.bootstrap, broker.topic, gone.error().message),
                     Tone::kWarning);
}

Result<std::unique_ptr<Source>> open_source(const DemoBroker& broker) {
  KafkaSourceOptions source;
  source.bootstrap = broker.bootstrap;
  source.cluster = "demo";
  source.group = broker.topic;  // two demos on one cluster must not share a group
  KafkaTopic topic;
  topic.name = broker.topic;
  topic.decoding.format = RecordFormat::kProtobuf;
  topic.decoding.source = "demo/" + broker.topic;
  topic.decoding.may_send_reference = true;
  source.topics.push_back(std::move(topic));
  TENURE_TRY_ASSIGN(std::unique_ptr<KafkaSource> opened, KafkaSource::open(std::move(source)));
  return std::unique_ptr<Source>(std::move(opened));
}

struct Pace {
  const char* name;
  std::int64_t speed_up;
  const char* words;
};
constexpr std::array<Pace, 3> kPaces = {{{"hour-a-minute", 60, "one working hour a minute"},
                                         {"hour-a-second", 3600, "one working hour a second"},
                                         {"real", 1, "as time passes"}}};

const Pace& pace_named(const std::string& name) {
  const auto* const found = std::find_if(kPaces.begin(), kPaces.end(),
                                         [&](const Pace& pace) { return pace.name == name; });
  return found == kPaces.end() ? kPaces.front() : *found;
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
                   const Context& context, const std::atomic<bool>& broken) {
  const auto stopping = [&] { return context.stopping() || broken.load(); };
  while (!stopping() &&
         !(player.past_sent() && engine.counters().records >= player.past_records())) {
    engine.wait_for_progress(kStepWait);
    TENURE_TRY(view.take_told());
    view.show_past(engine.counters().records, player.past_records());
    if (const EngineStatus status = engine.status(); status.failure) return *status.failure;
  }
  if (stopping()) return {};
  while (!stopping() && !engine.status().quiet) engine.wait_for_progress(kStepWait);
  TENURE_TRY(view.take_told());
  TENURE_TRY(view.show_present_begins());
  player.begin_present();
  Duration live = context.out.errors_on_terminal() ? Duration::max() : kLiveOffTerminal;
  if (options.live_for) live = *options.live_for;
  const std::int64_t began_us = steady_now_us();
  while (!stopping() && steady_now_us() - began_us < live.count()) {
    TENURE_TRY(view.take_told());
    TENURE_TRY_ASSIGN(const bool wanted, view.show_present(player.present(), kStepWait));
    if (!wanted) return {};
    if (const EngineStatus status = engine.status(); status.failure) return *status.failure;
  }
  return {};
}

// Sends the book, shows what comes of it, and waits until all that was sent is logged and told.
Result<void> play(const DemoOptions& options, Engine& engine, DemoPlayer& player, DemoView& view,
                  const Context& context) {
  std::atomic<bool> stop{false};
  Result<void> played;
  std::thread thread([&] {
    played = player.play([&] { return stop.load() || context.stopping(); });
    // Nobody waits for a past that cannot be sent.
    if (!played) stop = true;
  });
  Result<void> watched = watch(options, engine, player, view, context, stop);
  stop = true;
  thread.join();
  const bool whole = player.past_sent();
  for (int wait = 0; wait < 50 && engine.counters().records < player.sent(); ++wait)
    engine.wait_for_progress(kStepWait);
  for (int wait = 0; wait < 50 && watched && !engine.status().quiet; ++wait)
    engine.wait_for_progress(kStepWait);
  const Result<void> ended = view.show_end(player.present());
  engine.stop();
  TENURE_TRY(watched);
  TENURE_TRY(played);
  TENURE_TRY(ended);
  if (whole) TENURE_TRY(check_nothing_lost(engine, player.sent()));
  return {};
}

Result<void> run_on(const DemoOptions& options, const Book& book, const DemoBroker& broker,
                    const std::string& directory, Context& context) {
  Config config;
  config.data.dir = directory;
  config.clock = Config::ClockKind::kRecords;
  config.http.listen = options.listen;
  TENURE_TRY_ASSIGN(const OpenEngine open, open_to_serve(config, DataAccess::kCreate, true));
  Engine& engine = *open.engine;
  TENURE_TRY(seed_reference(engine, {}));
  TENURE_TRY_ASSIGN(const std::unique_ptr<ServeHttp> http, ServeHttp::start(engine, config));
  TENURE_TRY(note_server(directory, http->address()));
  // Whoever reads it through a pipe wants the addresses now, not at the end.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (http->has_dashboard()) context.out.line(fmt::format("Dashboard: {}/", http->address()));
  context.out.line(fmt::format("Tenure at {}   Kafka at {}, topic {}", http->address(),
                               broker.bootstrap, broker.topic));
  context.out.line(fmt::format("Ask it from another terminal: tenure alerts --server {} --evidence",
                               http->address()));
  TENURE_TRY_ASSIGN(std::unique_ptr<Source> source, open_source(broker));
  TENURE_TRY_ASSIGN(const std::unique_ptr<KafkaProducer> producer,
                    KafkaProducer::open({.bootstrap = broker.bootstrap, .properties = {}}));
  TENURE_TRY(producer->warm(broker.topic, kBrokerWait));
  TENURE_TRY(engine.start(std::move(source)));
  DemoPlayerOptions player_options;
  player_options.topic = broker.topic;
  player_options.partition = "kafka:demo/" + broker.topic + "/0";
  const Pace& pace = pace_named(options.pace);
  player_options.speed_up = pace.speed_up;
  player_options.pauses =
      judging_pauses(book, engine, http->address(), [&] { return context.stopping(); });
  DemoPlayer player(book, *producer, engine.log(), player_options);
  DemoView view(engine, book, context.out, options.evidence, pace.words);
  return play(options, engine, player, view, context);
}

Result<void> run(const DemoOptions& options, Context& context) {
  const Book book = Book::generate({.seed = options.seed});
  if (!options.truth.empty()) TENURE_TRY(write_truth(options.truth, book.truth()));
  TENURE_TRY_ASSIGN(const DemoDirectory directory, DemoDirectory::make(options.directory));
  TENURE_TRY_ASSIGN(const DemoBroker broker, open_broker(options));
  // The client's own lines about its connections would stand in the middle of the view.
  if (context.out.errors_on_terminal()) set_log_level(LogLevel::kWarn);
  Result<void> done = run_on(options, book, broker, directory.path(), context);
  leave_broker(options, broker, context);
  return done;
}

}  // namespace

void add_demo(CLI::App& app, Context& context) {
  CLI::App* command = add_command(
      app, "demo", "two years of a believable vendor in seconds, then its present, live",
      "  tenure demo\n"
      "  tenure demo --evidence --live-for 60s\n"
      "  tenure demo --kafka localhost:9092 --yes");
  auto options = std::make_shared<DemoOptions>();
  command
      ->add_option("--seed", options->seed,
                   "which book: the same seed gives the same accounts and events")
      ->check(number_value(0));
  command
      ->add_option("--kafka", options->kafka, "a real broker instead of the one inside the process")
      ->check(brokers_value())
      ->type_name("HOST:PORT");
  command->add_option("--topic", options->topic, "the topic's name; made by the demo");
  command->add_flag("--yes", options->yes, "make the topic without asking");
  command
      ->add_option("--data", options->directory,
                   "keep the directory here; otherwise it goes with the demo")
      ->type_name("DIR");
  command->add_option("--pace", options->pace, "how the present passes")
      ->check(CLI::IsMember({"hour-a-minute", "hour-a-second", "real"}));
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
      ->check(listen_value())
      ->type_name("HOST:PORT");
  command->add_option("--truth", options->truth, "write who leaves, and why, to this CSV file")
      ->type_name("FILE");
  command->add_flag("--evidence", options->evidence, "show the events behind each open alert");
  command->callback([options, &context] {
    if (!options->kafka.empty() && !options->yes && !may_ask(context)) {
      context.exit_code =
          context.fail(fail(ErrorCode::kInvalid, "the demo makes a topic on " + options->kafka +
                                                     "; say --yes to allow it"),
                       kExitUsage);
      return;
    }
    if (const auto done = run(*options, context); !done)
      context.exit_code = context.fail(done.error());
  });
}

}  // namespace tenure
