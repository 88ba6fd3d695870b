// tenure rules check|activate.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_options.h"
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

#include <unistd.h>

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

int run_check(const RulesOptions& options, Context& context) {
  const ProjectionSet set(all_projections());
  boost::json::array profiles;
  std::vector<std::shared_ptr<const Profile>> read;
  for (const std::string& file : options.files) {
    const auto yaml = read_text_file(file);
    if (!yaml) return context.fail(yaml.error(), kExitData);
    const auto profile = compile_profile(*yaml, file, set.catalog());
    if (!profile) return context.fail(profile.error(), kExitData);
    profiles.push_back(profile_json(**profile));
    read.push_back(*profile);
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
  TENURE_TRY_ASSIGN(const OpenEngine open, open_to_serve(config, DataAccess::kWrite, true));
  Engine& engine = *open.engine;
  TENURE_TRY(engine.catch_up());
  const SignalCatalog& catalog = engine.set().catalog();
  TENURE_TRY_ASSIGN(const std::string envelope,
                    rules_envelope(yaml, file, catalog, actor, engine.clock().now(), false));
  TENURE_TRY_ASSIGN(const auto profile, compile_profile(yaml, file, catalog));
  TENURE_TRY_ASSIGN(auto blocks, engine.ingestor().append_own("operator", std::span(&envelope, 1)));
  TENURE_TRY(engine.drive(std::move(blocks)));
  TENURE_TRY(engine.checkpoint());
  msg::ActivateRulesResponse response;
  response.set_profile(profile->name);
  response.set_version(profile->version);
  return response;
}

int show_activated(const boost::json::object& answer, const Context& context) {
  if (context.out.json) {
    context.out.document(answer);
  } else {
    const auto text = [&](std::string_view key) {
      const boost::json::value* value = answer.if_contains(key);
      return value != nullptr && value->is_string() ? std::string(value->as_string())
                                                    : std::string();
    };
    context.out.line(fmt::format("profile {} version {} is in force from now on",
                                 printable(text("profile")), printable(text("version"))));
  }
  return kExitOk;
}

int run_activate(const RulesOptions& options, Context& context) {
  const auto yaml = read_text_file(options.file);
  if (!yaml) return context.fail(yaml.error());
  const char* user = getlogin();
  const std::string actor = user != nullptr ? user : "operator";
  if (!options.server.empty()) {
    msg::ActivateRulesRequest request;
    request.set_yaml(*yaml);
    request.set_file(options.file);
    request.set_actor(actor);
    const auto answer =
        call(options.server, "tenure.api.v1.OperatorService/ActivateRules", to_json(request));
    if (!answer) return context.fail(answer.error());
    return show_activated(boost::json::parse(*answer).as_object(), context);
  }
  const auto config = config_with_data(options.data, context);
  if (!config) return context.exit_code;
  const auto done = activate_in_directory(*config, *yaml, options.file, actor);
  if (!done)
    return context.fail(done.error(),
                        done.error().code == ErrorCode::kInvalid ? kExitData : kExitFailure);
  return show_activated(boost::json::parse(to_json(*done)).as_object(), context);
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
  activate->add_option("--server", options->server, "a running server instead of a directory")
      ->type_name("URL");
  add_data_options(*activate, options->data);
  add_json(*activate, context);
  activate->callback([options, &context] { context.exit_code = run_activate(*options, context); });
}

}  // namespace tenure
