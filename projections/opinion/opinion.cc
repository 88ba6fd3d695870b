#include "projections/opinion/opinion.h"

#include "engine/projection/amount.h"
#include "engine/projection/stored_limits.h"
#include "tenure/event/v1/event.pb.h"
#include "tenure/state/v1/opinion.pb.h"

#include <boost/json.hpp>

#include <algorithm>

namespace tenure {
namespace {

namespace pb = event::v1;
namespace stored_pb = ::tenure::state::v1;

constexpr std::uint32_t kRiskMax = 3;
constexpr Duration kPreset = 30 * kDay;    // where the event names no end
constexpr Duration kLongest = 180 * kDay;  // nobody sees further ahead

}  // namespace

void OpinionProjection::fold(Facts& facts, const Event& event, AccountId /*self*/) {
  const auto& opinion = event.read<pb::OpinionGiven>();
  facts.risk =
      std::min<std::uint32_t>(static_cast<std::uint32_t>(std::max(0, +opinion.risk())), kRiskMax);
  facts.given_at = event.occurred_at;
  facts.until = event.occurred_at + kPreset;
  if (opinion.until_us() != 0)
    facts.until =
        std::clamp(Instant{opinion.until_us()}, event.occurred_at, event.occurred_at + kLongest);
  facts.by.set(event.actor);
}

void OpinionProjection::signals(const Facts& facts, Instant now, const AccountContext& /*account*/,
                                const Reference& /*reference*/, SignalSink& sink) {
  if (facts.risk == 0 || now >= facts.until) return sink.emit(kRisk, kMissing, Instant::never());
  sink.emit(kRisk, static_cast<std::int64_t>(facts.risk) * 1000, facts.until);
}

void OpinionProjection::causes(const History& history, Instant /*now*/,
                               const AccountContext& /*account*/, const Reference& /*reference*/,
                               std::size_t /*signal*/, SubjectId /*subject*/, CauseSink& sink) {
  history.newest_first([&](const Event& event) {
    if (event.type == EventType::kOpinionGiven) sink.add(event);
    return true;  // all: without the last, the one before it would speak
  });
}

void OpinionProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::OpinionFacts stored;
  stored.set_risk(facts.risk);
  stored.set_given_at_us(facts.given_at.us);
  stored.set_until_us(facts.until.us);
  stored.set_by(std::string(facts.by.view()));
  stored.AppendToString(&bytes);
}

Result<OpinionFacts> OpinionProjection::decode(std::string_view bytes) {
  stored_pb::OpinionFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      !StoredLimits()
           .at_most(stored.risk(), kRiskMax)
           .instant(stored.given_at_us())
           .instant(stored.until_us())
           .at_most(stored.by().size(), CompactText::kBytesMax)
           .kept())
    return fail(ErrorCode::kCorrupt,
                "stored facts of opinion cannot be read; delete the state, it is folded again");
  Facts facts;
  facts.risk = stored.risk();
  facts.given_at = {stored.given_at_us()};
  facts.until = {stored.until_us()};
  facts.by.set(stored.by());
  return facts;
}

std::string OpinionProjection::describe(const Facts& facts) {
  constexpr std::array<std::string_view, kRiskMax + 1> kNames{"", "low", "medium", "high"};
  boost::json::object told;
  told["risk"] = kNames[facts.risk];
  if (facts.risk != 0) {
    told["given_at"] = to_string(facts.given_at);
    told["until"] = to_string(facts.until);
    told["by"] = facts.by.view();
  }
  return boost::json::serialize(told);
}

}  // namespace tenure
