// engine/query/book_queries.h
//
// Answers about many accounts: what needs somebody, lists, sums, complaints and renewals, as
// messages of proto/tenure/api/v1.
//
// Path:     Shard's briefs -> [BookQueries] -> connectors/http
// Order:    rows and sums come from briefs, which are made after every review: a list never says
//           other than the account's own page.
// Threads:  any; a shard stands still while its briefs are copied.
// Errors:   kInvalid (a request that cannot be read: says which part, and what to do).
#pragma once

#include "engine/query/queries.h"

namespace tenure::api::v1 {
class GetNeedsYouRequest;
class GetNeedsYouResponse;
class GetPortfolioResponse;
class ListAccountsRequest;
class ListAccountsResponse;
class ListComplaintsRequest;
class ListComplaintsResponse;
class ListRenewalsRequest;
class ListRenewalsResponse;
class SearchRequest;
class SearchResponse;
}  // namespace tenure::api::v1

namespace tenure {

class PersonIndex;
class PortfolioTrend;

class BookQueries final {
 public:
  /// `engine` outlives this.
  explicit BookQueries(Engine& engine) : engine_(engine) {}

  Result<void> needs_you(const api::v1::GetNeedsYouRequest& request,
                         api::v1::GetNeedsYouResponse& out) const;
  Result<void> accounts(const api::v1::ListAccountsRequest& request, PortfolioTrend& past,
                        api::v1::ListAccountsResponse& out) const;
  Result<void> portfolio(api::v1::GetPortfolioResponse& out) const;
  Result<void> complaints(const api::v1::ListComplaintsRequest& request,
                          api::v1::ListComplaintsResponse& out) const;
  Result<void> renewals(const api::v1::ListRenewalsRequest& request,
                        api::v1::ListRenewalsResponse& out) const;
  Result<void> search(PersonIndex& people, const api::v1::SearchRequest& request,
                      api::v1::SearchResponse& out) const;

 private:
  Engine& engine_;
};

}  // namespace tenure
