// The limits of facts (docs/limits.md, "engine"), at them and one above: what is forgotten, and
// what goes on.
#include "projections/complaints/complaints.h"
#include "projections/contracts/contracts.h"
#include "projections/profile/profile.h"
#include "projections/registry.h"
#include "projections/relationship/relationship.h"
#include "projections/usage/usage.h"
#include "tests/support/projection_rig.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;
using testing::instant;
using testing::money;
using testing::ProjectionRig;

const Instant kStart = instant("2026-01-05T08:00Z");
constexpr Duration kHour = std::chrono::hours(1);

ProjectionRig rig() { return ProjectionRig(all_projections()); }

template <class Message>
Message complaint() {
  Message message;
  message.set_complaint("c1");
  return message;
}

pb::ContractSigned contract(int number, std::int64_t minor = 100) {
  pb::ContractSigned terms;
  terms.set_contract("k" + std::to_string(number));
  terms.set_starts_at_us(kStart.us);
  *terms.mutable_annual_value() = money(minor);
  return terms;
}

pb::InvoiceIssued invoice(int number) {
  pb::InvoiceIssued issued;
  issued.set_invoice("i" + std::to_string(number));
  issued.set_due_at_us(kStart.us);
  *issued.mutable_amount() = money(100);
  return issued;
}

TEST(FactLimits, AnAmountIsClamped) {
  for (const std::int64_t more : {-1, 0, 1}) {
    auto account = rig();
    account.add(kStart, contract(1, 1'000'000'000'000 + more));
    const auto facts = account.fold();
    EXPECT_EQ(account.facts_of<ContractsProjection>(facts).contracts[0].minor,
              1'000'000'000'000 + std::min<std::int64_t>(more, 0));
  }
}

TEST(FactLimits, ReopeningsAreCountedToSixtyFour) {
  auto account = rig();
  account.add(kStart, complaint<pb::ComplaintOpened>());
  for (int k = 1; k <= 65; ++k) {
    account.add(kStart + k * kHour, complaint<pb::ComplaintResolved>());
    account.add(kStart + k * kHour + kHour / 2, complaint<pb::ComplaintReopened>());
    const auto facts = account.fold();
    const auto& seen = account.facts_of<ComplaintsProjection>(facts);
    EXPECT_EQ(seen.reopened, static_cast<std::uint32_t>(k));
    EXPECT_EQ(seen.reopenings.size(), static_cast<std::size_t>(std::min(k, 64)));
    EXPECT_EQ(seen.reopenings.back(), kStart + k * kHour + kHour / 2);
  }
}

TEST(FactLimits, AClockForgetsItsShortestPause) {
  auto account = rig();
  account.add(kStart, complaint<pb::ComplaintOpened>());
  Instant now = kStart;
  const auto pause = [&](Duration length) {
    account.add(now + kHour, complaint<pb::ComplaintWaiting>());
    account.add(now + kHour + length, complaint<pb::ComplaintResumed>());
    now = now + kHour + length;
  };
  for (int k = 0; k < 63; ++k) pause(k == 40 ? kHour : 3 * kHour);
  const auto stretches = [&] {
    const auto facts = account.fold();
    const auto& kept = account.facts_of<ComplaintsProjection>(facts).complaints[0].ran;
    return std::vector<ComplaintStretch>(kept.begin(), kept.end());
  };
  auto ran = stretches();
  ASSERT_EQ(ran.size(), 64U);
  const auto short_pause = ran[41].from;
  EXPECT_EQ(short_pause - ran[40].until, kHour);
  pause(3 * kHour);
  ran = stretches();
  ASSERT_EQ(ran.size(), 64U);
  EXPECT_LT(ran[40].from, short_pause);
  EXPECT_GT(ran[40].until, short_pause) << "the short pause counts as time that ran";
  EXPECT_EQ(ran.back().from, now);
}

