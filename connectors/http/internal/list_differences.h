// connectors/http/internal/list_differences.h
//
// How a list differs from the one that a client was told.
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
class WatchAlertsResponse;
}  // namespace tenure::api::v1

namespace tenure::internal {

/// What a client has: accounts, or ids of alerts, in their order, each with a hash of its row.
struct ListTold {
  std::vector<std::pair<std::string, std::uint64_t>> rows;
};

/// `whole` is a snapshot.
std::shared_ptr<const ListTold> accounts_told(const api::v1::WatchAccountsResponse& whole);
std::shared_ptr<const ListTold> alerts_told(const api::v1::WatchAlertsResponse& whole);

/// Fills `out` with what makes `whole`, a snapshot that `now` was made of, of what the client has.
void accounts_difference(const ListTold& has, const ListTold& now,
                         const api::v1::WatchAccountsResponse& whole,
                         api::v1::WatchAccountsResponse& out);
void alerts_difference(const ListTold& has, const ListTold& now,
                       const api::v1::WatchAlertsResponse& whole,
                       api::v1::WatchAlertsResponse& out);

}  // namespace tenure::internal
