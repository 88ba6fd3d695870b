#include "engine/review/review.h"

#include "tenure/event/v1/alert.pb.h"
#include "tenure/event/v1/reference.pb.h"
#include "tests/support/signal_names.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

namespace tenure {
namespace {

namespace pb = event::v1;
using Step = AlertTransition::Step;
using Steps = std::vector<Step>;

constexpr Instant at(std::int64_t hour) {
  return Instant{1'700'000'000'000'000} + std::chrono::hours(hour);
}

const SignalCatalog& catalog() {
  static const SignalCatalog known = testing::known_signals();
  return known;
}

SignalId id(std::string_view name) { return *catalog().find(name); }

// One account with its rules, signals and ledger; what a review tells is written to the ledger, as
// the runtime does.
class Account {
 public:
  explicit Account(const std::string& rules)
      : values_(catalog().size(), kMissing), history_(catalog()) {
    context.tier = AccountTier::kStandard;
    context.calendar = Calendar::round_the_clock().get();
    set_rules(rules);
  }
  void set_rules(const std::string& rules) {
    const auto made = compile_profile("profile: p\n" + rules, "test.yaml", catalog());
    if (!made) ADD_FAILURE() << made.error().message;
    profiles_.push_back(*made);
    context.profile = profiles_.back().get();
  }
  void set(std::string_view name, std::int64_t milli) { values_[id(name).value] = milli; }
  void gap(EventType type, const google::protobuf::Message& payload, Instant recorded_at) {
    const std::string bytes = payload.SerializeAsString();
    Event event;
    event.type = type;
    event.payload = bytes;
    ASSERT_TRUE(history_.apply(event, recorded_at, ++sequence_));
  }

  Steps look(Instant now) {
    peek(now);
    Steps steps;
    for (const AlertTransition& told : out.told) {
      steps.push_back(told.step);
      write(told, now);
    }
    return steps;
  }
  void peek(Instant now) {
    const ReferencePtr reference = history_.as_known(now);
    review(ledger, {}, now, {values_, subjects}, context, *reference, out);
  }
  void act(pb::AlertAct what, Instant now, Instant until = {}) {
    pb::AlertActed acted;
    acted.set_act(what);
    acted.set_rule("r");
    acted.set_until_us(until.us);
    apply(EventType::kAlertActed, acted, now);
  }

  AlertLedger ledger;
  AccountContext context;
  std::vector<SubjectSignal> subjects;
  Review out;

 private:
  void write(const AlertTransition& told, Instant now) {
    pb::AlertTransitioned event;
    event.set_step(static_cast<pb::AlertStep>(told.step));
    event.set_rule(told.rule_name);
    event.set_subject(told.subject);
    event.set_rung(told.rung);
    event.set_severity(static_cast<pb::AlertSeverity>(told.severity));
    event.set_decided_at_us(now.us);
    apply(EventType::kAlertTransitioned, event, now);
  }
  void apply(EventType type, const google::protobuf::Message& payload, Instant now) {
    const std::string bytes = payload.SerializeAsString();
    Event event;
    event.id = "t";
    event.type = type;
    event.occurred_at = now;
    event.payload = bytes;
    ledger.apply(event);
  }
  std::vector<std::int64_t> values_;
  std::vector<std::shared_ptr<const Profile>> profiles_;
  ReferenceHistory history_;
  Sequence sequence_ = 0;
};

std::string rule(const std::string& more) {
  return "alerts:\n  r:\n    raise: {signal: usage.trend, lt: 0.5}\n"
         "    clear: {signal: usage.trend, ge: 0.8}\n    severity: {key: high, standard: medium, "
         "tail: low}\n" +
         more;
}

TEST(Review, RaisesOnceAndClearsWithHysteresis) {
  Account account(rule(""));
  EXPECT_EQ(account.look(at(0)), Steps{});  // missing is not low
  account.set("usage.trend", 400);
  EXPECT_EQ(account.look(at(1)), Steps{Step::kRaised});
  EXPECT_EQ(account.look(at(2)), Steps{});  // updated, not told twice
  account.set("usage.trend", 600);
  EXPECT_EQ(account.look(at(3)), Steps{});
  account.set("usage.trend", kMissing);
  EXPECT_EQ(account.look(at(4)), Steps{});  // neither raises nor clears
  account.set("usage.trend", 800);
  EXPECT_EQ(account.look(at(5)), Steps{Step::kCleared});
  EXPECT_EQ(account.out.due, Instant::never());
}

TEST(Review, HoldsBeforeItRaisesAndAMissingSignalDisarms) {
  Account account(rule("    for: 2d\n"));
  account.set("usage.trend", 400);
  EXPECT_EQ(account.look(at(0)), Steps{Step::kArmed});
  EXPECT_EQ(account.out.due, at(48));
  EXPECT_EQ(account.look(at(47)), Steps{});
  EXPECT_EQ(account.look(at(48)), Steps{Step::kRaised});
  Account other(rule("    for: 2d\n"));
  other.set("usage.trend", 400);
  other.look(at(0));
  other.set("usage.trend", kMissing);
  EXPECT_EQ(other.look(at(1)), Steps{Step::kDisarmed});
  EXPECT_TRUE(other.ledger.empty());
}

TEST(Review, CoolsDownFromTheClear) {
  Account account(rule("    cool_down: 1d\n"));
  account.set("usage.trend", 400);
  account.look(at(0));
  account.set("usage.trend", 900);
  account.look(at(10));
  account.set("usage.trend", 400);
  EXPECT_EQ(account.look(at(11)), Steps{});
  EXPECT_EQ(account.out.due, at(34));
  EXPECT_EQ(account.look(at(34)), Steps{Step::kRaised});
}

TEST(Review, ClimbsTheRouteUnlessAcknowledged) {
  const std::string route =
      "    route: [{to: owner}, {after: 5h, unless: acknowledged, to: owner_manager}, {after: 9h, "
      "to: role:head}]\n";
  Account account(rule(route));
  account.set("usage.trend", 400);
  account.look(at(0));
  EXPECT_EQ(account.out.due, at(5));
  EXPECT_EQ(account.look(at(5)), Steps{Step::kEscalated});
  EXPECT_EQ(account.out.told[0].rung, 1U);
  EXPECT_EQ(account.out.due, at(9));
  Account seen(rule(route));
  seen.set("usage.trend", 400);
  seen.look(at(0));
  seen.act(pb::ALERT_ACT_ACKNOWLEDGED, at(1));
  EXPECT_EQ(seen.look(at(1)), Steps{});
  EXPECT_EQ(seen.out.due, at(9));
  EXPECT_EQ(seen.look(at(9)), Steps{Step::kEscalated});
  EXPECT_EQ(seen.out.told[0].rung, 2U);
}

TEST(Review, ASnoozeStopsRemindersButNotAWorseSeverity) {
  Account account(rule("    remind_every: 1d\n"));
  account.set("usage.trend", 400);
  account.look(at(0));
  EXPECT_EQ(account.look(at(24)), Steps{Step::kReminded});
  account.act(pb::ALERT_ACT_SNOOZED, at(25), at(100));
  EXPECT_EQ(account.look(at(60)), Steps{});
  EXPECT_EQ(account.out.due, at(100));
  account.context.tier = AccountTier::kKey;
  EXPECT_EQ(account.look(at(61)), Steps{Step::kEscalated});
  EXPECT_EQ(account.out.told[0].severity, Severity::kHigh);
  EXPECT_EQ(account.look(at(62)), Steps{});
  EXPECT_EQ(account.out.due, at(85));
}

TEST(Review, AcknowledgingEndsASnoozeUnlessItWasLoggedBeforeThatWasSaid) {
  Account account(rule("    remind_every: 1d\n"));
  account.set("usage.trend", 400);
  account.look(at(0));
  account.act(pb::ALERT_ACT_SNOOZED, at(1), at(100));
  account.act(pb::ALERT_ACT_ACKNOWLEDGED, at(2));
  EXPECT_EQ(account.ledger.episodes().front().snoozed_until, at(100));
  account.act(pb::ALERT_ACT_ACKNOWLEDGED, at(3), at(3));
  EXPECT_TRUE(account.ledger.episodes().front().acknowledged);
  EXPECT_EQ(account.ledger.episodes().front().snoozed_until, Instant::always());
}

TEST(Review, ClearedByHandStaysQuietUntilTheConditionCeasedOnce) {
  Account account(rule(""));
  account.set("usage.trend", 400);
  account.look(at(0));
  account.act(pb::ALERT_ACT_CLEARED, at(1));
  EXPECT_EQ(account.look(at(1)), Steps{});
  account.set("usage.trend", kMissing);
  EXPECT_EQ(account.look(at(2)), Steps{});
  account.set("usage.trend", 600);
  EXPECT_EQ(account.look(at(3)), Steps{Step::kDisarmed});
  account.set("usage.trend", 400);
  EXPECT_EQ(account.look(at(4)), Steps{Step::kRaised});
}

TEST(Review, AGapMutesTheRaiseUntilItHasPassed) {
  Account account(rule("    mute_on_gap: [usage]\n"));
  pb::SourceGapOpened opened;
  opened.set_feed("usage");
  opened.set_from_us(at(0).us);
  account.gap(EventType::kSourceGapOpened, opened, at(0));
  account.set("usage.trend", 100);
  EXPECT_EQ(account.look(at(1)), Steps{});
  EXPECT_EQ(account.out.due, Instant::never());
  pb::SourceGapClosed closed;
  closed.set_feed("usage");
  closed.set_until_us(at(10).us);
  account.gap(EventType::kSourceGapClosed, closed, at(10));
  EXPECT_EQ(account.look(at(11)), Steps{});
  EXPECT_EQ(account.out.due, at(20));
  EXPECT_EQ(account.look(at(20)), Steps{Step::kRaised});
}

TEST(Review, EachSubjectHasItsEpisodeAndEndsWithIt) {
  Account account(
      "alerts:\n  r:\n    raise: {signal: complaints.clock, ge: 1}\n    severity: low\n");
  const SignalId clock = id("complaints.clock");
  account.subjects = {{clock, "c1", 1200}, {clock, "c2", 300}, {clock, "c3", 1000}};
  EXPECT_EQ(account.look(at(0)), (Steps{Step::kRaised, Step::kRaised}));
  EXPECT_EQ(account.out.told[0].subject, "c1");
  EXPECT_EQ(account.out.told[1].subject, "c3");
  account.subjects = {{clock, "c2", 300}, {clock, "c3", 1100}};
  EXPECT_EQ(account.look(at(1)), Steps{Step::kCleared});
  EXPECT_EQ(account.out.told[0].subject, "c1");
}

TEST(Review, WhatLeavesClearsWhatIsOpen) {
  Account lost(rule(""));
  lost.set("usage.trend", 400);
  lost.look(at(0));
  lost.context.lost = true;
  EXPECT_EQ(lost.look(at(1)), Steps{Step::kCleared});
  EXPECT_EQ(lost.look(at(2)), Steps{});
  Account ruleless(rule(""));
  ruleless.set("usage.trend", 400);
  ruleless.look(at(0));
  ruleless.set_rules("alerts: {}\n");
  EXPECT_EQ(ruleless.look(at(1)), Steps{Step::kCleared});
  EXPECT_EQ(ruleless.out.told[0].rule, nullptr);
}

TEST(Review, UnknownSpreadsThroughAllAnyAndNot) {
  const auto raises = [](const std::string& condition) {
    Account account("alerts: {r: {severity: low, raise: " + condition + "}}\n");
    account.set("usage.trend", 500);
    return !account.look(at(0)).empty();
  };
  const std::string yes = "{signal: usage.trend, eq: 0.5}";
  const std::string no = "{signal: usage.trend, gt: 0.5}";
  const std::string unknown = "{signal: usage.seats, eq: 0}";
  EXPECT_TRUE(raises("{any: [" + unknown + ", " + yes + "]}"));
  EXPECT_FALSE(raises("{any: [" + unknown + ", " + no + "]}"));
  EXPECT_FALSE(raises("{all: [" + unknown + ", " + yes + "]}"));
  EXPECT_FALSE(raises("{not: " + unknown + "}"));
  EXPECT_TRUE(raises("{not: {all: [" + unknown + ", " + no + "]}}"));
  EXPECT_FALSE(raises("{health: total, lt: 50}"));
}

// Until the due instant nothing is told with the same signals: the wheel may sleep until then.
RC_GTEST_PROP(Review, NothingIsToldBeforeTheDueInstant, ()) {
  const auto span = [](int most) { return std::to_string(*rc::gen::inRange(1, most)) + "h\n"; };
  Account account(
      rule("    for: " + span(40) + "    cool_down: " + span(60) + "    remind_every: " + span(90) +
           "    route: [{to: owner}, {after: " + std::to_string(*rc::gen::inRange(1, 50)) +
           "h, unless: acknowledged, to: owner_manager}]\n"));
  std::int64_t hour = 0;
  for (int k = 0; k < 12; ++k) {
    hour += *rc::gen::inRange(1, 50);
    account.set("usage.trend", *rc::gen::element(kMissing, std::int64_t{300}, std::int64_t{600},
                                                 std::int64_t{900}));
    account.context.tier = *rc::gen::element(AccountTier::kKey, AccountTier::kTail);
    const int act = *rc::gen::inRange(0, 6);
    if (act == 1) account.act(pb::ALERT_ACT_ACKNOWLEDGED, at(hour));
    if (act == 2) account.act(pb::ALERT_ACT_SNOOZED, at(hour), at(hour + 70));
    if (act == 3) account.act(pb::ALERT_ACT_CLEARED, at(hour));
    account.look(at(hour));
    const Instant due = account.out.due;
    RC_ASSERT(due > at(hour));
    const std::int64_t end =
        due == Instant::never() ? hour + 2000 : (due - at(0)) / std::chrono::hours(1);
    for (int sample = 0; sample < 20; ++sample) {
      account.peek(Instant{at(hour).us + (at(end).us - at(hour).us - 1) / 20 * sample});
      RC_ASSERT(account.out.told.empty());
    }
    if (due != Instant::never()) account.peek(Instant{due.us - 1});
    RC_ASSERT(due == Instant::never() || account.out.told.empty());
  }
}

RC_GTEST_PROP(Health, ContributionsAddUpExactly, ()) {
  Account account(
      "health:\n  relationship.client_contact: {weight: 33, half_life: 9d, full_at: 7}\n"
      "  usage.trend: {weight: 19, half_life: 9d, full_at: 0.997}\n"
      "  complaints.open: {weight: 31, half_life: 9d, full_at: 999999999999}\n"
      "  usage.seats: {weight: 17, bands: [{lt: 1, score: 13}, {le: 3, score: 71}, {else: 0}]}\n");
  std::vector<std::int64_t> values(catalog().size(), kMissing);
  for (const char* name :
       {"relationship.client_contact", "usage.trend", "complaints.open", "usage.seats"})
    if (*rc::gen::inRange(0, 4) > 0)
      values[id(name).value] = *rc::gen::inRange<std::int64_t>(-9, 9'999);
  Health health;
  health_of({values, {}}, *account.context.profile, health);
  std::int64_t sum = 0;
  bool known = false;
  for (const Contribution& part : health.contributions) {
    sum += part.share_milli;
    known = known || !part.missing;
    if (part.missing) RC_ASSERT(part.share_milli == 0);
  }
  RC_ASSERT(health.score_milli.has_value() == known);
  RC_ASSERT(sum == health.score_milli.value_or(0));
  RC_ASSERT(sum >= 0 && sum <= 100'000);
}

TEST(Health, AMissingFactorIsLeftOutAndTheOthersCountAsTheWhole) {
  Account account(
      "health:\n  usage.trend: {weight: 30, bands: [{else: 80}]}\n"
      "  usage.seats: {weight: 70, bands: [{else: 0}]}\n");
  account.set("usage.trend", 1);
  account.look(at(0));
  EXPECT_EQ(account.out.health.score_milli, 80'000);
  EXPECT_TRUE(account.out.health.contributions[1].missing);
}

TEST(AlertLedger, ComesBackFromItsBytes) {
  Account account(rule("    for: 1h\n"));
  account.set("usage.trend", 400);
  account.look(at(0));
  account.look(at(1));
  account.act(pb::ALERT_ACT_ACKNOWLEDGED, at(2));
  std::string bytes;
  account.ledger.encode(bytes);
  auto decoded = AlertLedger::decode(bytes);
  ASSERT_TRUE(decoded);
  std::string again;
  decoded->encode(again);
  EXPECT_EQ(again, bytes);
  EXPECT_TRUE(decoded->find("r", "")->acknowledged);
  EXPECT_EQ(decoded->find("r", "")->transition_id, "t");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = AlertLedger::decode(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::kCorrupt);
  }
}

TEST(AlertLedger, TakesAnUnknownSeverityAsNotSaid) {
  pb::AlertTransitioned raised;
  raised.set_step(pb::ALERT_STEP_RAISED);
  raised.set_rule("r");
  raised.set_severity(static_cast<pb::AlertSeverity>(9));
  const std::string payload = raised.SerializeAsString();
  Event event;
  event.type = EventType::kAlertTransitioned;
  event.payload = payload;
  AlertLedger ledger;
  ledger.apply(event);
  EXPECT_EQ(ledger.find("r", "")->severity, Severity::kUnspecified);
  std::string bytes;
  ledger.encode(bytes);
  EXPECT_TRUE(AlertLedger::decode(bytes));
}

TEST(Sentence, ValuesAreWrittenByTheirUnit) {
  const std::string say =
      "    say: \"{account} {relationship.silence_days} {usage.trend} {contracts.notice_by} "
      "{profile.arr} "
      "{profile.champion_left} {usage.seats} {health.total}: {causes:2}\"\n";
  Account account(rule(say));
  std::vector<std::int64_t> values(catalog().size(), kMissing);
  values[id("relationship.silence_days").value] = 21'500;
  values[id("usage.trend").value] = 885;
  values[id("contracts.notice_by").value] = 1'798'329'600'000;
  values[id("profile.arr").value] = 310'000'000;
  values[id("profile.champion_left").value] = 1000;
  std::vector<Cause> causes(4);
  for (Cause& cause : causes) cause.occurred_at = Instant{1'798'329'600'000'000};
  causes[0].sentence = "one";
  causes[1].sentence = "one";  // the same words on the same day
  causes[2].sentence = "two";
  causes[2].occurred_at.us -= 86'400'000'000;
  causes[3].sentence = "three";
  SentenceInput input;
  input.catalog = &catalog();
  input.account = account.context;
  input.account.name = "Acme";
  input.signals = {values, {}};
  input.health_milli = 43'700;
  input.causes = causes;
  EXPECT_EQ(fill_sentence(account.context.profile->rules[0], input),
            "Acme 21 days 88.5 % 27 December 2026 310,000 yes not known 43: one (on 27 "
            "December 2026); two (on 26 December 2026)");
}

TEST(TransitionId, NamesTheEpisodeStepAndTrigger) {
  AlertTransition told{Step::kRaised, nullptr, "r", "s", 0, Severity::kLow};
  Trigger event{Trigger::Kind::kEvent, {"mail", "1", 0, {}}, {}};
  Trigger late{Trigger::Kind::kLate, {"mail", "1", 0, {}}, {}};
  Trigger due{Trigger::Kind::kDue, {}, at(1)};
  const std::string first = transition_id(AccountId("a"), told, event);
  EXPECT_EQ(first.size(), 32U);
  EXPECT_EQ(transition_id(AccountId("a"), told, late), first);
  EXPECT_NE(transition_id(AccountId("a"), told, due), first);
  told.rung = 1;
  EXPECT_NE(transition_id(AccountId("a"), told, event), first);
}

}  // namespace
}  // namespace tenure
