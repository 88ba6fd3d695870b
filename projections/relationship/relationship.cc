#include "projections/relationship/relationship.h"

#include "engine/projection/amount.h"
#include "engine/projection/decay.h"
#include "projections/relationship/internal/word.h"
#include "tenure/event/v1/survey.pb.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace tenure {
namespace {

namespace pb = event::v1;
using relationship::Meeting;
using relationship::Word;

constexpr std::size_t kGapsKept = 16;
constexpr std::size_t kGapsNeeded = 4;  // fewer are no rhythm
constexpr std::size_t kMeetingsKept = 6;
constexpr std::int32_t kDaysByDay = 30;  // older words are kept by week
constexpr std::int32_t kDaysKept = 180;  // six default half-lives: 1.6 % of the weight is left
constexpr Duration kSurveyFor = 180 * kDay;
constexpr std::int32_t kTrendDays = 30;
constexpr std::int64_t kUsualMilliADay = 143;  // a word a week: below it 30 days say nothing
constexpr std::int64_t kTrendMax = 1'000'000;  // a thousand times as usual
constexpr std::uint32_t kWeightMax = 1'000'000'000;
constexpr Duration kHalfLife = 30 * kDay;
constexpr Duration kHour = std::chrono::hours(1);
// Words within this time are one conversation, not a rhythm.
constexpr Duration kConversation = std::chrono::hours(20);

std::int32_t account_day(AccountId account, Instant at) {
  return static_cast<std::int32_t>(whole_days({}, decay_step(account, at)));
}

std::uint32_t seconds(Duration span) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(span.count() / 1'000'000, 0, UINT32_MAX));
}

void keep_last(CompactList<std::uint32_t>& list, std::uint32_t value) {
  if (list.size() >= kGapsKept) list.erase(list.begin());
  list.push_back(value);
}

void add_capped(DayWeight& to, std::uint32_t milli) {
  to.milli = std::min(kWeightMax, to.milli + milli);
}

/// Days older than 30 become the middle of their week, days older than 180 go.
void shorten(CompactList<DayWeight>& days) {
  const std::int32_t today = days.back().day;
  auto* kept = std::find_if(days.begin(), days.end(),
                            [&](const DayWeight& one) { return today - one.day < kDaysKept; });
  days.erase(days.begin(), kept);
  std::size_t last = 0;
  for (std::size_t k = 0; k < days.size(); ++k) {
    DayWeight one = days[k];
    if (today - one.day > kDaysByDay) one.day -= ((one.day % 7) + 7) % 7 - 3;
    if (k > 0 && one.day <= days[last].day) {
      add_capped(days[last], one.milli);
    } else {
      if (k > 0) ++last;
      days[last] = one;
    }
  }
  days.erase(days.begin() + last + 1, days.end());
}

void add_weight(CompactList<DayWeight>& days, std::int32_t day, std::uint32_t milli) {
  if (!days.empty() && days.back().day >= day) return add_capped(days.back(), milli);
  days.push_back({day, milli});
  shorten(days);
}

std::int64_t decayed(const CompactList<DayWeight>& days, std::int32_t today, Duration half_life) {
  std::int64_t sum = 0;
  for (const DayWeight& one : days)
    if (today - one.day < kDaysKept)
      sum += one.milli * decay_micro((today - one.day) * kDay, half_life);
  return sum / 1'000'000;
}

void emit_decayed(const CompactList<DayWeight>& days, std::size_t index, Instant now,
                  const AccountContext& account, SignalSink& sink) {
  if (days.empty()) return sink.emit(index, 0, Instant::never());
  const auto chosen = account.profile->half_life(sink.id(index));
  const Duration half_life = chosen.value_or(kHalfLife);
  const Instant step = decay_step(account.account, now);
  const auto today = static_cast<std::int32_t>(whole_days({}, step));
  const std::int64_t milli = decayed(days, today, half_life);
  // Once all is too old it stays 0.
  const bool over = today - days.back().day >= kDaysKept;
  sink.emit(index, milli, over ? Instant::never() : step + kDay);
}

void emit_trend(const CompactList<DayWeight>& days, Instant now, const AccountContext& account,
                SignalSink& sink) {
  constexpr std::size_t kIndex = RelationshipProjection::kContactTrend;
  if (days.empty()) return sink.emit(kIndex, kMissing, Instant::never());
  const Instant step = decay_step(account.account, now);
  const auto today = static_cast<std::int32_t>(whole_days({}, step));
  std::int64_t recent = 0;
  std::int64_t usual = 0;
  std::int32_t oldest = 0;
  for (const DayWeight& one : days) {
    const std::int32_t age = today - one.day;
    if (age >= kDaysKept) continue;
    (age < kTrendDays ? recent : usual) += one.milli;
    oldest = std::max(oldest, age);
  }
  const bool over = today - days.back().day >= kDaysKept;
  const Instant until = over ? Instant::never() : step + kDay;
  const std::int64_t usual_days = oldest + 1 - kTrendDays;
  if (usual_days < kTrendDays || usual < usual_days * kUsualMilliADay)
    return sink.emit(kIndex, kMissing, until);
  const std::int64_t milli = recent * usual_days * 1000 / (usual * kTrendDays);
  sink.emit(kIndex, std::min(kTrendMax, milli), until);
}

