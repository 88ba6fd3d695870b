#include "apps/tenure/config_check.h"

#include "apps/tenure/nearest.h"
#include "apps/tenure/output.h"
#include "apps/tenure/text_file.h"
#include "apps/tenure/token_file.h"
#include "connectors/http/dashboard_routes.h"
#include "connectors/http/tls_files.h"
#include "engine/event/mapping.h"
#include "engine/projection/projection_set.h"
#include "engine/reference/profile.h"
#include "projections/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

Result<void> check_projections(const LoadedConfig& loaded, const ProjectionSet& set) {
  std::vector<std::string_view> known;
  for (std::size_t index = 0; index < set.size(); ++index) known.push_back(set.at(index).name);
  for (const std::string& name : loaded.config.projections)
    if (!set.find(name))
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: there is no projection \"{}\"{}; there are {}",
                              loaded.origins.at("projections"), printable(name),
                              did_you_mean(name, known), fmt::join(known, ", ")));
  return ok();
}

}  // namespace

Result<void> check_files(const LoadedConfig& loaded) {
  const Config& config = loaded.config;
  const ProjectionSet set(all_projections());
  TENURE_TRY(check_projections(loaded, set));
  for (const SourceConfig& source : config.sources) {
    if (source.mapping.empty()) continue;
    TENURE_TRY_ASSIGN(const std::string yaml, read_text_file(source.mapping));
    TENURE_TRY(Mapping::load(yaml, source.mapping));
  }
  for (const std::string& file : config.rules) {
    TENURE_TRY_ASSIGN(const std::string yaml, read_text_file(file));
    TENURE_TRY(compile_profile(yaml, file, set.catalog()));
  }
  if (!config.http.tokens.empty()) TENURE_TRY(load_tokens(config.http.tokens));
  if (!config.http.certificate.empty())
    TENURE_TRY(TlsFiles::load(config.http.certificate, config.http.key));
  if (config.http.dashboard.empty()) return ok();
  HttpRoutes unused;
  DashboardOptions dashboard;
  dashboard.folder = config.http.dashboard;
  return add_dashboard_routes(dashboard, unused);
}

}  // namespace tenure
