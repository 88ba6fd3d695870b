#include "connectors/http/internal/watch_handlers.h"

#include "engine/query/open_alerts.h"
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

}  // namespace

void add_watch_handlers(Engine& engine, ApiRoutes& api) {
  api.on<msg::WatchAccountRequest, msg::WatchAccountResponse>(
      "tenure.api.v1.SubscriptionService/WatchAccount",
      [&engine](const auto& request, auto& out) { return watch_account(engine, request, out); });
  api.on<msg::WatchAlertsRequest, msg::WatchAlertsResponse>(
      "tenure.api.v1.SubscriptionService/WatchAlerts",
      [alerts = std::make_shared<OpenAlerts>(engine)](const auto& request, auto& out) {
        return alerts->list(request.owner(), kAlertsMax, out);
      });
  api.moves_with_alerts("tenure.api.v1.SubscriptionService/WatchAlerts");
  api.on<msg::WatchStatusRequest, msg::WatchStatusResponse>(
      "tenure.api.v1.SubscriptionService/WatchStatus",
      [&engine](const auto&, auto& out) -> Result<void> {
        Queries(engine).status(*out.mutable_status());
        return ok();
      });
}

}  // namespace tenure::internal
