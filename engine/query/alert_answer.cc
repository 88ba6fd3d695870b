#include "engine/query/alert_answer.h"

#include "engine/base/text.h"
#include "engine/event/render.h"
#include "engine/query/absences.h"
#include "engine/query/account_rows.h"
#include "engine/query/page_token.h"
#include "tenure/api/v1/common.pb.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>
#include <array>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

constexpr int kSnoozeDaysMax = 366;
constexpr std::array<std::string_view, 4> kVerdicts{"", "true", "false", "too late"};

// The worst comes first.
std::size_t severity_rank(std::string_view name) {
  const auto found = std::find_if(kSeverities.begin(), kSeverities.end(),
                                  [&](Severity severity) { return to_string(severity) == name; });
  return static_cast<std::size_t>(kSeverities.end() - found);
}

// The sentence of a cited event, read again from the log: it may be gone or superseded, then only
// its identity stands.
void fill_evidence(const AccountHistory& history, const pb::AlertTransitioned& transition,
                   msg::Alert& out) {
  out.set_evidence_total(transition.causes_total());
  for (const pb::EventRef& cause : transition.causes()) {
    msg::Evidence& evidence = *out.add_evidence();
    evidence.set_source(cause.source());
    evidence.set_id(cause.id());
    evidence.set_revision(cause.revision());
    for (const LoggedEvent* event : history.events()) {
      if (event->event.source != cause.source() || event->event.id != cause.id()) continue;
      evidence.set_occurred_at(to_string(event->event.occurred_at));
      evidence.set_sentence(render_sentence(event->event, false));
    }
  }
}

Result<void> fill_from_log(const Engine& engine, AccountId account, const Episode& episode,
                           msg::Alert& out) {
  const ShardId shard = shard_of(account, engine.shards());
  std::vector<Sequence> postings;
  const Result<void> read = engine.with_shard(shard, [&](Shard& mine) -> Result<void> {
    TENURE_TRY_ASSIGN(AccountSlot * slot, mine.find(account));
    if (slot == nullptr) return {};
    TENURE_TRY_ASSIGN(postings, mine.postings(*slot));
    return {};
  });
  TENURE_TRY(read);
  for (auto at = postings.rbegin(); at != postings.rend(); ++at) {
    TENURE_TRY_ASSIGN(const BlockPtr block, engine.log().block(shard, *at));
    const LoggedEvent& event = block->events()[*at - block->first()];
    if (event.event.type != EventType::kAlertTransitioned ||
        event.event.id != episode.transition_id)
      continue;
    const auto& transition = event.event.read<pb::AlertTransitioned>();
    out.set_sentence(transition.sentence());
    out.set_rules_version(transition.rules_version());
    if (transition.has_health_milli()) out.set_health_milli(transition.health_milli());
    *out.mutable_told_to() = {transition.told_to().begin(), transition.told_to().end()};
    TENURE_TRY_ASSIGN(const AccountHistory history,
                      AccountHistory::load(engine.log(), shard, account, postings));
    fill_evidence(history, transition, out);
    break;
  }
  return {};
}

bool wanted(const msg::ListAlertsRequest& request, std::string_view state) {
  if (request.states().empty()) return state != "cleared";
  return std::find(request.states().begin(), request.states().end(), state) !=
         request.states().end();
}

}  // namespace

std::string_view alert_state(const Episode& episode, Instant now) {
  if (episode.state != Episode::State::kRaised) return "cleared";
  if (episode.snoozed_until > now) return "snoozed";
  return episode.acknowledged ? "acknowledged" : "open";
}

bool is_shown(const Engine& engine, std::string_view account, const Episode& episode) {
  if (episode.transition_id.empty()) return false;
  const ShardId shard = shard_of(AccountId(account), engine.shards());
  return engine.with_shard(shard,
                           [&](Shard& mine) { return !mine.in_flight(episode.transition_id); });
}

