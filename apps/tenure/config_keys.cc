// The table of keys. docs/configuration.md has a line for each of them.
#include "apps/tenure/config_keys.h"

#include "apps/tenure/output.h"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace tenure {
namespace {

constexpr std::array<std::string_view, 2> kClocks = {"wall", "records"};
constexpr std::array<std::string_view, 2> kCatchUps = {"told_when_live", "review"};

using Json = boost::json::value;
using Node = YAML::Node;
using Place = ConfigPlace;

Json texts_json(const std::vector<std::string>& texts) {
  boost::json::array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

template <class T>
Result<void> store(Result<T> value, auto& target) {
  if (!value) return std::move(value).error();
  target = static_cast<std::remove_reference_t<decltype(target)>>(std::move(*value));
  return ok();
}

Result<void> set_dir(Config& config, const Node& node, const Place& place) {
  TENURE_TRY_ASSIGN(config.data.dir, config_path(config, node, place));
  if (config.data.dir.empty())
    return fail(ErrorCode::kInvalid, fmt::format("{}: an empty path", place.at(node.Mark())));
  return ok();
}

Result<void> set_rules(Config& config, const Node& node, const Place& place) {
  TENURE_TRY_ASSIGN(config.rules, config_texts(node, place));
  for (std::size_t k = 0; k < config.rules.size(); ++k) {
    TENURE_TRY_ASSIGN(config.rules[k], config_path(config, node[k], place));
  }
  return ok();
}

Result<void> set_projections(Config& config, const Node& node, const Place& place) {
  TENURE_TRY_ASSIGN(config.projections, config_texts(node, place));
  std::set<std::string> seen;
  for (std::size_t k = 0; k < config.projections.size(); ++k) {
    const std::string& name = config.projections[k];
    if (!seen.insert(name).second)
      return fail(ErrorCode::kInvalid, fmt::format("{}: \"{}\" stands there twice; keep one",
                                                   place.at(node[k].Mark()), printable(name)));
    config.places[name] = place.at(node[k].Mark());
  }
  return ok();
}

Result<void> set_listen(Config& config, const Node& node, const Place& place) {
  TENURE_TRY_ASSIGN(config.http.listen, config_address(node, place, 0));
  return ok();
}

template <std::string Config::Http::*kField>
Result<void> set_http_file(Config& config, const Node& node, const Place& place) {
  TENURE_TRY_ASSIGN(config.http.*kField, config_path(config, node, place));
  return ok();
}

template <std::uint32_t Config::Http::*kField>
Result<void> set_http_limit(Config& config, const Node& node, const Place& place) {
  return store(config_whole(node, place, 1, 100'000), config.http.*kField);
}

constexpr std::uint64_t kKib = 1024;
using std::chrono::milliseconds;
using std::chrono::seconds;

const ConfigKey kKeys[] = {
    {"data.dir", "path", "the Tenure directory: log and state", true, set_dir,
     [](const Config& c) { return Json(c.data.dir); }},
    {"data.shards", "1 to 1024", "shards of a new directory; fixed when it is made", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_whole(n, p, 1, 1024), c.data.shards);
     },
     [](const Config& c) { return Json(c.data.shards); }},
    {"data.tenant", "text", "the tenant of a new directory", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_line(n, p), c.data.tenant);
     },
     [](const Config& c) { return Json(c.data.tenant); }},
    {"clock", "wall or records",
     "what moves the engine's clock; records only with a single partition", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_choice(n, p, kClocks), c.clock);
     },
     [](const Config& c) { return Json(kClocks[static_cast<std::size_t>(c.clock)]); }},
    {"catch_up", "told_when_live or review", "whether events from behind are reviewed one by one",
     true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_choice(n, p, kCatchUps), c.catch_up);
     },
     [](const Config& c) { return Json(kCatchUps[static_cast<std::size_t>(c.catch_up)]); }},
    {"projections", "list of names", "which projections run; empty = all", false, set_projections,
     [](const Config& c) { return texts_json(c.projections); }},
    {"kafka.bootstrap", "host:port, ...", "where the Kafka cluster is first asked", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_brokers(n, p), c.kafka.bootstrap);
     },
     [](const Config& c) { return Json(c.kafka.bootstrap); }},
    {"kafka.cluster", "text", "the cluster's name in sources and partitions; never change it", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_line(n, p), c.kafka.cluster);
     },
     [](const Config& c) { return Json(c.kafka.cluster); }},
    {"kafka.group", "text", "the consumer group", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_line(n, p), c.kafka.group);
     },
     [](const Config& c) { return Json(c.kafka.group); }},
    {"kafka.instance", "text",
     "the static member's name, kept over restarts; empty = a dynamic one", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_line(n, p), c.kafka.instance);
     },
     [](const Config& c) { return Json(c.kafka.instance); }},
    {"kafka.session_timeout", "6s to 30m", "how long the group waits for a silent member", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_duration(n, p, seconds(6), seconds(1800)), c.kafka.session_timeout);
     },
     [](const Config& c) { return Json(duration_text(c.kafka.session_timeout)); }},
    {"kafka.properties", "names and values",
     "passed to librdkafka, but for those that belong to the engine", false, set_properties,
     get_properties},
    {"sources", "list of sections", "the topics: topic, format, mapping, start, may_send_reference",
     false, set_sources, get_sources},
    {"rules", "list of files", "profiles activated at start when their content is new", false,
     set_rules, [](const Config& c) { return texts_json(c.rules); }},
    {"http.listen", "host:port",
     "where the server answers; off the loopback interface only with TLS and tokens; port 0 = any",
     true, set_listen, [](const Config& c) { return Json(c.http.listen); }},
    {"http.dashboard", "path",
     "the dashboard's built files, read at start; empty = dashboard/dist beside the binary", true,
     set_http_file<&Config::Http::dashboard>,
     [](const Config& c) { return Json(c.http.dashboard); }},
    {"http.tokens", "path", "the file of tokens; empty = nobody is asked for one", true,
     set_http_file<&Config::Http::tokens>, [](const Config& c) { return Json(c.http.tokens); }},
    {"http.tls.certificate", "path",
     "the PEM file of the certificate and its chain; empty = no TLS", true,
     set_http_file<&Config::Http::certificate>,
     [](const Config& c) { return Json(c.http.certificate); }},
    {"http.tls.key", "path", "the PEM file of its key", true, set_http_file<&Config::Http::key>,
     [](const Config& c) { return Json(c.http.key); }},
    {"http.connections_max", "1 to 100000", "connections open at once", true,
     set_http_limit<&Config::Http::connections_max>,
     [](const Config& c) { return Json(c.http.connections_max); }},
    {"http.connections_per_address_max", "1 to 100000",
     "of them from one address; not counted on the loopback interface", true,
     set_http_limit<&Config::Http::connections_per_address_max>,
     [](const Config& c) { return Json(c.http.connections_per_address_max); }},
    {"http.subscribers_max", "1 to 100000", "answers that go on, open at once", true,
     set_http_limit<&Config::Http::subscribers_max>,
     [](const Config& c) { return Json(c.http.subscribers_max); }},
    {"http.requests_per_second_max", "1 to 100000", "requests with one token", true,
     set_http_limit<&Config::Http::requests_per_second_max>,
     [](const Config& c) { return Json(c.http.requests_per_second_max); }},
    {"workers", "0 to 256", "threads that own shards; 0 = one for each processor", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_whole(n, p, 0, 256), c.workers);
     },
     [](const Config& c) { return Json(c.workers); }},
    {"checkpoint.restart_bound", "100ms to 10m", "what may have to be folded again at start", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_duration(n, p, milliseconds(100), seconds(600)),
                    c.checkpoint.restart_bound);
     },
     [](const Config& c) { return Json(duration_text(c.checkpoint.restart_bound)); }},
    {"checkpoint.max_interval", "1s to 1h", "the longest time between two checkpoints", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_duration(n, p, seconds(1), seconds(3600)), c.checkpoint.max_interval);
     },
     [](const Config& c) { return Json(duration_text(c.checkpoint.max_interval)); }},
    {"limits.commit_events", "1 to 65536", "events of one synced commit at most", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_whole(n, p, 1, 65536), c.limits.commit_events);
     },
     [](const Config& c) { return Json(c.limits.commit_events); }},
    {"limits.commit_wait", "0ms to 1s", "how long a commit waits for more events, once it has one",
     true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_duration(n, p, milliseconds(0), seconds(1)), c.limits.commit_wait);
     },
     [](const Config& c) { return Json(duration_text(c.limits.commit_wait)); }},
    {"limits.hot_accounts", "1000 to 100000000", "accounts of the process kept as facts in memory",
     true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_whole(n, p, 1000, 100'000'000), c.limits.hot_accounts);
     },
     [](const Config& c) { return Json(c.limits.hot_accounts); }},
    {"limits.log_cache_bytes", "1MiB to 64GiB", "decoded blocks of the log kept for history reads",
     true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_bytes(n, p, kKib * kKib, 64 * kKib * kKib * kKib),
                    c.limits.log_cache_bytes);
     },
     [](const Config& c) { return Json(c.limits.log_cache_bytes); }},
    {"limits.answer_cache_bytes", "0 to 64GiB",
     "answers about accounts kept to be given again while nothing of them moved", true,
     [](Config& c, const Node& n, const Place& p) {
       return store(config_bytes(n, p, 0, 64 * kKib * kKib * kKib), c.limits.answer_cache_bytes);
     },
     [](const Config& c) { return Json(c.limits.answer_cache_bytes); }},
};

}  // namespace

std::span<const ConfigKey> config_key_table() { return kKeys; }

std::vector<ConfigKeyInfo> config_keys() {
  std::vector<ConfigKeyInfo> keys;
  for (const ConfigKey& key : kKeys) keys.push_back({key.name, key.kind, key.meaning});
  return keys;
}

boost::json::value config_value(const Config& config, std::string_view key) {
  for (const ConfigKey& entry : kKeys)
    if (entry.name == key) return entry.get(config);
  return nullptr;
}

}  // namespace tenure
