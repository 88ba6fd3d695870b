#include "apps/tenure/demo_judge.h"

#include "apps/tenure/server_client.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/alert.pb.h"

#include <memory>
#include <utility>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr int kStory = 6;
constexpr const char* kRule = "usage_falling";
constexpr const char* kReason = "Works holidays in August, as every year. They are back.";
// Weeks before now: from the end of August into October, when use is back where it was.
constexpr int kFirstWeek = 13;
constexpr int kLastWeek = 7;
constexpr Duration kWeek = std::chrono::hours(7 * 24);
constexpr Duration kStepWait = std::chrono::milliseconds(5);

class DemoJudge final {
 public:
  DemoJudge(std::string account, Engine& engine, std::string server, std::function<bool()> stop)
      : account_(std::move(account)),
        engine_(engine),
        server_(std::move(server)),
        stop_(std::move(stop)) {}

  Result<void> look() {
    if (done_) return {};
    // Reviews follow the log at their own pace; a person sees what was told by this moment.
    while (!stop_() && !engine_.status().quiet) {
      // told elsewhere
      if (const EngineStatus status = engine_.status(); status.failure) return {};
      engine_.wait_for_progress(kStepWait);
    }
    if (stop_()) return {};
    msg::ListAlertsRequest request;
    request.set_account(account_);
    msg::ListAlertsResponse list;
    TENURE_TRY(Queries(engine_).alerts(request, list));
    for (const msg::Alert& alert : list.alerts())
      if (alert.rule() == kRule) return judge(alert);
    return {};
  }

 private:
  Result<void> judge(const msg::Alert& alert) {
    done_ = true;
    msg::GetAccountResponse account;
    TENURE_TRY(Queries(engine_).account(AccountId(account_), std::nullopt, account));
    msg::ActRequest act;
    msg::ActResponse answer;
    act.set_account(account_);
    act.set_rule(alert.rule());
    act.set_subject(alert.subject());
    act.set_actor(account.profile().owner());
    act.set_reason(kReason);
    act.set_id("demo-judged-" + alert.id());
    act.set_act("judge");
    act.set_verdict("false");
    TENURE_TRY(ask_server(server_, "tenure.api.v1.AlertService/Act", act, answer));
    act.set_id("demo-cleared-" + alert.id());
    act.set_act("clear");
    act.clear_verdict();
    TENURE_TRY(ask_server(server_, "tenure.api.v1.AlertService/Act", act, answer));
    return {};
  }

  const std::string account_;
  Engine& engine_;
  const std::string server_;
  const std::function<bool()> stop_;
  bool done_ = false;
};

}  // namespace

std::vector<DemoPause> judging_pauses(const Book& book, Engine& engine, std::string server,
                                      std::function<bool()> stop) {
  std::vector<DemoPause> pauses;
  for (const AccountTruth& account : book.truth()) {
    if (account.story != kStory) continue;
    const auto judge =
        std::make_shared<DemoJudge>(account.account, engine, std::move(server), std::move(stop));
    for (int week = kFirstWeek; week >= kLastWeek; --week)
      pauses.push_back(
          {book.options().now + Duration(kWeek * -week), [judge] { return judge->look(); }});
    break;
  }
  return pauses;
}

}  // namespace tenure
