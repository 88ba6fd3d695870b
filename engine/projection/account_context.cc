#include "engine/projection/account_context.h"

namespace tenure {

std::string_view to_string(AccountTier tier) {
  switch (tier) {
    case AccountTier::kUnspecified: return "unspecified";
    case AccountTier::kKey: return "key";
    case AccountTier::kStandard: return "standard";
    case AccountTier::kTail: return "tail";
  }
  return "unspecified";
}

}  // namespace tenure
