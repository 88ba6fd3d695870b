// engine/query/stakeholder_roles.h
//
// What the API calls a person's role, in both directions.
#pragma once

#include "tenure/event/v1/stakeholder.pb.h"

#include <array>
#include <string_view>
#include <utility>

namespace tenure {

/// Whom to look at first comes first.
inline constexpr std::array<std::pair<std::string_view, event::v1::StakeholderRole>, 6>
    kStakeholderRoles{{{"champion", event::v1::STAKEHOLDER_ROLE_CHAMPION},
                       {"sponsor", event::v1::STAKEHOLDER_ROLE_SPONSOR},
                       {"economic buyer", event::v1::STAKEHOLDER_ROLE_ECONOMIC_BUYER},
                       {"detractor", event::v1::STAKEHOLDER_ROLE_DETRACTOR},
                       {"user", event::v1::STAKEHOLDER_ROLE_USER},
                       {"back office", event::v1::STAKEHOLDER_ROLE_BACK_OFFICE}}};

}  // namespace tenure
