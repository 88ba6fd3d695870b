// tenure import: a file into the log.
#include "apps/tenure/commands.h"
#include "apps/tenure/data_dir.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/defaults.h"
#include "apps/tenure/flag_values.h"
#include "apps/tenure/progress.h"
#include "apps/tenure/text_file.h"
#include "connectors/file/importer.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

struct ImportOptions {
  DataOptions data;
  std::string file;
  std::string mapping;
  std::uint16_t shards = 0;  // 0 = as configured
};

constexpr std::size_t kReasonsShown = 10;

boost::json::object list_json(const RowList& list) {
  boost::json::array lines;
  for (const std::uint64_t line : list.lines) lines.emplace_back(line);
  return {{"total", list.total}, {"first_lines", std::move(lines)}};
}

boost::json::object report_json(const ImportReport& report) {
  boost::json::array reasons;
  for (std::size_t k = 0; k < report.reasons.size(); ++k)
    reasons.push_back(
        boost::json::object{{"line", report.quarantined.lines[k]}, {"reason", report.reasons[k]}});
  return {{"accepted", report.accepted},
          {"repeated", report.repeated.total},
          {"conflicts", report.conflicts.total},
          {"quarantined", report.quarantined.total},
          {"skipped", report.skipped.total},
          {"rows", report.rows},
          {"accounts", report.accounts},
          {"dated", report.dated},
          {"partition", report.partition},
          {"lines", boost::json::object{{"repeated", list_json(report.repeated)},
                                        {"conflicts", list_json(report.conflicts)},
                                        {"quarantined", list_json(report.quarantined)},
                                        {"skipped", list_json(report.skipped)}}},
          {"reasons", std::move(reasons)}};
}

std::string first_lines(const RowList& list) {
  constexpr std::size_t kShown = 8;
  if (list.lines.empty()) return {};
  std::string text = "  line";
  for (std::size_t k = 0; k < std::min(kShown, list.lines.size()); ++k)
    text += fmt::format("{} {}", k == 0 ? "" : ",", list.lines[k]);
  return text + (list.total > kShown ? ", ..." : "");
}

void print_report(const ImportReport& report, const Output& out) {
  out.fields({{"rows", grouped(report.rows)},
              {"accepted", grouped(report.accepted)},
              {"repeated", grouped(report.repeated.total) + first_lines(report.repeated)},
              {"conflicts", grouped(report.conflicts.total) + first_lines(report.conflicts)},
              {"quarantined", grouped(report.quarantined.total) + first_lines(report.quarantined)},
              {"skipped", grouped(report.skipped.total) + first_lines(report.skipped)},
              {"accounts", grouped(report.accounts)}});
}

// A few reasons on standard error, so that a wrong mapping is seen at once.
void note_quarantine(const ImportReport& report, const ImportOptions& options, const Output& out) {
  if (report.rows == 0) out.note(options.file + ": has no rows", Tone::kWarning);
  if (report.quarantined.total == 0) return;
  for (std::size_t k = 0; k < std::min(kReasonsShown, report.reasons.size()); ++k)
    out.note(fmt::format("{}:{}: {}", options.file, report.quarantined.lines[k], report.reasons[k]),
             Tone::kWarning);
  out.note(
      fmt::format("{} rows could not be read and are kept; `tenure quarantine list` shows them",
                  grouped(report.quarantined.total)),
      Tone::kWarning);
}

constexpr std::uint64_t kImportCacheBytes = std::uint64_t{1} << 30;

int run_import(const ImportOptions& options, Context& context) {
  const auto config = config_with_data(options.data, context);
  if (!config) return context.exit_code;
  const auto yaml = read_text_file(options.mapping);
  if (!yaml) return context.fail(yaml.error());
  auto mapping = Mapping::load(*yaml, options.mapping);
  if (!mapping) return context.fail(mapping.error());
  // Looked at before the directory is made, so that a slip in the name leaves nothing behind.
  if (const auto readable = RowReader::open(options.file); !readable)
    return context.fail(readable.error());
  LogOptions log_options;
  log_options.shards = options.shards == 0 ? config->data.shards : options.shards;
  log_options.tenant = config->data.tenant;
  // A row that repeats an event is compared with it, wherever in the log it is; an import has the
  // process to itself, so it keeps more than a server would, unless told how much.
  const bool chosen = config->limits.log_cache_bytes != Config::Limits().log_cache_bytes;
  log_options.block_cache_bytes = chosen ? config->limits.log_cache_bytes : kImportCacheBytes;
  const auto log = open_log(config->data.dir, DataAccess::kCreate, log_options);
  if (!log) return context.fail(log.error());
  if (const auto noted = note_holder(config->data.dir, "import"); !noted)
    return context.fail(noted.error());

  const SystemClock clock;
  Result<ImportReport> report = [&] {
    Progress progress(context.out);
    ImportRequest request{options.file, std::move(*mapping), [&](const ImportProgress& at) {
                            const bool reading = at.phase == ImportProgress::Phase::kReading;
                            progress.show(reading ? "reading" : "writing", at.done, at.total,
                                          reading ? at.rows : at.done);
                            return !context.stopping();
                          }};
    return import_file(request, **log, clock);
  }();
  if (!report) return context.fail(report.error());
  // What was imported is old news and told to nobody.
  if (const auto told = mark_reviewed(**log, clock.now()); !told) return context.fail(told.error());
  if (context.out.json)
    context.out.document(report_json(*report));
  else
    print_report(*report, context.out);
  note_quarantine(*report, options, context.out);
  const bool nothing_read = report->rows > 0 && report->quarantined.total == report->rows;
  return nothing_read ? kExitData : kExitOk;
}

}  // namespace

void add_import(CLI::App& app, Context& context) {
  CLI::App* command = add_command(
      app, "import",
      "put the rows of a CSV or NDJSON file (plain or gzip) into the log of a directory",
      "  tenure import tickets.csv.gz --mapping deploy/mappings/helpdesk.yaml --data ./data\n"
      "  tenure import events.ndjson --mapping m.yaml --data ./data --shards 8 --json");
  auto options = std::make_shared<ImportOptions>();
  command->add_option("FILE", options->file, "the file")->required();
  command
      ->add_option("--mapping", options->mapping, "the YAML file that says how rows become events")
      ->required()
      ->type_name("FILE");
  add_data_options(*command, options->data);
  command
      ->add_option("--shards", options->shards, "shards of a new directory (overrides data.shards)")
      ->check(number_value(1, 1024));
  add_json(*command, context);
  command->callback([options, &context] { context.exit_code = run_import(*options, context); });
}

}  // namespace tenure