Result<void> fill_alert(const Engine& engine, const AccountAt& account, const Episode& episode,
                        Instant now, msg::Alert& out) {
  out.set_account(account.id.str());
  out.set_name(std::string(account.context.name));
  out.set_rule(episode.rule);
  out.set_subject(episode.subject);
  out.set_state(std::string(alert_state(episode, now)));
  out.set_severity(std::string(to_string(episode.severity)));
  out.set_raised_at(to_string(episode.since));
  out.set_assignee(episode.assignee);
  out.set_id(episode.transition_id);
  if (episode.snoozed_until > now) out.set_snoozed_until(to_string(episode.snoozed_until));
  if (episode.verdict < kVerdicts.size()) out.set_verdict(std::string(kVerdicts[episode.verdict]));
  if (const auto value = engine.set().catalog().find(kValueSignal))
    if (const std::int64_t milli = account.hot->signals[value->value]; milli != kMissing)
      out.set_value_milli(milli);
  return fill_from_log(engine, account.id, episode, out);
}

void sort_alerts(google::protobuf::RepeatedPtrField<msg::Alert>& alerts) {
  std::sort(alerts.begin(), alerts.end(), [](const msg::Alert& a, const msg::Alert& b) {
    const std::size_t x = severity_rank(a.severity());
    const std::size_t y = severity_rank(b.severity());
    return std::tie(x, a.raised_at(), a.account(), a.rule(), a.subject()) <
           std::tie(y, b.raised_at(), b.account(), b.rule(), b.subject());
  });
}

namespace {

PageToken token_of(const msg::ListAlertsRequest& request) {
  PageToken token("alerts");
  for (const std::string& state : request.states()) token.bind(state);
  token.bind(request.account()).bind(request.owner()).bind(request.rule());
  return token;
}

std::string token_after(const msg::ListAlertsRequest& request, const AlertPlace& place) {
  return token_of(request).write({std::to_string(static_cast<int>(place.severity)),
                                  std::to_string(place.since.us), place.account, place.rule,
                                  place.subject});
}

Result<std::optional<AlertPlace>> begin_after(const msg::ListAlertsRequest& request) {
  if (request.page_token().empty()) return std::optional<AlertPlace>();
  TENURE_TRY_ASSIGN(const auto fields, token_of(request).read(request.page_token(), 5));
  AlertPlace place;
  TENURE_TRY_ASSIGN(const std::int64_t severity, PageToken::number(fields[0]));
  TENURE_TRY_ASSIGN(place.since.us, PageToken::number(fields[1]));
  place.severity = static_cast<Severity>(severity);
  place.account = fields[2];
  place.rule = fields[3];
  place.subject = fields[4];
  return std::optional<AlertPlace>(std::move(place));
}

Result<void> check_request(const msg::ListAlertsRequest& request) {
  for (const std::string& state : request.states())
    if (state != "open" && state != "acknowledged" && state != "snoozed" && state != "cleared")
      return fail(ErrorCode::kInvalid, "states: '" + shown_text(state) +
                                           "' is not one of open, acknowledged, snoozed, cleared");
  return {};
}

}  // namespace

