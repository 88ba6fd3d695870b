#include "engine/query/alert_feed.h"

#include "engine/reference/profile.h"
#include "tenure/event/v1/alert.pb.h"

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;

TellingStep step_of(const Event& event, const pb::AlertTransitioned& transition) {
  TellingStep step;
  step.step = static_cast<TellingStep::Step>(transition.step());
  if (!event.accounts.empty()) step.account = event.accounts.front().str();
  step.rule = transition.rule();
  step.subject = transition.subject();
  // What a later release logged has no name here.
  step.severity = to_string(static_cast<Severity>(transition.severity()));
  step.sentence = transition.sentence();
  step.rung = transition.rung();
  step.told_to.assign(transition.told_to().begin(), transition.told_to().end());
  step.at = Instant{transition.decided_at_us()};
  return step;
}

}  // namespace

Result<std::vector<TellingStep>> AlertFeed::poll() {
  std::vector<TellingStep> steps;
  for (std::uint16_t shard = 0; shard < next_.size(); ++shard) {
    const ShardId id{shard};
    if (log_.head(id) < next_[shard]) continue;
    TENURE_TRY(log_.scan(id, next_[shard], [&](const BlockPtr& block) {
      for (const LoggedEvent& logged : block->events()) {
        if (logged.position.sequence < next_[shard]) continue;
        if (logged.event.type != EventType::kAlertTransitioned || logged.has(kMarkCopy)) continue;
        const auto& transition = logged.event.read<pb::AlertTransitioned>();
        if (transition.step() < pb::ALERT_STEP_RAISED) continue;
        steps.push_back(step_of(logged.event, transition));
      }
      next_[shard] = block->last() + 1;
      return true;
    }));
  }
  return steps;
}

}  // namespace tenure
