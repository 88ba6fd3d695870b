#include "engine/runtime/transition_event.h"

#include "tenure/event/v1/event.pb.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;
using Step = AlertTransition::Step;

// The route's rungs are names of duties; what is told to are people.
std::string told_to(const RouteRung& rung, const AccountContext& account,
                    const Reference& reference) {
  if (rung.to == "owner") return std::string(account.owner);
  if (rung.to == "owner_manager") return std::string(reference.manager_of(account.owner));
  const std::size_t colon = rung.to.find(':');
  return colon == std::string::npos ? rung.to : rung.to.substr(colon + 1);
}

void set_ref(const EventRef& from, pb::EventRef& to) {
  to.set_source(std::string(from.source));
  to.set_id(std::string(from.id));
  to.set_revision(from.revision);
}

void add_signals(const TransitionInput& input, pb::AlertTransitioned& out) {
  if (input.transition.rule == nullptr) return;
  const SignalCatalog& catalog = input.set.catalog();
  for (const SignalId signal : input.transition.rule->signals) {
    const SignalSpec& spec = catalog.spec(signal);
    std::int64_t milli = spec.per_subject ? kMissing : input.signals.milli[signal.value];
    if (spec.per_subject)
      for (const SubjectSignal& value : input.signals.subjects)
        if (value.signal == signal && value.subject == input.transition.subject)
          milli = value.milli;
    pb::SignalValue& value = *out.add_signals();
    value.set_name(std::string(spec.name));
    if (milli != kMissing) value.set_milli(milli);
  }
}

// "Corlund Bank plc: complaint past its clock of T-17 is over".
std::string over_sentence(const TransitionInput& input) {
  std::string rule = input.transition.rule_name;
  std::replace(rule.begin(), rule.end(), '_', ' ');
  const AccountContext& account = input.account;
  std::string sentence(account.name.empty() ? account.account.text : account.name);
  sentence += ": " + rule;
  if (!input.transition.subject.empty()) sentence += " of " + input.transition.subject;
  return sentence + " is over";
}

bool asks_for_health(const Condition& condition) {
  return condition.kind == Condition::Kind::kHealth ||
         std::any_of(condition.children.begin(), condition.children.end(), asks_for_health);
}

struct SignalsBehind {
  std::vector<SignalId> all;
  std::vector<SignalId> dearest;  // the factors that lower health, by the points that each costs
};

SignalsBehind signals_behind(const TransitionInput& input) {
  const Rule& rule = *input.transition.rule;
  SignalsBehind behind{rule.signals, {}};
  if (!asks_for_health(rule.raise) && !asks_for_health(rule.clear)) return behind;
  constexpr std::int64_t kFullPoints_milli = 100'000;
  Health health;
  health_of(input.signals, *input.account.profile, health);
  // Factors of one projection rest on the same events: where one lowers health, without its events
  // another would.
  std::set<std::size_t> lowered;
  std::vector<std::pair<std::int64_t, SignalId>> costs;
  for (const Contribution& part : health.contributions) {
    if (part.missing || part.points_milli >= kFullPoints_milli) continue;
    lowered.insert(input.set.owner(part.signal));
    costs.emplace_back(part.weight * (kFullPoints_milli - part.points_milli), part.signal);
  }
  for (const Contribution& part : health.contributions)
    if (!part.missing && lowered.count(input.set.owner(part.signal)) > 0)
      behind.all.push_back(part.signal);
  std::stable_sort(costs.begin(), costs.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [cost, signal] : costs) behind.dearest.push_back(signal);
  return behind;
}

using Identity = std::tuple<std::string, std::string, std::uint32_t>;

Identity identity_of(const Cause& cause) { return {cause.source, cause.id, cause.revision}; }

// Those of one signal, newest first.
std::vector<Identity> cited_by(const TransitionInput& input, const History& history,
                               SignalId signal) {
  const ProjectionSet& set = input.set;
  const std::size_t owner = set.owner(signal);
  const std::size_t index = signal.value - set.first_signal(owner).value;
  CauseSink sink(SIZE_MAX, CauseSink::Sentences::kLeftOut);
  const SubjectId of =
      set.catalog().spec(signal).per_subject ? SubjectId(input.transition.subject) : SubjectId();
  set.at(owner).causes(history, input.now, input.account, input.reference, index, of, sink);
  std::vector<Identity> cited;
  for (const Cause& cause : sink.kept()) cited.push_back(identity_of(cause));
  return cited;
}

