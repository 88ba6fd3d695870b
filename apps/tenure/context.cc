#include "apps/tenure/context.h"

#include <fmt/format.h>

#include <array>
#include <pwd.h>
#include <unistd.h>

namespace tenure {

int exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kUnsupported:
    case ErrorCode::kCorrupt: return kExitData;
    case ErrorCode::kNotFound:
    case ErrorCode::kDuplicate: return kExitFailure;
    case ErrorCode::kOverloaded:
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadline:
    case ErrorCode::kBusy: return kExitUnavailable;
    case ErrorCode::kStopping: return kExitInterrupted;
  }
  return kExitFailure;
}

int Context::fail(const Error& error) const {
  out.note(error.message, Tone::kBad);
  return exit_code_of(error);
}

int Context::fail(const Error& error, ExitCode code) const {
  out.note(error.message, Tone::kBad);
  return code;
}

std::string user_name() {
  // Who signed in, be it that they act as somebody else now; without a terminal, whose process it
  // is.
  if (const char* signed_in = getlogin(); signed_in != nullptr) return signed_in;
  std::array<char, 4096> text{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, text.data(), text.size(), &found) != 0 || found == nullptr)
    return fmt::format("uid {}", geteuid());
  return found->pw_name;
}

std::string HelpFormatter::make_description(const CLI::App* command) const {
  const auto found = examples.find(command);
  const std::string about = command->get_description();
  if (found == examples.end()) return about.empty() ? about : about + "\n";
  return fmt::format("{}\n\nExamples:\n{}\n", about, found->second);
}

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& about,
                      const std::string& examples) {
  CLI::App* command = parent.add_subcommand(name, about);
  command->set_help_flag("-h,--help", "show this help and end");
  if (const auto formatter = std::dynamic_pointer_cast<HelpFormatter>(parent.get_formatter()))
    if (!examples.empty()) formatter->examples[command] = examples;
  return command;
}

CLI::App* add_noun(CLI::App& parent, const std::string& name, const std::string& about) {
  CLI::App* noun = add_command(parent, name, about, {});
  noun->require_subcommand(1);
  return noun;
}

void add_json(CLI::App& command, Context& context) {
  command.add_flag("--json", context.out.json, "print one JSON document");
}

}  // namespace tenure
