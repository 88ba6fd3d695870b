#include "apps/tenure/config_check.h"

#include "apps/tenure/output.h"
#include "apps/tenure/text_file.h"
#include "apps/tenure/token_file.h"
#include "connectors/http/dashboard_routes.h"
#include "connectors/http/tls_files.h"
#include "engine/base/nearest.h"
#include "engine/event/mapping.h"
#include "engine/projection/projection_set.h"
#include "engine/reference/profile.h"
#include "projections/registry.h"

#include <fmt/format.h>

#include <filesystem>

namespace tenure {
namespace {

Result<void> check_projections(const Config& config, const ProjectionSet& set) {
  std::vector<std::string_view> known;
  for (std::size_t index = 0; index < set.size(); ++index) known.push_back(set.at(index).name);
  for (const std::string& name : config.projections)
    if (!set.find(name))
      return at_place(
          config, name,
          fail(ErrorCode::kInvalid,
               fmt::format("there is no projection \"{}\"{}; there are {}", printable(name),
                           did_you_mean(name, known), fmt::join(known, ", "))));
  return ok();
}

// What Tenure does not read itself: "probe" and folders of certificates are librdkafka's matter.
Result<void> check_kafka_files(const Config& config) {
  for (const auto& [name, value] : config.kafka.properties) {
    std::error_code ignored;
    if (!names_file(name) || value.empty() || value == "probe" ||
        (name == "ssl.ca.location" && std::filesystem::is_directory(value, ignored)))
      continue;
    TENURE_TRY(check_named_file(config, name, value));
  }
  return ok();
}

Result<void> check_http_files(const Config& config) {
  const Config::Http& http = config.http;
  if (!http.tokens.empty()) {
    TENURE_TRY(check_named_file(config, "token file", http.tokens));
    TENURE_TRY(load_tokens(http.tokens));
  }
  if (!http.certificate.empty()) {
    TENURE_TRY(check_named_file(config, "certificate", http.certificate));
    TENURE_TRY(check_named_file(config, "key", http.key));
    if (const auto read = TlsFiles::load(http.certificate, http.key); !read) {
      const bool key = read.error().message.starts_with(http.key);
      return at_place(config, key ? http.key : http.certificate, read.error());
    }
  }
  if (http.dashboard.empty()) return ok();
  HttpRoutes unused;
  DashboardOptions dashboard;
  dashboard.folder = http.dashboard;
  const auto read = add_dashboard_routes(dashboard, unused);
  return read ? read : at_place(config, http.dashboard, read.error());
}

}  // namespace

Result<void> check_files(const Config& config) {
  const ProjectionSet set(all_projections());
  TENURE_TRY(check_projections(config, set));
  for (const SourceConfig& source : config.sources) {
    if (source.mapping.empty()) continue;
    TENURE_TRY_ASSIGN(const std::string yaml, read_named_file(config, "mapping", source.mapping));
    TENURE_TRY(Mapping::load(yaml, source.mapping));
  }
  for (const std::string& file : config.rules) {
    TENURE_TRY_ASSIGN(const std::string yaml, read_named_file(config, "profile", file));
    TENURE_TRY(compile_profile(yaml, file, set.catalog()));
  }
  TENURE_TRY(check_kafka_files(config));
  return check_http_files(config);
}

}  // namespace tenure