Result<void> Queries::alerts(const msg::ListAlertsRequest& request,
                             msg::ListAlertsResponse& out) const {
  TENURE_TRY(check_request(request));
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 100, 1000));
  TENURE_TRY_ASSIGN(const std::optional<AlertPlace> after, begin_after(request));
  if (!request.account().empty()) TENURE_TRY(postings_of(engine_, AccountId(request.account())));
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  const Covers covers = Covers::now(engine_, now);
  // Cleared episodes stand only in the ledger; open ones are counted in the brief.
  const auto rows = collect_briefs(engine_, [&](const AccountSlot& slot) {
    return (request.account().empty() || slot.id == request.account()) &&
           covers.looks_after(request.owner(), slot.brief.owner) &&
           (slot.brief.open_alerts > 0 || !request.states().empty());
  });
  std::vector<AlertPlace> places;
  for (const BriefRow& row : rows) {
    TENURE_TRY_ASSIGN(const AccountAt account, account_now(engine_, AccountId(row.account), now));
    for (const Episode& episode : account.hot->ledger.episodes()) {
      if (episode.state == Episode::State::kArmed || !is_shown(engine_, row.account, episode) ||
          !wanted(request, alert_state(episode, now)) ||
          (!request.rule().empty() && episode.rule != request.rule()))
        continue;
      places.push_back(
          {episode.severity, episode.since, row.account, episode.rule, episode.subject});
    }
  }
  std::sort(places.begin(), places.end());
  out.set_total(places.size());
  auto at = after ? std::upper_bound(places.begin(), places.end(), *after) : places.begin();
  for (std::size_t filled = 0; filled < kept && at != places.end(); ++filled, ++at) {
    TENURE_TRY_ASSIGN(const AccountAt account, account_now(engine_, AccountId(at->account), now));
    const Episode* episode = account.hot->ledger.find(at->rule, at->subject);
    if (episode == nullptr) continue;  // gone meanwhile
    msg::Alert& alert = *out.add_alerts();
    TENURE_TRY(fill_alert(engine_, account, *episode, now, alert));
    covers.fill(account.context.owner, alert);
  }
  if (at != places.end() && at != places.begin())
    out.set_next_page_token(token_after(request, *(at - 1)));
  return {};
}

namespace {

bool a_rule_tells(const Reference& reference, const std::string& person) {
  const auto& profiles = reference.profiles();
  return std::any_of(profiles.begin(), profiles.end(), [&](const Profile* profile) {
    return std::any_of(profile->rules.begin(), profile->rules.end(), [&](const auto& rule) {
      return std::any_of(rule.route.begin(), rule.route.end(),
                         [&](const RouteRung& rung) { return rung.to == "person:" + person; });
    });
  });
}

// What depends on when the act is taken, and on who is known then.
Result<void> check_parts(const Engine& engine, const msg::ActRequest& request, Instant now) {
  if (request.act() == "snooze") {
    TENURE_TRY_ASSIGN(const Instant until, parse_instant(request.until()));
    if (until <= now)
      return fail(ErrorCode::kInvalid, "until: " + request.until() + " is not after now");
    if (until > now + kDay * kSnoozeDaysMax)
      return fail(ErrorCode::kInvalid,
                  "until: must lie at most " + std::to_string(kSnoozeDaysMax) + " days ahead");
  }
  // Whoever acts may take it on; an alert that nobody has is seen by nobody.
  if (request.act() == "assign" && request.assignee() != request.actor() &&
      !a_rule_tells(*engine.reference().as_known(now), request.assignee()))
    return check_known(engine, now, request.assignee(), "assignee");
  return ok();
}

}  // namespace

Result<void> Queries::check_act(const msg::ActRequest& request) const {
  const Instant now = engine_.clock().now();
  TENURE_TRY(check_parts(engine_, request, now));
  TENURE_TRY_ASSIGN(const AccountAt account,
                    account_now(engine_, AccountId(request.account()), now));
  const Episode* episode = account.hot->ledger.find(request.rule(), request.subject());
  const std::string name =
      "alert '" + shown_text(request.rule()) + "'" +
      (request.subject().empty() ? "" : " of '" + shown_text(request.subject()) + "'");
  const bool told = episode != nullptr && !episode->transition_id.empty() &&
                    is_shown(engine_, request.account(), *episode);
  // A verdict may come when all is over: that is when people know.
  if (told && (episode->state == Episode::State::kRaised || request.act() == "judge")) return {};
  std::string others;
  for (const Episode& other : account.hot->ledger.episodes())
    if (other.state == Episode::State::kRaised && is_shown(engine_, request.account(), other))
      others += (others.empty() ? "" : ", ") + other.rule +
                (other.subject.empty() ? "" : " of " + other.subject);
  const std::string open = others.empty() ? "; it has none at all" : "; open are: " + others;
  if (told)
    return fail(ErrorCode::kBusy, name + " of account '" + shown_text(request.account()) +
                                      "' is cleared: nothing is left to do about it" + open);
  return fail(ErrorCode::kNotFound,
              "account '" + shown_text(request.account()) + "' has no open " + name + open);
}

}  // namespace tenure
