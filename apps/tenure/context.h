// apps/tenure/context.h
//
// What every command gets, and how it ends.
#pragma once

#include "apps/tenure/output.h"
#include "engine/base/result.h"

#include <CLI/CLI.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tenure {

/// Exit codes that scripts rely on (docs/cli.md). Never reuse a number.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,
  kExitUsage = 2,
  kExitData = 65,         // what was read is wrong: a file, a mapping, stored bytes
  kExitUnavailable = 69,  // a directory, server or broker cannot be used now
  kExitConfig = 78,
  kExitInterrupted = 130,
};

/// The code that an error ends a command with.
int exit_code_of(const Error& error);

struct Context {
  Output out;
  const std::atomic<bool>* stop =
      nullptr;  // set by INT, TERM, HUP, QUIT: end in an orderly way, soon
  std::vector<std::pair<std::string, std::string>>
      environment;  // variables whose names begin with TENURE_
  int exit_code = kExitOk;

  [[nodiscard]] bool stopping() const { return stop != nullptr && stop->load(); }

  /// Prints the error and returns the exit code for it.
  int fail(const Error& error) const;
  int fail(const Error& error, ExitCode code) const;
};

/// Whose process this is, by the system's name ("uid 1000" where it has none): acts say who acted.
std::string user_name();

/// Help that begins with what a command does and its examples: most people came for these lines.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::map<const CLI::App*, std::string> examples;
  std::string make_description(const CLI::App* command) const override;
};

/// Adds a command; `examples` are lines such as "  tenure log stat --data DIR". The application's
/// formatter must be a HelpFormatter.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& about,
                      const std::string& examples);

/// Adds a noun that only holds commands: `tenure log ...`.
CLI::App* add_noun(CLI::App& parent, const std::string& name, const std::string& about);

/// Adds --json.
void add_json(CLI::App& command, Context& context);

}  // namespace tenure
