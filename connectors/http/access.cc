#include "connectors/http/access.h"

#include <array>

namespace tenure {
namespace {

constexpr std::array<std::string_view, 5> kRoles{"reader", "manager", "director", "operator",
                                                 "publisher"};

// Every path and method that is served, but for the dashboard's files. /session asks for itself.
constexpr std::array<AccessRule, 28> kRules{{
    {"/livez", Access::kAnybody},
    {"/readyz", Access::kAnybody},
    {"/version", Access::kAnybody},
    {"/openapi.json", Access::kAnybody},
    {"/session", Access::kAnybody},
    {"/", Access::kAnybody},
    {"/metrics", Access::kOperate},
    {"/events", Access::kRead},
    {"/tenure.api.v1.AccountService/GetAccount", Access::kRead},
    {"/tenure.api.v1.ActService/Record", Access::kAct, true},
    {"/tenure.api.v1.AlertService/ListAlerts", Access::kRead},
    {"/tenure.api.v1.AlertService/Act", Access::kAct, true},
    {"/tenure.api.v1.OperatorService/GetStatus", Access::kRead},
    {"/tenure.api.v1.OperatorService/ActivateRules", Access::kOperate, true},
    {"/tenure.api.v1.OperatorService/ResumeSource", Access::kOperate, true},
    {"/tenure.api.v1.PortfolioService/GetNeedsYou", Access::kRead},
    {"/tenure.api.v1.PortfolioService/ListAccounts", Access::kRead},
    {"/tenure.api.v1.PortfolioService/Search", Access::kRead},
    {"/tenure.api.v1.PortfolioService/GetPortfolio", Access::kRead},
    {"/tenure.api.v1.PortfolioService/ListComplaints", Access::kRead},
    {"/tenure.api.v1.PortfolioService/ListRenewals", Access::kRead},
    {"/tenure.api.v1.SubscriptionService/WatchAccount", Access::kRead},
    {"/tenure.api.v1.SubscriptionService/WatchAlerts", Access::kRead},
    {"/tenure.api.v1.SubscriptionService/WatchStatus", Access::kRead},
    {"/tenure.api.v1.TimelineService/ListEvents", Access::kRead},
    {"/tenure.api.v1.TimelineService/ListCommitments", Access::kRead},
    {"/tenure.api.v1.TimelineService/ListPeople", Access::kRead},
    {"/tenure.api.v1.TimelineService/GetHealthHistory", Access::kRead},
}};

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

std::span<const AccessRule> access_rules() { return kRules; }

const AccessRule* access_rule_of(std::string_view path) {
  for (const AccessRule& rule : kRules)
    if (rule.path == path) return &rule;
  return nullptr;
}

}  // namespace tenure
