#include "apps/tenure/data_options.h"

namespace tenure {

void add_config_options(CLI::App& command, ConfigOptions& options) {
  command.add_option("--config", options.file, "the configuration file")->type_name("FILE");
  command.add_option("--set", options.sets, "override a key: --set workers=2; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

void add_data_options(CLI::App& command, DataOptions& options) {
  command.add_option("--data", options.directory, "the Tenure directory (overrides data.dir)")
      ->type_name("DIR");
  add_config_options(command, options.config);
}

Result<LoadedConfig> load_config(const ConfigOptions& options, const Context& context) {
  return load_config(ConfigRequest{options.file, context.environment, options.sets});
}

std::optional<Config> config_with_data(const DataOptions& options, Context& context) {
  auto loaded = load_config(options.config, context);
  if (!loaded) {
    context.exit_code = context.fail(loaded.error(), kExitConfig);
    return std::nullopt;
  }
  Config config = std::move(loaded->config);
  if (!options.directory.empty()) config.data.dir = options.directory;
  if (config.data.dir.empty()) {
    const Error error = fail(ErrorCode::kInvalid,
                             "which directory? say --data DIR, or --config FILE with data.dir");
    context.exit_code = context.fail(error, kExitUsage);
    return std::nullopt;
  }
  return config;
}

}  // namespace tenure
