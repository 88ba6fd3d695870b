// tenure quarantine list|show: what could not be read, with the reason.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_dir.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/flag_values.h"
#include "apps/tenure/server_client.h"
#include "engine/query/quarantine.h"
#include "tenure/api/v1/operator.pb.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

struct ListOptions {
  DataOptions data;
  std::string server;
  std::uint64_t from = 1;
  std::uint64_t limit = 100;
};

struct ShowOptions {
  DataOptions data;
  std::string server;
  std::uint64_t sequence = 0;
};

constexpr std::uint64_t kValueBytesShown = 4096;
constexpr std::uint64_t kPage = 1000;  // of ListQuarantine

// Asks page after page, of a server or of the directory's log, until there are `limit`.
template <class Ask>
Result<msg::ListQuarantineResponse> list_all(const ListOptions& options, const Context& context,
                                             Ask ask) {
  msg::ListQuarantineRequest request;
  request.set_from_sequence(options.from);
  msg::ListQuarantineResponse all;
  do {
    const std::uint64_t left = options.limit - static_cast<std::uint64_t>(all.events_size());
    request.set_page_size(static_cast<std::int32_t>(std::min(left, kPage)));
    request.set_page_token(all.next_page_token());
    msg::ListQuarantineResponse page;
    TENURE_TRY(ask(request, page));
    all.set_total(page.total());
    all.set_next_page_token(page.next_page_token());
    for (msg::QuarantinedEvent& event : *page.mutable_events())
      *all.add_events() = std::move(event);
  } while (!all.next_page_token().empty() && !context.stopping() &&
           static_cast<std::uint64_t>(all.events_size()) < options.limit);
  return all;
}

boost::json::object entry_json(const msg::QuarantinedEvent& event) {
  return {{"sequence", event.sequence()},      {"recorded_at", event.recorded_at()},
          {"source", event.source()},          {"id", event.id()},
          {"reason", event.reason()},          {"message", event.message()},
          {"value_bytes", event.value_bytes()}};
}

void print_list(const msg::ListQuarantineResponse& list, const Context& context) {
  if (context.out.json) {
    boost::json::array entries;
    entries.reserve(static_cast<std::size_t>(list.events_size()));
    for (const msg::QuarantinedEvent& event : list.events()) entries.push_back(entry_json(event));
    context.out.document(
        boost::json::object{{"total", list.total()}, {"quarantined", std::move(entries)}});
    return;
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(static_cast<std::size_t>(list.events_size()));
  for (const msg::QuarantinedEvent& event : list.events())
    rows.push_back({fmt::format("{}", event.sequence()), event.recorded_at(), event.id(),
                    event.reason(), event.message()});
  if (list.total() == 0)
    context.out.line("nothing is quarantined");
  else
    context.out.table({"sequence", "recorded at", "id", "reason", "message"}, rows);
  if (!rows.empty() && !list.next_page_token().empty())
    context.out.note(fmt::format("{} in all; go on with --from {}", grouped(list.total()),
                                 list.events(list.events_size() - 1).sequence() + 1));
}

int run_list(const ListOptions& options, Context& context) {
  Result<msg::ListQuarantineResponse> list = msg::ListQuarantineResponse();
  if (!options.server.empty()) {
    list = list_all(options, context, [&](const auto& request, auto& page) {
      return ask_server(options.server, "tenure.api.v1.OperatorService/ListQuarantine", request,
                        page);
    });
  } else {
    const auto config = config_with_data(options.data, context);
    if (!config) return context.exit_code;
    const auto log = open_log(config->data.dir, DataAccess::kRead);
    if (!log) return context.fail(log.error());
    list = list_all(options, context, [&](const auto& request, auto& page) {
      return list_quarantine(**log, request, page);
    });
  }
  if (!list) return context.fail(list.error());
  print_list(*list, context);
  return kExitOk;
}

void print_one(const msg::GetQuarantinedResponse& one, const Context& context) {
  const msg::QuarantinedEvent& event = one.event();
  if (context.out.json) {
    boost::json::object document = entry_json(event);
    document["value"] = printable(one.value());
    document["key"] = printable(one.key());
    boost::json::array headers;
    headers.reserve(static_cast<std::size_t>(one.headers_size()));
    for (const auto& header : one.headers())
      headers.push_back(boost::json::object{{"name", printable(header.name())},
                                            {"value", printable(header.value())}});
    document["headers"] = std::move(headers);
    context.out.document(document);
    return;
  }
  std::vector<std::pair<std::string, std::string>> fields = {
      {"position", fmt::format("quarantine/{}", event.sequence())},
      {"recorded at", event.recorded_at()},
      {"source", event.source()},
      {"id", event.id()},
      {"reason", event.reason()},
      {"message", event.message()},
      {"bytes", grouped(event.value_bytes())}};
  for (const auto& header : one.headers())
    fields.emplace_back("header " + header.name(), header.value());
  if (!one.key().empty()) fields.emplace_back("key", one.key());
  context.out.fields(fields);
  context.out.line("");
  context.out.line(printable(std::string_view(one.value()).substr(0, kValueBytesShown)));
}

int run_show(const ShowOptions& options, Context& context) {
  msg::GetQuarantinedRequest request;
  request.set_sequence(options.sequence);
  msg::GetQuarantinedResponse one;
  if (!options.server.empty()) {
    if (const auto asked = ask_server(options.server,
                                      "tenure.api.v1.OperatorService/GetQuarantined", request, one);
        !asked)
      return context.fail(asked.error());
  } else {
    const auto config = config_with_data(options.data, context);
    if (!config) return context.exit_code;
    const auto log = open_log(config->data.dir, DataAccess::kRead);
    if (!log) return context.fail(log.error());
    if (const auto read = get_quarantined(**log, request, one); !read)
      return context.fail(read.error());
  }
  print_one(one, context);
  return kExitOk;
}

constexpr const char* kServer = "a running server instead of a directory";

}  // namespace

void add_quarantine(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "quarantine", "look at what could not be read");
  CLI::App* list = add_command(*noun, "list", "list quarantined events with their reasons",
                               "  tenure quarantine list --data DIR\n"
                               "  tenure quarantine list --server http://127.0.0.1:8471\n"
                               "  tenure quarantine list --data DIR --from 101 --limit 50 --json");
  auto list_options = std::make_shared<ListOptions>();
  add_data_options(*list, list_options->data);
  add_server_option(*list, list_options->server, kServer);
  list->add_option("--from", list_options->from, "the first sequence to list")
      ->check(number_value(1));
  list->add_option("--limit", list_options->limit, "how many to list")
      ->check(number_value(1, 10000));
  add_json(*list, context);
  list->callback(
      [list_options, &context] { context.exit_code = run_list(*list_options, context); });

  CLI::App* show = add_command(*noun, "show", "show one quarantined event with its bytes",
                               "  tenure quarantine show 17 --data DIR\n"
                               "  tenure quarantine show 17 --server http://127.0.0.1:8321");
  auto show_options = std::make_shared<ShowOptions>();
  show->add_option("SEQUENCE", show_options->sequence, "its number, as listed")
      ->required()
      ->check(number_value(1));
  add_data_options(*show, show_options->data);
  add_server_option(*show, show_options->server, kServer);
  add_json(*show, context);
  show->callback(
      [show_options, &context] { context.exit_code = run_show(*show_options, context); });
}

}  // namespace tenure
