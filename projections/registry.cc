#include "projections/registry.h"

#include "projections/activity/activity.h"
#include "projections/complaints/complaints.h"
#include "projections/contracts/contracts.h"
#include "projections/opinion/opinion.h"
#include "projections/profile/profile.h"
#include "projections/promises/promises.h"
#include "projections/relationship/relationship.h"
#include "projections/usage/usage.h"

namespace tenure {

std::vector<ProjectionOps> all_projections() {
  return {
      projection_ops<ActivityProjection>(),     projection_ops<ProfileProjection>(),
      projection_ops<RelationshipProjection>(), projection_ops<ComplaintsProjection>(),
      projection_ops<ContractsProjection>(),    projection_ops<UsageProjection>(),
      projection_ops<OpinionProjection>(),      projection_ops<PromisesProjection>(),
  };
}

}  // namespace tenure
