// tenure rules check: profiles compiled as the engine would.
#include "apps/tenure/commands.h"
#include "apps/tenure/text_file.h"
#include "engine/projection/projection_set.h"
#include "engine/reference/profile.h"
#include "projections/registry.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <memory>

namespace tenure {
namespace {

boost::json::object profile_json(const std::string& file, const Profile& profile) {
  boost::json::array rules;
  for (const Rule& rule : profile.rules) rules.emplace_back(rule.name);
  return {{"file", file},
          {"profile", profile.name},
          {"version", profile.version},
          {"factors", profile.health.size()},
          {"rules", std::move(rules)}};
}

// Every file is checked, so that one run shows all that is wrong.
int run_check(const std::vector<std::string>& files, Context& context) {
  const ProjectionSet set(all_projections());
  boost::json::array profiles;
  std::vector<std::vector<std::string>> rows;
  int code = kExitOk;
  for (const std::string& file : files) {
    const auto yaml = read_text_file(file);
    if (!yaml) {
      code = context.fail(yaml.error());
      continue;
    }
    const auto profile = compile_profile(*yaml, file, set.catalog());
    if (!profile) {
      code = context.fail(profile.error());
      continue;
    }
    profiles.push_back(profile_json(file, **profile));
    rows.push_back({file, (*profile)->name, (*profile)->version,
                    fmt::format("{}", (*profile)->health.size()),
                    fmt::format("{}", (*profile)->rules.size())});
  }
  if (code != kExitOk) return code;
  if (context.out.json)
    context.out.document(boost::json::object{{"ok", true}, {"profiles", std::move(profiles)}});
  else
    context.out.table({"file", "profile", "version", "factors", "rules"}, rows);
  return kExitOk;
}

}  // namespace

void add_rules(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "rules", "check profiles with their rules");
  CLI::App* check =
      add_command(*noun, "check", "compile profiles and say what is wrong with file:line:column",
                  "  tenure rules check deploy/rules/*.yaml");
  auto files = std::make_shared<std::vector<std::string>>();
  check->add_option("FILE", *files, "profile files")->required();
  add_json(*check, context);
  check->callback([files, &context] { context.exit_code = run_check(*files, context); });
}

}  // namespace tenure
