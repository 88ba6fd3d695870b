// tenure account, tenure digest: what the projections know.
#include "apps/tenure/as_of_options.h"
#include "apps/tenure/commands.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/flag_values.h"
#include "apps/tenure/open_engine.h"
#include "apps/tenure/server_client.h"
#include "tenure/api/v1/account.pb.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

struct AccountOptions {
  DataOptions data;
  AsOfOptions as_of;
  std::string server;
  std::string account;
};

std::string milli_text(std::int64_t milli, std::string_view unit) {
  if (unit == "instant") return to_string(Instant{milli * 1000});
  if (unit == "share") return fmt::format("{} %", milli / 10);
  if (unit == "flag") return milli != 0 ? "yes" : "no";
  const std::string whole = fmt::format("{}", milli / 1000);
  return milli % 1000 == 0 ? whole : fmt::format("{}.{:03}", whole, std::abs(milli % 1000));
}

Result<msg::GetAccountResponse> ask_running(const AccountOptions& options) {
  msg::GetAccountRequest request;
  request.set_account(options.account);
  request.set_at(options.as_of.at);
  request.set_sense(options.as_of.as == "was" ? msg::AS_OF_SENSE_WAS : msg::AS_OF_SENSE_KNOWN);
  msg::GetAccountResponse response;
  TENURE_TRY(
      ask_server(options.server, "tenure.api.v1.AccountService/GetAccount", request, response));
  return response;
}

Result<msg::GetAccountResponse> ask_directory(const AccountOptions& options, const Config& config,
                                              const Context& context) {
  TENURE_TRY_ASSIGN(const std::optional<AsOf> asked, as_of(options.as_of));
  TENURE_TRY_ASSIGN(const OpenEngine open, open_to_read(config));
  const std::optional<AsOf> at = at_most_the_log(asked, open.engine->log(), context);
  msg::GetAccountResponse response;
  TENURE_TRY(Queries(*open.engine).account(AccountId(options.account), at, response));
  return response;
}

void print_account(const msg::GetAccountResponse& account, const Output& out) {
  const msg::AccountProfile& profile = account.profile();
  out.fields({{"account", account.account()},
              {"name", account.name()},
              {"tier", profile.tier()},
              {"sector", profile.sector()},
              {"owner", profile.owner()},
              {"profile", profile.profile()},
              {"health", account.health().has_score_milli()
                             ? milli_text(account.health().score_milli(), "count")
                             : "not known"},
              {"events", grouped(account.events())},
              {"as of", account.freshness().as_of()},
              {"complete", account.freshness().complete() ? "yes" : "no"}});
  std::vector<std::vector<std::string>> parts;
  for (const msg::Contribution& part : account.health().contributions())
    parts.push_back({part.signal(), fmt::format("{}", part.weight()),
                     part.missing() ? "missing" : milli_text(part.share_milli(), "count")});
  out.line("");
  if (!parts.empty()) out.table({"health from", "weight", "points"}, parts);
  std::vector<std::vector<std::string>> signals;
  for (const msg::Signal& signal : account.signals())
    signals.push_back(
        {signal.name(), signal.subject(),
         signal.has_milli() ? milli_text(signal.milli(), signal.unit()) : "not known"});
  out.line("");
  out.table({"signal", "of", "value"}, signals);
  if (account.alerts().empty()) return;
  out.line("");
  for (const msg::Alert& alert : account.alerts()) {
    out.line(fmt::format("{}  {}  since {}: {}", alert.severity(), alert.rule(), alert.raised_at(),
                         alert.sentence()));
    for (const msg::Evidence& cause : alert.evidence())
      out.line(fmt::format("    {}  {}", cause.occurred_at(), cause.sentence()));
  }
}

int run_account(const AccountOptions& options, Context& context) {
  Result<msg::GetAccountResponse> answer = msg::GetAccountResponse();
  if (!options.server.empty()) {
    answer = ask_running(options);
    if (answer) note_earlier_answer(options.as_of, answer->freshness().as_of(), context);
  } else {
    const auto config = config_with_data(options.data, context);
    if (!config) return context.exit_code;
    answer = ask_directory(options, *config, context);
  }
  if (!answer) return context.fail(answer.error());
  if (context.out.json)
    context.out.document(boost::json::parse(to_json(*answer)));
  else
    print_account(*answer, context.out);
  return kExitOk;
}

int run_digest(const AccountOptions& options, Context& context) {
  const auto config = config_with_data(options.data, context);
  if (!config) return context.exit_code;
  const auto at = as_of(options.as_of);
  if (!at) return context.fail(at.error(), kExitUsage);
  const auto open = open_to_read(*config);
  if (!open) return context.fail(open.error());
  const auto digest =
      Queries(*open->engine).digest(at_most_the_log(*at, open->engine->log(), context));
  if (!digest) return context.fail(digest.error());
  if (context.out.json)
    context.out.document(boost::json::object{
        {"digest", digest->hash}, {"accounts", digest->accounts}, {"events", digest->events}});
  else
    context.out.fields({{"digest", digest->hash},
                        {"accounts", grouped(digest->accounts)},
                        {"events", grouped(digest->events)}});
  return kExitOk;
}

}  // namespace

void add_account(CLI::App& app, Context& context) {
  CLI::App* command = add_command(
      app, "account", "show one account: facts, signals, health with its parts, open alerts",
      "  tenure account acc-7 --data ./data\n"
      "  tenure account acc-7 --server http://127.0.0.1:8321 --json\n"
      "  tenure account acc-7 --data ./data --at 2026-03-01T00:00Z --as was");
  auto options = std::make_shared<AccountOptions>();
  command->add_option("ACCOUNT", options->account, "the account's id")
      ->required()
      ->check(some_text());
  add_data_options(*command, options->data);
  add_server_option(*command, options->server, "ask a running server instead of a directory");
  add_as_of_options(*command, options->as_of);
  add_json(*command, context);
  command->callback([options, &context] { context.exit_code = run_account(*options, context); });
}

void add_digest(CLI::App& app, Context& context) {
  CLI::App* command =
      add_command(app, "digest", "a hash over every account's facts: equal facts, equal hash",
                  "  tenure digest --data ./data\n"
                  "  tenure digest --data ./data --at 2013-01-01T00:00:00Z --as was --json");
  auto options = std::make_shared<AccountOptions>();
  add_data_options(*command, options->data);
  add_as_of_options(*command, options->as_of);
  add_json(*command, context);
  command->callback([options, &context] { context.exit_code = run_digest(*options, context); });
}

}  // namespace tenure
