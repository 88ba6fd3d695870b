#include "engine/reference/profile.h"

#include "engine/base/hash.h"
#include "engine/reference/internal/profile_compiler.h"

namespace tenure {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kUnspecified: break;
    case Severity::kLow: return "low";
    case Severity::kMedium: return "medium";
    case Severity::kHigh: return "high";
    case Severity::kCritical: return "critical";
  }
  return {};
}

std::optional<Duration> Profile::half_life(SignalId signal) const {
  for (const HealthFactor& factor : health)
    if (factor.signal == signal) return factor.half_life;
  return std::nullopt;
}

Result<std::shared_ptr<const Profile>> compile_profile(std::string_view yaml, std::string_view file,
                                                       const SignalCatalog& catalog) {
  TENURE_TRY_ASSIGN(const auto root, reference_internal::read_yaml(yaml, file));
  auto profile = std::make_shared<Profile>();
  TENURE_TRY(reference_internal::ProfileCompiler(file, catalog).compile(root, *profile));
  profile->version = to_hex(sha256(yaml)).substr(0, 16);
  return std::shared_ptr<const Profile>(std::move(profile));
}

}  // namespace tenure
