// projections/usage/usage.h
//
// How the client uses the product, against the client's own past.
//
// Path:    LoggedEvent -> [UsageProjection] -> signals "usage.*"
// Trend:   the mean of active users in the last 14 days against that of the 8 weeks before, each
//          roll-up weighing as many days as it covers. Missing with fewer than 7 days covered in
//          the first or 28 in the second, and when nobody was active in the second. Days begin at
//          the account's own step time (decay.h).
// Limits:  roll-ups of 70 days, at most 96; limit hits of 30 days, at most 64.
#pragma once

#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>

namespace tenure {

struct UsageSample {
  std::int32_t day = 0;  // of the account, since 1970-01-01
  std::uint32_t period_days : 8 = 1;
  std::uint32_t active_users : 24 = 0;  // up to 16,777,215
};

struct UsageFacts {
  Instant last_rollup = Instant::always();  // always() = none yet
  Instant last_active = Instant::always();  // always() = none yet
  std::int64_t active_users = 0;
  std::int64_t seats = 0;            // 0 = not known
  CompactList<UsageSample> samples;  // in order
  CompactList<Instant> limit_hits;   // rising
};

struct UsageProjection {
  using Facts = UsageFacts;
  static constexpr std::string_view kName = "usage";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t {
    kActiveUsers,
    kSeats,
    kSeatShare,
    kTrend,
    kDaysSinceAny,
    kLimitHits30d
  };
  static constexpr std::array<SignalSpec, 6> kSignals{{
      {"usage.active_users", SignalUnit::kCount, false, "Active users of the last roll-up."},
      {"usage.seats", SignalUnit::kCount, false, "Seats bought."},
      {"usage.seat_share", SignalUnit::kShare, false, "Active users as a share of the seats."},
      {"usage.trend", SignalUnit::kShare, false,
       "Active users of the last 14 days against the 8 weeks before: 100 % is as usual."},
      {"usage.days_since_any", SignalUnit::kDays, false,
       "Whole days since the last roll-up with anybody active."},
      {"usage.limit_hits_30d", SignalUnit::kCount, false,
       "Limits of the plan hit in the last 30 days; counts to 64."},
  }};

  static EventTypes consumes();
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

static_assert(Projection<UsageProjection>);

}  // namespace tenure
