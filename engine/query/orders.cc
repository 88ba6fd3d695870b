// What people order, as events: acts on alerts, rules.
#include "engine/base/hash.h"
#include "engine/query/act_texts.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

Error bad(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

// What only one act reads would be lost without a word beside another.
Result<void> check_fields(const msg::ActRequest& request) {
  struct Part {
    std::string_view field, of;
    bool set;
  };
  const std::array<Part, 3> parts{{{"until", "snooze", !request.until().empty()},
                                   {"assignee", "assign", !request.assignee().empty()},
                                   {"verdict", "judge", !request.verdict().empty()}}};
  for (const Part& part : parts)
    if (part.set && request.act() != part.of)
      return bad(
          fmt::format("{}: belongs to {}; leave it out of {}", part.field, part.of, request.act()));
  return ok();
}

Result<void> fill_act(const msg::ActRequest& request, Instant now, pb::AlertActed& acted) {
  const std::string& act = request.act();
  if (act == "acknowledge") {
    acted.set_act(pb::ALERT_ACT_ACKNOWLEDGED);
    // Whoever takes care of it needs no quiet any more. Acts of old did not say so, and mean what
    // they meant.
    acted.set_until_us(now.us);
  } else if (act == "snooze") {
    if (request.until().empty()) return bad("until: say until when, such as 2026-03-01T08:00:00Z");
    const auto until = parse_instant(request.until());
    if (!until) return bad("until: " + until.error().message);
    acted.set_act(pb::ALERT_ACT_SNOOZED);
    acted.set_until_us(until->us);
  } else if (act == "assign") {
    if (request.assignee().empty()) return bad("assignee: say to whom");
    acted.set_act(pb::ALERT_ACT_ASSIGNED);
    acted.set_assignee(request.assignee());
  } else if (act == "clear") {
    if (request.reason().empty()) return bad("reason: say why it is cleared");
    acted.set_act(pb::ALERT_ACT_CLEARED);
  } else if (act == "judge") {
    acted.set_act(pb::ALERT_ACT_JUDGED);
    if (request.verdict() == "true") acted.set_verdict(pb::ALERT_VERDICT_TRUE);
    if (request.verdict() == "false") acted.set_verdict(pb::ALERT_VERDICT_FALSE);
    if (request.verdict() == "too late") acted.set_verdict(pb::ALERT_VERDICT_TOO_LATE);
    if (acted.verdict() == pb::ALERT_VERDICT_UNSPECIFIED)
      return bad("verdict: say true, false or too late");
  } else {
    return bad("act: say acknowledge, snooze, assign, clear or judge");
  }
  return check_fields(request);
}

std::string rules_event(const Profile& profile, std::string_view yaml, std::string_view actor,
                        Instant now, bool initial, const std::string& id) {
  pb::Event event;
  event.set_source(initial ? "tenure/defaults" : "tenure/rules");
  event.set_id(id);
  event.set_occurred_at_us(now.us);
  event.set_actor(std::string(actor));
  pb::RulesActivated& rules = *event.mutable_rules_activated();
  rules.set_profile(profile.name);
  rules.set_yaml(std::string(yaml));
  rules.set_version(profile.version);
  rules.set_initial(initial);
  return event.SerializeAsString();
}

}  // namespace

Result<std::string> act_envelope(const msg::ActRequest& request, Instant now) {
  TENURE_TRY(check_act_id(request.id()));
  if (request.account().empty()) return bad("account: say which");
  if (request.rule().empty()) return bad("rule: say which alert of the account");
  TENURE_TRY(check_line(request.account(), "account", {1, 128}));
  TENURE_TRY(check_line(request.rule(), "rule", {1, 256}));
  TENURE_TRY(check_line(request.subject(), "subject", {0, 256}));
  TENURE_TRY(check_line(request.assignee(), "assignee", {0, 200}));
  TENURE_TRY(check_lines(request.reason(), "reason", {0, 4096}));
  TENURE_TRY(check_actor(request.actor(), "acts"));
  pb::Event event;
  TENURE_TRY(fill_act(request, now, *event.mutable_alert_acted()));
  event.mutable_alert_acted()->set_rule(request.rule());
  event.mutable_alert_acted()->set_subject(request.subject());
  event.mutable_alert_acted()->set_reason(request.reason());
  event.set_source("tenure/acts");
  event.set_id(request.id());
  event.set_occurred_at_us(now.us);
  event.set_subject(request.account());
  event.add_accounts(request.account());
  event.set_actor(request.actor());
  return event.SerializeAsString();
}

Result<std::string> rules_envelope(std::string_view yaml, std::string_view file,
                                   const SignalCatalog& catalog, std::string_view actor,
                                   Instant now, bool initial) {
  TENURE_TRY_ASSIGN(const std::shared_ptr<const Profile> profile,
                    compile_profile(yaml, file, catalog));
  const std::string id = profile->name + "-" + profile->version;
  return rules_event(*profile, yaml, actor, now, initial,
                     initial ? id : id + "-" + std::to_string(now.us));
}

Result<RulesOrder> order_rules(const Engine& engine, std::string_view yaml, std::string_view file,
                               std::string_view actor) {
  const SignalCatalog& catalog = engine.set().catalog();
  TENURE_TRY_ASSIGN(const std::shared_ptr<const Profile> profile,
                    compile_profile(yaml, file, catalog));
  RulesOrder order{profile->name, profile->version, {}};
  const Instant now = engine.clock().now();
  // What was recorded last is seen by the instants after it.
  const Instant after = std::max(now, engine.log().last_recorded_at()) + Duration(1);
  const ReferencePtr reference = engine.reference().as_known(after);
  const Profile* in_force = reference->find_profile(profile->name);
  if (in_force != nullptr && in_force->version == profile->version) return order;
  // Activating an older text again is an order of its own, also while a clock of records stands.
  order.envelope = rules_event(*profile, yaml, actor, now, false,
                               fmt::format("{}-{}-{}-{}", profile->name, profile->version, now.us,
                                           engine.log().head(kReferenceShard)));
  return order;
}

}  // namespace tenure
