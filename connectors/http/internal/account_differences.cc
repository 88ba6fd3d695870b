#include "connectors/http/internal/account_differences.h"

#include "engine/base/hash.h"
#include "tenure/api/v1/subscription.pb.h"

#include <map>
#include <string_view>

namespace tenure::internal {
namespace {

namespace msg = ::tenure::api::v1;

std::uint64_t hash_of(const msg::AccountRow& row) { return fast_hash64(row.SerializeAsString()); }

// What is left of the client's order once those are gone that left.
bool keeps_order(const AccountsTold& has, const msg::WatchAccountsResponse& whole,
                 const std::map<std::string_view, std::uint64_t>& now) {
  int at = 0;
  for (const auto& [account, hash] : has.rows) {
    if (now.count(account) == 0) continue;
    if (at == whole.order_size() || whole.order(at) != account) return false;
    ++at;
  }
  return at == whole.order_size();
}

}  // namespace

std::shared_ptr<const AccountsTold> accounts_told(const msg::WatchAccountsResponse& whole) {
  auto told = std::make_shared<AccountsTold>();
  told->rows.reserve(static_cast<std::size_t>(whole.entered_size()));
  for (const msg::AccountRow& row : whole.entered())
    told->rows.emplace_back(row.account(), hash_of(row));
  return told;
}

void accounts_difference(const AccountsTold& has, const msg::WatchAccountsResponse& whole,
                         msg::WatchAccountsResponse& out) {
  std::map<std::string_view, std::uint64_t> before, now;
  for (const auto& [account, hash] : has.rows) before.emplace(account, hash);
  for (const msg::AccountRow& row : whole.entered()) {
    const std::uint64_t hash = hash_of(row);
    now.emplace(row.account(), hash);
    const auto known = before.find(row.account());
    if (known == before.end()) {
      *out.add_entered() = row;
    } else if (known->second != hash) {
      *out.add_changed() = row;
    }
  }
  for (const auto& [account, hash] : has.rows)
    if (now.count(account) == 0) out.add_left(account);
  if (!keeps_order(has, whole, now)) *out.mutable_order() = whole.order();
  out.set_total(whole.total());
  *out.mutable_freshness() = whole.freshness();
}

}  // namespace tenure::internal
