#include "projections/usage/usage.h"

#include "engine/projection/amount.h"
#include "engine/projection/decay.h"
#include "tenure/event/v1/usage.pb.h"

#include <algorithm>

namespace tenure {
namespace {

namespace pb = event::v1;

constexpr std::int32_t kRecentDays = 14;
constexpr std::int32_t kBaselineDays = 56;
constexpr std::int32_t kSampleDays = kRecentDays + kBaselineDays;
constexpr std::int64_t kRecentCovered = 7;
constexpr std::int64_t kBaselineCovered = 28;
constexpr std::int64_t kTrendMax = 1'000'000;  // a thousand times as usual
constexpr std::size_t kSamplesMax = 96;
constexpr std::size_t kHitsMax = 64;
constexpr Duration kHitsFor = 30 * kDay;
constexpr std::int64_t kUsersMax = (1 << 24) - 1;

std::int32_t account_day(AccountId account, Instant at) {
  return static_cast<std::int32_t>(whole_days({}, decay_step(account, at)));
}

void fold_rollup(UsageFacts& facts, const Event& event, AccountId self) {
  const auto& rollup = event.read<pb::UsageRolledUp>();
  facts.active_users = clamp_count(rollup.active_users());
  if (rollup.seats() > 0) facts.seats = clamp_count(rollup.seats());
  facts.last_rollup = event.occurred_at;
  if (facts.active_users > 0) facts.last_active = event.occurred_at;
  UsageSample sample;
  sample.day = account_day(self, event.occurred_at);
  sample.period_days = static_cast<std::uint32_t>(std::clamp(rollup.period_days(), 1, 31)) & 0xFF;
  sample.active_users =
      static_cast<std::uint32_t>(std::min(facts.active_users, kUsersMax)) & 0xFFFFFF;
  auto& samples = facts.samples;
  auto* kept = std::find_if(samples.begin(), samples.end(), [&](const UsageSample& one) {
    return sample.day - one.day < kSampleDays;
  });
  samples.erase(samples.begin(), kept);
  if (samples.size() >= kSamplesMax) samples.erase(samples.begin());
  samples.push_back(sample);
}

void fold_hit(UsageFacts& facts, Instant at) {
  auto& hits = facts.limit_hits;
  auto* kept =
      std::find_if(hits.begin(), hits.end(), [&](Instant hit) { return hit + kHitsFor > at; });
  hits.erase(hits.begin(), kept);
  if (hits.size() >= kHitsMax) hits.erase(hits.begin());
  hits.push_back(at);
}

/// Days covered, and active users times those days.
struct Window {
  std::int64_t days = 0;
  std::int64_t users = 0;
  void add(const UsageSample& sample) {
    days += sample.period_days;
    users += std::int64_t{sample.active_users} * sample.period_days;
  }
};

void emit_trend(const UsageFacts& facts, Instant now, const AccountContext& account,
                SignalSink& sink) {
  constexpr std::size_t kIndex = UsageProjection::kTrend;
  if (facts.samples.empty()) return sink.emit(kIndex, kMissing, Instant::never());
  const Instant step = decay_step(account.account, now);
  const auto today = static_cast<std::int32_t>(whole_days({}, step));
  Window recent;
  Window baseline;
  std::int32_t days_to_change = INT32_MAX;  // until a roll-up leaves the window that it is in
  for (const UsageSample& sample : facts.samples) {
    const std::int32_t age = today - sample.day;
    if (age >= kSampleDays) continue;
    (age < kRecentDays ? recent : baseline).add(sample);
    days_to_change =
        std::min(days_to_change, (age < kRecentDays ? kRecentDays : kSampleDays) - age);
  }
  const Instant until =
      days_to_change == INT32_MAX ? Instant::never() : step + days_to_change * kDay;
  if (recent.days < kRecentCovered || baseline.days < kBaselineCovered || baseline.users == 0)
    return sink.emit(kIndex, kMissing, until);
  // (recent.users / recent.days) / (baseline.users / baseline.days); each factor is below 2^37.
  const std::int64_t usual = baseline.users * 1000 / baseline.days;
  const std::int64_t current = recent.users * 1000 / recent.days;
  sink.emit(kIndex, std::min(kTrendMax, current * 1000 / std::max<std::int64_t>(usual, 1)), until);
}

void emit_hits(const UsageFacts& facts, Instant now, SignalSink& sink) {
  std::int64_t hits = 0;
  Instant until = Instant::never();
  for (const Instant hit : facts.limit_hits) {
    if (hit + kHitsFor <= now) continue;
    ++hits;
    until = std::min(until, hit + kHitsFor);
  }
  sink.emit(UsageProjection::kLimitHits30d, hits * 1000, until);
}

/// Whether an event is among the causes of a signal. Where the last event that names a number gives
/// it, all that name it are: without the last, the one before it would give it.
bool is_behind(std::size_t signal, const Event& event, Instant now, std::int32_t age) {
  using P = UsageProjection;
  const bool rollup = event.type == EventType::kUsageRolledUp;
  const bool names_seats = event.type == EventType::kSeatsProvisioned ||
                           (rollup && event.read<pb::UsageRolledUp>().seats() > 0);
  switch (signal) {
    case P::kLimitHits30d:
      return event.type == EventType::kUsageLimitReached && event.occurred_at + kHitsFor > now;
    case P::kTrend: return rollup && age < kSampleDays;
    case P::kDaysSinceAny: return rollup && event.read<pb::UsageRolledUp>().active_users() > 0;
    case P::kActiveUsers: return rollup;
    case P::kSeats: return names_seats;
    default: return rollup || names_seats;  // kSeatShare
  }
}

}  // namespace

EventTypes UsageProjection::consumes() {
  return {EventType::kUsageRolledUp, EventType::kUsageLimitReached, EventType::kSeatsProvisioned};
}

void UsageProjection::fold(Facts& facts, const Event& event, AccountId self) {
  switch (event.type) {
    case EventType::kUsageRolledUp: return fold_rollup(facts, event, self);
    case EventType::kUsageLimitReached: return fold_hit(facts, event.occurred_at);
    case EventType::kSeatsProvisioned:
      facts.seats = clamp_count(event.read<pb::SeatsProvisioned>().seats());
      return;
    default: return;
  }
}

void UsageProjection::signals(const Facts& facts, Instant now, const AccountContext& account,
                              const Reference& /*reference*/, SignalSink& sink) {
  const bool seen = facts.last_rollup != Instant::always();
  sink.emit(kActiveUsers, seen ? facts.active_users * 1000 : kMissing, Instant::never());
  sink.emit(kSeats, facts.seats > 0 ? facts.seats * 1000 : kMissing, Instant::never());
  sink.emit(kSeatShare,
            seen && facts.seats > 0 ? facts.active_users * 1000 / facts.seats : kMissing,
            Instant::never());
  emit_trend(facts, now, account, sink);
  if (facts.last_active == Instant::always()) {
    sink.emit(kDaysSinceAny, kMissing, Instant::never());
  } else {
    const std::int64_t days = std::max<std::int64_t>(0, whole_days(facts.last_active, now));
    sink.emit(kDaysSinceAny, days * 1000, facts.last_active + (days + 1) * kDay);
  }
  emit_hits(facts, now, sink);
}

void UsageProjection::causes(const History& history, Instant now, const AccountContext& account,
                             const Reference& /*reference*/, std::size_t signal,
                             SubjectId /*subject*/, CauseSink& sink) {
  const std::int32_t today = account_day(account.account, now);
  history.newest_first([&](const Event& event) {
    if (is_behind(signal, event, now, today - account_day(account.account, event.occurred_at)))
      sink.add(event);
    return true;
  });
}

}  // namespace tenure
