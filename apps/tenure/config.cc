// Loading: the file, then the environment, then flags; then what must fit together.
#include "apps/tenure/config.h"

#include "apps/tenure/config_keys.h"
#include "apps/tenure/output.h"
#include "apps/tenure/text_file.h"
#include "engine/base/nearest.h"
#include "engine/base/text.h"
#include "engine/base/yaml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace tenure {
namespace {

constexpr std::string_view kPrefix = "TENURE_";
constexpr std::string_view kPropertyPrefix = "kafka.properties.";

const ConfigKey* find_key(std::string_view name) {
  for (const ConfigKey& key : config_key_table())
    if (key.name == name) return &key;
  return nullptr;
}

std::vector<std::string_view> key_names() {
  std::vector<std::string_view> names;
  for (const ConfigKey& key : config_key_table()) names.push_back(key.name);
  return names;
}

// Keys and sections that may stand at the top, or in `section`.
std::vector<std::string_view> names_in(std::string_view section) {
  std::vector<std::string_view> names;
  const std::string before = section.empty() ? "" : std::string(section) + ".";
  for (const ConfigKey& key : config_key_table()) {
    if (!key.name.starts_with(before)) continue;
    const std::string_view rest = key.name.substr(before.size());
    const std::string_view head = rest.substr(0, rest.find('.'));
    if (names.empty() || names.back() != head) names.push_back(head);
  }
  return names;
}

Result<void> set_key(LoadedConfig& loaded, const ConfigKey& key, const YAML::Node& node,
                     const ConfigPlace& place) {
  auto set = key.set(loaded.config, node, place);
  if (!set) return fail(ErrorCode::kInvalid, fmt::format("{} ({})", set.error().message, key.name));
  const YAML::Mark mark = node.Mark();
  loaded.origins[std::string(key.name)] =
      place.has_lines ? fmt::format("{}:{}", place.origin, mark.line + 1) : place.origin;
  return ok();
}

Result<void> load_section(LoadedConfig& loaded, const std::string& section, const YAML::Node& node,
                          const ConfigPlace& place) {
  if (node.IsNull()) return ok();  // "kafka:" with nothing under it
  TENURE_TRY(check_map(node, place, section, names_in(section)));
  for (const auto& entry : node) {
    const std::string name = section + "." + entry.first.Scalar();
    if (const ConfigKey* key = find_key(name)) {
      TENURE_TRY(set_key(loaded, *key, entry.second, place));
    } else {
      TENURE_TRY(load_section(loaded, name, entry.second, place));
    }
  }
  return ok();
}

Result<void> load_file(LoadedConfig& loaded, const std::string& file) {
  TENURE_TRY_ASSIGN(const std::string text, read_text_file(file));
  std::string directory = std::filesystem::path(file).parent_path().string();
  if (!directory.empty()) directory += "/";
  const ConfigPlace place{file, true, directory};
  YAML::Node root;
  TENURE_TRY(parse_config_yaml(text, place, root));
  if (root.IsNull())
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is empty; docs/configuration.md has one to begin with", file));
  TENURE_TRY(check_map(root, place, "the configuration", names_in({})));
  for (const auto& entry : root) {
    const std::string name = entry.first.Scalar();
    if (const ConfigKey* key = find_key(name)) {
      TENURE_TRY(set_key(loaded, *key, entry.second, place));
    } else {
      TENURE_TRY(load_section(loaded, name, entry.second, place));
    }
  }
  return ok();
}

// A value that is one text: from the environment or a flag.
Result<void> set_text(LoadedConfig& loaded, const std::string& name, const std::string& value,
                      const ConfigPlace& place) {
  if (std::string_view(name).starts_with(kPropertyPrefix)) {
    YAML::Node properties;
    properties[name.substr(kPropertyPrefix.size())] = value;
    return set_key(loaded, *find_key("kafka.properties"), properties, place);
  }
  const ConfigKey* key = find_key(name);
  if (key == nullptr)
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: there is no configuration key \"{}\"{}", place.origin,
                            printable(name), did_you_mean(name, key_names())));
  if (key->one_text) return set_key(loaded, *key, YAML::Node(value), place);
  YAML::Node node;
  TENURE_TRY(parse_config_yaml(value, place, node));
  return set_key(loaded, *key, node, place);
}

// TENURE_DATA__DIR -> data.dir; TENURE_KAFKA__PROPERTIES__SASL_PASSWORD ->
// kafka.properties.sasl.password.
std::string key_of_variable(std::string_view variable) {
  std::string name;
  for (const char c : variable.substr(kPrefix.size()))
    name.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  for (auto at = name.find("__"); at != std::string::npos; at = name.find("__", at + 1))
    name.replace(at, 2, ".");
  if (std::string_view(name).starts_with(kPropertyPrefix))
    std::replace(name.begin() + static_cast<std::ptrdiff_t>(kPropertyPrefix.size()), name.end(),
                 '_', '.');
  return name;
}

constexpr std::string_view kFileSuffix = "_FILE";

