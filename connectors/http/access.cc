#include "connectors/http/access.h"

#include <array>

namespace tenure {
namespace {

constexpr std::array<std::string_view, 5> kRoles{"reader", "manager", "director", "operator",
                                                 "publisher"};

}  // namespace

std::string_view to_string(Role role) { return kRoles.at(static_cast<std::size_t>(role)); }

std::optional<Role> role_of(std::string_view name) {
  for (std::size_t k = 0; k < kRoles.size(); ++k)
    if (kRoles[k] == name) return static_cast<Role>(k);
  return std::nullopt;
}

bool may(Role role, Access access) {
  switch (access) {
    case Access::kAnybody: return true;
    case Access::kRead: return role != Role::kPublisher;
    case Access::kAct: return role == Role::kManager || role == Role::kDirector;
    case Access::kOperate: return role == Role::kOperator;
  }
  return false;
}

std::string_view least_role(Access access) {
  switch (access) {
    case Access::kAnybody: return "none";
    case Access::kRead: return "reader, manager, director or operator";
    case Access::kAct: return "manager or director";
    case Access::kOperate: return "operator";
  }
  return "";
}

}  // namespace tenure
