#include "engine/log/logged_event.h"

#include <algorithm>

namespace tenure {

bool LoggedEvent::concerns(AccountId account) const {
  const auto holds = [account](const auto& accounts) {
    return std::find(accounts.begin(), accounts.end(), account) != accounts.end();
  };
  return holds(event.accounts) || holds(prior_accounts);
}

}  // namespace tenure