void add_causes(const TransitionInput& input, const History& history, pb::AlertTransitioned& out) {
  const Rule& rule = *input.transition.rule;
  const CauseSink sink = causes_of(input, history);
  for (const Cause& cause : sink.kept())
    set_ref({cause.source, cause.id, cause.revision, cause.occurred_at}, *out.add_causes());
  out.set_causes_total(sink.total());
  if (input.transition.step == Step::kCleared) {
    // What raised it holds no longer, so its own words would be about nothing.
    out.set_sentence(over_sentence(input));
    return;
  }
  SentenceInput sentence;
  sentence.catalog = &input.set.catalog();
  sentence.account = input.account;
  sentence.signals = input.signals;
  sentence.subject = input.transition.subject;
  sentence.health_milli = input.health_milli;
  sentence.causes = sink.kept();
  out.set_sentence(fill_sentence(rule, sentence));
}

void fill(const TransitionInput& input, pb::AlertTransitioned& out) {
  out.set_step(static_cast<pb::AlertStep>(input.transition.step));
  out.set_rule(input.transition.rule_name);
  out.set_subject(input.transition.subject);
  out.set_rung(input.transition.rung);
  out.set_profile(input.account.profile->name);
  out.set_rules_version(input.account.profile->version);
  out.set_severity(static_cast<pb::AlertSeverity>(input.transition.severity));
  out.set_reviewed_sequence(input.reviewed);
  out.set_reviewed_due_us(input.due_fired.us);
  out.set_decided_at_us(input.now.us);
  pb::ReviewTrigger& trigger = *out.mutable_trigger();
  trigger.set_kind(static_cast<pb::ReviewTrigger::Kind>(input.trigger.kind));
  if (input.trigger.kind != Trigger::Kind::kDue)
    set_ref(input.trigger.cause, *trigger.mutable_cause());
  trigger.set_due_at_us(input.trigger.due.us);
  add_signals(input, out);
  if (input.health_milli) out.set_health_milli(*input.health_milli);
  if (input.transition.rule == nullptr) return;
  const std::vector<RouteRung>& route = input.transition.rule->route;
  if (input.transition.rung >= route.size()) return;
  std::string to = told_to(route[input.transition.rung], input.account, input.reference);
  if (to.empty()) return;
  // Whoever is away is told all the same, and whoever covers as well.
  const std::string cover(input.reference.cover_of(to, input.now));
  out.add_told_to(std::move(to));
  if (!cover.empty()) out.add_told_to(cover);
}

}  // namespace

bool cites_causes(const AlertTransition& transition) {
  return transition.rule != nullptr && transition.step != Step::kArmed &&
         transition.step != Step::kDisarmed;
}

CauseSink causes_of(const TransitionInput& input, const History& history, std::size_t kept_max) {
  // Signals of one rule often rest on the same events: gather identities first, then tell them.
  const SignalsBehind behind = signals_behind(input);
  std::set<Identity> cited;
  std::vector<Identity> first;
  for (const SignalId signal : behind.all) {
    std::vector<Identity> one = cited_by(input, history, signal);
    cited.insert(std::make_move_iterator(one.begin()), std::make_move_iterator(one.end()));
  }
  for (const SignalId signal : behind.dearest) {
    const std::vector<Identity> one = cited_by(input, history, signal);
    if (!one.empty() && cited.erase(one.front()) > 0) first.push_back(one.front());
  }
  CauseSink out(kept_max);
  for (const Identity& wanted : first)
    history.newest_first([&](const Event& event) {
      if (Identity(event.source, event.id, event.revision) != wanted) return true;
      out.add(event);
      return false;
    });
  history.newest_first([&](const Event& event) {
    if (cited.count(Identity(event.source, event.id, event.revision)) > 0) out.add(event);
    return true;
  });
  return out;
}

std::string transition_envelope(const TransitionInput& input, const History& history) {
  pb::Event event;
  event.set_source("tenure/" + ("review/" + std::to_string(input.shard.value)));
  event.set_id(transition_id(input.account.account, input.transition, input.trigger));
  event.set_occurred_at_us(input.now.us);
  event.set_subject(input.account.account.str());
  event.add_accounts(input.account.account.str());
  event.set_actor("tenure");
  if (input.trigger.kind != Trigger::Kind::kDue)
    set_ref(input.trigger.cause, *event.mutable_causation());
  fill(input, *event.mutable_alert_transitioned());
  if (cites_causes(input.transition))
    add_causes(input, history, *event.mutable_alert_transitioned());
  return event.SerializeAsString();
}

}  // namespace tenure
