// What account managers count on, one projection at a time.
#include "projections/complaints/complaints.h"
#include "projections/contracts/contracts.h"
#include "projections/profile/profile.h"
#include "projections/registry.h"
#include "projections/relationship/relationship.h"
#include "projections/usage/usage.h"
#include "tests/support/projection_rig.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;
using testing::instant;
using testing::ProjectionRig;

ProjectionRig rig() { return ProjectionRig(all_projections()); }

template <class Message>
Message complaint(const char* id = "c1") {
  Message message;
  message.set_complaint(id);
  return message;
}

pb::ComplaintOpened opened(const char* id = "c1",
                           pb::ComplaintSeverity severity = pb::COMPLAINT_SEVERITY_NORMAL) {
  auto message = complaint<pb::ComplaintOpened>(id);
  message.set_severity(severity);
  return message;
}

pb::ContractSigned contract(const char* id, const char* starts, const char* ends, int notice_days,
                            bool auto_renew) {
  pb::ContractSigned terms;
  terms.set_contract(id);
  terms.set_starts_at_us(instant(starts).us);
  terms.set_ends_at_us(instant(ends).us);
  terms.set_notice_days(notice_days);
  terms.set_auto_renew(auto_renew);
  *terms.mutable_annual_value() = testing::money(12'000'00);
  return terms;
}

TEST(Complaints, AFurtherResolveIsNotCounted) {
  auto account = rig();
  account.add("2026-01-05", opened())
      .add("2026-01-06", complaint<pb::ComplaintResolved>())
      .add("2026-01-07", complaint<pb::ComplaintResolved>());
  const auto facts = account.fold();
  EXPECT_EQ(account.facts_of<ComplaintsProjection>(facts).resolved, 1U);
}

TEST(Complaints, TakingUpAResolvedComplaintReopensIt) {
  auto account = rig();
  account.add("2026-01-05", opened())
      .add("2026-01-06", complaint<pb::ComplaintResolved>())
      .add("2026-01-07", complaint<pb::ComplaintAcknowledged>());
  EXPECT_EQ(account.value("complaints.open", "2026-01-08"), 1000);
  EXPECT_EQ(account.value("complaints.reopened_90d", "2026-04-06"), 1000);
  EXPECT_EQ(account.value("complaints.reopened_90d", "2026-04-07"), 0);
}

TEST(Complaints, AStepOnAComplaintNeverOpenedHereChangesNone) {
  auto account = rig();
  account.add("2026-01-05", complaint<pb::ComplaintAcknowledged>("elsewhere"));
  EXPECT_EQ(account.value("complaints.open", "2026-01-08"), 0);
}

TEST(Complaints, TheClockRunsInBusinessHoursAndStandsWhileWaiting) {
  auto account = rig();
  // Friday 16:00 in Berlin; 16 business hours are allowed.
  account.add("2026-01-09T15:00Z", opened("c1", pb::COMPLAINT_SEVERITY_HIGH));
  EXPECT_EQ(account.subject("complaints.clock", "c1", "2026-01-12T07:59Z"), 50);   // 1 h of 16
  EXPECT_EQ(account.subject("complaints.clock", "c1", "2026-01-12T11:00Z"), 250);  // 4 h
  account.add("2026-01-12T11:00Z", complaint<pb::ComplaintWaiting>());
  EXPECT_EQ(account.subject("complaints.clock", "c1", "2026-01-20"), 250);
  account.add("2026-01-20T08:00Z", complaint<pb::ComplaintResumed>());
  EXPECT_EQ(account.subject("complaints.clock", "c1", "2026-01-21T11:59Z"), 950);
  EXPECT_EQ(account.subject("complaints.clock", "c1", "2026-01-21T12:00Z"), 1000);  // 4 + 8 + 4 h
  EXPECT_EQ(account.value("complaints.worst_clock", "2026-01-21T12:00Z"), 1000);
}

