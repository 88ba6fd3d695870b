// projections/profile/profile.h
//
// What an account is: owner, tier, sector, stage, value, and the people who matter on the client's
// side. The one projection that fills the AccountContext.
//
// Path:    LoggedEvent -> [ProfileProjection] -> AccountContext, signals "profile.*"
// Limits:  64 people (who left goes first), 64 contracts and subscriptions (what ended goes first);
//          beyond that new ones are not kept.
#pragma once

#include "engine/projection/amount.h"
#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>
#include <optional>

namespace tenure {

/// A person's surrogate, as a number.
struct PersonKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const PersonKey&, const PersonKey&) = default;
};

struct ProfilePerson {
  PersonKey key;
  std::uint8_t role = 0;  // tenure.event.v1.StakeholderRole
  bool left = false;
};

struct ProfileValue {
  std::uint64_t key = 0;  // hash of the contract's or subscription's id
  std::int64_t minor = 0;
  Instant until = Instant::never();  // first instant at which it counts no longer
  bool active = true;
};

struct ProfileFacts {
  CompactText name, sector, country, profile, parent, owner, stage;
  AccountTier tier = AccountTier::kUnspecified;
  bool lost = false;
  Currency currency{};                           // the main one: that of the first amount
  Instant won_at = Instant::always();            // always() = not known
  Instant lost_at = Instant::always();           // always() = never
  Instant champion_left_at = Instant::always();  // always() = somebody is there, or nobody ever was
  std::int64_t won_minor = 0;
  CompactList<ProfileValue> values;
  CompactList<ProfilePerson> people;
};

struct ProfileProjection {
  using Facts = ProfileFacts;
  static constexpr std::string_view kName = "profile";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t {
    kChampionLeft,
    kChampions,
    kStakeholders,
    kSingleThreaded,
    kTenureDays,
    kArr
  };
  static constexpr std::array<SignalSpec, 6> kSignals{{
      {"profile.champion_left", SignalUnit::kFlag, false,
       "The last champion left and nobody took the place, for 180 days."},
      {"profile.champions", SignalUnit::kCount, false, "Champions who are still there."},
      {"profile.stakeholders", SignalUnit::kCount, false, "Known people who are still there."},
      {"profile.single_threaded", SignalUnit::kFlag, false,
       "The relationship hangs on one person or on nobody."},
      {"profile.tenure_days", SignalUnit::kDays, false, "Whole days since the client was won."},
      {"profile.arr", SignalUnit::kMoney, false,
       "Yearly value of running contracts and subscriptions in the main currency."},
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
  static void context(const Facts& facts, AccountContext& account);
};

static_assert(Projection<ProfileProjection> && KeepsContext<ProfileProjection>);

}  // namespace tenure
