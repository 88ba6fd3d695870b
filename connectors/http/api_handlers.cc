#include "connectors/http/api_handlers.h"

#include "connectors/http/internal/field_lists.h"
#include "connectors/http/internal/watch_handlers.h"
#include "engine/base/clock.h"
#include "engine/base/text.h"
#include "engine/query/account_past.h"
#include "engine/query/alert_answer.h"
#include "engine/query/book_queries.h"
#include "engine/query/timeline.h"
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/act.pb.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/api/v1/operator.pb.h"
#include "tenure/api/v1/portfolio.pb.h"
#include "tenure/api/v1/timeline.pb.h"
#include "tenure/event/v1/event.pb.h"

#include <mutex>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

constexpr Duration kFoldedWait = std::chrono::seconds(5);

Result<void> get_account(Engine& engine, const msg::GetAccountRequest& request,
                         msg::GetAccountResponse& out) {
  if (request.account().empty()) return fail(ErrorCode::kInvalid, "account: say which");
  std::optional<AsOf> as_of;
  if (!request.at().empty()) {
    const auto at = parse_instant(request.at());
    if (!at) return fail(ErrorCode::kInvalid, "at: " + at.error().message);
    if (!msg::AsOfSense_IsValid(request.sense()))
      return fail(ErrorCode::kInvalid, "sense: say AS_OF_SENSE_KNOWN or AS_OF_SENSE_WAS");
    const bool was = request.sense() == msg::AS_OF_SENSE_WAS;
    as_of = AsOf{was ? AsOf::Sense::kWas : AsOf::Sense::kKnown, *at};
  }
  return Queries(engine).account(AccountId(request.account()), as_of, out);
}

// Waits until what is logged of a shard now is folded.
Result<void> await_folded(const Engine& engine, ShardId shard) {
  const Sequence head = engine.log().head(shard);
  const std::int64_t until_us = steady_now_us() + kFoldedWait.count();
  while (engine.with_shard(shard, [](Shard& mine) { return mine.folded(); }) < head) {
    if (steady_now_us() > until_us)
      return fail(ErrorCode::kUnavailable,
                  "the account's shard is still folding what was logged; try again soon");
    engine.wait_for_progress(std::chrono::milliseconds(20));
  }
  return ok();
}

// What of "0/123,1/7" is not folded yet, as a sentence; empty = nothing.
Result<std::string> lacks_of(const Engine& engine, std::string_view positions) {
  while (!positions.empty()) {
    const std::string_view one = internal::next_of_list(positions);
    const std::size_t slash = std::min(one.find('/'), one.size());
    const auto shard = internal::whole_number(one.substr(0, slash));
    const auto sequence = internal::whole_number(one.substr(std::min(slash + 1, one.size())));
    if (!shard || !sequence || *shard >= engine.shards())
      return fail(ErrorCode::kInvalid,
                  "tenure-read-at-least: '" + shown_text(one) +
                      "' is no shard/sequence of this server, as answers have in tenure-position");
    const ShardId asked{static_cast<std::uint16_t>(*shard)};
    const Sequence folded =
        engine.with_shard(asked, [](const Shard& mine) { return mine.folded(); });
    if (folded < *sequence)
      return "shard " + std::to_string(*shard) + " is folded up to " +
             to_string(Position{asked, folded}) + " and " + std::string(one) + " was asked for";
  }
  return std::string();
}

// The act of the account that carries this id, as it was logged.
Result<std::optional<pb::AlertActed>> earlier_act(const Engine& engine, AccountId account,
                                                  ShardId shard, std::string_view source,
                                                  std::string_view id) {
  std::vector<Sequence> postings;
  const Result<void> read = engine.with_shard(shard, [&](Shard& mine) -> Result<void> {
    TENURE_TRY_ASSIGN(AccountSlot * slot, mine.find(account));
    if (slot == nullptr) return ok();
    TENURE_TRY_ASSIGN(postings, mine.postings(*slot));
    return ok();
  });
  TENURE_TRY(read);
  for (auto at = postings.rbegin(); at != postings.rend(); ++at) {
    TENURE_TRY_ASSIGN(const BlockPtr block, engine.log().block(shard, *at));
    const Event& event = block->events()[*at - block->first()].event;
    if (event.type == EventType::kAlertActed && event.id == id && event.source == source)
      return std::optional<pb::AlertActed>(event.read<pb::AlertActed>());
  }
  return std::optional<pb::AlertActed>();
}

