// connectors/http/access.h
//
// Who may ask for what: the roles, and the table with the least role of every path and method.
//
// Order:    a route is added by a RuledPath, so one without a row does not compile: nothing is open
//           because somebody forgot it.
// Threads:  any; nothing changes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tenure {

enum class Role : std::uint8_t { kReader, kManager, kDirector, kOperator, kPublisher };

std::string_view to_string(Role role);
std::optional<Role> role_of(std::string_view name);

/// Who asks.
struct Caller {
  std::string token;  // its id
  Role role = Role::kReader;
  std::string name;  // the actor of what is done
};
/// Null = the server asks nobody for a token.
using CallerPtr = std::shared_ptr<const Caller>;

/// What a route asks of its caller.
enum class Access : std::uint8_t {
  kAnybody,  // no token
  kRead,     // every role but publisher
  kAct,      // manager and director
  kOperate,  // operator
};

bool may(Role role, Access access);
/// The roles that may, as a message names them.
std::string_view least_role(Access access);

struct AccessRule {
  std::string_view path;  // "/events", "/tenure.api.v1.AlertService/Act"
  Access access = Access::kOperate;
  bool audited = false;  // each call leaves a line in the audit
};

/// Every path and method that is served, but for the dashboard's files. /session asks for itself.
inline constexpr std::array<AccessRule, 33> kAccessRules{{
    {"/livez", Access::kAnybody},
    {"/readyz", Access::kAnybody},
    {"/version", Access::kAnybody},
    {"/openapi.json", Access::kAnybody},
    {"/session", Access::kAnybody},
    {"/", Access::kAnybody},
    {"/metrics", Access::kRead},
    {"/events", Access::kRead},
    {"/tenure.api.v1.AccountService/GetAccount", Access::kRead},
    {"/tenure.api.v1.ActService/Record", Access::kAct, true},
    {"/tenure.api.v1.AlertService/ListAlerts", Access::kRead},
    {"/tenure.api.v1.AlertService/Act", Access::kAct, true},
    {"/tenure.api.v1.OperatorService/GetStatus", Access::kRead},
    {"/tenure.api.v1.OperatorService/ActivateRules", Access::kOperate, true},
    {"/tenure.api.v1.OperatorService/ResumeSource", Access::kOperate, true},
    {"/tenure.api.v1.OperatorService/ListQuarantine", Access::kOperate, true},
    {"/tenure.api.v1.OperatorService/GetQuarantined", Access::kOperate, true},
    {"/tenure.api.v1.PortfolioService/GetNeedsYou", Access::kRead},
    {"/tenure.api.v1.PortfolioService/ListAccounts", Access::kRead},
    {"/tenure.api.v1.PortfolioService/Search", Access::kRead},
    {"/tenure.api.v1.PortfolioService/GetPortfolio", Access::kRead},
    {"/tenure.api.v1.PortfolioService/ListComplaints", Access::kRead},
    {"/tenure.api.v1.PortfolioService/ListRenewals", Access::kRead},
    {"/tenure.api.v1.PortfolioService/GetPortfolioTrend", Access::kRead},
    {"/tenure.api.v1.PortfolioService/ListAbsences", Access::kRead},
    {"/tenure.api.v1.SubscriptionService/WatchAccount", Access::kRead},
    {"/tenure.api.v1.SubscriptionService/WatchAlerts", Access::kRead},
    {"/tenure.api.v1.SubscriptionService/WatchAccounts", Access::kRead},
    {"/tenure.api.v1.SubscriptionService/WatchStatus", Access::kRead},
    {"/tenure.api.v1.TimelineService/ListEvents", Access::kRead},
    {"/tenure.api.v1.TimelineService/ListCommitments", Access::kRead},
    {"/tenure.api.v1.TimelineService/ListPeople", Access::kRead},
    {"/tenure.api.v1.TimelineService/GetHealthHistory", Access::kRead},
}};

/// Null = there is none.
constexpr const AccessRule* access_rule_of(std::string_view path) {
  for (const AccessRule& rule : kAccessRules)
    if (rule.path == path) return &rule;
  return nullptr;
}

namespace internal {
/// Not defined and not constexpr: naming it ends the compilation.
void this_path_has_no_row_among_the_access_rules();
}  // namespace internal

/// A path that has a row.
class RuledPath {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a route is added by its literal.
  consteval RuledPath(const char* path) : rule_(access_rule_of(path)) {
    if (rule_ == nullptr) internal::this_path_has_no_row_among_the_access_rules();
  }
  [[nodiscard]] constexpr const AccessRule& rule() const { return *rule_; }

 private:
  const AccessRule* rule_;
};

/// A method that has a row: "tenure.api.v1.AlertService/Act".
class RuledMethod {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): as above.
  consteval RuledMethod(const char* method) : rule_(nullptr) {
    for (const AccessRule& rule : kAccessRules)
      if (rule.path.substr(1) == method) rule_ = &rule;
    if (rule_ == nullptr) internal::this_path_has_no_row_among_the_access_rules();
  }
  /// Of another server's table, which outlives it.
  explicit constexpr RuledMethod(const AccessRule& rule) : rule_(&rule) {}
  [[nodiscard]] constexpr const AccessRule& rule() const { return *rule_; }
  [[nodiscard]] constexpr std::string_view name() const { return rule_->path.substr(1); }

 private:
  const AccessRule* rule_;
};

}  // namespace tenure
