#include "connectors/http/internal/watch_handlers.h"

#include "connectors/http/internal/list_differences.h"
#include "engine/query/book_queries.h"
#include "engine/query/open_alerts.h"
#include "engine/query/portfolio_trend.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/subscription.pb.h"

#include <optional>

namespace tenure::internal {
namespace {

namespace msg = ::tenure::api::v1;

constexpr std::size_t kAlertsMax = 1000;

Result<void> watch_account(Engine& engine, const msg::WatchAccountRequest& request,
                           msg::WatchAccountResponse& out) {
  if (request.account().empty()) return fail(ErrorCode::kInvalid, "account: say which");
  msg::GetAccountResponse& account = *out.mutable_account();
  TENURE_TRY(Queries(engine).account(AccountId(request.account()), std::nullopt, account));
  // Beside the account, so that what is only fresher is not taken for a change.
  out.mutable_freshness()->Swap(account.mutable_freshness());
  account.clear_freshness();
  return ok();
}

// The whole list: what of it differs is seen afterwards.
Result<void> watch_accounts(Engine& engine, PortfolioTrend& past,
                            const msg::WatchAccountsRequest& request,
                            msg::WatchAccountsResponse& out) {
  msg::ListAccountsRequest list;
  list.set_owner(request.owner());
  list.set_search(request.search());
  list.set_order_by(request.order_by());
  list.set_lost(request.lost());
  list.set_page_size(request.page_size());
  msg::ListAccountsResponse listed;
  TENURE_TRY(BookQueries(engine).accounts(list, past, listed));
  out.set_snapshot(true);
  for (const msg::AccountRow& row : listed.rows()) out.add_order(row.account());
  out.mutable_entered()->Swap(listed.mutable_rows());
  out.set_total(listed.total());
  out.mutable_freshness()->Swap(listed.mutable_freshness());
  return ok();
}

}  // namespace

void add_watch_handlers(Engine& engine, const std::string& version,
                        const std::shared_ptr<PortfolioTrend>& trend, ApiRoutes& api) {
  api.on<msg::WatchAccountRequest, msg::WatchAccountResponse>(
      "tenure.api.v1.SubscriptionService/WatchAccount",
      [&engine](const auto& request, auto& out) { return watch_account(engine, request, out); });
  api.on<msg::WatchAlertsRequest, msg::WatchAlertsResponse>(
      "tenure.api.v1.SubscriptionService/WatchAlerts",
      [alerts = std::make_shared<OpenAlerts>(engine)](const auto& request,
                                                      auto& out) -> Result<void> {
        TENURE_TRY(alerts->list(request.owner(), kAlertsMax, out));
        out.set_snapshot(true);
        for (const msg::Alert& alert : out.alerts()) out.add_order(alert.id());
        return ok();
      });
  api.told_as_differences<msg::WatchAlertsResponse, ListTold>(
      "tenure.api.v1.SubscriptionService/WatchAlerts", alerts_told, alerts_difference);
  api.moves_with_alerts("tenure.api.v1.SubscriptionService/WatchAlerts");
  api.on<msg::WatchStatusRequest, msg::WatchStatusResponse>(
      "tenure.api.v1.SubscriptionService/WatchStatus",
      [&engine, version](const auto&, auto& out) -> Result<void> {
        Queries(engine).status(*out.mutable_status());
        out.mutable_status()->set_version(version);
        return ok();
      });
  api.on<msg::WatchAccountsRequest, msg::WatchAccountsResponse>(
      "tenure.api.v1.SubscriptionService/WatchAccounts",
      [&engine, trend](const auto& request, auto& out) {
        return watch_accounts(engine, *trend, request, out);
      });
  api.told_as_differences<msg::WatchAccountsResponse, ListTold>(
      "tenure.api.v1.SubscriptionService/WatchAccounts", accounts_told, accounts_difference);
}

}  // namespace tenure::internal
