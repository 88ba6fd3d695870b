// tenure token new, tenure audit verify
#include "apps/tenure/commands.h"
#include "apps/tenure/token_file.h"
#include "connectors/http/audit_log.h"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace tenure {
namespace {

struct TokenOptions {
  std::string role;
  std::string name;
  std::string id;
  std::string file;
};

Result<void> add_line(const std::string& file, const std::string& line) {
  std::error_code ignored;
  const bool is_new = !std::filesystem::exists(file, ignored);
  if (!is_new) {
    TENURE_TRY(load_tokens(file));
  }
  const std::string text = (is_new ? "tokens:\n" : "") + line;
  const int out = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const bool written =
      out >= 0 && ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(out) == 0;
  const int problem = errno;
  if (out >= 0) ::close(out);
  if (written) {
    TENURE_TRY(load_tokens(file));
    return ok();
  }
  return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", file, std::strerror(problem)));
}

int run_new(const TokenOptions& options, Context& context) {
  AccessToken token;
  token.id = options.id.empty() ? make_token_id() : options.id;
  token.name = options.name;
  token.role = *role_of(options.role);
  const std::string text = make_token(token.id);
  token.hash = sha256(text);
  const std::string line = token_line(token);
  if (!options.file.empty())
    if (const auto added = add_line(options.file, line); !added) return context.fail(added.error());
  if (context.out.json) {
    context.out.document(boost::json::object{{"token", text}, {"line", line}});
    return kExitOk;
  }
  context.out.line(text);
  if (options.file.empty()) {
    context.out.note(
        "The line for the file of http.tokens, under `tokens:`; the token above is "
        "not kept anywhere:");
    context.out.line(line.substr(0, line.size() - 1));
  } else {
    context.out.note("added to " + options.file + "; the token is not kept anywhere else");
  }
  return kExitOk;
}

int run_verify(const std::string& directory, Context& context) {
  const auto summary = verify_audit(directory);
  if (!summary) return context.fail(summary.error());
  if (context.out.json)
    context.out.document(boost::json::object{
        {"lines", summary->lines}, {"files", summary->files}, {"last", summary->last}});
  else
    context.out.line(fmt::format("the audit holds: {} lines in {} files; the last one's SHA-256 {}",
                                 summary->lines, summary->files, summary->last));
  return kExitOk;
}

CLI::Validator rule(Result<void> (*check)(const std::string&)) {
  return CLI::Validator(
      [check](std::string& text) {
        const auto good = check(text);
        return good ? std::string() : good.error().message;
      },
      {}, {});
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "token", "make tokens for a server that asks for them");
  CLI::App* command =
      add_command(*noun, "new", "make a token; it is shown this once",
                  "  tenure token new --role manager --name \"Ana Prado\" --add-to tokens.yaml\n"
                  "  tenure token new --role operator --name ops");
  auto options = std::make_shared<TokenOptions>();
  command->add_option("--role", options->role, "what its holder may do")
      ->required()
      ->check(CLI::IsMember({"reader", "manager", "director", "operator", "publisher"}));
  command->add_option("--name", options->name, "who holds it: the actor of what is done with it")
      ->required()
      ->check(rule(check_token_name));
  command->add_option("--id", options->id, "its id in the file; made when not given")
      ->check(rule(check_token_id));
  command->add_option("--add-to", options->file, "the token file to add its line to")
      ->type_name("FILE");
  add_json(*command, context);
  command->callback([options, &context] { context.exit_code = run_new(*options, context); });
}

void add_audit(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "audit", "the list of who did what through the server");
  CLI::App* command = add_command(*noun, "verify", "check its chain, and name the first fault",
                                  "  tenure audit verify --data ./data");
  auto directory = std::make_shared<std::string>();
  command->add_option("--data", *directory, "the Tenure directory")->required()->type_name("DIR");
  add_json(*command, context);
  command->callback([directory, &context] { context.exit_code = run_verify(*directory, context); });
}

}  // namespace tenure
