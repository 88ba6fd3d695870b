#include "connectors/http/api_handlers.h"

#include "connectors/http/internal/openapi.h"
#include "connectors/http/internal/read_at_least.h"
#include "connectors/http/internal/watch_handlers.h"
#include "engine/base/text.h"
#include "engine/query/absences.h"
#include "engine/query/acts.h"
#include "engine/query/book_queries.h"
#include "engine/query/person_index.h"
#include "engine/query/portfolio_trend.h"
#include "engine/query/quarantine.h"
#include "engine/query/timeline.h"
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/act.pb.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/api/v1/operator.pb.h"
#include "tenure/api/v1/portfolio.pb.h"
#include "tenure/api/v1/timeline.pb.h"

#include <algorithm>
#include <mutex>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

Result<void> get_account(Engine& engine, const msg::GetAccountRequest& request,
                         msg::GetAccountResponse& out, AnswerNotes& notes) {
  if (request.account().empty()) return fail(ErrorCode::kInvalid, "account: say which");
  std::optional<AsOf> as_of;
  if (!request.at().empty()) {
    const auto at = parse_instant(request.at());
    if (!at) return fail(ErrorCode::kInvalid, "at: " + at.error().message);
    const bool was = request.sense() == msg::AS_OF_SENSE_WAS;
    // Nothing is known of what is to come; the answer says as of when it is.
    as_of =
        AsOf{was ? AsOf::Sense::kWas : AsOf::Sense::kKnown, std::min(*at, engine.clock().now())};
  }
  return Queries(engine).account(AccountId(request.account()), as_of, out, &notes);
}

Result<void> activate_rules(Engine& engine, std::mutex& one_at_a_time,
                            const msg::ActivateRulesRequest& request,
                            msg::ActivateRulesResponse& out) {
  if (request.yaml().empty()) return fail(ErrorCode::kInvalid, "yaml: send the rules file's text");
  if (request.actor().empty()) return fail(ErrorCode::kInvalid, "actor: say who orders it");
  const std::string file = request.file().empty() ? "rules" : request.file();
  const std::lock_guard lock(one_at_a_time);
  TENURE_TRY_ASSIGN(RulesOrder order, order_rules(engine, request.yaml(), file, request.actor()));
  out.set_profile(order.profile);
  out.set_version(order.version);
  out.set_repeated(!order.envelope);
  if (out.repeated()) return ok();
  TENURE_TRY_ASSIGN(const std::vector<Verdict> verdicts,
                    engine.submit("operator", {std::move(*order.envelope)}));
  if (verdicts.empty() || verdicts.front() == Verdict::kQuarantined)
    return fail(ErrorCode::kInvalid,
                "the rules cannot be logged as an event; check the texts beside the rules");
  out.set_repeated(verdicts.front() == Verdict::kRepeated);
  return ok();
}

// An absence hands somebody's accounts to another: that is for whoever is away, or for those above.
Result<void> may_record(const Engine& engine, CallContext& context,
                        const msg::RecordRequest& request) {
  const CallerPtr& caller = context.caller();
  if (caller == nullptr || caller->role != Role::kManager) return ok();
  const std::string away = who_is_away(engine, request);
  if (away.empty() || away == caller->name) return ok();
  return context.fail(CallCode::kPermissionDenied,
                      std::string(request.has_away() ? "away.person" : "back.absence") +
                          ": a manager records his own absence only; of '" + shown_text(away) +
                          "' ask that one or a director");
}

Result<void> resume_source(Engine& engine, const msg::ResumeSourceRequest& request,
                           msg::ResumeSourceResponse& out) {
  if (request.partition().empty())
    return fail(ErrorCode::kInvalid, "partition: say which, as GetStatus names it");
  if (!request.accept_gap())
    return fail(ErrorCode::kInvalid,
                "accept_gap: must be true, for the offsets in between are lost; GetStatus says "
                "which partition stands");
  if (request.actor().empty()) return fail(ErrorCode::kInvalid, "actor: say who orders it");
  if (engine.status().partitions.empty())
    return fail(ErrorCode::kNotFound, "partition: no source is read here");
  TENURE_TRY_ASSIGN(const auto range, engine.accept_gap(request.partition(), request.actor()));
  out.set_from_offset(range.first);
  out.set_to_offset(range.second);
  return ok();
}

}  // namespace

std::vector<std::string> api_services() {
  return {"tenure.api.v1.AccountService",   "tenure.api.v1.ActService",
          "tenure.api.v1.AlertService",     "tenure.api.v1.OperatorService",
          "tenure.api.v1.PortfolioService", "tenure.api.v1.SubscriptionService",
          "tenure.api.v1.TimelineService"};
}

