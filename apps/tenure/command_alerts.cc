// tenure alerts list|ack|snooze|assign|clear|judge: what was told, and acts on it.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/flag_values.h"
#include "apps/tenure/money_text.h"
#include "apps/tenure/open_engine.h"
#include "apps/tenure/server_client.h"
#include "engine/base/clock.h"
#include "engine/base/hash.h"
#include "engine/query/acts.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/alert.pb.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

struct AlertOptions {
  DataOptions data;
  std::string server;
  std::string states;
  std::string account;
  bool evidence = false;
  int limit = 100;
  msg::ActRequest act;
};

msg::ListAlertsRequest list_request(const AlertOptions& options) {
  msg::ListAlertsRequest request;
  request.set_account(options.account);
  request.set_page_size(options.limit);
  std::string state;
  for (const char c : options.states + ",") {
    if (c != ',') {
      state.push_back(c);
    } else if (!state.empty()) {
      request.add_states(state);
      state.clear();
    }
  }
  return request;
}

std::string value_text(const msg::Alert& alert) {
  return alert.has_value_milli() ? whole_units(alert.value_milli(), 1000) : "not known";
}

void print_alerts(const msg::ListAlertsResponse& list, const AlertOptions& options,
                  const Output& out) {
  for (const msg::Alert& alert : list.alerts()) {
    const Tone tone =
        alert.severity() == "critical" || alert.severity() == "high" ? Tone::kBad : Tone::kWarning;
    out.line(fmt::format(
        "{}  {}  {}  {}  ARR {}", out.toned(fmt::format("{:8}", alert.severity()), tone),
        alert.raised_at().substr(0, 16), alert.state(),
        printable(alert.name().empty() ? alert.account() : alert.name()), value_text(alert)));
    out.line(fmt::format("          {}", printable(alert.sentence())));
    if (!options.evidence) continue;
    for (const msg::Evidence& cause : alert.evidence())
      out.line(fmt::format("            {}  {}  ({} {})", cause.occurred_at(),
                           printable(cause.sentence()), printable(cause.source()),
                           printable(cause.id())));
  }
  out.note(fmt::format("{} of {} alerts", list.alerts_size(), list.total()));
}

int run_list(const AlertOptions& options, Context& context) {
  Result<msg::ListAlertsResponse> list = msg::ListAlertsResponse();
  if (!options.server.empty()) {
    if (const auto asked = ask_server(options.server, "tenure.api.v1.AlertService/ListAlerts",
                                      list_request(options), *list);
        !asked)
      list = asked.error();
  } else {
    const auto config = config_with_data(options.data, context);
    if (!config) return context.exit_code;
    const auto open = open_to_read(*config);
    if (!open) return context.fail(open.error());
    if (const auto read = Queries(*open->engine).alerts(list_request(options), *list); !read)
      return context.fail(read.error());
  }
  if (!list) return context.fail(list.error());
  if (context.out.json)
    context.out.document(boost::json::parse(to_json(*list)));
  else
    print_alerts(*list, options, context.out);
  return kExitOk;
}

// An act of its own each time: whoever wants a repeat to be one act says --id.
std::string id_of(const msg::ActRequest& request, Instant now) {
  return "cli-" + to_hex(fast_hash128(fmt::format("{}/{}/{}", request.SerializeAsString(), now.us,
                                                  steady_now_us())));
}

// Unlike a directory that is held, an alert that is over does not come back by trying again.
Error over_for_good(const Error& error) {
  return fail(error.code == ErrorCode::kBusy ? ErrorCode::kNotFound : error.code, error.message);
}

Result<bool> act_in_directory(const Config& config, const msg::ActRequest& request) {
  TENURE_TRY_ASSIGN(const OpenEngine open,
                    open_to_serve(config, DataAccess::kWrite, true, "alerts"));
  Engine& engine = *open.engine;
  TENURE_TRY(engine.catch_up());
  TENURE_TRY_ASSIGN(const std::string envelope, act_envelope(request, engine.clock().now()));
  TENURE_TRY_ASSIGN(const Event event, read_event(envelope));
  TENURE_TRY_ASSIGN(const bool repeats,
                    repeats_earlier(engine, AccountId(request.account()), event, false));
  if (repeats) return true;
  if (const auto open_still = Queries(engine).check_act(request); !open_still)
    return over_for_good(open_still.error());
  std::vector<Verdict> verdicts;
  TENURE_TRY_ASSIGN(auto blocks,
                    engine.ingestor().append_own("acts", std::span(&envelope, 1), &verdicts));
  TENURE_TRY(engine.drive(std::move(blocks)));
  TENURE_TRY(engine.checkpoint());
  return was_repeated(verdicts);
}

// What is wrong with a request stands on the command line, in the flag of its field.
int wrong_flag(const Error& error, const Context& context) {
  const bool assignee = error.message.starts_with("assignee:");
  return context.fail(
      fail(error.code, "--" + (assignee ? "to" + error.message.substr(8) : error.message)),
      kExitUsage);
}

Result<bool> act_at_server(const std::string& server, const msg::ActRequest& request) {
  msg::ActResponse answer;
  if (const auto asked = ask_server(server, "tenure.api.v1.AlertService/Act", request, answer);
      !asked)
    return over_for_good(asked.error());
  return answer.repeated();
}

