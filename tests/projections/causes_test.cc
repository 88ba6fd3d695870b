// Take the cited events away, and nothing is left of what they were cited for: of every signal, and
// of every alert that the rules of deploy/rules raise.
#include "engine/runtime/account_signals.h"
#include "engine/runtime/transition_event.h"
#include "projections/registry.h"
#include "tests/projections/support/any_events.h"
#include "tests/support/projection_rig.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace tenure {
namespace {

using testing::any_events;
using testing::EventSet;
using testing::ProjectionRig;
using testing::SignalReading;
using Step = AlertTransition::Step;

const Instant kFrom = testing::instant("2025-01-01");

ProjectionRig any_account(std::uint64_t seed, std::size_t count, Instant until) {
  ProjectionRig rig(all_projections());
  for (const auto& event : any_events(seed, count, kFrom, until)) rig.events.add(event);
  return rig;
}

// Signals of which 0 says that nothing of the kind happened, or that it is over: no event is behind
// that. All others are missing where no event speaks of them.
const std::set<std::string_view> kRestAtZero{
    "activity.events",         "profile.champion_left",    "relationship.unanswered_hours",
    "complaints.open",         "complaints.open_weighted", "relationship.meetings_cancelled",
    "complaints.reopened_90d", "complaints.worst_clock",   "relationship.mentions_leaving",
    "contracts.days_overdue",  "contracts.overdue_amount", "usage.limit_hits_30d",
    "promises.open",           "promises.days_overdue",    "promises.missed_90d",
};

bool is_left(std::string_view signal, std::int64_t milli) {
  return milli != kMissing && !(milli == 0 && kRestAtZero.count(signal) > 0);
}

// What a signal says, of the account or of a subject.
std::int64_t value_of(const ProjectionRig& rig, const SignalReading& reading, SignalId signal,
                      const std::string& subject) {
  const SignalSpec& spec = rig.set().catalog().spec(signal);
  if (!spec.per_subject) return reading.values[signal.value];
  const auto found = reading.subjects.find({std::string(spec.name), subject});
  return found == reading.subjects.end() ? kMissing : found->second;
}

// Takes the causes of all that the account's signals say at `now` away; counts what was tried.
void take_away(const ProjectionRig& rig, Instant now, std::map<std::string_view, int>& tried) {
  const SignalReading reading = rig.read(rig.fold(), now);
  std::vector<std::pair<SignalId, std::string>> spoken;
  for (std::uint16_t id = 0; id < rig.set().catalog().size(); ++id)
    spoken.emplace_back(SignalId{id}, "");
  for (const auto& [key, milli] : reading.subjects)
    spoken.emplace_back(*rig.set().catalog().find(key.first), key.second);
  for (const auto& [signal, subject] : spoken) {
    const std::string_view name = rig.set().catalog().spec(signal).name;
    const std::int64_t milli = value_of(rig, reading, signal, subject);
    if (!is_left(name, milli)) continue;
    ++tried[name];
    const CauseSink cited = rig.causes(name, now, subject, SIZE_MAX);
    ASSERT_GT(cited.total(), 0U) << name << " " << subject;
    const SignalReading rest = rig.read(rig.fold(rig.events.without(cited.kept())), now);
    const std::int64_t left = value_of(rig, rest, signal, subject);
    ASSERT_FALSE(is_left(name, left)) << name << " " << subject << " was " << milli << ", is "
                                      << left << " without " << cited.total() << " events";
  }
}

TEST(Causes, NothingIsLeftOfASignalWithoutThem) {
  std::map<std::string_view, int> tried;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const Instant until = kFrom + (seed % 3 == 0 ? 40 : seed % 3 == 1 ? 90 : 300) * kDay;
    const ProjectionRig rig = any_account(seed, 10 + seed % 160, until);
    for (const Duration later : {Duration(0), 2 * kDay, 45 * kDay}) {
      take_away(rig, until + later, tried);
      ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << " at " << to_string(until + later);
    }
  }
  const ProjectionSet set(all_projections());
  for (std::uint16_t id = 0; id < set.catalog().size(); ++id)
    EXPECT_GE(tried[set.catalog().spec({id}).name], 10) << set.catalog().spec({id}).name;
}

TEST(Causes, ComeNewestFirstAndCountBeyondTheSixteenThatAreKept) {
  const ProjectionRig rig = any_account(7, 120, kFrom + 90 * kDay);
  const Instant now = kFrom + 91 * kDay;
  const CauseSink shown = rig.causes("activity.events", now);
  const CauseSink all = rig.causes("activity.events", now, {}, SIZE_MAX);
  ASSERT_EQ(shown.kept().size(), CauseSink::kKept);
  EXPECT_EQ(shown.total(), all.total());
  EXPECT_EQ(all.kept().size(), all.total());
  for (std::size_t k = 0; k < all.kept().size(); ++k) {
    if (k > 0) {
      EXPECT_LE(all.kept()[k].occurred_at, all.kept()[k - 1].occurred_at);
    }
    if (k < shown.kept().size()) {
      EXPECT_EQ(all.kept()[k].id, shown.kept()[k].id);
    }
  }
}