std::int64_t median_s(const CompactList<std::uint32_t>& list) {
  std::array<std::uint32_t, kGapsKept> sorted{};
  const std::size_t size = std::min(list.size(), kGapsKept);
  std::copy_n(list.begin(), size, sorted.begin());
  std::nth_element(sorted.begin(), sorted.begin() + size / 2, sorted.begin() + size);
  return sorted[size / 2];
}

void emit_silence(const RelationshipFacts& facts, Instant now, SignalSink& sink) {
  using P = RelationshipProjection;
  if (facts.last_client_word == Instant::always()) {
    sink.emit(P::kSilenceDays, kMissing, Instant::never());
    return sink.emit(P::kSilenceRatio, kMissing, Instant::never());
  }
  const std::int64_t days = std::max<std::int64_t>(0, whole_days(facts.last_client_word, now));
  const Instant next = facts.last_client_word + (days + 1) * kDay;
  sink.emit(P::kSilenceDays, days * 1000, next);
  if (facts.gaps_s.size() < kGapsNeeded)
    return sink.emit(P::kSilenceRatio, kMissing, Instant::never());
  const std::int64_t usual_s = std::max<std::int64_t>(1, median_s(facts.gaps_s));
  sink.emit(P::kSilenceRatio, days * 86'400 * 1000 / usual_s, next);
}

void emit_unanswered(const RelationshipFacts& facts, Instant now, const AccountContext& account,
                     SignalSink& sink) {
  constexpr std::size_t kIndex = RelationshipProjection::kUnansweredHours;
  if (facts.unanswered == Instant::never()) {
    // Known to be none as soon as the client was heard: so an answer clears what its absence
    // raised.
    const bool heard = facts.last_client_word != Instant::always();
    return sink.emit(kIndex, heard ? 0 : kMissing, Instant::never());
  }
  const std::int64_t hours = account.calendar->working_time(facts.unanswered, now) / kHour;
  const Instant next = account.calendar->add_working_time(facts.unanswered, (hours + 1) * kHour);
  sink.emit(kIndex, hours * 1000, next);
}

bool is_scored_survey(const Event& event) {
  if (event.type != EventType::kSurveyAnswered) return false;
  const pb::SurveyKind kind = event.read<pb::SurveyAnswered>().kind();
  return kind == pb::SURVEY_KIND_NPS || kind == pb::SURVEY_KIND_CSAT;
}

void fold_survey(RelationshipFacts& facts, const Event& event) {
  if (!is_scored_survey(event)) return;
  const auto& answered = event.read<pb::SurveyAnswered>();
  const bool nps = answered.kind() == pb::SURVEY_KIND_NPS;
  const std::int64_t milli =
      nps ? std::clamp<std::int64_t>(answered.score_milli(), 0, 10'000) / 10
          : (std::clamp<std::int64_t>(answered.score_milli(), 1000, 5000) - 1000) / 4;
  if (facts.surveys.size() >= kSurveysKept) facts.surveys.erase(facts.surveys.begin());
  facts.surveys.push_back({event.occurred_at, static_cast<std::uint32_t>(milli)});
}

void emit_surveys(const RelationshipFacts& facts, Instant now, SignalSink& sink) {
  std::int64_t sum = 0;
  std::int64_t count = 0;
  Instant until = Instant::never();
  for (const SurveyMark& survey : facts.surveys) {
    if (survey.at + kSurveyFor <= now) continue;
    sum += survey.share_milli;
    ++count;
    until = std::min(until, survey.at + kSurveyFor);
  }
  sink.emit(RelationshipProjection::kSurveyScore, count == 0 ? kMissing : sum / count, until);
}

void fold_answer(RelationshipFacts& facts, Instant at) {
  if (facts.unanswered == Instant::never()) return;
  keep_last(facts.responses_s, seconds(at - facts.unanswered));
  facts.unanswered = Instant::never();
}

void fold_meeting(RelationshipFacts& facts, Meeting meeting) {
  if (meeting == Meeting::kNothing) return;
  const unsigned bit = meeting == Meeting::kCalledOff ? 1 : 0;
  facts.meetings = static_cast<std::uint8_t>((facts.meetings << 1 | bit) & 0x3F);
  if (facts.meetings_seen < kMeetingsKept) ++facts.meetings_seen;
}

}  // namespace

EventTypes RelationshipProjection::consumes() {
  using enum EventType;
  return {kEmailSent,          kEmailReceived,      kCallCompleted,         kCallMissed,
          kMeetingHeld,        kMeetingCancelled,   kMeetingNoShow,         kChatMessageSent,
          kSurveyAnswered,     kComplaintOpened,    kComplaintAcknowledged, kComplaintAssigned,
          kComplaintResponded, kComplaintWaiting,   kComplaintResumed,      kComplaintResolved,
          kComplaintReopened,  kComplaintWithdrawn, kComplaintProgressed};
}

void RelationshipProjection::fold(Facts& facts, const Event& event, AccountId self) {
  fold_meeting(facts, relationship::read_meeting(event));
  fold_survey(facts, event);
  const Word word = relationship::read_word(event);
  const Instant at = event.occurred_at;
  if (word.contact) facts.last_contact = at;
  if (word.contact || word.channel == Channel::kCallMissed)
    ++facts.channels[static_cast<std::size_t>(word.channel)];
  if (word.answers) fold_answer(facts, at);
  if (!word.from_client) return;
  if (facts.last_client_word != Instant::always() && at - facts.last_client_word >= kConversation)
    keep_last(facts.gaps_s, seconds(at - facts.last_client_word));
  facts.last_client_word = at;
  if (word.asks && facts.unanswered == Instant::never()) facts.unanswered = at;
  const std::int32_t day = account_day(self, at);
  add_weight(facts.words, day, word.weight_milli);
  if (word.leaving) add_weight(facts.leaving, day, 1000);
}

void RelationshipProjection::signals(const Facts& facts, Instant now, const AccountContext& account,
                                     const Reference& /*reference*/, SignalSink& sink) {
  if (facts.last_client_word == Instant::always()) {
    sink.emit(kClientContact, kMissing, Instant::never());
  } else {
    emit_decayed(facts.words, kClientContact, now, account, sink);
  }
  emit_silence(facts, now, sink);
  emit_unanswered(facts, now, account, sink);
  sink.emit(kResponseHours,
            facts.responses_s.empty() ? kMissing : median_s(facts.responses_s) * 1000 / 3600,
            Instant::never());
  sink.emit(kMeetingsCancelled,
            facts.meetings_seen == 0
                ? kMissing
                : std::popcount(facts.meetings) * 1000 / std::int64_t{facts.meetings_seen},
            Instant::never());
  emit_decayed(facts.leaving, kMentionsLeaving, now, account, sink);
  emit_trend(facts.words, now, account, sink);
  emit_surveys(facts, now, sink);
}

namespace {

/// The client's messages since our last answer, newest first: what waits. Walks until our last
/// word.
void cite_unanswered(const History& history, CauseSink& sink) {
  history.newest_first([&](const Event& event) {
    const Word word = relationship::read_word(event);
    if (word.asks) sink.add(event);
    return !word.answers;
  });
}

/// Every question that was answered, and the answers: fewer would let older ones make the median.
void cite_responses(const History& history, CauseSink& sink) {
  std::vector<bool> ends_a_wait;  // of each answer, newest first
  history.newest_first([&](const Event& event) {
    const Word word = relationship::read_word(event);
    if (word.answers) ends_a_wait.push_back(false);
    if (word.asks && !ends_a_wait.empty()) ends_a_wait.back() = true;
    return true;
  });
  std::size_t answers = 0;
  history.newest_first([&](const Event& event) {
    const Word word = relationship::read_word(event);
    if (word.answers) {
      if (ends_a_wait[answers++]) sink.add(event);
    } else if (word.asks && answers > 0) {
      sink.add(event);
    }
    return true;
  });
}

/// Every meeting that the client called off: without the last six, older ones would be the last.
void cite_meetings(const History& history, CauseSink& sink) {
  history.newest_first([&](const Event& event) {
    if (relationship::read_meeting(event) == Meeting::kCalledOff) sink.add(event);
    return true;
  });
}

/// Every such survey of 180 days: without the last three, older ones would be the last.
void cite_surveys(const History& history, Instant now, CauseSink& sink) {
  history.newest_first([&](const Event& event) {
    if (event.occurred_at + kSurveyFor <= now) return false;
    if (is_scored_survey(event)) sink.add(event);
    return true;
  });
}

}  // namespace

void RelationshipProjection::causes(const History& history, Instant now,
                                    const AccountContext& account, const Reference& /*reference*/,
                                    std::size_t signal, SubjectId /*subject*/, CauseSink& sink) {
  switch (signal) {
    case kUnansweredHours: return cite_unanswered(history, sink);
    case kResponseHours: return cite_responses(history, sink);
    case kMeetingsCancelled: return cite_meetings(history, sink);
    case kSurveyScore: return cite_surveys(history, now, sink);
    default: break;
  }
  const std::int32_t today = account_day(account.account, now);
  history.newest_first([&](const Event& event) {
    const Word word = relationship::read_word(event);
    if (!word.from_client) return true;
    // A silence rests on every word before it: without the last one it would be longer still.
    if (signal != kMentionsLeaving) {
      sink.add(event);
      return true;
    }
    if (today - account_day(account.account, event.occurred_at) > kDaysKept + 7) return false;
    if (word.leaving) sink.add(event);
    return true;
  });
}

}  // namespace tenure
