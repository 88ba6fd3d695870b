// The stored and the shown form of the facts of the relationship.
#include "engine/projection/stored_limits.h"
#include "projections/relationship/relationship.h"
#include "tenure/state/v1/relationship.pb.h"

#include <boost/json.hpp>

#include <algorithm>

namespace tenure {
namespace {

namespace stored_pb = ::tenure::state::v1;

constexpr std::uint64_t kStoredDaysMax = 512;  // more than are ever kept

constexpr std::array<std::string_view, kChannels> kChannelNames = {
    "email_in", "email_out", "call_in",  "call_out", "call_missed",
    "meeting",  "chat_in",   "chat_out", "survey",   "complaint"};

template <class Stored>
void write_days(const CompactList<DayWeight>& days, Stored& stored) {
  for (const DayWeight& one : days) {
    auto* day = stored.Add();
    day->set_day(one.day);
    day->set_milli(one.milli);
  }
}

template <class Stored>
void read_days(const Stored& stored, CompactList<DayWeight>& days) {
  for (const auto& one : stored)
    days.push_back({one.day(), static_cast<std::uint32_t>(one.milli())});
}

bool is_kept(const stored_pb::RelationshipFacts& stored) {
  StoredLimits limits;
  limits.at_most(static_cast<std::uint64_t>(stored.channels_size()), kChannels);
  limits.at_most(stored.meetings_seen(), 6);
  limits.instant(stored.last_contact_us()).instant(stored.last_client_word_us());
  limits.instant(stored.unanswered_us());
  for (const auto* days : {&stored.words(), &stored.leaving()}) {
    limits.at_most(static_cast<std::uint64_t>(days->size()), kStoredDaysMax);
    for (const auto& one : *days) limits.day(one.day()).at_most(one.milli(), UINT32_MAX);
  }
  limits.at_most(static_cast<std::uint64_t>(stored.surveys_size()), kSurveysKept);
  for (const auto& one : stored.surveys())
    limits.instant(one.at_us()).at_most(one.share_milli(), 1000);
  return limits.kept();
}

}  // namespace

void RelationshipProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::RelationshipFacts stored;
  if (facts.last_contact != Instant::always()) stored.set_last_contact_us(facts.last_contact.us);
  if (facts.last_client_word != Instant::always())
    stored.set_last_client_word_us(facts.last_client_word.us);
  if (facts.unanswered != Instant::never()) stored.set_unanswered_us(facts.unanswered.us);
  for (const std::uint32_t gap : facts.gaps_s) stored.add_gaps_s(gap);
  for (const std::uint32_t response : facts.responses_s) stored.add_responses_s(response);
  stored.set_meetings_seen(facts.meetings_seen);
  stored.set_meetings(facts.meetings);
  write_days(facts.words, *stored.mutable_words());
  write_days(facts.leaving, *stored.mutable_leaving());
  for (const std::uint32_t count : facts.channels) stored.add_channels(count);
  for (const SurveyMark& survey : facts.surveys) {
    auto* one = stored.add_surveys();
    one->set_at_us(survey.at.us);
    one->set_share_milli(survey.share_milli);
  }
  stored.AppendToString(&bytes);
}

Result<RelationshipFacts> RelationshipProjection::decode(std::string_view bytes) {
  stored_pb::RelationshipFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !is_kept(stored))
    return fail(
        ErrorCode::kCorrupt,
        "stored facts of relationship cannot be read; delete the state, it is folded again");
  Facts facts;
  if (stored.has_last_contact_us()) facts.last_contact = {stored.last_contact_us()};
  if (stored.has_last_client_word_us()) facts.last_client_word = {stored.last_client_word_us()};
  if (stored.has_unanswered_us()) facts.unanswered = {stored.unanswered_us()};
  for (const std::uint32_t gap : stored.gaps_s()) facts.gaps_s.push_back(gap);
  for (const std::uint32_t response : stored.responses_s()) facts.responses_s.push_back(response);
  facts.meetings_seen = static_cast<std::uint8_t>(stored.meetings_seen());
  facts.meetings = static_cast<std::uint8_t>(stored.meetings());
  read_days(stored.words(), facts.words);
  read_days(stored.leaving(), facts.leaving);
  for (int k = 0; k < stored.channels_size(); ++k)
    facts.channels[static_cast<std::size_t>(k)] = static_cast<std::uint32_t>(stored.channels(k));
  for (const auto& one : stored.surveys())
    facts.surveys.push_back({{one.at_us()}, one.share_milli()});
  return facts;
}

std::string RelationshipProjection::describe(const Facts& facts) {
  boost::json::object told;
  if (facts.last_contact != Instant::always()) told["last_contact"] = to_string(facts.last_contact);
  if (facts.last_client_word != Instant::always())
    told["last_client_word"] = to_string(facts.last_client_word);
  if (facts.unanswered != Instant::never()) told["unanswered_since"] = to_string(facts.unanswered);
  boost::json::object channels;
  for (std::size_t k = 0; k < kChannels; ++k) channels[kChannelNames[k]] = facts.channels[k];
  told["channels"] = std::move(channels);
  told["meetings_seen"] = facts.meetings_seen;
  return boost::json::serialize(told);
}

}  // namespace tenure