int run_act(AlertOptions& options, Context& context) {
  options.act.set_account(options.account);
  if (options.act.actor().empty()) options.act.set_actor(user_name());
  if (options.act.id().empty()) options.act.set_id(id_of(options.act, SystemClock().now()));
  // All but when --until lies and who --to is, which only the directory or the server tells.
  if (const auto readable = act_envelope(options.act, Instant::always()); !readable)
    return wrong_flag(readable.error(), context);
  Result<bool> repeated = false;
  if (!options.server.empty()) {
    repeated = act_at_server(options.server, options.act);
  } else {
    const auto config = config_with_data(options.data, context);
    if (!config) return context.exit_code;
    repeated = act_in_directory(*config, options.act);
  }
  if (!repeated) {
    const Error& error = repeated.error();
    if (error.code == ErrorCode::kInvalid &&
        (error.message.starts_with("until:") || error.message.starts_with("assignee:")))
      return wrong_flag(error, context);
    return context.fail(error);
  }
  if (context.out.json)
    context.out.document(boost::json::object{{"id", options.act.id()}, {"repeated", *repeated}});
  else
    context.out.line(*repeated ? "it was done already; nothing changed" : "done");
  return kExitOk;
}

void add_where(CLI::App& command, AlertOptions& options) {
  add_data_options(command, options.data);
  add_server_option(command, options.server, "a running server instead of a directory");
}

void add_act(CLI::App& noun, Context& context, const std::string& name, const std::string& act,
             const std::string& about, const std::string& example,
             const std::function<void(CLI::App&, AlertOptions&)>& more) {
  CLI::App* command = add_command(noun, name, about, example);
  auto options = std::make_shared<AlertOptions>();
  options->act.set_act(act);
  command->add_option("ACCOUNT", options->account, "the account")->required()->check(some_text());
  command->add_option("RULE", *options->act.mutable_rule(), "the alert's rule")
      ->required()
      ->check(some_text());
  command->add_option("--subject", *options->act.mutable_subject(),
                      "the complaint, contract or invoice it is about");
  command->add_option("--reason", *options->act.mutable_reason(), "why");
  command->add_option("--actor", *options->act.mutable_actor(), "who acts; you, when not said");
  command->add_option("--id", *options->act.mutable_id(),
                      "the act's own id: repeating it is one act");
  if (more) more(*command, *options);
  add_where(*command, *options);
  add_json(*command, context);
  command->callback([options, &context] { context.exit_code = run_act(*options, context); });
}

}  // namespace

void add_alerts(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "alerts", "what was told, and acts on it");
  auto options = std::make_shared<AlertOptions>();
  const auto list_options = [options](CLI::App& command) {
    command
        .add_option("--state", options->states,
                    "open, acknowledged, snoozed, cleared; several with commas")
        ->check(words_value({"open", "acknowledged", "snoozed", "cleared"}))
        ->type_name("STATES");
    command.add_option("--account", options->account, "only this account");
    command.add_option("--limit", options->limit, "at most so many")->check(number_value(1, 1000));
    command.add_flag("--evidence", options->evidence, "show the events behind each");
    add_where(command, *options);
  };
  CLI::App* list = add_command(
      *noun, "list", "list alerts, the worst first",
      "  tenure alerts list --data ./data --evidence\n"
      "  tenure alerts list --server http://127.0.0.1:8321 --state open,cleared --json");
  list_options(*list);
  add_json(*list, context);
  list->callback([options, &context] { context.exit_code = run_list(*options, context); });
  // `tenure alerts --data DIR` alone lists, for scripts.
  list_options(*noun);
  add_json(*noun, context);
  noun->require_subcommand(0, 1);
  noun->callback([options, noun, &context] {
    if (noun->get_subcommands().empty()) context.exit_code = run_list(*options, context);
  });
  add_act(*noun, context, "ack", "acknowledge", "say that an alert was seen and is taken care of",
          "  tenure alerts ack acc-7 silence --data ./data", {});
  add_act(*noun, context, "clear", "clear", "clear an alert by hand, with a reason",
          "  tenure alerts clear acc-7 silence --reason 'met them at the fair' --data ./data", {});
  add_act(*noun, context, "snooze", "snooze", "keep an alert quiet for a while",
          "  tenure alerts snooze acc-7 silence --until 2026-12-01T08:00Z --data ./data",
          [](CLI::App& command, AlertOptions& act) {
            command
                .add_option("--until", *act.act.mutable_until(), "until when (RFC 3339, or a date)")
                ->required()
                ->transform(instant_value())
                ->type_name("INSTANT");
          });
  add_act(*noun, context, "assign", "assign", "give an alert to somebody",
          "  tenure alerts assign acc-7 silence --to anna.koenig --data ./data",
          [](CLI::App& command, AlertOptions& act) {
            command.add_option("--to", *act.act.mutable_assignee(), "to whom")
                ->required()
                ->check(some_text());
          });
  add_act(*noun, context, "judge", "judge", "say whether an alert was right",
          "  tenure alerts judge acc-7 silence --verdict false --data ./data",
          [](CLI::App& command, AlertOptions& act) {
            command
                .add_option("--verdict", *act.act.mutable_verdict(), "true, false or 'too late'")
                ->required()
                ->check(word_value({"true", "false", "too late"}));
          });
}

}  // namespace tenure
