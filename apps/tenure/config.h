// apps/tenure/config.h
//
// The configuration: one YAML file, overridden by environment variables, overridden by flags. Every
// key stands in docs/configuration.md; a test compares that page with the keys here.
//
// Errors: kInvalid with "file:line:column: what, and what to do", or the variable or flag that is
// wrong.
#pragma once

#include "engine/base/time.h"
#include "engine/event/decoder.h"

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenure {

/// Where a topic is read from when the log knows no offset of it.
struct StartPoint {
  enum class Kind : std::uint8_t { kEarliest, kLatest, kAt } kind = Kind::kEarliest;
  Instant at;  // kAt: the first record stored at this instant or later
};

struct SourceConfig {
  std::string topic;
  RecordFormat format = RecordFormat::kCloudEvents;
  std::string mapping;  // file; for RecordFormat::kJson
  StartPoint start;
  bool may_send_reference = false;  // whether events of types 750 to 799 are taken from it
};

struct Config {
  struct Directory {
    std::string dir;            // required by commands that open a directory
    std::uint16_t shards = 16;  // fixed when the directory is made
    std::string tenant = "default";
  } data;

  enum class ClockKind : std::uint8_t { kWall, kRecords } clock = ClockKind::kWall;
  enum class CatchUp : std::uint8_t { kToldWhenLive, kReview } catch_up = CatchUp::kToldWhenLive;
  std::vector<std::string> projections;  // empty = all

  struct Kafka {
    std::string bootstrap;          // host:port[,host:port]
    std::string cluster = "kafka";  // stands in the names of sources and partitions
    std::string group = "tenure";
    std::string instance;  // group.instance.id; empty = a dynamic member
    Duration session_timeout = std::chrono::seconds(45);
    std::map<std::string, std::string> properties;  // passed to librdkafka
  } kafka;

  std::vector<SourceConfig> sources;
  std::vector<std::string> rules;  // profile files activated at start when their content is new

  struct Http {
    std::string listen = "127.0.0.1:8321";  // host:port; port 0 = any
    std::string dashboard;                  // folder; empty = dashboard/dist beside the binary
    std::string tokens;                     // file; empty = nobody is asked for a token
    std::string certificate;                // PEM file; with `key`; empty = no TLS
    std::string key;
    std::uint32_t connections_max = 512;
    std::uint32_t connections_per_address_max = 64;  // not counted on the loopback interface
    std::uint32_t subscribers_max = 256;
    std::uint32_t requests_per_second_max = 200;  // of one token
  } http;

  std::uint32_t workers = 0;  // 0 = one for each processor

  struct Checkpoint {
    Duration restart_bound = std::chrono::seconds(2);  // what may have to be folded again at start
    Duration max_interval = std::chrono::seconds(60);
  } checkpoint;

  struct Limits {
    std::uint32_t commit_events = 8192;
    Duration commit_wait = std::chrono::milliseconds(1);
    std::uint32_t hot_accounts = 1'000'000;        // of the process, kept as facts in memory
    std::uint64_t log_cache_bytes = 64u << 20;     // decoded blocks for history reads
    std::uint64_t answer_cache_bytes = 64u << 20;  // answers kept to be given again
  } limits;

  // Where a file or projection is named, by its path or name: "tenure.yaml:12:9", "--set rules".
  std::map<std::string, std::string> places;
};

/// A configuration with where each value came from: "default", "file tenure.yaml:3",
/// "TENURE_WORKERS", "--set workers".
struct LoadedConfig {
  Config config;
  std::map<std::string, std::string> origins;  // by key; a key that is not here has its default
  std::string file;                            // empty = none was given
};

struct ConfigRequest {
  std::string file;                                                  // empty = none
  std::span<const std::pair<std::string, std::string>> environment;  // TENURE_... variables
  std::span<const std::string> sets;                                 // "section.key=value"
};

/// Reads and checks a configuration. Relative paths in the file are relative to the file, others to
/// the working directory.
Result<LoadedConfig> load_config(const ConfigRequest& request);

/// One key as documentation and `config print` show it.
struct ConfigKeyInfo {
  std::string_view name;  // "data.shards"
  std::string_view kind;  // "1 to 1024"
  std::string_view meaning;
};
std::vector<ConfigKeyInfo> config_keys();

/// The value of a key with secrets replaced by "(redacted)".
boost::json::value config_value(const Config& config, std::string_view key);

/// True for a librdkafka property whose value is the path of a file.
bool names_file(std::string_view property);

/// True for a librdkafka property that must never be shown.
bool is_secret_property(std::string_view property);

}  // namespace tenure
