// tenure log stat|verify|dump
#include "apps/tenure/commands.h"
#include "apps/tenure/data_dir.h"
#include "apps/tenure/data_options.h"
#include "apps/tenure/flag_values.h"
#include "engine/base/text.h"
#include "engine/event/render.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <unordered_set>

namespace tenure {
namespace {

struct DumpOptions {
  DataOptions data;
  std::string account;
  std::string stream;  // "3", "reference", "quarantine"; empty = all
  std::uint64_t from = 1;
};

// A shard at a time: an account lives in one shard, so only one shard's names are held at once.
Result<std::uint64_t> count_accounts(const EventLog& log, const Context& context) {
  std::uint64_t accounts = 0;
  for (std::uint16_t shard = 0; shard < log.shards(); ++shard) {
    std::unordered_set<std::string> names;
    TENURE_TRY(log.scan(ShardId{shard}, 1, [&](const BlockPtr& block) {
      for (const LoggedEvent& logged : block->events())
        for (const AccountId account : logged.event.accounts)
          if (shard_of(account, log.shards()) == ShardId{shard}) names.insert(account.str());
      return !context.stopping();
    }));
    accounts += names.size();
  }
  if (context.stopping()) return fail(ErrorCode::kStopping, "interrupted");
  return accounts;
}

boost::json::object stat_json(const LogStat& stat, std::uint64_t accounts) {
  boost::json::object offsets;
  for (const auto& [partition, offset] : stat.offsets)
    offsets[partition] = boost::json::object{{"next", offset.next}, {"extra", offset.extra}};
  boost::json::object heads;
  for (const auto& [shard, head] : stat.heads)
    heads[to_string(Position{ShardId{shard}, head})] = head;
  return {{"events", stat.events},
          {"accounts", accounts},
          {"quarantined", stat.quarantined},
          {"reference", stat.reference},
          {"shards", stat.shards},
          {"offsets", std::move(offsets)},
          {"bytes", stat.bytes},
          {"incarnation", stat.incarnation},
          {"last_recorded_at", stat.events == 0
                                   ? boost::json::value()
                                   : boost::json::value(to_string(stat.last_recorded_at))}};
}

void print_stat(const LogStat& stat, std::uint64_t accounts, const Output& out) {
  out.fields({{"events", grouped(stat.events)},
              {"accounts", grouped(accounts)},
              {"quarantined", grouped(stat.quarantined)},
              {"reference", grouped(stat.reference)},
              {"shards", grouped(stat.shards)},
              {"bytes", bytes_text(stat.bytes)},
              {"incarnation", grouped(stat.incarnation)},
              {"last recorded", stat.events == 0 ? "-" : to_string(stat.last_recorded_at)}});
  if (stat.offsets.empty()) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [partition, offset] : stat.offsets)
    rows.push_back({partition, grouped(static_cast<std::uint64_t>(offset.next))});
  out.line("");
  out.table({"source partition", "next"}, rows);
}

int run_stat(const DataOptions& options, Context& context) {
  const auto config = config_with_data(options, context);
  if (!config) return context.exit_code;
  const auto log = open_log(config->data.dir, DataAccess::kRead);
  if (!log) return context.fail(log.error());
  const auto accounts = count_accounts(**log, context);
  if (!accounts) return context.fail(accounts.error());
  const LogStat stat = (*log)->stat();
  if (context.out.json)
    context.out.document(stat_json(stat, *accounts));
  else
    print_stat(stat, *accounts, context.out);
  return kExitOk;
}

int run_verify(const DataOptions& options, Context& context) {
  const auto config = config_with_data(options, context);
  if (!config) return context.exit_code;
  const auto log = open_log(config->data.dir, DataAccess::kRead);
  Result<void> verified = log ? (*log)->verify() : Result<void>(log.error());
  if (!verified && verified.error().code != ErrorCode::kCorrupt)
    return context.fail(verified.error());
  if (context.out.json) {
    boost::json::object document{{"ok", verified.has_value()}};
    if (!verified) document["fault"] = verified.error().message;
    context.out.document(document);
  } else if (verified) {
    context.out.line(
        fmt::format("{}: good; {} events", config->data.dir, grouped((*log)->stat().events)));
  }
  return verified ? kExitOk : context.fail(verified.error());
}

std::string marks_json(const LoggedEvent& logged) {
  static constexpr std::pair<EventMark, std::string_view> kNames[] = {
      {kMarkConflict, "conflict"},
      {kMarkSuperseded, "superseded"},
      {kMarkBehind, "behind"},
      {kMarkCopy, "copy"},
      {kMarkCorrection, "correction"}};
  std::string list;
  for (const auto& [mark, name] : kNames)
    if (logged.has(mark)) list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", name);
  return list;
}

// One shard's events as JSON lines; with --json as elements of one array.
Result<void> dump_shard(const EventLog& log, ShardId shard, const DumpOptions& options,
                        const Context& context, bool& first) {
  const bool everything = options.account.empty() && options.stream.empty();
  bool written = true;
  TENURE_TRY(log.scan(shard, options.from, [&](const BlockPtr& block) {
    for (const LoggedEvent& logged : block->events()) {
      if (logged.position.sequence < options.from) continue;
      if (everything && logged.has(kMarkCopy)) continue;  // its home shard shows it
      if (!options.account.empty() && !logged.concerns(AccountId(options.account))) continue;
      const std::string_view comma = context.out.json && !first ? "," : "";
      first = false;
      const std::string text = fmt::format(
          "{}{{\"position\":\"{}\",\"recorded_at\":\"{}\",\"marks\":[{}],\"event\":{}}}\n", comma,
          to_string(logged.position), to_string(logged.recorded_at), marks_json(logged),
          render_json(logged.event));
      written = written && std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    }
    return written && !context.stopping();
  }));
  if (!written) return fail(ErrorCode::kUnavailable, "standard output was closed before the end");
  if (context.stopping()) return fail(ErrorCode::kStopping, "interrupted");
  return ok();
}

Result<std::vector<ShardId>> shards_to_dump(const EventLog& log, const DumpOptions& options) {
  if (!options.account.empty())
    return std::vector<ShardId>{shard_of(AccountId(options.account), log.shards())};
  if (options.stream == "reference") return std::vector<ShardId>{kReferenceShard};
  if (options.stream == "quarantine") return std::vector<ShardId>{kQuarantineShard};
  std::vector<ShardId> shards;
  if (!options.stream.empty()) {
    std::uint16_t number = 0;
    const char* end = options.stream.data() + options.stream.size();
    const auto read = std::from_chars(options.stream.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number >= log.shards())
      return fail(
          ErrorCode::kInvalid,
          fmt::format("\"{}\" is no stream of this log: --shard takes 0 to {}, --stream also "
                      "reference and quarantine",
                      options.stream, log.shards() - 1));
    shards.push_back(ShardId{number});
    return shards;
  }
  for (std::uint16_t shard = 0; shard < log.shards(); ++shard) shards.push_back(ShardId{shard});
  shards.push_back(kReferenceShard);
  shards.push_back(kQuarantineShard);
  return shards;
}

int run_dump(const DumpOptions& options, Context& context) {
  if (options.from > 1 && options.stream.empty())
    return context.fail(
        fail(ErrorCode::kInvalid, "--from counts within one shard: say --shard too"), kExitUsage);
  const auto config = config_with_data(options.data, context);
  if (!config) return context.exit_code;
  const auto log = open_log(config->data.dir, DataAccess::kRead);
  if (!log) return context.fail(log.error());
  const auto shards = shards_to_dump(**log, options);
  if (!shards) return context.fail(shards.error(), kExitUsage);
  bool none = true;
  if (context.out.json) context.out.line("[");
  for (const ShardId shard : *shards)
    if (const auto dumped = dump_shard(**log, shard, options, context, none); !dumped)
      return context.fail(dumped.error());
  if (context.out.json) context.out.line("]");
  if (none && !options.account.empty())
    context.out.note(fmt::format("no event of account '{}' is in this log",
                                 printable(shown_text(options.account))),
                     Tone::kWarning);
  return kExitOk;
}

void add_dump(CLI::App& noun, Context& context) {
  CLI::App* dump = add_command(noun, "dump", "print events as JSON lines",
                               "  tenure log dump --data DIR --account acme\n"
                               "  tenure log dump --data DIR --shard 3 --from 1201\n"
                               "  tenure log dump --data DIR --stream quarantine");
  auto options = std::make_shared<DumpOptions>();
  add_data_options(*dump, options->data);
  auto* account = dump->add_option("--account", options->account, "only events of this account");
  dump->add_option("--shard,--stream", options->stream,
                   "only this shard; or reference, or quarantine")
      ->excludes(account);
  dump->add_option("--from", options->from, "the first sequence of that shard to print")
      ->check(number_value(1));
  add_json(*dump, context);
  dump->callback([options, &context] { context.exit_code = run_dump(*options, context); });
}

}  // namespace

void add_log(CLI::App& app, Context& context) {
  CLI::App* noun = add_noun(app, "log", "look at the log of a directory");
  CLI::App* stat = add_command(*noun, "stat", "count events, accounts, shards, offsets and bytes",
                               "  tenure log stat --data DIR --json");
  auto stat_options = std::make_shared<DataOptions>();
  add_data_options(*stat, *stat_options);
  add_json(*stat, context);
  stat->callback(
      [stat_options, &context] { context.exit_code = run_stat(*stat_options, context); });

  CLI::App* verify =
      add_command(*noun, "verify", "check checksums, hash chain, density and offsets",
                  "  tenure log verify --data DIR");
  auto verify_options = std::make_shared<DataOptions>();
  add_data_options(*verify, *verify_options);
  add_json(*verify, context);
  verify->callback(
      [verify_options, &context] { context.exit_code = run_verify(*verify_options, context); });
  add_dump(*noun, context);
}

}  // namespace tenure