Result<void> load_variable(LoadedConfig& loaded, const std::string& variable,
                           const std::string& value) {
  const ConfigPlace place{"environment variable " + variable, false, {}};
  const bool from_file = variable.ends_with(kFileSuffix);
  const std::string name = key_of_variable(
      std::string_view(variable).substr(0, variable.size() - (from_file ? kFileSuffix.size() : 0)));
  const bool nested = name.find('.') != std::string::npos;
  // Other programs have variables of this prefix too; but a near miss of ours is a slip of the pen.
  if (!nested && find_key(name) == nullptr && nearest_word(name, key_names()).empty()) return ok();
  if (!from_file) return set_text(loaded, name, value, place);
  auto secret = read_text_file(value);
  if (!secret)
    return fail(ErrorCode::kInvalid, fmt::format("{}: {}", place.origin, secret.error().message));
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  return set_text(loaded, name, *secret, place);
}

Result<void> load_set(LoadedConfig& loaded, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(ErrorCode::kInvalid,
                fmt::format("--set \"{}\": expected section.key=value", printable(text)));
  const std::string name = text.substr(0, equals);
  return set_text(loaded, name, text.substr(equals + 1),
                  ConfigPlace{"--set " + printable(name), false, {}});
}

std::string origin_of(const LoadedConfig& loaded, const std::string& key) {
  const auto found = loaded.origins.find(key);
  return found == loaded.origins.end() ? std::string("the configuration") : found->second;
}

// What no key can check alone.
Result<void> check_together(const LoadedConfig& loaded) {
  const Config& config = loaded.config;
  if (!config.sources.empty() && config.kafka.bootstrap.empty())
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{}: sources are named but no broker: add `kafka: {{bootstrap: host:9092}}`",
                    origin_of(loaded, "sources")));
  if (config.clock == Config::ClockKind::kRecords && config.sources.size() > 1)
    return fail(
        ErrorCode::kInvalid,
        fmt::format(
            "{}: clock: records takes a single topic with a single partition, and there are {} "
            "sources; say `clock: wall` or keep one",
            origin_of(loaded, "clock"), config.sources.size()));
  if (config.checkpoint.restart_bound > config.checkpoint.max_interval)
    return fail(
        ErrorCode::kInvalid,
        fmt::format(
            "{}: checkpoint.restart_bound must not be longer than checkpoint.max_interval ({})",
            origin_of(loaded, "checkpoint.restart_bound"),
            duration_text(config.checkpoint.max_interval)));
  if (config.http.certificate.empty() != config.http.key.empty()) {
    const bool key = config.http.certificate.empty();
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: http.tls.certificate and http.tls.key go together: say both",
                            origin_of(loaded, key ? "http.tls.key" : "http.tls.certificate")));
  }
  const std::string_view listen = config.http.listen;
  const std::string_view host = listen.substr(0, listen.rfind(':'));
  const bool loopback = host == "127.0.0.1" || host == "localhost" || host == "[::1]";
  if (!loopback && (config.http.tokens.empty() || config.http.certificate.empty()))
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: \"{}\" is open to the network: that needs http.tokens, "
                            "http.tls.certificate and http.tls.key; docs/operations.md has the "
                            "commands. Or listen on 127.0.0.1, localhost or [::1]",
                            origin_of(loaded, "http.listen"), listen));
  return ok();
}

}  // namespace

Result<void> parse_config_yaml(const std::string& text, const ConfigPlace& place,
                               YAML::Node& node) {
  if (const std::size_t bad = first_not_utf8(text); bad != std::string::npos) {
    const TextPlace place_of_byte = place_in(text, bad);
    YAML::Mark mark;
    mark.line = static_cast<int>(place_of_byte.line);
    mark.column = static_cast<int>(place_of_byte.column);
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{}: a byte that is not UTF-8 text; save the file as UTF-8", place.at(mark)));
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(with_yaml_end(text));
    if (documents.size() > 2)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: a second document; write one document a file",
                              place.at(documents[1].Mark())));
    node = documents.size() == 2 ? documents.front() : YAML::Node();
    return ok();
  } catch (const YAML::Exception& problem) {
    return not_yaml(problem, text, place);
  }
}

Error not_yaml(const YAML::Exception& problem, std::string_view text, const ConfigPlace& place) {
  const YamlFault fault = yaml_fault(text, problem.mark.line, problem.mark.column, problem.msg);
  YAML::Mark mark = problem.mark;
  mark.line = fault.line;
  mark.column = fault.column;
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: this is not YAML: {}", place.at(mark), fault.what));
}

Result<LoadedConfig> load_config(const ConfigRequest& request) {
  try {
    LoadedConfig loaded;
    loaded.file = request.file;
    if (!request.file.empty()) {
      TENURE_TRY(load_file(loaded, request.file));
    }
    for (const auto& [variable, value] : request.environment)
      if (std::string_view(variable).starts_with(kPrefix)) {
        TENURE_TRY(load_variable(loaded, variable, value));
      }
    for (const std::string& set : request.sets) {
      TENURE_TRY(load_set(loaded, set));
    }
    TENURE_TRY(check_together(loaded));
    return loaded;
  } catch (const YAML::Exception& problem) {
    // A node was asked for in a way that its form does not allow.
    const ConfigPlace place{request.file.empty() ? "the configuration" : request.file, true, {}};
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: a value of another kind than its key takes; docs/configuration.md "
                            "says which",
                            place.at(problem.mark)));
  }
}

}  // namespace tenure