TEST(Complaints, AReopenedClockGoesOnAndDoesNotStartAgain) {
  auto account = rig();
  account.add("2026-01-05T08:00Z", opened("c1", pb::COMPLAINT_SEVERITY_CRITICAL))
      .add("2026-01-05T12:00Z", complaint<pb::ComplaintResolved>())
      .add("2026-01-19T08:00Z", complaint<pb::ComplaintReopened>());
  EXPECT_EQ(account.subject("complaints.clock", "c1", "2026-01-19T08:00Z"), 500);
}

TEST(Complaints, AnOldOneIsStillKnownAfterFiftyLaterOnes) {
  auto account = rig();
  const Instant start = instant("2026-01-01");
  for (int k = 0; k < 60; ++k) {
    const std::string id = "c" + std::to_string(k);
    account.add(start + k * std::chrono::hours(2), opened(id.c_str()));
    account.add(start + (k * 2 + 1) * std::chrono::hours(1),
                complaint<pb::ComplaintResolved>(id.c_str()));
  }
  account.add("2026-03-01", complaint<pb::ComplaintAcknowledged>("c0"));
  const auto facts = account.fold();
  const auto& complaints = account.facts_of<ComplaintsProjection>(facts);
  EXPECT_EQ(complaints.opened, 60U);
  EXPECT_EQ(complaints.resolved, 60U);
  EXPECT_EQ(complaints.reopened, 1U);
  EXPECT_EQ(account.value("complaints.open", "2026-03-02"), 1000);
}

