// projections/opinion/opinion.h
//
// What somebody who looks after the account thinks of the risk. It stands beside health, so that
// the two can be compared, and expires.
//
// Path:    OpinionGiven -> [OpinionProjection] -> signal "opinion.risk"
// Limits:  the last one is kept.
#pragma once

#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>

namespace tenure {

struct OpinionFacts {
  std::uint32_t risk = 0;  // 1 low, 2 medium, 3 high; 0 = nobody ever said, and nothing below holds
  Instant given_at;
  Instant until;
  CompactText by;
};

struct OpinionProjection {
  using Facts = OpinionFacts;
  static constexpr std::string_view kName = "opinion";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t { kRisk };
  static constexpr std::array<SignalSpec, 1> kSignals{{
      {"opinion.risk", SignalUnit::kCount, false,
       "The risk that somebody who looks after the account sees: 1 low, 2 medium, 3 high; missing "
       "when nobody said or it expired."},
  }};

  static EventTypes consumes() { return {EventType::kOpinionGiven}; }
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

static_assert(Projection<OpinionProjection>);

}  // namespace tenure
