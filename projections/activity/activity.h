// projections/activity/activity.h
//
// The small one: how much happened with an account, when, and how regularly. It looks at every
// event of facts.
//
// Path:    LoggedEvent -> [ActivityProjection] -> signals "activity.*"
// Limits:  one count of 8 bytes for each event type seen.
#pragma once

#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>

namespace tenure {

struct ActivityTypeCount {
  EventType type = EventType::kNone;
  std::uint32_t events = 0;
};

struct ActivityFacts {
  std::uint64_t events = 0;
  std::uint32_t active_days = 0;  // different days (UTC)
  Instant first;                  // both only with events > 0
  Instant last;
  Duration gap{0};                        // smoothed: each new gap counts an eighth
  std::int64_t talk_s = 0;                // seconds in calls and meetings
  CompactList<ActivityTypeCount> counts;  // by type, rising
};

struct ActivityProjection {
  using Facts = ActivityFacts;
  static constexpr std::string_view kName = "activity";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t { kEvents, kDaysSinceAny, kGapDays };
  static constexpr std::array<SignalSpec, 3> kSignals{{
      {"activity.events", SignalUnit::kCount, false, "How many events the account has."},
      {"activity.days_since_any", SignalUnit::kDays, false,
       "Whole days since the last event of any kind."},
      {"activity.gap_days", SignalUnit::kDays, false,
       "The usual gap between events, in days: each new gap counts an eighth."},
  }};

  static EventTypes consumes() { return EventTypes::all_facts(); }
  static void fold(Facts& facts, const Event& event, AccountId self);
  static void signals(const Facts& facts, Instant now, const AccountContext& account,
                      const Reference& reference, SignalSink& sink);
  static void causes(const History& history, Instant now, const AccountContext& account,
                     const Reference& reference, std::size_t signal, SubjectId subject,
                     CauseSink& sink);
  static void encode(const Facts& facts, std::string& bytes);
  static Result<Facts> decode(std::string_view stored);
  static std::string describe(const Facts& facts);
};

static_assert(Projection<ActivityProjection>);

}  // namespace tenure
