// What a scenario expects: questions to engine/query and counts of what stands in the log.
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/event/v1/event.pb.h"
#include "tests/scenarios/support/runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tenure::scenario {
namespace {

namespace api = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

Error bad(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

std::string join(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

std::string text_of(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kStringValue: return value.string_value();
    case google::protobuf::Value::kBoolValue: return value.bool_value() ? "true" : "false";
    case google::protobuf::Value::kNumberValue:
      return std::to_string(std::llround(value.number_value()));
    case google::protobuf::Value::kListValue:
      return std::to_string(value.list_value().values_size()) + " values";
    default: return "none";
  }
}

// "complaints.complaints.0.waiting", from the fields of a struct down.
std::string fact_at(const google::protobuf::Struct& facts, const std::string& path) {
  google::protobuf::Value at;
  *at.mutable_struct_value() = facts;
  for (const std::string& step : split(path, '.')) {
    if (at.has_struct_value()) {
      const auto& fields = at.struct_value().fields();
      const auto found = fields.find(step);
      if (found == fields.end()) return "none";
      at = google::protobuf::Value(found->second);
    } else if (at.has_list_value() && step.find_first_not_of("0123456789") == std::string::npos) {
      const auto index = std::stoul(step);
      const auto& values = at.list_value().values();
      if (index >= static_cast<std::size_t>(values.size())) return "none";
      at = google::protobuf::Value(values.Get(static_cast<int>(index)));
    } else {
      return "none";
    }
  }
  return text_of(at);
}

Result<std::optional<AsOf>> as_of(const Options& options, Instant now) {
  for (const auto sense : {AsOf::Sense::kKnown, AsOf::Sense::kWas}) {
    const auto text = options.get(sense == AsOf::Sense::kKnown ? "known" : "was");
    if (!text) continue;
    TENURE_TRY_ASSIGN(const Instant at, read_instant(*text, now));
    return std::optional<AsOf>(AsOf{sense, at});
  }
  return std::optional<AsOf>();
}

Result<api::GetAccountResponse> ask_account(World& world, const std::string& account,
                                            const Options& options) {
  TENURE_TRY_ASSIGN(const std::optional<AsOf> at, as_of(options, world.now()));
  api::GetAccountResponse answer;
  TENURE_TRY(Queries(world.engine()).account(AccountId(account), at, answer));
  return answer;
}

Result<api::ListAlertsResponse> ask_alerts(World& world, const std::string& account) {
  api::ListAlertsRequest request;
  request.set_account(account);
  for (const char* state : {"open", "acknowledged", "snoozed", "cleared"})
    request.add_states(state);
  request.set_page_size(1000);
  api::ListAlertsResponse answer;
  TENURE_TRY(Queries(world.engine()).alerts(request, answer));
  return answer;
}

// What follows the word "=".
Result<std::string> wanted_value(const Statement& statement) {
  for (std::size_t k = 0; k + 1 < statement.words.size(); ++k)
    if (statement.words[k] == "=") return statement.words[k + 1];
  return bad("say '= <value>'");
}

std::string step_name(int step) {
  static const std::map<int, std::string> names{{1, "armed"},     {2, "disarmed"}, {3, "raised"},
                                                {4, "escalated"}, {5, "reminded"}, {6, "cleared"}};
  const auto found = names.find(step);
  return found == names.end() ? "unknown" : found->second;
}

pb::AlertTransitioned transition_of(const ToldEvent& told) {
  pb::Event event;
  event.ParseFromString(told.bytes);
  return event.alert_transitioned();
}

}  // namespace

std::string tell_in_words(const ToldEvent& told, bool to_the_stamp) {
  pb::Event event;
  event.ParseFromString(told.bytes);
  const pb::AlertTransitioned& step = event.alert_transitioned();
  const std::string at = to_string(Instant{step.decided_at_us()});
  std::string text = (to_the_stamp ? at : at.substr(0, 19)) + " " + told.account + " " +
                     step.rule() + " [" + step.subject() + "] " + step_name(step.step()) +
                     " rung " + std::to_string(step.rung()) + " severity " +
                     std::to_string(step.severity()) + (to_the_stamp ? " id " + event.id() : "") +
                     " health " + std::to_string(step.health_milli()) + " causes";
  for (const pb::EventRef& cause : step.causes())
    text += " " + cause.source() + "/" + cause.id() + "/" + std::to_string(cause.revision());
  text += " of " + std::to_string(step.causes_total()) + " signals";
  for (const pb::SignalValue& signal : step.signals())
    text += " " + signal.name() + "=" +
            (signal.has_milli() ? std::to_string(signal.milli()) : "missing");
  for (const std::string& person : step.told_to()) text += " told " + person;
  return text + ": " + step.sentence();
}

Outcome Runner::outcome(bool to_the_stamp) {
  Outcome outcome;
  const auto digest = Queries(world_->engine()).digest({});
  outcome.digest = digest ? digest->hash : digest.error().message;
  const auto told = world_->told();
  if (!told) ADD_FAILURE() << told.error().message;
  if (told)
    for (const ToldEvent& one : *told) outcome.told.push_back(tell_in_words(one, to_the_stamp));
  std::sort(outcome.told.begin(), outcome.told.end());
  const auto alerts = ask_alerts(*world_, "");
  if (!alerts) ADD_FAILURE() << alerts.error().message;
  if (alerts)
    for (api::Alert alert : alerts->alerts()) {
      if (!to_the_stamp) {
        alert.clear_id();
        alert.set_raised_at(alert.raised_at().substr(0, 19));
      }
      outcome.alerts.push_back(to_json(alert));
    }
  std::sort(outcome.alerts.begin(), outcome.alerts.end());
  return outcome;
}

Result<void> Runner::expect(const Statement& statement) {
  if (statement.words.size() < 3) return bad("expect <what> ...");
  const std::string& what = statement.words[1];
  if (what == "alert") return expect_alert(statement);
  if (what == "no") return expect_no_alerts(statement);
  if (what == "signal") return expect_signal(statement);
  if (what == "fact") return expect_fact(statement);
  if (what == "health") return expect_health(statement);
  if (what == "told") return expect_told(statement);
  if (what == "digest") return expect_digest(statement);
  if (what == "quarantined" || what == "conflicts" || what == "events" || what == "superseded")
    return expect_count(statement);
  if (what == "owner" || what == "cover" || what == "tier" || what == "profile" ||
      what == "complete" || what == "due")
    return expect_text(statement);
  return bad("'expect " + what + "' is no expectation");
}

// expect alert acc-7 silence [subject=] [state=open] [severity=] [because=e1,e2] [sentence~=text]
Result<void> Runner::expect_alert(const Statement& statement) {
  const Options options(statement, 2);
  if (options.plain.size() != 2) return bad("expect alert <account> <rule> ...");
  TENURE_TRY_ASSIGN(const api::ListAlertsResponse answer, ask_alerts(*world_, options.plain[0]));
  const std::string subject = options.get("subject").value_or("");
  const api::Alert* found = nullptr;
  for (const api::Alert& alert : answer.alerts())
    if (alert.rule() == options.plain[1] && alert.subject() == subject) found = &alert;
  const std::string state = options.get("state").value_or("open");
  const std::string is = found == nullptr ? "none" : found->state();
  if (is != state) {
    wrong(statement, "the alert is " + is + ", not " + state);
    return {};
  }
  if (found == nullptr) return {};
  const auto same = [&](const std::string& name, const std::string& value) {
    if (const auto want = options.get(name); want && *want != value)
      wrong(statement, name + " is '" + value + "', not '" + *want + "'");
  };
  same("severity", found->severity());
  same("assignee", found->assignee());
  same("verdict", found->verdict());
  same("cover", found->cover().by());
  same("told_to", join(std::set<std::string>(found->told_to().begin(), found->told_to().end())));
  same("evidence", std::to_string(found->evidence_total()));
  if (const auto raised = options.get("raised")) {
    TENURE_TRY_ASSIGN(const Instant at, read_instant(*raised, world_->now()));
    // Events of one instant are stamped a microsecond after another.
    if (to_string(at).substr(0, 19) != found->raised_at().substr(0, 19))
      wrong(statement, "raised at " + found->raised_at() + ", not at " + to_string(at));
  }
  std::set<std::string> causes;
  for (const api::Evidence& evidence : found->evidence()) causes.insert(evidence.id());
  if (const auto because = options.get("because")) {
    const std::vector<std::string> ids = split(*because, ',');
    if (std::set<std::string>(ids.begin(), ids.end()) != causes)
      wrong(statement, "because of " + join(causes) + ", not of " + *because);
  }
  if (const auto part = options.get("sentence~");
      part && found->sentence().find(*part) == std::string::npos)
    wrong(statement, "the sentence is '" + found->sentence() + "'");
  return {};
}

// expect no alerts [account]
Result<void> Runner::expect_no_alerts(const Statement& statement) {
  TENURE_TRY_ASSIGN(const api::ListAlertsResponse answer,
                    ask_alerts(*world_, statement.words.size() > 3 ? statement.words[3] : ""));
  for (const api::Alert& alert : answer.alerts())
    if (alert.state() != "cleared")
      wrong(statement, alert.account() + " has " + alert.rule() + ": " + alert.sentence());
  return {};
}

// expect signal acc-7 complaints.clock [subject=c1] = 0.95
Result<void> Runner::expect_signal(const Statement& statement) {
  const Options options(statement, 2);
  if (options.plain.size() < 2) return bad("expect signal <account> <name> = <value>");
  TENURE_TRY_ASSIGN(const std::string want, wanted_value(statement));
  TENURE_TRY_ASSIGN(const api::GetAccountResponse answer,
                    ask_account(*world_, options.plain[0], options));
  const std::string subject = options.get("subject").value_or("");
  std::string is = "missing";
  std::optional<std::int64_t> milli;
  for (const api::Signal& signal : answer.signals())
    if (signal.name() == options.plain[1] && signal.subject() == subject && signal.has_milli())
      milli = signal.milli();
  if (milli) is = std::to_string(*milli) + " thousandths";
  if (want == "missing") {
    if (milli) wrong(statement, options.plain[1] + " is " + is);
    return {};
  }
  TENURE_TRY_ASSIGN(const std::int64_t wanted, read_milli(want));
  if (!milli || *milli != wanted) wrong(statement, options.plain[1] + " is " + is);
  return {};
}

// expect fact acc-7 complaints.opened = 2 [known=<instant>] [was=<instant>]
Result<void> Runner::expect_fact(const Statement& statement) {
  const Options options(statement, 2);
  if (options.plain.size() < 2) return bad("expect fact <account> <projection>.<path> = <value>");
  TENURE_TRY_ASSIGN(std::string want, wanted_value(statement));
  TENURE_TRY_ASSIGN(const api::GetAccountResponse answer,
                    ask_account(*world_, options.plain[0], options));
  const std::string is = fact_at(answer.facts(), options.plain[1]);
  if (is == want) return {};
  // Facts show instants in full; a scenario may say them shorter.
  if (const auto at = read_instant(want, world_->now()); at && is == to_string(*at)) return {};
  wrong(statement, options.plain[1] + " is " + is + ", not " + want);
  return {};
}

// expect health acc-7 = 62.5 | expect health acc-7 between 40 60 | expect health acc-7 = missing
Result<void> Runner::expect_health(const Statement& statement) {
  const Options options(statement, 2);
  TENURE_TRY_ASSIGN(const api::GetAccountResponse answer,
                    ask_account(*world_, options.plain[0], options));
  const bool known = answer.health().has_score_milli();
  const std::int64_t score = answer.health().score_milli();
  const std::string is = known ? std::to_string(score) + " thousandths" : "missing";
  if (options.plain.size() == 4 && options.plain[1] == "between") {
    TENURE_TRY_ASSIGN(const std::int64_t low, read_milli(options.plain[2]));
    TENURE_TRY_ASSIGN(const std::int64_t high, read_milli(options.plain[3]));
    if (!known || score < low || score > high) wrong(statement, "health is " + is);
    return {};
  }
  TENURE_TRY_ASSIGN(const std::string want, wanted_value(statement));
  if (want == "missing") {
    if (known) wrong(statement, "health is " + is);
    return {};
  }
  TENURE_TRY_ASSIGN(const std::int64_t wanted, read_milli(want));
  if (!known || score != wanted) wrong(statement, "health is " + is);
  return {};
}

// expect told acc-7 silence [subject=] raised=1 cleared=0: steps that are not named are not counted
Result<void> Runner::expect_told(const Statement& statement) {
  const Options options(statement, 2);
  if (options.plain.size() < 2) return bad("expect told <account> <rule> raised=1 ...");
  TENURE_TRY_ASSIGN(const std::vector<ToldEvent> told, world_->told());
  std::map<std::string, int> counts;
  std::string list;
  for (const ToldEvent& one : told) {
    const pb::AlertTransitioned step = transition_of(one);
    if (one.account != options.plain[0] || step.rule() != options.plain[1]) continue;
    if (const auto subject = options.get("subject"); subject && *subject != step.subject())
      continue;
    ++counts[step_name(step.step())];
    list += "\n  " + tell_in_words(one);
  }
  if (options.plain.size() > 2 && options.plain[2] == "nothing" && !counts.empty())
    wrong(statement, "told:" + list);
  for (const auto& [name, count] : options.named) {
    if (name == "subject") continue;
    if (std::to_string(counts[name]) != count)
      wrong(statement, "told " + std::to_string(counts[name]) + " times " + name + ":" + list);
  }
  return {};
}

// expect quarantined = 2 | expect conflicts = 1 | expect superseded = 1 | expect events acc-7 = 4
Result<void> Runner::expect_count(const Statement& statement) {
  const std::string& what = statement.words[1];
  TENURE_TRY_ASSIGN(const std::string want, wanted_value(statement));
  std::uint64_t is = 0;
  if (what == "events") {
    TENURE_TRY_ASSIGN(const api::GetAccountResponse answer,
                      ask_account(*world_, statement.words[2], Options(statement, 3)));
    is = answer.events();
  } else if (what == "quarantined") {
    is = world_->engine().log().stat().quarantined;
  } else {
    const EventMark mark = what == "conflicts" ? kMarkConflict : kMarkSuperseded;
    for (std::uint16_t shard = 0; shard < world_->engine().shards(); ++shard)
      TENURE_TRY(world_->engine().log().scan(ShardId{shard}, 1, [&](const BlockPtr& block) {
        for (const LoggedEvent& event : block->events())
          if (event.has(mark) && !event.has(kMarkCopy)) ++is;
        return true;
      }));
  }
  if (std::to_string(is) != want) wrong(statement, what + " is " + std::to_string(is));
  return {};
}

// expect owner acc-7 = ada | cover | tier | profile | expect complete acc-7 = false | expect due
// acc-7 = <instant>
Result<void> Runner::expect_text(const Statement& statement) {
  const std::string& what = statement.words[1];
  const Options options(statement, 2);
  TENURE_TRY_ASSIGN(std::string want, wanted_value(statement));
  TENURE_TRY_ASSIGN(const api::GetAccountResponse answer,
                    ask_account(*world_, options.plain[0], options));
  std::string is = what == "owner"  ? answer.profile().owner()
                   : what == "tier" ? answer.profile().tier()
                                    : answer.profile().profile();
  if (what == "cover") is = answer.has_cover() ? answer.cover().by() : "none";
  if (what == "complete") is = answer.freshness().complete() ? "true" : "false";
  if (what == "due") {
    TENURE_TRY_ASSIGN(const Instant at, read_instant(want, world_->now()));
    want = to_string(at);
    const AccountId account(options.plain[0]);
    world_->engine().with_shard(shard_of(account, world_->engine().shards()), [&](Shard& shard) {
      if (const auto slot = shard.find(account); slot && *slot != nullptr)
        is = to_string((*slot)->due);
    });
  }
  if (is != want) wrong(statement, what + " is '" + is + "', not '" + want + "'");
  return {};
}

Result<void> Runner::expect_digest(const Statement& statement) {
  TENURE_TRY_ASSIGN(const Digest digest, Queries(world_->engine()).digest({}));
  const bool same = digest.hash == remembered_digest_;
  if (same != (statement.words[2] == "same")) wrong(statement, "the digest is " + digest.hash);
  return {};
}

}  // namespace tenure::scenario
