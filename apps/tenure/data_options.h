// apps/tenure/data_options.h
//
// The options of commands that read a configuration or open a directory: --data, --config, --set.
#pragma once

#include "apps/tenure/config.h"
#include "apps/tenure/context.h"

#include <string>
#include <vector>

namespace tenure {

struct ConfigOptions {
  std::string file;
  std::vector<std::string> sets;
};

struct DataOptions {
  std::string directory;
  ConfigOptions config;
};

void add_config_options(CLI::App& command, ConfigOptions& options);
void add_data_options(CLI::App& command, DataOptions& options);

Result<LoadedConfig> load_config(const ConfigOptions& options, const Context& context);

/// The configuration with data.dir from --data when it is given. Prints what is wrong; nullopt with
/// `context.exit_code` set.
std::optional<Config> config_with_data(const DataOptions& options, Context& context);

}  // namespace tenure
