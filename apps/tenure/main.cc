// The wiring of the binary: which commands there are, and how a wrong command line is answered.
#include "apps/tenure/commands.h"
#include "connectors/kafka/kafka_leftovers.h"
#include "engine/base/nearest.h"
#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <malloc.h>
#include <thread>

extern char** environ;  // NOLINT: POSIX names it so

namespace {

std::atomic<bool> stop_requested{false};

extern "C" void on_stop_signal(int number) {
  stop_requested.store(true);
  std::signal(number, SIG_DFL);  // a second one ends at once
}

// Whatever asks for an end gets an orderly one: Ctrl-C, Ctrl-\, a supervisor, a terminal that is
// closed. Only `nohup` means what it says.
void listen_to_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGQUIT}) std::signal(number, on_stop_signal);
  if (std::signal(SIGHUP, on_stop_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
}

std::vector<std::pair<std::string, std::string>> tenure_variables() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry(*at);
    const auto equals = entry.find('=');
    if (entry.starts_with("TENURE_") && equals != std::string_view::npos)
      variables.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return variables;
}

// What one thread allocates another one frees here: blocks, cold accounts, rows. With an arena a
// thread half of the memory ends up in holes. On few processors one arena is as quick; on many its
// lock would be in the way.
void tune_memory() {
#ifdef __GLIBC__
  constexpr unsigned kProcessorsMax = 4;
  if (std::thread::hardware_concurrency() > kProcessorsMax) return;
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, 16 << 20);
  mallopt(M_MXFAST, 0);
#endif
}

void add_commands(CLI::App& app, tenure::Context& context) {
  tenure::add_demo(app, context);
  tenure::add_serve(app, context);
  tenure::add_import(app, context);
  tenure::add_publish(app, context);
  tenure::add_source(app, context);
  tenure::add_account(app, context);
  tenure::add_alerts(app, context);
  tenure::add_digest(app, context);
  tenure::add_rules(app, context);
  tenure::add_log(app, context);
  tenure::add_quarantine(app, context);
  tenure::add_config(app, context);
  tenure::add_token(app, context);
  tenure::add_audit(app, context);
  tenure::add_version(app, context);
}

// The first word that no command or option knows, as a sentence with what it may have meant; empty
// when every word is known.
std::string unknown_word(const CLI::App& app, int count, char** words) {
  const CLI::App* command = &app;
  for (int index = 1; index < count; ++index) {
    const std::string word = words[index];
    if (word == "--") break;
    const bool number = word.size() > 1 && word[1] >= '0' && word[1] <= '9';
    if (word.size() > 1 && word[0] == '-' && !number) {
      const std::string name = word.substr(0, word.find('='));
      if (const CLI::Option* option = command->get_option_no_throw(name); option != nullptr) {
        if (name == word && option->get_items_expected_max() > 0) ++index;  // its value
        continue;
      }
      std::vector<std::string> names;
      for (const CLI::Option* option : command->get_options())
        for (const std::string& known : option->get_lnames()) names.push_back("--" + known);
      const std::vector<std::string_view> known(names.begin(), names.end());
      return fmt::format("there is no flag \"{}\"{}", tenure::printable(name),
                         tenure::did_you_mean(name, known));
    }
    const auto subcommands = command->get_subcommands([](const CLI::App*) { return true; });
    if (subcommands.empty()) continue;
    const auto next =
        std::find_if(subcommands.begin(), subcommands.end(),
                     [&](const CLI::App* candidate) { return candidate->get_name() == word; });
    if (next != subcommands.end()) {
      command = *next;
      continue;
    }
    std::vector<std::string> names;
    names.reserve(subcommands.size());
    for (const CLI::App* subcommand : subcommands) names.push_back(subcommand->get_name());
    const std::vector<std::string_view> known(names.begin(), names.end());
    return fmt::format("\"{}\" is not a command{}", tenure::printable(word),
                       tenure::did_you_mean(word, known));
  }
  return {};
}

// What is missing is often only misspelt: then that word is named.
std::string told_wrong(const CLI::ParseError& problem, const CLI::App& app, int count,
                       char** words) {
  const bool missing_or_extra = dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr ||
                                dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr;
  const std::string unknown = missing_or_extra ? unknown_word(app, count, words) : std::string();
  return unknown.empty() ? problem.what() : unknown;
}

std::string command_path(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* command = &app; !command->get_subcommands().empty();) {
    command = command->get_subcommands().front();
    path += " " + command->get_name();
  }
  return path;
}

int run(int count, char** words) {
  CLI::App app("an event-sourced account activity engine", "tenure");
  const auto formatter = std::make_shared<tenure::HelpFormatter>();
  app.formatter(formatter);
  formatter->examples[&app] =
      "  tenure import tickets.csv.gz --mapping deploy/mappings/helpdesk.yaml --data ./data\n"
      "  tenure log stat --data ./data";
  app.set_help_flag("-h,--help", "show this help and end");
  app.set_version_flag("--version", "tenure " TENURE_VERSION, "print the version and end");
  app.require_subcommand(1);

  tenure::Context context;
  context.stop = &stop_requested;
  context.environment = tenure_variables();
  add_commands(app, context);
  for (int index = 1; index < count; ++index) {
    if (tenure::first_not_utf8(words[index]) == std::string_view::npos) continue;
    context.out.note(fmt::format("word {} of the command line is not UTF-8: \"{}\"", index,
                                 tenure::shown_text(words[index])),
                     tenure::Tone::kBad);
    return tenure::kExitUsage;
  }
  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& problem) {
    context.out.note(told_wrong(problem, app, count, words), tenure::Tone::kBad);
    std::fprintf(stderr, "Run `%s --help` for what can be said.\n", command_path(app).c_str());
    return tenure::kExitUsage;
  }
  std::fflush(stderr);
  if (std::fflush(stdout) != 0 && context.exit_code == tenure::kExitOk) {
    context.out.note("standard output could not be written to its end", tenure::Tone::kBad);
    return tenure::kExitFailure;
  }
  return context.exit_code;
}

}  // namespace

int main(int count, char** words) {
  tune_memory();
  listen_to_signals();
  try {
    const int code = run(count, words);
    // Ending in the usual way would take away, or wait for, what its threads hold.
    if (tenure::kafka_left_behind()) std::_Exit(code);
    return code;
  } catch (const std::exception& problem) {  // memory, or our own mistake
    std::fprintf(stderr, "tenure: ended by an unexpected fault: %s\n", problem.what());
    return tenure::kExitFailure;
  }
}
