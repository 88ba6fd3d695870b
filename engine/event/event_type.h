// engine/event/event_type.h
//
// The closed list of event types. A type's number is the field number of its payload in
// tenure.event.v1.Event, for ever; its name is the payload message's option `type_name`.
// tests/engine/event checks both against the proto files.
#pragma once

#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace tenure {

// X(number, MessageName, "type.name"): the enumerator is k<MessageName>.
#define TENURE_EVENT_TYPES(X)                                  \
  X(100, EmailSent, "interaction.email.sent")                  \
  X(101, EmailReceived, "interaction.email.received")          \
  X(102, CallCompleted, "interaction.call.completed")          \
  X(103, CallMissed, "interaction.call.missed")                \
  X(104, MeetingScheduled, "interaction.meeting.scheduled")    \
  X(105, MeetingHeld, "interaction.meeting.held")              \
  X(106, MeetingCancelled, "interaction.meeting.cancelled")    \
  X(107, MeetingNoShow, "interaction.meeting.no_show")         \
  X(108, ChatMessageSent, "interaction.chat.sent")             \
  X(150, StakeholderAdded, "stakeholder.added")                \
  X(151, StakeholderRoleChanged, "stakeholder.role_changed")   \
  X(152, StakeholderLeft, "stakeholder.left")                  \
  X(153, StakeholderSentimentSet, "stakeholder.sentiment_set") \
  X(200, ComplaintOpened, "complaint.opened")                  \
  X(201, ComplaintAcknowledged, "complaint.acknowledged")      \
  X(202, ComplaintAssigned, "complaint.assigned")              \
  X(203, ComplaintResponded, "complaint.responded")            \
  X(204, ComplaintWaiting, "complaint.waiting_on_client")      \
  X(205, ComplaintResumed, "complaint.resumed")                \
  X(206, ComplaintResolved, "complaint.resolved")              \
  X(207, ComplaintReopened, "complaint.reopened")              \
  X(208, ComplaintClosed, "complaint.closed")                  \
  X(209, ComplaintWithdrawn, "complaint.withdrawn")            \
  X(210, ComplaintProgressed, "complaint.progressed")          \
  X(300, ContractSigned, "contract.signed")                    \
  X(301, ContractRenewed, "contract.renewed")                  \
  X(302, ContractAmended, "contract.amended")                  \
  X(303, ContractNoticeGiven, "contract.notice_given")         \
  X(304, ContractTerminated, "contract.terminated")            \
  X(310, SubscriptionStarted, "subscription.started")          \
  X(311, SubscriptionUpgraded, "subscription.upgraded")        \
  X(312, SubscriptionDowngraded, "subscription.downgraded")    \
  X(313, SubscriptionCancelled, "subscription.cancelled")      \
  X(314, SubscriptionReactivated, "subscription.reactivated")  \
  X(350, InvoiceIssued, "invoice.issued")                      \
  X(351, InvoicePaid, "invoice.paid")                          \
  X(352, InvoiceOverdue, "invoice.overdue")                    \
  X(353, InvoiceWrittenOff, "invoice.written_off")             \
  X(400, UsageRolledUp, "usage.rolled_up")                     \
  X(401, UsageLimitReached, "usage.limit_reached")             \
  X(402, SeatsProvisioned, "usage.seats_provisioned")          \
  X(450, SurveySent, "survey.sent")                            \
  X(451, SurveyAnswered, "survey.answered")                    \
  X(500, PromiseMade, "promise.made")                          \
  X(501, PromiseRevised, "promise.revised")                    \
  X(502, PromiseKept, "promise.kept")                          \
  X(503, PromiseMissed, "promise.missed")                      \
  X(550, AccountWon, "account.won")                            \
  X(551, AccountAssigned, "account.assigned")                  \
  X(552, AccountTierSet, "account.tier_set")                   \
  X(553, AccountProfileSet, "account.profile_set")             \
  X(554, AccountLost, "account.lost")                          \
  X(555, AccountStageSet, "account.stage_set")                 \
  X(560, HandoverStarted, "handover.started")                  \
  X(561, HandoverAccepted, "handover.accepted")                \
  X(562, HandoverReturned, "handover.returned")                \
  X(600, NoticeDelivered, "notice.delivered")                  \
  X(601, NoticeOpened, "notice.opened")                        \
  X(602, NoticeAcknowledged, "notice.acknowledged")            \
  X(650, NoteAdded, "note.added")                              \
  X(651, TaskCreated, "task.created")                          \
  X(652, TaskDone, "task.done")                                \
  X(653, TaskDropped, "task.dropped")                          \
  X(654, OpinionGiven, "opinion.given")                        \
  X(700, AlertTransitioned, "alert.transitioned")              \
  X(701, AlertActed, "alert.acted")                            \
  X(750, CalendarDefined, "reference.calendar_defined")        \
  X(751, HolidaysDefined, "reference.holidays_defined")        \
  X(752, RulesActivated, "reference.rules_activated")          \
  X(753, ReportsToSet, "reference.reports_to_set")             \
  X(754, SourceGapOpened, "reference.source_gap_opened")       \
  X(755, SourceGapClosed, "reference.source_gap_closed")       \
  X(756, SourceWentLive, "reference.source_went_live")         \
  X(757, OffsetGapAccepted, "reference.offset_gap_accepted")   \
  X(758, AbsenceRecorded, "reference.absence_recorded")        \
  X(759, AbsenceEnded, "reference.absence_ended")              \
  X(800, ProjectStarted, "project.started")                    \
  X(801, ProjectEnded, "project.ended")                        \
  X(802, MilestonePlanned, "project.milestone_planned")        \
  X(803, MilestoneMoved, "project.milestone_moved")            \
  X(804, MilestoneReached, "project.milestone_reached")        \
  X(850, CampaignStarted, "campaign.started")                  \
  X(851, CampaignMeasured, "campaign.measured")                \
  X(852, CampaignSpent, "campaign.spent")                      \
  X(853, CampaignEnded, "campaign.ended")                      \
  X(900, OpportunityCreated, "opportunity.created")            \
  X(901, OpportunityWon, "opportunity.won")                    \
  X(902, OpportunityLost, "opportunity.lost")                  \
  X(1000, ActivityRecorded, "activity.recorded")