Profile profile_of(const std::string& yaml, const std::string& file, const SignalCatalog& catalog) {
  const auto made = compile_profile(yaml, file, catalog);
  if (made) return **made;
  ADD_FAILURE() << made.error().message;
  return {};
}

std::vector<Profile> deployed_rules(const SignalCatalog& catalog) {
  std::vector<Profile> profiles;
  for (const auto& entry : std::filesystem::directory_iterator(TENURE_SOURCE_DIR "/deploy/rules")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path());
    const std::string yaml{std::istreambuf_iterator<char>(file), {}};
    profiles.push_back(profile_of(yaml, entry.path().filename(), catalog));
  }
  return profiles;
}

// One account reviewed every three days by what is known then. What a review raises must not be
// raised by the same review of the same ledger at the same instant without the cited events.
class Walk {
 public:
  explicit Walk(const ProjectionRig& rig) : rig_(rig) {}
  void look(Instant now, std::map<std::string, int>& raised) {
    EventSet known;
    for (const auto& event : rig_.events.events())
      if (event.occurred_at_us() <= now.us) known.add(event);
    const Trigger trigger{Trigger::Kind::kDue, {}, now};
    const auto hot = account_of(known, now);
    const AccountContext context = rig_.context_of(hot->facts);
    Review out;
    review(ledger_, trigger, now, signal_set(*hot), context, rig_.reference(), out);
    const AlertLedger before = ledger_;
    for (const AlertTransition& told : out.told) {
      const TransitionInput input{
          rig_.set(), ShardId{0}, context,          rig_.reference(),      told, trigger, now,
          1,          now,        signal_set(*hot), out.health.score_milli};
      write(transition_envelope(input, known));
      if (told.step != Step::kRaised) continue;
      ++raised[told.rule_name];
      const CauseSink cited = causes_of(input, known, SIZE_MAX);
      expect_gone(before, known.without(cited.kept()), told, now);
    }
  }

 private:
  std::unique_ptr<HotAccount> account_of(const EventSet& events, Instant now) const {
    auto hot = std::make_unique<HotAccount>(rig_.set());
    events.oldest_first(
        [&](const Event& event) { hot->facts.fold(event, AccountId(rig_.account)); });
    const AccountContext context = rig_.context_of(hot->facts);
    refresh_signals(rig_.set(), *hot, context, rig_.reference(), now);
    return hot;
  }
  void expect_gone(const AlertLedger& ledger, const EventSet& rest, const AlertTransition& told,
                   Instant now) const {
    const auto hot = account_of(rest, now);
    Review again;
    review(ledger, {Trigger::Kind::kDue, {}, now}, now, signal_set(*hot),
           rig_.context_of(hot->facts), rig_.reference(), again);
    for (const AlertTransition& other : again.told)
      EXPECT_FALSE(other.step == Step::kRaised && other.rule_name == told.rule_name &&
                   other.subject == told.subject)
          << rig_.profile.name << ": " << told.rule_name << " " << told.subject << " at "
          << to_string(now) << " stands without its causes";
  }
  void write(const std::string& envelope) {
    Event event;
    ASSERT_TRUE(scan_event(envelope, event));
    ledger_.apply(event);
  }
  const ProjectionRig& rig_;
  AlertLedger ledger_;
};

void walk_accounts(const Profile& profile, std::map<std::string, int>& raised) {
  const Instant until = kFrom + 100 * kDay;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    ProjectionRig rig = any_account(seed * 31, 60 + seed * 3, until);
    rig.profile = profile;
    Walk walk(rig);
    for (Instant now = kFrom; now < until + 80 * kDay; now = now + 3 * kDay) walk.look(now, raised);
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
  }
}

TEST(Causes, NoAlertOfTheDeployedRulesStandsWithoutThem) {
  const ProjectionSet set(all_projections());
  const std::vector<Profile> profiles = deployed_rules(set.catalog());
  ASSERT_GE(profiles.size(), 4U);
  for (const Profile& profile : profiles) {
    std::map<std::string, int> raised;
    walk_accounts(profile, raised);
    ASSERT_FALSE(HasFatalFailure()) << profile.name;
    for (const Rule& rule : profile.rules)
      EXPECT_GT(raised[rule.name], 0) << profile.name << ": " << rule.name << " was never raised";
  }
}

// A rule that asks for nothing but health rests on the factors that lower it.
TEST(Causes, AnAlertForHealthRestsOnWhatLowersIt) {
  const ProjectionSet set(all_projections());
  std::vector<Profile> profiles = deployed_rules(set.catalog());
  const Profile low = profile_of(
      "profile: low\n"
      "alerts:\n"
      "  low:\n"
      "    raise: {health: total, lt: 40}\n"
      "    clear: {health: total, ge: 60}\n"
      "    cool_down: 1d\n"
      "    severity: high\n",
      "low.yaml", set.catalog());
  for (Profile& profile : profiles) {
    profile.rules = low.rules;
    std::map<std::string, int> raised;
    walk_accounts(profile, raised);
    ASSERT_FALSE(HasFatalFailure()) << profile.name;
    EXPECT_GT(raised["low"], 0) << profile.name;
  }
}

}  // namespace
}  // namespace tenure