Result<void> check_raised(const Engine& engine, const msg::ActRequest& request, Instant now) {
  TENURE_TRY_ASSIGN(const AccountAt account,
                    account_now(engine, AccountId(request.account()), now));
  const Episode* episode = account.hot->ledger.find(request.rule(), request.subject());
  const std::string name = "alert '" + request.rule() + "' of this account and subject";
  if (episode == nullptr || episode->state == Episode::State::kArmed ||
      !is_shown(engine, request.account(), *episode))
    return fail(ErrorCode::kNotFound,
                "there is no " + name + "; AlertService/ListAlerts names those there are");
  if (episode->state != Episode::State::kRaised)
    return fail(
        ErrorCode::kBusy,
        "the " + name + " is cleared: nothing is left to do about it; list the alerts again");
  return ok();
}

// A repeat comes at another time and perhaps after the alert was cleared: it is known by its id
// before anything is logged.
Result<void> act(Engine& engine, std::mutex& one_at_a_time, const msg::ActRequest& request,
                 msg::ActResponse& out) {
  const Instant now = engine.clock().now();
  TENURE_TRY_ASSIGN(std::string envelope, act_envelope(request, now));
  const std::lock_guard lock(one_at_a_time);
  const AccountId account(request.account());
  const ShardId shard = shard_of(account, engine.shards());
  TENURE_TRY(await_folded(engine, shard));
  TENURE_TRY_ASSIGN(const Event event, read_event(envelope));
  TENURE_TRY_ASSIGN(const auto earlier,
                    earlier_act(engine, account, shard, event.source, event.id));
  const Error taken = fail(ErrorCode::kDuplicate,
                           "id: stands for another act already; give this one an id of its own");
  if (earlier) {
    if (earlier->SerializeAsString() != event.read<pb::AlertActed>().SerializeAsString())
      return taken;
    out.set_repeated(true);
    return ok();
  }
  TENURE_TRY(check_raised(engine, request, now));
  TENURE_TRY_ASSIGN(const std::vector<Verdict> verdicts,
                    engine.submit("acts", {std::move(envelope)}));
  if (verdicts.empty() || verdicts.front() == Verdict::kQuarantined)
    return fail(ErrorCode::kInvalid, "the act cannot be read as an event; check its texts");
  if (verdicts.front() == Verdict::kConflict) return taken;
  out.set_repeated(verdicts.front() == Verdict::kRepeated);
  // So that the next question sees it. It is logged whether that takes too long or not.
  (void)await_folded(engine, shard);
  return ok();
}

