// tenure config check|print
#include "apps/tenure/commands.h"
#include "apps/tenure/config_check.h"
#include "apps/tenure/data_options.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

std::string origin_of(const LoadedConfig& loaded, std::string_view key) {
  const auto found = loaded.origins.find(std::string(key));
  return found == loaded.origins.end() ? "default" : found->second;
}

int run_check(const ConfigOptions& options, Context& context) {
  const auto loaded = load_config(options, context);
  if (!loaded) return context.fail(loaded.error(), kExitConfig);
  if (const auto checked = check_files(loaded->config); !checked)
    return context.fail(checked.error(), kExitConfig);
  const bool file = !loaded->file.empty();
  if (context.out.json)
    context.out.document(boost::json::object{
        {"ok", true},
        {"file", file ? boost::json::value(loaded->file) : boost::json::value()},
        {"sources", loaded->config.sources.size()},
        {"rules", loaded->config.rules.size()}});
  else
    context.out.line(fmt::format("{}: good; {} sources, {} rule files",
                                 file ? loaded->file : "no file: defaults",
                                 loaded->config.sources.size(), loaded->config.rules.size()));
  return kExitOk;
}

std::string shown(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return boost::json::serialize(value);
}

int run_print(const ConfigOptions& options, Context& context) {
  const auto loaded = load_config(options, context);
  if (!loaded) return context.fail(loaded.error(), kExitConfig);
  std::vector<std::vector<std::string>> rows;
  boost::json::object document;
  for (const ConfigKeyInfo& key : config_keys()) {
    const boost::json::value value = config_value(loaded->config, key.name);
    const std::string origin = origin_of(*loaded, key.name);
    rows.push_back({std::string(key.name), shown(value), origin});
    document[key.name] = boost::json::object{{"value", value}, {"from", origin}};
  }
  if (context.out.json)
    context.out.document(document);
  else
    context.out.table({"key", "value", "from"}, rows);
  return kExitOk;
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "config", "check and print the configuration");
  CLI::App* check =
      add_command(*noun, "check", "check the configuration and the files that it names",
                  "  tenure config check --config tenure.yaml");
  auto check_options = std::make_shared<ConfigOptions>();
  add_config_options(*check, *check_options);
  add_json(*check, context);
  check->callback(
      [check_options, &context] { context.exit_code = run_check(*check_options, context); });

  CLI::App* print =
      add_command(*noun, "print", "print every key with its effective value and where it came from",
                  "  tenure config print --config tenure.yaml\n"
                  "  TENURE_WORKERS=2 tenure config print --set http.listen=127.0.0.1:0 --json");
  auto print_options = std::make_shared<ConfigOptions>();
  add_config_options(*print, *print_options);
  add_json(*print, context);
  print->callback(
      [print_options, &context] { context.exit_code = run_print(*print_options, context); });
}

}  // namespace tenure
