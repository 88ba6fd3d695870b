// projections/relationship/relationship.h
//
// How we and the client speak with each other: by which channels, how lately, against the client's
// own rhythm, and who waits for an answer.
//
// Path:    LoggedEvent -> [RelationshipProjection] -> signals "relationship.*"
// Words:   a word from the client is a mail that no machine wrote, a call (taken, or missed after
//          the client called), a chat message, a meeting held, a survey answered, a complaint
//          opened. Contact is every word in either direction and every step on a complaint except
//          its closing, an administrative act.
// Decay:   words count by day of the account (decay.h); their age is a whole number of such days.
// Trend:   weights of words a day, in the last 30 days against the 150 before, or against as many
//          of them as there are since the oldest word.
// Causes:  of contact, its trend, silence and its ratio every word from the client, the last one
//          first: without the last the one before it would speak, of a longer silence.
// Surveys: answers of 180 days; of a survey that asks how hard something was (CES) none, since
//          sources do not agree on which end of its scale is good.
// Limits:  the last 16 gaps and answers, 6 meetings and 3 surveys; words of 180 days: by day for
//          30, then by week.
#pragma once

#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>

namespace tenure {

enum class Channel : std::uint8_t {
  kEmailIn,
  kEmailOut,
  kCallIn,
  kCallOut,
  kCallMissed,
  kMeeting,
  kChatIn,
  kChatOut,
  kSurvey,
  kComplaint
};
inline constexpr std::size_t kChannels = 10;

struct DayWeight {
  std::int32_t day = 0;  // of the account, since 1970-01-01
  std::uint32_t milli = 0;
};

/// An answer to a survey, as a share of its scale: 0 is the worst, 1000 the best.
struct SurveyMark {
  Instant at;
  std::uint32_t share_milli = 0;
};
inline constexpr std::size_t kSurveysKept = 3;

struct RelationshipFacts {
  Instant last_contact = Instant::always();      // always() = none yet
  Instant last_client_word = Instant::always();  // always() = none yet
  Instant unanswered = Instant::never();         // never() = none
  CompactList<std::uint32_t> gaps_s;             // oldest first
  CompactList<std::uint32_t> responses_s;        // oldest first
  CompactList<DayWeight> words;                  // by day, rising
  CompactList<DayWeight> leaving;                // by day, rising
  CompactList<SurveyMark> surveys;               // oldest first
  std::uint8_t meetings_seen = 0;
  // bits, the newest lowest: 1 = called off by the client
  std::uint8_t meetings = 0;
  std::array<std::uint32_t, kChannels> channels{};
};

struct RelationshipProjection {
  using Facts = RelationshipFacts;
  static constexpr std::string_view kName = "relationship";
  static constexpr std::uint32_t kVersion = 2;
  enum SignalIndex : std::size_t {
    kClientContact,
    kSilenceDays,
    kSilenceRatio,
    kUnansweredHours,
    kResponseHours,
    kMeetingsCancelled,
    kMentionsLeaving,
    kContactTrend,
    kSurveyScore
  };
  static constexpr std::array<SignalSpec, 9> kSignals{{
      {"relationship.client_contact", SignalUnit::kCount, false,
       "Words from the client, each losing half its weight in the profile's half-life (30 days); "
       "missing before the first."},
      {"relationship.silence_days", SignalUnit::kDays, false,
       "Whole days since the last word from the client."},
      {"relationship.silence_ratio", SignalUnit::kCount, false,
       "The silence measured in the client's own usual gaps; missing with fewer than 4 gaps."},
      {"relationship.unanswered_hours", SignalUnit::kCount, false,
       "Whole business hours for which the client waits for an answer; missing when nobody waits."},
      {"relationship.response_hours", SignalUnit::kCount, false,
       "The median of our last 16 answers, in hours by the clock."},
      {"relationship.meetings_cancelled", SignalUnit::kShare, false,
       "Share of the last 6 meetings that the client called off or missed."},
      {"relationship.mentions_leaving", SignalUnit::kCount, false,
       "Mails that name a rival or ask for a discount, each losing half its weight in 30 days."},
      {"relationship.contact_trend", SignalUnit::kShare, false,
       "Words from the client in the last 30 days against the 150 days before: 100 % is as usual; "
       "missing where that was less than a word a week, or is known for less than 60 days."},
      {"relationship.survey_score", SignalUnit::kShare, false,
       "The mean of the last 3 answers to NPS and CSAT surveys, as a share of their scales; "
       "missing "
       "without one in the last 180 days."},
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

static_assert(Projection<RelationshipProjection>);

}  // namespace tenure
