// Sentences about work with and for the client: projects, campaigns, opportunities.
#include "engine/event/internal/say.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tenure::internal {
namespace {

std::string due(std::int64_t us) { return us == 0 ? std::string() : "due " + day(us); }

std::string yearly(const pb::Money& money) {
  const std::string value = amount(money);
  return value.empty() ? value : value + " a year";
}

}  // namespace

std::string say(const pb::ProjectStarted& p, const Saying&) {
  return fmt::format("Project {} began{}", p.project(),
                     in_brackets({p.name(), due(p.due_at_us())}));
}
std::string say(const pb::ProjectEnded& p, const Saying&) {
  return fmt::format("Project {} {}", p.project(), p.dropped() ? "was given up" : "is done");
}
std::string say(const pb::MilestonePlanned& p, const Saying&) {
  return fmt::format("Milestone {} was planned{}", p.milestone(),
                     in_brackets({p.what(), p.project().empty() ? "" : "project " + p.project(),
                                  due(p.due_at_us())}));
}
std::string say(const pb::MilestoneMoved& p, const Saying&) {
  const std::string where = p.due_at_us() == 0 ? "" : " to " + day(p.due_at_us());
  return fmt::format("Milestone {} was moved{}{}", p.milestone(), where, in_brackets({p.reason()}));
}
std::string say(const pb::MilestoneReached& p, const Saying&) {
  return fmt::format("Milestone {} was reached", p.milestone());
}

std::string say(const pb::CampaignStarted& p, const Saying&) {
  const std::string budget = amount(p.budget());
  return fmt::format("Campaign {} went live{}", p.campaign(),
                     in_brackets({p.name(), budget.empty() ? "" : "budget " + budget,
                                  p.ends_at_us() == 0 ? "" : "until " + day(p.ends_at_us())}));
}
std::string say(const pb::CampaignMeasured& p, const Saying&) {
  const std::string figure = p.kpi().empty() ? "key figure" : p.kpi();
  if (p.target_milli() <= 0)
    return fmt::format("Campaign {}: {} was measured", p.campaign(), figure);
  // A source may say anything; beyond this nobody reads the number.
  const std::int64_t most = std::numeric_limits<std::int64_t>::max() / 100;
  const std::int64_t percent = std::clamp(p.value_milli(), -most, most) * 100 / p.target_milli();
  return fmt::format("Campaign {}: {} stands at {} % of its target", p.campaign(), figure, percent);
}
std::string say(const pb::CampaignSpent& p, const Saying&) {
  const std::string spent = amount(p.amount());
  return fmt::format("{} was spent on campaign {}", spent.empty() ? "Money" : spent, p.campaign());
}
std::string say(const pb::CampaignEnded& p, const Saying&) {
  return fmt::format("Campaign {} is over", p.campaign());
}

std::string say(const pb::OpportunityCreated& p, const Saying&) {
  return fmt::format("Opportunity {} was seen{}", p.opportunity(),
                     in_brackets({p.product(), yearly(p.annual_value())}));
}
std::string say(const pb::OpportunityWon& p, const Saying&) {
  return fmt::format("Opportunity {} was won{}", p.opportunity(),
                     in_brackets({yearly(p.annual_value())}));
}
std::string say(const pb::OpportunityLost& p, const Saying&) {
  return fmt::format("Opportunity {} was lost{}", p.opportunity(), in_brackets({p.reason()}));
}

}  // namespace tenure::internal
