// The stored and the shown form of the profile's facts.
#include "engine/projection/stored_limits.h"
#include "projections/profile/profile.h"
#include "tenure/event/v1/stakeholder.pb.h"
#include "tenure/state/v1/profile.pb.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tenure {
namespace {

namespace pb = event::v1;
namespace stored_pb = ::tenure::state::v1;

Instant read_instant(bool present, std::int64_t us) {
  return present ? Instant{us} : Instant::always();
}

bool is_kept(const stored_pb::ProfileFacts& stored) {
  StoredLimits limits;
  limits.at_most(stored.tier(), 3).amount(stored.won_minor());
  limits.instant(stored.won_at_us()).instant(stored.lost_at_us());
  limits.instant(stored.champion_left_at_us());
  for (const auto& one : stored.values()) limits.amount(one.minor()).instant(one.until_us());
  return limits.kept();
}

boost::json::array people_of(const ProfileFacts& facts) {
  boost::json::array people;
  for (const ProfilePerson& person : facts.people) {
    boost::json::object one;
    one["person"] = fmt::format("{:016x}{:016x}", person.key.high, person.key.low);
    one["role"] = pb::StakeholderRole_IsValid(person.role)
                      ? pb::StakeholderRole_Name(static_cast<pb::StakeholderRole>(person.role))
                      : fmt::format("{}", person.role);
    one["left"] = person.left;
    people.push_back(std::move(one));
  }
  return people;
}

}  // namespace

void ProfileProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::ProfileFacts stored;
  stored.set_name(std::string(facts.name.view()));
  stored.set_sector(std::string(facts.sector.view()));
  stored.set_country(std::string(facts.country.view()));
  stored.set_profile(std::string(facts.profile.view()));
  stored.set_parent(std::string(facts.parent.view()));
  stored.set_owner(std::string(facts.owner.view()));
  stored.set_stage(std::string(facts.stage.view()));
  stored.set_tier(static_cast<std::uint32_t>(facts.tier));
  stored.set_lost(facts.lost);
  if (facts.won_at != Instant::always()) stored.set_won_at_us(facts.won_at.us);
  if (facts.lost_at != Instant::always()) stored.set_lost_at_us(facts.lost_at.us);
  if (facts.champion_left_at != Instant::always())
    stored.set_champion_left_at_us(facts.champion_left_at.us);
  stored.set_currency(std::string(view(facts.currency)));
  stored.set_won_minor(facts.won_minor);
  for (const ProfileValue& value : facts.values) {
    auto* one = stored.add_values();
    one->set_key(value.key);
    one->set_minor(value.minor);
    if (value.until != Instant::never()) one->set_until_us(value.until.us);
    one->set_active(value.active);
  }
  for (const ProfilePerson& person : facts.people) {
    auto* one = stored.add_people();
    one->set_high(person.key.high);
    one->set_low(person.key.low);
    one->set_role(person.role);
    one->set_left(person.left);
  }
  stored.AppendToString(&bytes);
}

Result<ProfileFacts> ProfileProjection::decode(std::string_view bytes) {
  stored_pb::ProfileFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !is_kept(stored))
    return fail(ErrorCode::kCorrupt,
                "stored facts of profile cannot be read; delete the state, it is folded again");
  Facts facts;
  facts.name.set(stored.name());
  facts.sector.set(stored.sector());
  facts.country.set(stored.country());
  facts.profile.set(stored.profile());
  facts.parent.set(stored.parent());
  facts.owner.set(stored.owner());
  facts.stage.set(stored.stage());
  facts.tier = static_cast<AccountTier>(stored.tier());
  facts.lost = stored.lost();
  facts.won_at = read_instant(stored.has_won_at_us(), stored.won_at_us());
  facts.lost_at = read_instant(stored.has_lost_at_us(), stored.lost_at_us());
  facts.champion_left_at =
      read_instant(stored.has_champion_left_at_us(), stored.champion_left_at_us());
  facts.currency = make_currency(stored.currency());
  facts.won_minor = stored.won_minor();
  for (const auto& one : stored.values())
    facts.values.push_back({one.key(), one.minor(),
                            one.has_until_us() ? Instant{one.until_us()} : Instant::never(),
                            one.active()});
  for (const auto& one : stored.people())
    facts.people.push_back(
        {{one.high(), one.low()}, static_cast<std::uint8_t>(one.role()), one.left()});
  return facts;
}

std::string ProfileProjection::describe(const Facts& facts) {
  boost::json::object told;
  told["name"] = facts.name.view();
  told["sector"] = facts.sector.view();
  told["country"] = facts.country.view();
  told["profile"] = facts.profile.view();
  told["parent"] = facts.parent.view();
  told["owner"] = facts.owner.view();
  told["stage"] = facts.stage.view();
  told["tier"] = to_string(facts.tier);
  told["lost"] = facts.lost;
  if (facts.won_at != Instant::always()) told["won_at"] = to_string(facts.won_at);
  if (facts.lost_at != Instant::always()) told["lost_at"] = to_string(facts.lost_at);
  if (facts.champion_left_at != Instant::always())
    told["champion_left_at"] = to_string(facts.champion_left_at);
  told["currency"] = view(facts.currency);
  told["contracts"] = facts.values.size();
  told["people"] = people_of(facts);
  return boost::json::serialize(told);
}

}  // namespace tenure