// A repeat at another time is the same act: what happened is compared, not when it was sent.
Result<void> record(Engine& engine, std::mutex& one_at_a_time, const msg::RecordRequest& request,
                    msg::RecordResponse& out) {
  const Instant now = engine.clock().now();
  TENURE_TRY_ASSIGN(std::string envelope, record_envelope(request, now));
  const std::lock_guard lock(one_at_a_time);
  const AccountId account(request.account());
  // What is written about nobody would make an account of its own.
  TENURE_TRY(account_now(engine, account, now));
  out.set_event(request.id());
  TENURE_TRY_ASSIGN(const std::vector<Verdict> verdicts,
                    engine.submit("acts", {std::move(envelope)}));
  if (verdicts.empty() || verdicts.front() == Verdict::kQuarantined)
    return fail(ErrorCode::kInvalid, "it cannot be read as an event; check its texts");
  if (verdicts.front() == Verdict::kConflict)
    return fail(ErrorCode::kDuplicate,
                "id: stands for another act already; give this one an id of its own");
  out.set_repeated(verdicts.front() == Verdict::kRepeated);
  (void)await_folded(engine, shard_of(account, engine.shards()));
  return ok();
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

Result<void> resume_source(Engine& engine, const msg::ResumeSourceRequest& request,
                           msg::ResumeSourceResponse& out) {
  if (request.partition().empty())
    return fail(ErrorCode::kInvalid, "partition: say which, as GetStatus names it");
  if (!request.accept_gap())
    return fail(ErrorCode::kInvalid,
                "accept_gap: must be true, for the offsets in between are lost; GetStatus says "
                "which partition stands");
  if (request.actor().empty()) return fail(ErrorCode::kInvalid, "actor: say who orders it");
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

void add_book_handlers(Engine& engine, ApiRoutes& api) {
  api.on<msg::GetNeedsYouRequest, msg::GetNeedsYouResponse>(
      "tenure.api.v1.PortfolioService/GetNeedsYou", [&engine](const auto& request, auto& out) {
        return BookQueries(engine).needs_you(request, out);
      });
  api.on<msg::ListAccountsRequest, msg::ListAccountsResponse>(
      "tenure.api.v1.PortfolioService/ListAccounts", [&engine](const auto& request, auto& out) {
        return BookQueries(engine).accounts(request, out);
      });
  api.on<msg::GetPortfolioRequest, msg::GetPortfolioResponse>(
      "tenure.api.v1.PortfolioService/GetPortfolio",
      [&engine](const auto&, auto& out) { return BookQueries(engine).portfolio(out); });
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
  api.on<msg::GetHealthHistoryRequest, msg::GetHealthHistoryResponse>(
      "tenure.api.v1.TimelineService/GetHealthHistory",
      [&engine](const auto& request, auto& out) { return Timeline(engine).health(request, out); });
}

}  // namespace

Result<void> add_api_routes(Engine& engine, LiveFeed& feed, HttpRoutes& routes) {
  const auto acts = std::make_shared<std::mutex>();
  ApiRoutes api;
  api.on<msg::GetAccountRequest, msg::GetAccountResponse>(
      "tenure.api.v1.AccountService/GetAccount",
      [&engine](const auto& request, auto& out) { return get_account(engine, request, out); });
  api.on<msg::ListAlertsRequest, msg::ListAlertsResponse>(
      "tenure.api.v1.AlertService/ListAlerts",
      [&engine](const auto& request, auto& out) { return Queries(engine).alerts(request, out); });
  api.on<msg::ActRequest, msg::ActResponse>(
      "tenure.api.v1.AlertService/Act",
      [&engine, acts](const auto& request, auto& out) { return act(engine, *acts, request, out); });
  api.on<msg::RecordRequest, msg::RecordResponse>("tenure.api.v1.ActService/Record",
                                                  [&engine, acts](const auto& request, auto& out) {
                                                    return record(engine, *acts, request, out);
                                                  });
  add_book_handlers(engine, api);
  internal::add_watch_handlers(engine, api);
  api.watched_by(feed);
  api.on<msg::GetStatusRequest, msg::GetStatusResponse>(
      "tenure.api.v1.OperatorService/GetStatus", [&engine](const auto&, auto& out) -> Result<void> {
        Queries(engine).status(out);
        return ok();
      });
  api.on<msg::ActivateRulesRequest, msg::ActivateRulesResponse>(
      "tenure.api.v1.OperatorService/ActivateRules",
      [&engine, acts](const auto& request, auto& out) {
        return activate_rules(engine, *acts, request, out);
      });
  api.on<msg::ResumeSourceRequest, msg::ResumeSourceResponse>(
      "tenure.api.v1.OperatorService/ResumeSource",
      [&engine](const auto& request, auto& out) { return resume_source(engine, request, out); });
  api.folded_by([&engine](std::string_view positions) { return lacks_of(engine, positions); });
  return api.install(api_services(), routes);
}

}  // namespace tenure
