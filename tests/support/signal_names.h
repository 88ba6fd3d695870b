// tests/support/signal_names.h
//
// The signals of the projections by name and unit, for tests of rules that run without any
// projection.
#pragma once

#include "engine/reference/signal_catalog.h"

#include <array>

namespace tenure::testing {

inline constexpr std::array<SignalSpec, 42> kSignals{{
    {"activity.events", SignalUnit::kCount, false, ""},
    {"activity.days_since_any", SignalUnit::kDays, false, ""},
    {"activity.gap_days", SignalUnit::kDays, false, ""},
    {"relationship.client_contact", SignalUnit::kCount, false, ""},
    {"relationship.silence_days", SignalUnit::kDays, false, ""},
    {"relationship.silence_ratio", SignalUnit::kShare, false, ""},
    {"relationship.unanswered_hours", SignalUnit::kCount, false, ""},
    {"relationship.response_hours", SignalUnit::kCount, false, ""},
    {"relationship.meetings_cancelled", SignalUnit::kShare, false, ""},
    {"relationship.mentions_leaving", SignalUnit::kCount, false, ""},
    {"profile.champion_left", SignalUnit::kFlag, false, ""},
    {"profile.champions", SignalUnit::kCount, false, ""},
    {"profile.single_threaded", SignalUnit::kFlag, false, ""},
    {"profile.tenure_days", SignalUnit::kDays, false, ""},
    {"profile.arr", SignalUnit::kMoney, false, ""},
    {"complaints.open", SignalUnit::kCount, false, ""},
    {"complaints.open_weighted", SignalUnit::kCount, false, ""},
    {"complaints.clock", SignalUnit::kShare, true, ""},
    {"complaints.reopened_90d", SignalUnit::kCount, false, ""},
    {"complaints.worst_clock", SignalUnit::kShare, false, ""},
    {"contracts.days_to_notice", SignalUnit::kDays, false, ""},
    {"contracts.notice_by", SignalUnit::kInstant, false, ""},
    {"contracts.days_to_end", SignalUnit::kDays, false, ""},
    {"contracts.renewed", SignalUnit::kFlag, false, ""},
    {"contracts.notice_given", SignalUnit::kFlag, false, ""},
    {"contracts.days_overdue", SignalUnit::kDays, false, ""},
    {"contracts.overdue", SignalUnit::kDays, true, ""},
    {"contracts.overdue_amount", SignalUnit::kMoney, false, ""},
    {"contracts.arr", SignalUnit::kMoney, false, ""},
    {"usage.active_users", SignalUnit::kCount, false, ""},
    {"usage.seats", SignalUnit::kCount, false, ""},
    {"usage.seat_share", SignalUnit::kShare, false, ""},
    {"usage.trend", SignalUnit::kShare, false, ""},
    {"usage.days_since_any", SignalUnit::kDays, false, ""},
    {"usage.limit_hits_30d", SignalUnit::kCount, false, ""},
    {"profile.stakeholders", SignalUnit::kCount, false, ""},
    {"relationship.contact_trend", SignalUnit::kShare, false, ""},
    {"relationship.survey_score", SignalUnit::kShare, false, ""},
    {"promises.open", SignalUnit::kCount, false, ""},
    {"promises.overdue", SignalUnit::kDays, true, ""},
    {"promises.days_overdue", SignalUnit::kDays, false, ""},
    {"promises.missed_90d", SignalUnit::kCount, false, ""},
}};

inline SignalCatalog known_signals() {
  SignalCatalog catalog;
  catalog.add(kSignals.data(), kSignals.size());
  return catalog;
}

}  // namespace tenure::testing
