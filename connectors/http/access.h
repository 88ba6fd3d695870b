// connectors/http/access.h
//
// Who may ask for what: the roles, and the table with the least role of every path and method.
//
// Order:    a route without a row fails at start: nothing is open because somebody forgot it.
// Threads:  any; nothing changes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
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

std::span<const AccessRule> access_rules();
/// Null = there is none.
const AccessRule* access_rule_of(std::string_view path);

}  // namespace tenure
