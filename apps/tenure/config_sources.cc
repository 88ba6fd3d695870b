// The parts of the configuration that are lists of sections: sources, and librdkafka's properties.
#include "apps/tenure/config_keys.h"
#include "apps/tenure/output.h"
#include "connectors/kafka/kafka_properties.h"
#include "engine/base/nearest.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tenure {
namespace {

constexpr std::array<std::string_view, 5> kSourceKeys = {"topic", "format", "mapping", "start",
                                                         "may_send_reference"};
constexpr std::array<std::string_view, 3> kFormats = {"cloudevents", "protobuf", "json"};
constexpr std::size_t kTopicBytesMax = 249;  // Kafka's own limit

Result<StartPoint> read_start(const YAML::Node& node, const ConfigPlace& place) {
  TENURE_TRY_ASSIGN(const std::string text, config_text(node, place));
  if (text == "earliest") return StartPoint{StartPoint::Kind::kEarliest, {}};
  if (text == "latest") return StartPoint{StartPoint::Kind::kLatest, {}};
  const auto at = parse_instant(text);
  if (!at)
    return fail(ErrorCode::kInvalid, fmt::format("{}: expected earliest, latest or an instant such "
                                                 "as 2026-01-31T00:00:00Z, found \"{}\"",
                                                 place.at(node.Mark()), printable(text)));
  return StartPoint{StartPoint::Kind::kAt, *at};
}

Result<void> check_topic(const std::string& topic, const std::string& at) {
  const bool good = !topic.empty() && topic.size() <= kTopicBytesMax && topic != "." &&
                    topic != ".." && std::all_of(topic.begin(), topic.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
                    });
  if (good) return ok();
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}: \"{}\" cannot be a Kafka topic: 1 to {} letters, digits, '.', '_' or '-'",
                  at, printable(topic), kTopicBytesMax));
}

Result<SourceConfig> read_source(Config& config, const YAML::Node& node, const ConfigPlace& place) {
  TENURE_TRY(check_map(node, place, "an entry of sources", kSourceKeys));
  SourceConfig source;
  const std::string at = place.at(node.Mark());
  if (!node["topic"])
    return fail(ErrorCode::kInvalid, fmt::format("{}: the source names no topic", at));
  TENURE_TRY_ASSIGN(source.topic, config_text(node["topic"], place));
  TENURE_TRY(check_topic(source.topic, place.at(node["topic"].Mark())));
  if (node["format"]) {
    TENURE_TRY_ASSIGN(const std::size_t format, config_choice(node["format"], place, kFormats));
    source.format = static_cast<RecordFormat>(format);
  }
  if (node["mapping"]) {
    TENURE_TRY_ASSIGN(source.mapping, config_path(config, node["mapping"], place));
  }
  if (node["start"]) {
    TENURE_TRY_ASSIGN(source.start, read_start(node["start"], place));
  }
  if (node["may_send_reference"]) {
    TENURE_TRY_ASSIGN(source.may_send_reference, config_flag(node["may_send_reference"], place));
  }
  const bool needs_mapping = source.format == RecordFormat::kJson;
  if (needs_mapping && source.mapping.empty())
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: format json needs a mapping: add `mapping: file.yaml`", at));
  if (!needs_mapping && !source.mapping.empty())
    return fail(
        ErrorCode::kInvalid,
        fmt::format(
            "{}: a mapping is only for format json; take `mapping` away or say `format: json`",
            at));
  return source;
}

std::string_view start_text(StartPoint::Kind kind) {
  return kind == StartPoint::Kind::kLatest ? "latest" : "earliest";
}

}  // namespace

static_assert(static_cast<int>(RecordFormat::kCloudEvents) == 0 &&
                  static_cast<int>(RecordFormat::kProtobuf) == 1 &&
                  static_cast<int>(RecordFormat::kJson) == 2,
              "kFormats follows RecordFormat");

Result<void> set_sources(Config& config, const YAML::Node& node, const ConfigPlace& place) {
  if (!node.IsSequence())
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: sources must be a list of sections such as \"- topic: orders\"",
                            place.at(node.Mark())));
  config.sources.clear();
  for (const YAML::Node& entry : node) {
    TENURE_TRY_ASSIGN(SourceConfig source, read_source(config, entry, place));
    for (const SourceConfig& other : config.sources)
      if (other.topic == source.topic)
        return fail(ErrorCode::kInvalid,
                    fmt::format("{}: the topic \"{}\" stands in two sources; keep one",
                                place.at(entry.Mark()), source.topic));
    config.sources.push_back(std::move(source));
  }
  return ok();
}

boost::json::value get_sources(const Config& config) {
  boost::json::array list;
  for (const SourceConfig& source : config.sources) {
    boost::json::object entry;
    entry["topic"] = source.topic;
    entry["format"] = kFormats[static_cast<std::size_t>(source.format)];
    if (!source.mapping.empty()) entry["mapping"] = source.mapping;
    entry["start"] = source.start.kind == StartPoint::Kind::kAt
                         ? to_string(source.start.at)
                         : std::string(start_text(source.start.kind));
    entry["may_send_reference"] = source.may_send_reference;
    list.push_back(std::move(entry));
  }
  return list;
}

Result<void> set_properties(Config& config, const YAML::Node& node, const ConfigPlace& place) {
  if (!node.IsMap())
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: kafka.properties must hold librdkafka's names and values",
                            place.at(node.Mark())));
  for (const auto& entry : node) {
    TENURE_TRY_ASSIGN(const std::string name, config_text(entry.first, place));
    TENURE_TRY_ASSIGN(std::string value, config_text(entry.second, place));
    if (const auto taken = check_kafka_property(name, value); !taken)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: {}", place.at(entry.first.Mark()), taken.error().message));
    if (names_file(name)) config.places[value] = place.at(entry.second.Mark());
    config.kafka.properties[name] = std::move(value);
  }
  return ok();
}

boost::json::value get_properties(const Config& config) {
  boost::json::object map;
  for (const auto& [name, value] : config.kafka.properties)
    map[name] = is_secret_property(name) ? std::string("(redacted)") : value;
  return map;
}

bool names_file(std::string_view property) {
  return property.ends_with(".location") || property == "sasl.kerberos.keytab";
}

bool is_secret_property(std::string_view property) {
  // librdkafka's names that hold a secret themselves; those that end in .location name a file.
  for (const std::string_view part :
       {"password", "secret", "key.pem", "oauthbearer.config", "jaas", "token"})
    if (property.find(part) != std::string_view::npos &&
        property.find("token.endpoint") == std::string_view::npos)
      return true;
  return false;
}

}  // namespace tenure
