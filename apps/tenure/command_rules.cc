// tenure rules check|activate.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/defaults.h"
#include "apps/tenure/open_engine.h"
#include "apps/tenure/server_client.h"
#include "apps/tenure/text_file.h"
#include "engine/query/queries.h"
#include "projections/registry.h"
#include "tenure/api/v1/operator.pb.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

struct RulesOptions {
  DataOptions data;
  std::string server;
  std::string file;
  std::vector<std::string> files;  // of check
};

boost::json::object profile_json(const Profile& profile) {
  boost::json::array names;
  for (const Rule& rule : profile.rules) names.emplace_back(rule.name);
  return {{"profile", profile.name}, {"version", profile.version}, {"rules", std::move(names)}};
}

void print_profile(const Profile& profile, const SignalCatalog& catalog, const Output& out) {
  out.fields({{"profile", profile.name},
              {"version", profile.version},
              {"parts of health", grouped(profile.health.size())},
              {"rules", grouped(profile.rules.size())}});
  for (const Rule& rule : profile.rules) {
    std::string signals;
    for (const SignalId signal : rule.signals)
      signals += (signals.empty() ? "" : ", ") + std::string(catalog.spec(signal).name);
    out.line(fmt::format("  {}  reads {}{}", rule.name, signals,
                         rule.per_subject ? ", for each of its subjects" : ""));
  }
}

// A region's holidays may come as events too, so that one which is not built in is no mistake yet.
void note_unknown_region(const Profile& profile, const Context& context) {
  const auto regions = default_regions();
  const std::string& region = profile.calendar.holidays;
  if (!regions || region.empty() ||
      std::find(regions->begin(), regions->end(), region) != regions->end())
    return;
  context.out.note(
      fmt::format("profile {}: holidays of {} are not built in (those of {} are): no day is a "
                  "holiday until a holidays.defined event of that region comes",
                  profile.name, printable(region), fmt::join(*regions, ", ")),
      Tone::kWarning);
}

int run_check(const RulesOptions& options, Context& context) {
  const ProjectionSet set(all_projections());
  boost::json::array profiles;
  std::vector<std::shared_ptr<const Profile>> read;
  for (const std::string& file : options.files) {
    const auto yaml = read_text_file(file);
    if (!yaml) return context.fail(yaml.error());
    const auto profile = compile_profile(*yaml, file, set.catalog());
    if (!profile) return context.fail(profile.error(), kExitData);
    profiles.push_back(profile_json(**profile));
    read.push_back(*profile);
    note_unknown_region(**profile, context);
  }
  if (context.out.json)
    context.out.document(boost::json::object{{"ok", true}, {"profiles", std::move(profiles)}});
  else
    for (const auto& profile : read) print_profile(*profile, set.catalog(), context.out);
  return kExitOk;
}

Result<msg::ActivateRulesResponse> activate_in_directory(const Config& config,
                                                         const std::string& yaml,
                                                         const std::string& file,
                                                         const std::string& actor) {
  TENURE_TRY_ASSIGN(const OpenEngine open,
                    open_to_serve(config, DataAccess::kWrite, true, "rules"));
  Engine& engine = *open.engine;
  TENURE_TRY(engine.catch_up());
  TENURE_TRY_ASSIGN(const RulesOrder order, order_rules(engine, yaml, file, actor));
  msg::ActivateRulesResponse response;
  response.set_profile(order.profile);
  response.set_version(order.version);
  response.set_repeated(!order.envelope);
  if (response.repeated()) return response;
  TENURE_TRY_ASSIGN(auto blocks,
                    engine.ingestor().append_own("operator", std::span(&*order.envelope, 1)));
  TENURE_TRY(engine.drive(std::move(blocks)));
  TENURE_TRY(engine.checkpoint());
  return response;
}

Result<msg::ActivateRulesResponse> activate_at_server(const std::string& server,
                                                      const std::string& yaml,
                                                      const std::string& file,
                                                      const std::string& actor) {
  msg::ActivateRulesRequest request;
  request.set_yaml(yaml);
  request.set_file(file);
  request.set_actor(actor);
  msg::ActivateRulesResponse response;
  TENURE_TRY(ask_server(server, "tenure.api.v1.OperatorService/ActivateRules", request, response));
  return response;
}

int run_activate(const RulesOptions& options, Context& context) {
  const auto yaml = read_text_file(options.file);
  if (!yaml) return context.fail(yaml.error());
  const ProjectionSet set(all_projections());
  if (const auto profile = compile_profile(*yaml, options.file, set.catalog()))
    note_unknown_region(**profile, context);
  const std::string actor = user_name();
  Result<msg::ActivateRulesResponse> done = msg::ActivateRulesResponse();
  if (!options.server.empty()) {
    done = activate_at_server(options.server, *yaml, options.file, actor);
  } else {
    const auto config = config_with_data(options.data, context);
    if (!config) return context.exit_code;
    done = activate_in_directory(*config, *yaml, options.file, actor);
  }
  if (!done) return context.fail(done.error());
  if (context.out.json)
    context.out.document(boost::json::parse(to_json(*done)));
  else
    context.out.line(fmt::format(
        "profile {} version {} {}", printable(done->profile()), printable(done->version()),
        done->repeated() ? "is in force already; nothing changed" : "is in force from now on"));
  return kExitOk;
}

}  // namespace

void add_rules(CLI::App& app, Context& context) {
  CLI::App* noun =
      add_noun(app, "rules", "profiles: how health is composed and what raises alerts");
  CLI::App* check =
      add_command(*noun, "check", "read a profile and say what it does, or what is wrong with it",
                  "  tenure rules check deploy/rules/saas.yaml");
  auto options = std::make_shared<RulesOptions>();
  check->add_option("FILE", options->files, "the profiles' YAML files")->required();
  add_json(*check, context);
  check->callback([options, &context] { context.exit_code = run_check(*options, context); });

  CLI::App* activate = add_command(
      *noun, "activate", "put a profile in force from now on; nothing that was told changes",
      "  tenure rules activate my-saas.yaml --data ./data\n"
      "  tenure rules activate my-saas.yaml --server http://127.0.0.1:8321");
  activate->add_option("FILE", options->file, "the profile's YAML file")->required();
  add_data_options(*activate, options->data);
  add_server_option(*activate, options->server, "a running server instead of a directory");
  add_json(*activate, context);
  activate->callback([options, &context] { context.exit_code = run_activate(*options, context); });
}

}  // namespace tenure
