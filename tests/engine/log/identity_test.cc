#include "tests/engine/log/support/log_fixture.h"

namespace tenure::test {
namespace {

constexpr ShardId kAcme{1};
constexpr ShardId kBrix{2};

class Identity : public LogTest {
 protected:
  void SetUp() override {
    log_options.shards = 4;
    LogTest::SetUp();
  }
  std::vector<std::string> priors_at(ShardId shard, Sequence sequence) {
    std::vector<std::string> accounts;
    for (const AccountId account : at(shard, sequence).prior_accounts)
      accounts.push_back(account.str());
    return accounts;
  }
  const std::string acme = account_in(1, 4);
  const std::string brix = account_in(2, 4);
};

TEST_F(Identity, ARepeatIsCountedAndNotLogged) {
  append({draft("a", {acme}), draft("a", {acme})});
  EXPECT_EQ(append({draft("a", {acme})}).repeated, 1u);
  EXPECT_EQ(log->head(kAcme), 1u);
}

TEST_F(Identity, ARepeatIsKnownAfterARestart) {
  append({draft("a", {acme}), draft("b", {brix})});
  reopen();
  std::vector<Verdict> verdicts;
  const AppendOutcome outcome = append({draft("b", {brix}), draft("c", {acme}), draft("a", {acme})},
                                       2'000'000, {}, &verdicts);
  EXPECT_EQ(outcome.accepted, 1u);
  EXPECT_EQ(outcome.repeated, 2u);
  EXPECT_EQ(verdicts,
            (std::vector<Verdict>{Verdict::kRepeated, Verdict::kAccepted, Verdict::kRepeated}));
}

TEST_F(Identity, TheSameIdOfAnotherSourceIsAnotherEvent) {
  Draft other = draft("a", {acme});
  other.source = "billing";
  EXPECT_EQ(append({draft("a", {acme}), other}).accepted, 2u);
  EXPECT_EQ(at(kAcme, 2).marks, 0);
}

TEST_F(Identity, SourceAndIdAreNotJoined) {
  Draft first = draft("bc", {acme});
  first.source = "a";
  Draft second = draft("c", {acme});
  second.source = "ab";
  EXPECT_EQ(append({first, second}).accepted, 2u);
  EXPECT_EQ(at(kAcme, 2).marks, 0);
}

TEST_F(Identity, OtherContentIsAConflictThatIsKept) {
  append({draft("a", {acme}, "one")});
  std::vector<Verdict> verdicts;
  const AppendOutcome outcome = append({draft("a", {acme}, "two")}, 2'000'000, {}, &verdicts);
  EXPECT_EQ(outcome.accepted, 1u);
  EXPECT_EQ(outcome.conflicts, 1u);
  EXPECT_EQ(verdicts, std::vector<Verdict>{Verdict::kConflict});
  EXPECT_EQ(at(kAcme, 1).marks, 0);
  EXPECT_EQ(at(kAcme, 2).marks, kMarkConflict | kMarkCorrection);
}

TEST_F(Identity, CanBeAskedBeforeAnythingIsLogged) {
  append({draft("a", {acme}, "one")});
  const auto foresee = [&](const Draft& one) {
    const EventBatch batch = batch_of({one});
    const auto verdict = log->foresee(batch.events().front());
    EXPECT_TRUE(verdict);
    return verdict ? *verdict : Verdict::kQuarantined;
  };
  EXPECT_EQ(foresee(draft("a", {acme}, "one")), Verdict::kRepeated);
  EXPECT_EQ(foresee(draft("a", {acme}, "two")), Verdict::kConflict);
  EXPECT_EQ(foresee(draft("a", {brix}, "one")), Verdict::kConflict);
  EXPECT_EQ(foresee(draft("b", {acme}, "one")), Verdict::kAccepted);
  Draft corrected = draft("a", {acme}, "two");
  corrected.revision = 1;
  EXPECT_EQ(foresee(corrected), Verdict::kAccepted);  // another revision is no conflict
  EXPECT_EQ(log->head(kAcme), 1u);
}

TEST_F(Identity, AConflictThatComesAgainIsARepeat) {
  append({draft("a", {acme}, "one"), draft("a", {acme}, "two")});
  EXPECT_EQ(append({draft("a", {acme}, "two")}).repeated, 1u);
  EXPECT_EQ(append({draft("a", {acme}, "one")}).repeated, 1u);
  reopen();
  EXPECT_EQ(append({draft("a", {acme}, "two")}).repeated, 1u);
  EXPECT_EQ(append({draft("a", {acme}, "one")}).repeated, 1u);
  EXPECT_EQ(log->head(kAcme), 2u);
}

TEST_F(Identity, AHigherRevisionIsACorrection) {
  append({draft("a", {acme}, "one")});
  const AppendOutcome outcome = append({draft("a", {acme}, "two", 1)});
  EXPECT_EQ(outcome.accepted, 1u);
  EXPECT_EQ(outcome.conflicts, 0u);
  EXPECT_EQ(at(kAcme, 2).marks, kMarkCorrection);
}

TEST_F(Identity, ALowerRevisionThatComesLaterIsSuperseded) {
  append({draft("a", {acme}, "two", 2)});
  append({draft("a", {acme}, "one", 1)});
  EXPECT_EQ(at(kAcme, 2).marks, kMarkSuperseded | kMarkCorrection);
  append({draft("a", {acme}, "other one", 1)});
  EXPECT_EQ(at(kAcme, 3).marks, kMarkConflict | kMarkSuperseded | kMarkCorrection);
}

TEST_F(Identity, ACorrectionReachesEveryAccountThatHeldTheIdentity) {
  append({draft("a", {acme}, "one")});
  append({draft("a", {brix}, "two", 1)});
  EXPECT_EQ(log->head(kAcme), 2u);
  EXPECT_EQ(log->head(kBrix), 1u);
  EXPECT_EQ(at(kBrix, 1).marks, kMarkCorrection);
  EXPECT_EQ(at(kAcme, 2).marks, kMarkCorrection | kMarkCopy);
  EXPECT_EQ(priors_at(kAcme, 2), std::vector<std::string>{acme});
  EXPECT_TRUE(at(kAcme, 2).concerns(AccountId(acme)));
  EXPECT_TRUE(at(kAcme, 2).concerns(AccountId(brix)));
  EXPECT_FALSE(at(kAcme, 1).concerns(AccountId(brix)));
  reopen();
  append({draft("a", {acme}, "three", 2)});
  EXPECT_EQ(priors_at(kBrix, 2), std::vector<std::string>{brix});
  EXPECT_EQ(log->stat().events, 3u);
  EXPECT_TRUE(log->verify());
}

TEST_F(Identity, ARetractionWithoutAccountReachesWhoHeldTheIdentity) {
  append({draft("a", {acme}, "one")});
  Draft gone = draft("a", {}, "", 1);
  gone.retracted = true;
  const EventBatch batch = batch_of({draft("a", {acme}, "one")});
  Event event = batch.events().front();
  event.revision = 1;
  event.retracted = true;
  event.type = EventType::kNone;
  event.accounts.clear();
  const std::string bytes = envelope_of(gone);
  event.bytes = bytes;
  const auto outcome = log->append({&event, 1}, {}, Instant{2'000'000});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(log->head(kAcme), 2u);
  EXPECT_EQ(at(kAcme, 2).marks, kMarkCorrection);
  EXPECT_TRUE(at(kAcme, 2).event.retracted);
  EXPECT_EQ(priors_at(kAcme, 2), std::vector<std::string>{acme});
}

TEST_F(Identity, CorrectionsWithinOneAppendSeeEachOther) {
  append({draft("a", {acme}, "one"), draft("a", {brix}, "two", 1), draft("a", {acme}, "one"),
          draft("a", {brix}, "three", 1)});
  EXPECT_EQ(ids_of(kAcme), (std::vector<std::string>{"a/0", "a/1", "a/1"}));
  EXPECT_EQ(ids_of(kBrix), (std::vector<std::string>{"a/1", "a/1"}));
  EXPECT_EQ(at(kBrix, 2).marks, kMarkConflict | kMarkCorrection);
  EXPECT_EQ(at(kAcme, 3).marks, kMarkConflict | kMarkCorrection | kMarkCopy);
}

TEST_F(Identity, ReferenceEventsRepeatToo) {
  const EventBatch batch = batch_of_envelopes({reference_envelope("gap-1")});
  ASSERT_TRUE(log->append(batch.events(), {}, Instant{5}));
  EXPECT_EQ(log->append(batch.events(), {}, Instant{6})->repeated, 1u);
  reopen();
  EXPECT_EQ(log->append(batch.events(), {}, Instant{7})->repeated, 1u);
}

// Only the home copy of an event of two shards is indexed.
TEST_F(Identity, ARepeatOfTwoShardsIsKnownByItsHome) {
  append({draft("a", {acme, brix})});
  reopen();
  EXPECT_EQ(append({draft("a", {acme, brix})}).repeated, 1u);
  EXPECT_EQ(log->head(kAcme), 1u);
  EXPECT_EQ(log->head(kBrix), 1u);
}

}  // namespace
}  // namespace tenure::test
