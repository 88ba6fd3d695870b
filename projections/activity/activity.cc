#include "projections/activity/activity.h"

#include "engine/projection/amount.h"
#include "engine/projection/stored_limits.h"
#include "tenure/event/v1/event.pb.h"
#include "tenure/state/v1/activity.pb.h"

#include <boost/json.hpp>

#include <algorithm>

namespace tenure {
namespace {

namespace pb = event::v1;
namespace stored_pb = ::tenure::state::v1;

// A new gap counts an eighth: about the last ten gaps make the value.
constexpr std::int64_t kSmoothing = 8;
constexpr std::int64_t kTalkMaxSeconds = 7 * 86'400;  // a longer call is a slip of the source

void count(CompactList<ActivityTypeCount>& counts, EventType type) {
  auto* place = std::lower_bound(
      counts.begin(), counts.end(), type,
      [](const ActivityTypeCount& seen, EventType wanted) { return seen.type < wanted; });
  if (place != counts.end() && place->type == type) {
    ++place->events;
  } else {
    counts.insert(place, {type, 1});
  }
}

std::int64_t talked_s(const Event& event) {
  if (event.type == EventType::kCallCompleted)
    return std::clamp<std::int64_t>(event.read<pb::CallCompleted>().duration_s(), 0,
                                    kTalkMaxSeconds);
  if (event.type == EventType::kMeetingHeld)
    return std::clamp<std::int64_t>(event.read<pb::MeetingHeld>().duration_s(), 0, kTalkMaxSeconds);
  return 0;
}

}  // namespace

void ActivityProjection::fold(Facts& facts, const Event& event, AccountId /*self*/) {
  if (facts.events == 0) {
    facts.first = event.occurred_at;
    facts.active_days = 1;
  } else {
    const Duration gap = event.occurred_at - facts.last;
    facts.gap = facts.events == 1 ? gap : facts.gap + (gap - facts.gap) / kSmoothing;
    if (whole_days({}, event.occurred_at) != whole_days({}, facts.last)) ++facts.active_days;
  }
  facts.last = event.occurred_at;
  ++facts.events;
  facts.talk_s += talked_s(event);
  count(facts.counts, event.type);
}

void ActivityProjection::signals(const Facts& facts, Instant now, const AccountContext& /*account*/,
                                 const Reference& /*reference*/, SignalSink& sink) {
  sink.emit(kEvents, static_cast<std::int64_t>(facts.events) * 1000, Instant::never());
  if (facts.events == 0) {
    sink.emit(kDaysSinceAny, kMissing, Instant::never());
  } else {
    const std::int64_t days = std::max<std::int64_t>(0, whole_days(facts.last, now));
    sink.emit(kDaysSinceAny, days * 1000, facts.last + (days + 1) * kDay);
  }
  sink.emit(kGapDays, facts.events < 2 ? kMissing : facts.gap.count() / (kDay.count() / 1000),
            Instant::never());
}

void ActivityProjection::causes(const History& history, Instant /*now*/,
                                const AccountContext& /*account*/, const Reference& /*reference*/,
                                std::size_t /*signal*/, SubjectId /*subject*/, CauseSink& sink) {
  static const EventTypes consumed = consumes();
  history.newest_first([&](const Event& event) {
    if (consumed.has(event.type)) sink.add(event);
    return true;
  });
}

void ActivityProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::ActivityFacts stored;
  stored.set_events(facts.events);
  stored.set_active_days(facts.active_days);
  stored.set_first_at_us(facts.first.us);
  stored.set_last_at_us(facts.last.us);
  stored.set_gap_us(facts.gap.count());
  stored.set_talk_s(facts.talk_s);
  for (const ActivityTypeCount& counted : facts.counts) {
    auto* one = stored.add_counts();
    one->set_type(static_cast<std::uint32_t>(counted.type));
    one->set_events(counted.events);
  }
  stored.AppendToString(&bytes);
}

Result<ActivityFacts> ActivityProjection::decode(std::string_view bytes) {
  stored_pb::ActivityFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      !StoredLimits()
           .count(stored.events())
           .instant(stored.first_at_us())
           .instant(stored.last_at_us())
           .instant(stored.gap_us())
           .count(static_cast<std::uint64_t>(stored.talk_s()))
           .kept())
    return fail(ErrorCode::kCorrupt,
                "stored facts of activity cannot be read; delete the state, it is folded again");
  Facts facts;
  facts.events = stored.events();
  facts.active_days = static_cast<std::uint32_t>(stored.active_days());
  facts.first = {stored.first_at_us()};
  facts.last = {stored.last_at_us()};
  facts.gap = Duration(stored.gap_us());
  facts.talk_s = stored.talk_s();
  for (const auto& one : stored.counts())
    facts.counts.push_back(
        {static_cast<EventType>(one.type()), static_cast<std::uint32_t>(one.events())});
  return facts;
}

std::string ActivityProjection::describe(const Facts& facts) {
  boost::json::object counts;
  for (const ActivityTypeCount& counted : facts.counts)
    counts[to_string(counted.type)] = counted.events;
  boost::json::object told;
  told["events"] = facts.events;
  told["active_days"] = facts.active_days;
  if (facts.events > 0) {
    told["first_at"] = to_string(facts.first);
    told["last_at"] = to_string(facts.last);
    told["gap_s"] = facts.gap.count() / 1'000'000;
  }
  told["talk_s"] = facts.talk_s;
  told["counts"] = std::move(counts);
  return boost::json::serialize(told);
}

}  // namespace tenure