enum class EventType : std::uint16_t {
  kNone = 0,  // a retraction or a quarantined event: no payload
#define TENURE_EVENT_TYPE_ENUMERATOR(number, message, name) k##message = number,
  TENURE_EVENT_TYPES(TENURE_EVENT_TYPE_ENUMERATOR)
#undef TENURE_EVENT_TYPE_ENUMERATOR
};

/// One past the greatest number: the size of tables by type.
inline constexpr std::size_t kEventTypeLimit = 1001;

/// "complaint.opened"; "none" for kNone, "unknown" for a number that is not in the list.
std::string_view to_string(EventType type);

/// The type of that name; kNone when there is none.
EventType event_type_of(std::string_view name);

/// True for a number in the list above.
bool is_known(EventType type);

/// 700 to 749: they feed the alert ledger and nothing else.
constexpr bool is_alert(EventType type) {
  return static_cast<int>(type) >= 700 && static_cast<int>(type) < 750;
}
/// 750 to 799: they concern no account and live in the reference stream.
constexpr bool is_reference(EventType type) {
  return static_cast<int>(type) >= 750 && static_cast<int>(type) < 800;
}

/// A set of event types: what a projection consumes.
class EventTypes {
 public:
  EventTypes() = default;
  EventTypes(std::initializer_list<EventType> types) {
    for (const EventType type : types) bits_.set(static_cast<std::size_t>(type));
  }
  /// Every type of facts: all but alerts and reference data.
  static EventTypes all_facts();
  [[nodiscard]] bool has(EventType type) const {
    return static_cast<std::size_t>(type) < kEventTypeLimit &&
           bits_.test(static_cast<std::size_t>(type));
  }

 private:
  std::bitset<kEventTypeLimit> bits_;
};

}  // namespace tenure
