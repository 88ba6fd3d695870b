// tenure serve: the engine.
#include "apps/tenure/commands.h"
#include "apps/tenure/config_check.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/defaults.h"
#include "apps/tenure/kafka_sources.h"
#include "apps/tenure/live_line.h"
#include "apps/tenure/open_engine.h"
#include "apps/tenure/serve_http.h"
#include "engine/base/clock.h"
#include "engine/base/log.h"

#include <fmt/format.h>

namespace tenure {
namespace {

struct ServeOptions {
  DataOptions data;
  bool until_caught_up = false;
  bool trust_clock = false;
};

constexpr Duration kShowEvery = std::chrono::milliseconds(250);
constexpr Duration kStuckMax = std::chrono::seconds(60);

// Why --until-caught-up would wait without an end: something of a source stands still, and for long
// nothing has come from the rest.
class StuckWatch {
 public:
  std::optional<Error> look(const Engine& engine, std::uint64_t records) {
    const std::int64_t now = steady_now_us();
    std::string why;
    if (records != records_ || engine.ready(why)) {
      records_ = records;
      since_us_ = now;
      return std::nullopt;
    }
    if (now - since_us_ < kStuckMax.count()) return std::nullopt;
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("not caught up, and nothing has come for {} s: {}",
                    std::chrono::duration_cast<std::chrono::seconds>(kStuckMax).count(), why));
  }

 private:
  std::uint64_t records_ = 0;
  std::int64_t since_us_ = steady_now_us();
};

// Serves until a signal, a failure, or, when asked so, until everything that was there at the start
// is folded.
int serve(Engine& engine, bool has_source, const ServeOptions& options, Context& context) {
  LiveLine live(engine, context.out);
  StuckWatch stuck;
  while (!context.stopping()) {
    engine.wait_for_progress(kShowEvery);
    live.show();
    const EngineStatus status = engine.status();
    if (status.failure) {
      live.clear();
      return context.fail(*status.failure);
    }
    // Without a source nothing can come: what is logged is all there is.
    const bool all_is_in = has_source ? status.caught_up : status.folded_lag == 0;
    if (!options.until_caught_up) continue;
    if (all_is_in) {
      log_info("caught up records={}", engine.counters().records.load());
      break;
    }
    if (const auto why = stuck.look(engine, engine.counters().records.load())) {
      live.clear();
      engine.stop();
      return context.fail(*why);
    }
  }
  live.clear();
  engine.stop();
  const EngineStatus end = engine.status();
  if (end.failure) return context.fail(*end.failure);
  const IngestCounters& counters = engine.counters();
  log_info("stopped records={} accepted={} repeated={} conflicts={} quarantined={} told={}",
           counters.records.load(), counters.accepted.load(), counters.repeated.load(),
           counters.conflicts.load(), counters.quarantined.load(), counters.told.load());
  return kExitOk;
}

int run_serve(const ServeOptions& options, Context& context) {
  const auto config = config_with_data(options.data, context);
  if (!config) return context.exit_code;
  // Before the directory is made: a slip in a name leaves nothing behind.
  if (const auto checked = check_files(*config); !checked)
    return context.fail(checked.error(), kExitConfig);
  auto source = open_kafka_source(*config);
  if (!source) return context.fail(source.error(), kExitConfig);
  auto open = open_to_serve(*config, DataAccess::kCreate, options.trust_clock);
  if (!open) return context.fail(open.error());
  Engine& engine = *open->engine;
  if (const auto seeded = seed_reference(engine, config->rules); !seeded)
    return context.fail(seeded.error(), kExitConfig);
  auto http = ServeHttp::start(engine, *config);
  if (!http) return context.fail(http.error(), kExitUnavailable);
  if (const auto noted = note_server(config->data.dir, (*http)->address()); !noted)
    return context.fail(noted.error());
  if (const auto started = engine.start(std::move(*source)); !started)
    return context.fail(started.error());
  context.out.note(fmt::format("serving {} at {}", config->data.dir, (*http)->address()));
  return serve(engine, !config->sources.empty(), options, context);
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  CLI::App* command =
      add_command(app, "serve", "run the engine: read the sources, fold, review, tell, answer",
                  "  tenure serve --config tenure.yaml\n"
                  "  tenure serve --config tenure.yaml --until-caught-up");
  auto options = std::make_shared<ServeOptions>();
  add_data_options(*command, options->data);
  command->add_flag(
      "--until-caught-up", options->until_caught_up,
      "end once every assigned partition reached the end it had at the start and all is folded");
  command->add_flag(
      "--trust-clock", options->trust_clock,
      "the machine's clock is right although it is over a year after the log's last event");
  command->callback([options, &context] { context.exit_code = run_serve(*options, context); });
}

}  // namespace tenure
