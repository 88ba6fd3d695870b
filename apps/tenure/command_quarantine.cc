// tenure quarantine list|show: what could not be read, with the reason.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_dir.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/flag_values.h"
#include "tenure/event/v1/event.pb.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

struct ListOptions {
  DataOptions data;
  std::uint64_t from = 1;
  std::uint64_t limit = 100;
};

struct ShowOptions {
  DataOptions data;
  std::uint64_t sequence = 0;
};

constexpr std::uint64_t kValueBytesShown = 4096;

std::string reason_name(event::v1::Quarantine::Reason reason) {
  std::string name = event::v1::Quarantine::Reason_Name(reason);
  constexpr std::string_view kPrefix = "REASON_";
  if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
  for (char& c : name)
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name.empty() ? "unknown" : name;
}

// A quarantined event in full: the log checked its form when it took it, not what a later release
// may have added.
Result<event::v1::Quarantine> read_quarantine(const LoggedEvent& logged) {
  event::v1::Event message;
  if (!message.ParseFromArray(logged.event.bytes.data(),
                              static_cast<int>(logged.event.bytes.size())))
    return fail(ErrorCode::kCorrupt, fmt::format("{} cannot be read; run `tenure log verify`",
                                                 to_string(logged.position)));
  return std::move(*message.mutable_quarantine());
}

boost::json::object entry_json(const LoggedEvent& logged, const event::v1::Quarantine& quarantine) {
  return {{"sequence", logged.position.sequence},
          {"recorded_at", to_string(logged.recorded_at)},
          {"source", logged.event.source},
          {"id", logged.event.id},
          {"reason", reason_name(quarantine.reason())},
          {"message", quarantine.message()},
          {"value_bytes", quarantine.value_bytes()}};
}

int run_list(const ListOptions& options, Context& context) {
  const auto config = config_with_data(options.data, context);
  if (!config) return context.exit_code;
  const auto log = open_log(config->data.dir, DataAccess::kRead);
  if (!log) return context.fail(log.error());
  std::vector<std::vector<std::string>> rows;
  boost::json::array entries;
  Result<void> read = ok();
  const auto scanned = (*log)->scan(kQuarantineShard, options.from, [&](const BlockPtr& block) {
    for (const LoggedEvent& logged : block->events()) {
      if (logged.position.sequence < options.from) continue;
      if (rows.size() == options.limit) return false;
      const auto quarantine = read_quarantine(logged);
      if (!quarantine) {
        read = quarantine.error();
        return false;
      }
      entries.push_back(entry_json(logged, *quarantine));
      rows.push_back({fmt::format("{}", logged.position.sequence), to_string(logged.recorded_at),
                      std::string(logged.event.id), reason_name(quarantine->reason()),
                      quarantine->message()});
    }
    return !context.stopping();
  });
  if (!scanned) return context.fail(scanned.error());
  if (!read) return context.fail(read.error());
  const Sequence total = (*log)->head(kQuarantineShard);
  if (context.out.json) {
    context.out.document(
        boost::json::object{{"total", total}, {"quarantined", std::move(entries)}});
    return kExitOk;
  }
  if (total == 0)
    context.out.line("nothing is quarantined");
  else
    context.out.table({"sequence", "recorded at", "id", "reason", "message"}, rows);
  if (!rows.empty() && options.from + rows.size() <= total)
    context.out.note(
        fmt::format("{} in all; go on with --from {}", grouped(total), options.from + rows.size()));
  return kExitOk;
}

void print_entry(const LoggedEvent& logged, const event::v1::Quarantine& quarantine,
                 const Output& out) {
  std::vector<std::pair<std::string, std::string>> fields = {
      {"position", to_string(logged.position)},     {"recorded at", to_string(logged.recorded_at)},
      {"source", std::string(logged.event.source)}, {"id", std::string(logged.event.id)},
      {"reason", reason_name(quarantine.reason())}, {"message", quarantine.message()},
      {"bytes", grouped(quarantine.value_bytes())}};
  for (const auto& header : quarantine.headers())
    fields.emplace_back("header " + header.name(), header.value());
  if (!quarantine.key().empty()) fields.emplace_back("key", quarantine.key());
  out.fields(fields);
  out.line("");
  out.line(printable(std::string_view(quarantine.value()).substr(0, kValueBytesShown)));
}

int run_show(const ShowOptions& options, Context& context) {
  const auto config = config_with_data(options.data, context);
  if (!config) return context.exit_code;
  const auto log = open_log(config->data.dir, DataAccess::kRead);
  if (!log) return context.fail(log.error());
  const Sequence head = (*log)->head(kQuarantineShard);
  if (options.sequence == 0 || options.sequence > head)
    return context.fail(
        fail(ErrorCode::kNotFound,
             head == 0 ? std::string("nothing is quarantined")
                       : fmt::format("there is no quarantined event {}: they go from 1 to {}; "
                                     "`tenure quarantine list` shows them",
                                     options.sequence, head)));
  const auto block = (*log)->block(kQuarantineShard, options.sequence);
  if (!block) return context.fail(block.error());
  const LoggedEvent& logged = (*block)->events()[options.sequence - (*block)->first()];
  const auto quarantine = read_quarantine(logged);
  if (!quarantine) return context.fail(quarantine.error());
  if (!context.out.json) {
    print_entry(logged, *quarantine, context.out);
    return kExitOk;
  }
  boost::json::object document = entry_json(logged, *quarantine);
  document["value"] = printable(quarantine->value());
  document["key"] = printable(quarantine->key());
  boost::json::array headers;
  for (const auto& header : quarantine->headers())
    headers.push_back(boost::json::object{{"name", printable(header.name())},
                                          {"value", printable(header.value())}});
  document["headers"] = std::move(headers);
  context.out.document(document);
  return kExitOk;
}

}  // namespace

void add_quarantine(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "quarantine", "look at what could not be read");
  CLI::App* list = add_command(*noun, "list", "list quarantined events with their reasons",
                               "  tenure quarantine list --data DIR\n"
                               "  tenure quarantine list --data DIR --from 101 --limit 50 --json");
  auto list_options = std::make_shared<ListOptions>();
  add_data_options(*list, list_options->data);
  list->add_option("--from", list_options->from, "the first sequence to list")
      ->check(number_value(1));
  list->add_option("--limit", list_options->limit, "how many to list")
      ->check(number_value(1, 10000));
  add_json(*list, context);
  list->callback(
      [list_options, &context] { context.exit_code = run_list(*list_options, context); });

  CLI::App* show = add_command(*noun, "show", "show one quarantined event with its bytes",
                               "  tenure quarantine show 17 --data DIR");
  auto show_options = std::make_shared<ShowOptions>();
  show->add_option("SEQUENCE", show_options->sequence, "its number, as listed")
      ->required()
      ->check(number_value(1));
  add_data_options(*show, show_options->data);
  add_json(*show, context);
  show->callback(
      [show_options, &context] { context.exit_code = run_show(*show_options, context); });
}

}  // namespace tenure
