// connectors/http/internal/account_differences.h
//
// How a list of accounts differs from the one that a client was told.
//
// Threads: pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tenure::api::v1 {
class WatchAccountsResponse;
}  // namespace tenure::api::v1

namespace tenure::internal {

/// What a client has: accounts in their order, each with a hash of its row.
struct AccountsTold {
  std::vector<std::pair<std::string, std::uint64_t>> rows;
};

/// `whole` is a snapshot.
std::shared_ptr<const AccountsTold> accounts_told(const api::v1::WatchAccountsResponse& whole);

/// Fills `out` with what makes `whole` of what the client has.
void accounts_difference(const AccountsTold& has, const api::v1::WatchAccountsResponse& whole,
                         api::v1::WatchAccountsResponse& out);

}  // namespace tenure::internal