namespace {

Result<void> add_description(HttpRoutes& routes) {
  TENURE_TRY_ASSIGN(std::string text, internal::openapi_of(api_services()));
  const auto held = std::make_shared<const std::string>(std::move(text));
  routes.add("GET", "/openapi.json", HandlerPace::kInstant, [held](const HttpRequest&) {
    HttpResponse response;
    response.content_type = "application/json";
    response.held_body = held;
    return response;
  });
  return ok();
}

void add_book_handlers(Engine& engine, ApiRoutes& api,
                       const std::shared_ptr<PortfolioTrend>& trend) {
  api.on<msg::GetNeedsYouRequest, msg::GetNeedsYouResponse>(
      "tenure.api.v1.PortfolioService/GetNeedsYou", [&engine](const auto& request, auto& out) {
        return BookQueries(engine).needs_you(request, out);
      });
  const auto people = std::make_shared<PersonIndex>(engine);
  api.on<msg::SearchRequest, msg::SearchResponse>(
      "tenure.api.v1.PortfolioService/Search", [&engine, people](const auto& request, auto& out) {
        return BookQueries(engine).search(*people, request, out);
      });
  api.on<msg::GetPortfolioRequest, msg::GetPortfolioResponse>(
      "tenure.api.v1.PortfolioService/GetPortfolio",
      [&engine](const auto&, auto& out) { return BookQueries(engine).portfolio(out); });
  api.on<msg::ListAccountsRequest, msg::ListAccountsResponse>(
      "tenure.api.v1.PortfolioService/ListAccounts",
      [&engine, trend](const auto& request, auto& out) {
        return BookQueries(engine).accounts(request, *trend, out);
      });
  api.on<msg::GetPortfolioTrendRequest, msg::GetPortfolioTrendResponse>(
      "tenure.api.v1.PortfolioService/GetPortfolioTrend",
      [trend](const auto& request, auto& out) { return trend->answer(request, out); });
  api.on<msg::ListAbsencesRequest, msg::ListAbsencesResponse>(
      "tenure.api.v1.PortfolioService/ListAbsences",
      [&engine](const auto& request, auto& out) { return list_absences(engine, request, out); });
  api.on<msg::ListComplaintsRequest, msg::ListComplaintsResponse>(
      "tenure.api.v1.PortfolioService/ListComplaints", [&engine](const auto& request, auto& out) {
        return BookQueries(engine).complaints(request, out);
      });
  api.on<msg::ListRenewalsRequest, msg::ListRenewalsResponse>(
      "tenure.api.v1.PortfolioService/ListRenewals", [&engine](const auto& request, auto& out) {
        return BookQueries(engine).renewals(request, out);
      });
  api.on<msg::ListEventsRequest, msg::ListEventsResponse>(
      "tenure.api.v1.TimelineService/ListEvents",
      [&engine](const auto& request, auto& out) { return Timeline(engine).events(request, out); });
  api.on<msg::ListCommitmentsRequest, msg::ListCommitmentsResponse>(
      "tenure.api.v1.TimelineService/ListCommitments", [&engine](const auto& request, auto& out) {
        return Timeline(engine).commitments(request, out);
      });
  api.on<msg::ListPeopleRequest, msg::ListPeopleResponse>(
      "tenure.api.v1.TimelineService/ListPeople",
      [&engine](const auto& request, auto& out) { return Timeline(engine).people(request, out); });
  api.on<msg::GetHealthHistoryRequest, msg::GetHealthHistoryResponse>(
      "tenure.api.v1.TimelineService/GetHealthHistory",
      [&engine](const auto& request, auto& out) { return Timeline(engine).health(request, out); });
}

}  // namespace

Result<void> add_api_routes(Engine& engine, LiveFeed& feed, std::string version, HttpRoutes& routes,
                            std::shared_ptr<AuditLog> audit, std::size_t held_bytes_max) {
  const auto acts = std::make_shared<Acts>(engine);
  const auto orders = std::make_shared<std::mutex>();
  ApiRoutes api;
  api.hold_at_most(held_bytes_max)
      .on_held<msg::GetAccountRequest, msg::GetAccountResponse>(
          "tenure.api.v1.AccountService/GetAccount",
          [&engine](const auto& request, auto& out, AnswerNotes& notes) {
            return get_account(engine, request, out, notes);
          });
  api.on<msg::ListAlertsRequest, msg::ListAlertsResponse>(
      "tenure.api.v1.AlertService/ListAlerts",
      [&engine](const auto& request, auto& out) { return Queries(engine).alerts(request, out); });
  api.on<msg::ActRequest, msg::ActResponse>(
      "tenure.api.v1.AlertService/Act",
      [acts](const auto& request, auto& out) { return acts->act(request, out); });
  api.on_call<msg::RecordRequest, msg::RecordResponse>(
      "tenure.api.v1.ActService/Record",
      [acts, &engine](CallContext& context, const auto& request, auto& out) -> Result<void> {
        TENURE_TRY(may_record(engine, context, request));
        return acts->record(request, out);
      });
  const auto trend = std::make_shared<PortfolioTrend>(engine);
  add_book_handlers(engine, api, trend);
  internal::add_watch_handlers(engine, version, trend, api);
  api.watched_by(feed).audited_by(std::move(audit));
  api.folded_by(
      [&engine](std::string_view positions) { return internal::not_folded_of(engine, positions); });
  api.on<msg::GetStatusRequest, msg::GetStatusResponse>(
      "tenure.api.v1.OperatorService/GetStatus",
      [&engine, version](const auto&, auto& out) -> Result<void> {
        Queries(engine).status(out);
        out.set_version(version);
        return ok();
      });
  api.on<msg::ActivateRulesRequest, msg::ActivateRulesResponse>(
      "tenure.api.v1.OperatorService/ActivateRules",
      [&engine, orders](const auto& request, auto& out) {
        return activate_rules(engine, *orders, request, out);
      });
  api.on<msg::ResumeSourceRequest, msg::ResumeSourceResponse>(
      "tenure.api.v1.OperatorService/ResumeSource",
      [&engine](const auto& request, auto& out) { return resume_source(engine, request, out); });
  api.on<msg::ListQuarantineRequest, msg::ListQuarantineResponse>(
      "tenure.api.v1.OperatorService/ListQuarantine", [&engine](const auto& request, auto& out) {
        return list_quarantine(engine.log(), request, out);
      });
  api.on<msg::GetQuarantinedRequest, msg::GetQuarantinedResponse>(
      "tenure.api.v1.OperatorService/GetQuarantined", [&engine](const auto& request, auto& out) {
        return get_quarantined(engine.log(), request, out);
      });
  TENURE_TRY(add_description(routes));
  return api.install(api_services(), routes);
}

}  // namespace tenure
