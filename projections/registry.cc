#include "projections/registry.h"

#include "projections/activity/activity.h"
#include "projections/profile/profile.h"

namespace tenure {

std::vector<ProjectionOps> all_projections() {
  return {
      projection_ops<ActivityProjection>(),
      projection_ops<ProfileProjection>(),
  };
}

}  // namespace tenure
