// The laws that every projection keeps, over random accounts.
#include "projections/complaints/complaints.h"
#include "projections/registry.h"
#include "tenure/state/v1/complaints.pb.h"
#include "tests/projections/support/any_events.h"
#include "tests/support/projection_rig.h"

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>

namespace tenure {
namespace {

namespace stored_pb = state::v1;
using testing::any_events;
using testing::EventSet;
using testing::ProjectionRig;
using testing::SignalReading;

const Instant kFrom = testing::instant("2025-01-01");
const Instant kUntil = testing::instant("2025-12-01");

ProjectionRig any_account() {
  ProjectionRig rig(all_projections());
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 80));
  for (const auto& event : any_events(seed, count, kFrom, kUntil)) rig.events.add(event);
  return rig;
}

Instant any_instant(Instant from, Instant until) {
  return {*rc::gen::inRange<std::int64_t>(from.us, until.us)};
}

RC_GTEST_PROP(ProjectionLaws, SignalsHoldUntilTheySay, ()) {
  const ProjectionRig rig = any_account();
  const AccountFacts facts = rig.fold();
  Instant now = any_instant(kFrom, kUntil + 400 * kDay);
  // Over several steps: what was said of [now, valid_until) holds at its end and in its middle.
  for (int step = 0; step < 6; ++step) {
    const SignalReading reading = rig.read(facts, now);
    RC_ASSERT(now < reading.valid_until);
    const Instant until = std::min(reading.valid_until, now + 2000 * kDay);
    RC_ASSERT(rig.read(facts, until - Duration(1)) == reading);
    RC_ASSERT(rig.read(facts, any_instant(now, until)) == reading);
    if (reading.valid_until == Instant::never()) break;
    now = reading.valid_until;
  }
}

RC_GTEST_PROP(ProjectionLaws, FactsAreAFunctionOfTheSet, ()) {
  const ProjectionRig rig = any_account();
  std::vector<testing::pb::Event> shuffled = rig.events.events();
  std::mt19937_64 dice(*rc::gen::arbitrary<std::uint64_t>());
  std::shuffle(shuffled.begin(), shuffled.end(), dice);
  EventSet other;
  for (const auto& event : shuffled) other.add(event);
  std::string a, b;
  rig.fold().encode(a);
  rig.fold(other).encode(b);
  RC_ASSERT(a == b);
}

RC_GTEST_PROP(ProjectionLaws, DecodedFactsAreTheSameFacts, ()) {
  const ProjectionRig rig = any_account();
  const AccountFacts facts = rig.fold();
  std::string bytes, again;
  facts.encode(bytes);
  AccountFacts decoded(rig.set());
  RC_ASSERT(decoded.decode(bytes).has_value());
  decoded.encode(again);
  RC_ASSERT(bytes == again);
  const Instant now = any_instant(kUntil, kUntil + 400 * kDay);
  RC_ASSERT(rig.read(facts, now) == rig.read(decoded, now));
}

RC_GTEST_PROP(ProjectionLaws, ACopyStaysWhatItWas, ()) {
  const ProjectionRig rig = any_account();
  AccountFacts facts(rig.set());
  const std::size_t cut = static_cast<std::size_t>(*rc::gen::inRange(0, 80));
  std::size_t folded = 0;
  std::string then;
  std::optional<AccountFacts> copy;
  rig.events.oldest_first([&](const Event& event) {
    if (folded++ == cut) {
      facts.encode(then);
      copy.emplace(facts);
    }
    facts.fold(event, AccountId(rig.account));
  });
  if (!copy) return;
  std::string later;
  copy->encode(later);
  RC_ASSERT(then == later);
}

RC_GTEST_PROP(ProjectionLaws, DecodedFactsFoldOnAsIfNothingHappened, ()) {
  const ProjectionRig rig = any_account();
  const std::size_t cut = static_cast<std::size_t>(*rc::gen::inRange(0, 80));
  std::string whole, joined;
  rig.fold().encode(whole);
  AccountFacts facts(rig.set());
  std::size_t folded = 0;
  rig.events.oldest_first([&](const Event& event) {
    if (folded++ == cut) {
      std::string bytes;
      facts.encode(bytes);
      AccountFacts decoded(rig.set());
      RC_ASSERT(decoded.decode(bytes).has_value());
      facts = std::move(decoded);
    }
    facts.fold(event, AccountId(rig.account));
  });
  facts.encode(joined);
  RC_ASSERT(whole == joined);
}

RC_GTEST_PROP(ProjectionLaws, BytesThatAreNoFactsAreRefused, (const std::string& bytes)) {
  const ProjectionRig rig = any_account();
  AccountFacts facts(rig.set());
  // accepted or refused: but it ends, and the facts can be used
  const auto decoded = facts.decode(bytes);
  if (!decoded) RC_ASSERT(decoded.error().code == ErrorCode::kCorrupt);
  RC_ASSERT(rig.read(facts, kUntil).values.size() == rig.set().catalog().size());
}

TEST(ProjectionLaws, StoredInstantsThatNoFoldLeavesAreRefused) {
  stored_pb::ComplaintsFacts stored;
  stored.add_reopenings_us(kLatestInstant.us);
  std::string bytes = stored.SerializeAsString();
  EXPECT_TRUE(ComplaintsProjection::decode(bytes));
  stored.add_reopenings_us(INT64_MAX);
  bytes = stored.SerializeAsString();
  const auto refused = ComplaintsProjection::decode(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
}

TEST(ProjectionLaws, AllFactsOfASmallAccountFitInHalfAKibibyte) {
  const ProjectionSet set(all_projections());
  for (std::size_t k = 0; k < set.size(); ++k)
    std::printf("%.*s: %zu bytes\n", static_cast<int>(set.at(k).name.size()), set.at(k).name.data(),
                set.at(k).facts_size);
  EXPECT_LE(set.facts_bytes(), 512U);
}

}  // namespace
}  // namespace tenure