TEST(Relationship, ClosingAComplaintIsNoContact) {
  auto account = rig();
  account.add("2026-01-05", opened())
      .add("2026-01-06", complaint<pb::ComplaintResolved>())
      .add("2026-02-05", complaint<pb::ComplaintClosed>());
  const auto facts = account.fold();
  const auto& relationship = account.facts_of<RelationshipProjection>(facts);
  EXPECT_EQ(relationship.last_contact, instant("2026-01-06"));
  EXPECT_EQ(relationship.last_client_word, instant("2026-01-05"));
  EXPECT_EQ(account.value("relationship.silence_days", "2026-02-05"), 31'000);
}

TEST(Relationship, AMachinesAnswerIsNoWordFromTheClient) {
  auto account = rig();
  pb::EmailReceived mail;
  account.add("2026-01-05", mail);
  mail.set_automatic(true);
  account.add("2026-01-20", mail);
  EXPECT_EQ(account.value("relationship.silence_days", "2026-01-26"), 21'000);
}

TEST(Relationship, AnUnansweredMessageAgesInBusinessHours) {
  auto account = rig();
  account.add("2026-01-09T15:30Z", pb::EmailReceived());  // Friday 16:30 in Berlin
  EXPECT_EQ(account.value("relationship.unanswered_hours", "2026-01-12T08:29Z"), 0);
  EXPECT_EQ(account.value("relationship.unanswered_hours", "2026-01-12T08:30Z"), 1000);
  account.add("2026-01-12T09:00Z", pb::EmailSent());
  EXPECT_EQ(account.value("relationship.unanswered_hours", "2026-01-12T10:00Z"), 0);
}

TEST(Relationship, ContactLosesHalfOfItsWeightInThirtyDays) {
  auto account = rig();
  account.add("2026-01-01T12:00Z", pb::MeetingHeld());
  EXPECT_EQ(account.value("relationship.client_contact", "2026-01-01T12:00Z"), 3000);
  EXPECT_EQ(account.value("relationship.client_contact", "2026-01-31T12:00Z"), 1500);
}

TEST(Profile, AChampionWhoLeftIsMissedUntilAnotherComes) {
  auto account = rig();
  pb::StakeholderAdded champion;
  champion.set_role(pb::STAKEHOLDER_ROLE_CHAMPION);
  account.add("2026-01-01", champion, "p1").add("2026-02-01", pb::StakeholderLeft(), "p1");
  EXPECT_EQ(account.value("profile.champion_left", "2026-02-02"), 1000);
  EXPECT_EQ(account.value("profile.champion_left", "2026-07-31"), 0);  // 180 days
  const auto cited = account.causes("profile.champion_left", instant("2026-02-02"));
  ASSERT_EQ(cited.total(), 2U);
  EXPECT_EQ(cited.kept().front().type, EventType::kStakeholderLeft);
  account.add("2026-03-01", champion, "p2");
  EXPECT_EQ(account.value("profile.champion_left", "2026-03-02"), 0);
}

TEST(Contracts, TheNoticeDeadlineComesBeforeTheEndAndRollsOver) {
  auto account = rig();
  account.add("2025-01-01", contract("k1", "2025-01-01", "2026-01-01", 90, true));
  EXPECT_EQ(account.value("contracts.days_to_notice", "2025-09-03"), 30'000);
  EXPECT_EQ(account.value("contracts.notice_by", "2025-09-03"), instant("2025-10-03").us / 1000);
  EXPECT_EQ(account.value("contracts.days_to_notice", "2025-11-01"), kMissing);
  EXPECT_EQ(account.value("contracts.renewed", "2026-01-02"), 1000);
  EXPECT_EQ(account.value("contracts.renewed", "2026-02-02"), 0);
  EXPECT_EQ(account.value("contracts.days_to_end", "2026-01-02"), 364'000);
}

TEST(Contracts, NoticeEndsTheDeciding) {
  auto account = rig();
  account.add("2025-01-01", contract("k1", "2025-01-01", "2026-01-01", 30, true));
  pb::ContractNoticeGiven notice;
  notice.set_contract("k1");
  account.add("2025-06-01", notice);
  EXPECT_EQ(account.value("contracts.days_to_notice", "2025-07-01"), kMissing);
  EXPECT_EQ(account.value("contracts.notice_given", "2025-07-01"), 1000);
  EXPECT_EQ(account.value("contracts.arr", "2025-12-31"), 12'000'000);
  EXPECT_EQ(account.value("contracts.arr", "2026-01-01"), 0);
}

TEST(Contracts, AnInvoiceIsOverdueFromItsDueDateUntilPaid) {
  auto account = rig();
  pb::InvoiceIssued issued;
  issued.set_invoice("i1");
  issued.set_due_at_us(instant("2026-02-01").us);
  *issued.mutable_amount() = testing::money(500'00);
  account.add("2026-01-01", issued);
  EXPECT_EQ(account.value("contracts.overdue_amount", "2026-01-31"), 0);
  EXPECT_EQ(account.subject("contracts.overdue", "i1", "2026-02-11"), 10'000);
  EXPECT_EQ(account.value("contracts.overdue_amount", "2026-02-11"), 500'000);
  pb::InvoicePaid paid;
  paid.set_invoice("i1");
  account.add("2026-02-12", paid);
  EXPECT_EQ(account.value("contracts.days_overdue", "2026-02-13"), 0);
}

TEST(Usage, TheTrendIsAgainstTheAccountsOwnPast) {
  auto account = rig();
  const Instant start = instant("2026-01-01T12:00Z");
  for (int day = 0; day < 70; ++day) {
    pb::UsageRolledUp rollup;
    rollup.set_period_days(1);
    rollup.set_active_users(day < 56 ? 20 : 10);
    rollup.set_seats(40);
    account.add(start + day * kDay, rollup);
    if (day == 20) {
      EXPECT_EQ(account.value("usage.trend", "2026-01-21T13:00Z"), kMissing);
    }
  }
  EXPECT_EQ(account.value("usage.trend", "2026-03-11T12:00Z"), 500);
  EXPECT_EQ(account.value("usage.seat_share", "2026-03-11T12:00Z"), 250);
}

}  // namespace
}  // namespace tenure
