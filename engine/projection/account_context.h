// engine/projection/account_context.h
//
// What everything needs to know of an account, as of an instant. Filled by the one projection that
// keeps it (profile).
#pragma once

#include "engine/base/ids.h"
#include "engine/reference/reference.h"

#include <cstdint>
#include <string_view>

namespace tenure {

enum class AccountTier : std::uint8_t { kUnspecified, kKey, kStandard, kTail };

std::string_view to_string(AccountTier tier);

/// Texts are borrowed from the account's facts.
struct AccountContext {
  AccountId account;
  std::string_view name;  // the company's name; empty when not known
  AccountTier tier = AccountTier::kUnspecified;
  std::string_view sector;
  std::string_view stage;
  std::string_view owner;  // as our organisation names the person; empty = nobody
  std::string_view parent;
  std::string_view currency;           // ISO 4217, of the account's amounts; empty = not known
  std::string_view profile_name;       // as the account asks for it; empty = by sector
  bool lost = false;                   // the client left: no rule speaks of it any more
  const Profile* profile = nullptr;    // resolved by the runtime; never null in signals and reviews
  const Calendar* calendar = nullptr;  // the profile's; never null in signals and reviews
};

}  // namespace tenure