TEST(FactLimits, ContractsAndValuesMakeRoomForNewOnesOnlyWhenOneIsOver) {
  auto account = rig();
  for (int k = 1; k <= 64; ++k) account.add(kStart + k * kHour, contract(k));
  const auto both = [&](std::int64_t milli) {
    EXPECT_EQ(account.value("contracts.arr", "2026-02-01"), milli);
    EXPECT_EQ(account.value("profile.arr", "2026-02-01"), milli);
  };
  both(64'000);
  account.add(kStart + 65 * kHour, contract(65));
  both(64'000);
  pb::ContractTerminated over;
  over.set_contract("k3");
  account.add(kStart + 66 * kHour, over);
  both(63'000);
  account.add(kStart + 67 * kHour, contract(66));
  both(64'000);
  const auto facts = account.fold();
  EXPECT_EQ(account.facts_of<ContractsProjection>(facts).contracts.size(), 64U);
  EXPECT_EQ(account.facts_of<ProfileProjection>(facts).values.size(), 64U);
}

TEST(FactLimits, PeopleMakeRoomForNewOnesOnlyWhenOneHasLeft) {
  auto account = rig();
  for (int k = 1; k <= 64; ++k)
    account.add(kStart + k * kHour, pb::StakeholderAdded(), "p" + std::to_string(k));
  EXPECT_EQ(account.value("profile.stakeholders", "2026-02-01"), 64'000);
  account.add(kStart + 65 * kHour, pb::StakeholderAdded(), "p65");
  EXPECT_EQ(account.value("profile.stakeholders", "2026-02-01"), 64'000);
  account.add(kStart + 66 * kHour, pb::StakeholderLeft(), "p3");
  EXPECT_EQ(account.value("profile.stakeholders", "2026-02-01"), 63'000);
  account.add(kStart + 67 * kHour, pb::StakeholderAdded(), "p66");
  EXPECT_EQ(account.value("profile.stakeholders", "2026-02-01"), 64'000);
}

TEST(FactLimits, OpenInvoicesBeyondTheLimitAreLeftOut) {
  auto account = rig();
  for (int k = 1; k <= 256; ++k) account.add(kStart + k * kHour / 60, invoice(k));
  EXPECT_EQ(account.value("contracts.overdue_amount", "2026-02-01"), 256'000);
  account.add(kStart + 5 * kHour, invoice(257));
  EXPECT_EQ(account.value("contracts.overdue_amount", "2026-02-01"), 256'000);
  pb::InvoicePaid paid;
  paid.set_invoice("i7");
  account.add(kStart + 6 * kHour, paid).add(kStart + 7 * kHour, invoice(258));
  EXPECT_EQ(account.value("contracts.overdue_amount", "2026-02-01"), 256'000);
  const auto facts = account.fold();
  EXPECT_EQ(account.facts_of<ContractsProjection>(facts).invoices_issued, 258U);
}

TEST(FactLimits, ThePaymentThatWasFirstOfSeventeenAheadIsForgotten) {
  for (const int payments : {16, 17}) {
    auto account = rig();
    for (int k = 1; k <= payments; ++k) {
      pb::InvoicePaid paid;
      paid.set_invoice("i" + std::to_string(k));
      account.add(kStart + k * kHour, paid);
    }
    for (int k = 1; k <= payments; ++k) account.add(kStart + (20 + k) * kHour, invoice(k));
    EXPECT_EQ(account.value("contracts.overdue_amount", "2026-02-01"), payments == 16 ? 0 : 1000);
    const auto facts = account.fold();
    EXPECT_EQ(account.facts_of<ContractsProjection>(facts).invoices.size(),
              payments == 16 ? 0U : 1U);
  }
}

TEST(FactLimits, SamplesOfUseAndHitsOfALimitAreTheLatest) {
  auto account = rig();
  for (int k = 1; k <= 97; ++k) {
    pb::UsageRolledUp rollup;
    rollup.set_period_days(1);
    rollup.set_active_users(k);
    account.add(kStart + k * kHour / 10, rollup);
    if (k < 96) continue;
    const auto facts = account.fold();
    const auto& seen = account.facts_of<UsageProjection>(facts);
    ASSERT_EQ(seen.samples.size(), 96U);
    EXPECT_EQ(seen.samples[0].active_users, k == 96 ? 1U : 2U);
  }
  for (int k = 1; k <= 65; ++k) {
    account.add(kStart + k * kHour / 10, pb::UsageLimitReached());
    if (k < 63) continue;
    EXPECT_EQ(account.value("usage.limit_hits_30d", "2026-01-10"), std::min(k, 64) * 1000);
  }
}

TEST(FactLimits, ARhythmIsMadeOfTheLatestGapsAndMeetings) {
  auto account = rig();
  // Each gap is a day longer than the one before it.
  for (int k = 0; k <= 17; ++k) {
    account.add(kStart + k * (k + 1) / 2 * kDay, pb::EmailReceived(), "ann");
    if (k < 15) continue;
    const auto facts = account.fold();
    const auto& gaps = account.facts_of<RelationshipProjection>(facts).gaps_s;
    ASSERT_EQ(gaps.size(), static_cast<std::size_t>(std::min(k, 16))) << k;
    EXPECT_EQ(gaps[0], k == 17 ? 2 * 86'400U : 86'400U);
  }
  // One that was called off, and held ones until it is looked back at no longer.
  account.add(kStart + 1000 * kHour, pb::MeetingCancelled(), "ann");
  for (int k = 1; k <= 6; ++k) {
    account.add(kStart + (1000 + k) * kHour, pb::MeetingHeld(), "ann");
    const auto facts = account.fold();
    const auto& seen = account.facts_of<RelationshipProjection>(facts);
    EXPECT_EQ(seen.meetings_seen, std::min(k + 1, 6));
    EXPECT_EQ(seen.meetings != 0, k < 6) << k;
  }
}

TEST(CauseLimits, TheNewestSixteenAreKeptAndAllAreCounted) {
  auto account = rig();
  for (int k = 1; k <= 17; ++k) {
    account.add(kStart + k * kHour, invoice(k));
    if (k < 16) continue;
    const CauseSink causes = account.causes("contracts.days_overdue", instant("2026-02-01"));
    EXPECT_EQ(causes.total(), static_cast<std::uint64_t>(k));
    ASSERT_EQ(causes.kept().size(), 16U);
    EXPECT_EQ(causes.kept().front().occurred_at, kStart + k * kHour);
    EXPECT_EQ(causes.kept().back().occurred_at, kStart + (k - 15) * kHour);
  }
}

}  // namespace
}  // namespace tenure
