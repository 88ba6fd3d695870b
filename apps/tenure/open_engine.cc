#include "apps/tenure/open_engine.h"

#include "apps/tenure/defaults.h"
#include "apps/tenure/text_file.h"
#include "projections/registry.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <thread>

namespace tenure {
namespace {

LogOptions log_options(const Config& config) {
  LogOptions options;
  options.shards = config.data.shards;
  options.tenant = config.data.tenant;
  options.block_cache_bytes = config.limits.log_cache_bytes;
  return options;
}

EngineOptions engine_options(const Config& config, bool trust_clock) {
  EngineOptions options;
  const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  // The ingest thread has a processor of its own where there are two.
  options.workers = config.workers != 0 ? config.workers : std::max(1u, processors - 1);
  options.commit_events_max = config.limits.commit_events;
  options.restart_bound = config.checkpoint.restart_bound;
  options.checkpoint_every = config.checkpoint.max_interval;
  options.hot_accounts_max = config.limits.hot_accounts;
  options.review_behind = config.catch_up == Config::CatchUp::kReview;
  options.trust_clock = trust_clock;
  return options;
}

// A state of other projections, or one that cannot be read, is deleted: it is folded again from the
// log.
Result<std::unique_ptr<StateStore>> open_state(const Config& config,
                                               const std::string& fingerprint) {
  const std::string directory = state_directory(config.data.dir);
  for (int attempt = 0;; ++attempt) {
    auto store = open_rocks_store(directory, state_store_options());
    if (!store && store.error().code != ErrorCode::kCorrupt) return store.error();
    if (store) {
      TENURE_TRY_ASSIGN(std::unique_ptr<StateStore> state,
                        StateStore::open(std::move(*store), fingerprint));
      if (!state->stale()) return state;
    } else if (attempt > 0) {
      return store.error();
    }
    std::error_code removed;
    std::filesystem::remove_all(directory, removed);
  }
}

// Rules of the log that ask for signals of projections that are left out would be left out too, and
// their open alerts would clear: told for good, and nothing of the client's doing.
Result<void> check_rules_of_log(const Config& config, const EventLog& log,
                                const SignalCatalog& catalog) {
  if (config.projections.empty()) return ok();
  std::map<std::string, std::string> faults;  // by profile, of the last one activated
  TENURE_TRY(log.scan(kReferenceShard, 1, [&](const BlockPtr& block) {
    for (const LoggedEvent& logged : block->events()) {
      if (logged.event.type != EventType::kRulesActivated) continue;
      const auto& rules = logged.event.read<event::v1::RulesActivated>();
      const auto compiled = compile_profile(rules.yaml(), rules.profile() + ".yaml", catalog);
      faults[rules.profile()] = compiled ? "" : compiled.error().message;
    }
    return true;
  }));
  for (const auto& [profile, fault] : faults)
    if (!fault.empty())
      return at_place(
          config, config.projections.front(),
          fail(ErrorCode::kInvalid,
               fmt::format("projections: the log's rules need more than these ({}); add "
                           "what is missing, or activate rules for the profile \"{}\" "
                           "that do without it first",
                           fault, profile)));
  return ok();
}

EngineClock engine_clock(const Config& config, const Clock& wall) {
  return config.clock == Config::ClockKind::kRecords ? EngineClock::of_records()
                                                     : EngineClock::of_wall(wall);
}

}  // namespace

Result<std::unique_ptr<ProjectionSet>> configured_projections(const Config& config) {
  std::vector<ProjectionOps> all = all_projections();
  if (config.projections.empty()) return std::make_unique<ProjectionSet>(std::move(all));
  std::vector<ProjectionOps> chosen;
  for (const std::string& name : config.projections) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == name; });
    if (found == all.end()) {
      std::string known;
      for (const ProjectionOps& projection : all)
        known += (known.empty() ? "" : ", ") + std::string(projection.name);
      return fail(ErrorCode::kInvalid,
                  "projections: there is no '" + name + "'; there are " + known);
    }
    chosen.push_back(*found);
  }
  return std::make_unique<ProjectionSet>(std::move(chosen));
}

Result<OpenEngine> open_to_read(const Config& config) {
  OpenEngine open;
  open.wall = std::make_unique<SystemClock>();
  TENURE_TRY_ASSIGN(open.set, configured_projections(config));
  TENURE_TRY_ASSIGN(std::unique_ptr<EventLog> log,
                    open_log(config.data.dir, DataAccess::kRead, log_options(config)));
  // The state store is left alone: reading must not change a directory, and may follow another set
  // of projections.
  TENURE_TRY_ASSIGN(open.engine, Engine::open(std::move(log), nullptr, *open.set,
                                              engine_clock(config, *open.wall),
                                              engine_options(config, true), Shard::Mode::kObserve));
  if (open.engine->log().head(kReferenceShard) == 0) {
    // What an engine would begin with; a set of projections that lacks some signals goes without.
    if (const auto defaults = default_envelopes(open.set->catalog(), open.wall->now()); defaults)
      TENURE_TRY(open.engine->assume_reference(*defaults));
  }
  TENURE_TRY(open.engine->catch_up());
  return open;
}

Result<OpenEngine> open_to_serve(const Config& config, DataAccess access, bool trust_clock,
                                 std::string_view command) {
  OpenEngine open;
  open.wall = std::make_unique<SystemClock>();
  TENURE_TRY_ASSIGN(open.set, configured_projections(config));
  TENURE_TRY_ASSIGN(std::unique_ptr<EventLog> log,
                    open_log(config.data.dir, access, log_options(config)));
  TENURE_TRY(check_rules_of_log(config, *log, open.set->catalog()));
  TENURE_TRY(note_holder(config.data.dir, command));
  TENURE_TRY_ASSIGN(
      std::unique_ptr<StateStore> state,
      open_state(config, open.set->fingerprint() + "|rows " + std::to_string(kAccountRowVersion) +
                             "|" + log->person_key()));
  TENURE_TRY_ASSIGN(
      open.engine,
      Engine::open(std::move(log), std::move(state), *open.set, engine_clock(config, *open.wall),
                   engine_options(config, trust_clock), Shard::Mode::kDecide));
  return open;
}

}  // namespace tenure
