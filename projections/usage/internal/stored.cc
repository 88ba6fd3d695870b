// The stored and the shown form of the facts of usage.
#include "engine/projection/stored_limits.h"
#include "projections/usage/usage.h"
#include "tenure/state/v1/usage.pb.h"

#include <boost/json.hpp>

namespace tenure {
namespace {

namespace stored_pb = ::tenure::state::v1;

bool is_kept(const stored_pb::UsageFacts& stored) {
  StoredLimits limits;
  limits.instant(stored.last_rollup_us()).instant(stored.last_active_us());
  limits.count(stored.active_users()).count(stored.seats());
  for (const auto& one : stored.samples()) limits.day(one.day());
  for (const std::int64_t us : stored.limit_hits_us()) limits.instant(us);
  return limits.kept();
}

}  // namespace

void UsageProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::UsageFacts stored;
  if (facts.last_rollup != Instant::always()) stored.set_last_rollup_us(facts.last_rollup.us);
  if (facts.last_active != Instant::always()) stored.set_last_active_us(facts.last_active.us);
  stored.set_active_users(static_cast<std::uint64_t>(facts.active_users));
  stored.set_seats(static_cast<std::uint64_t>(facts.seats));
  for (const UsageSample& sample : facts.samples) {
    auto* one = stored.add_samples();
    one->set_day(sample.day);
    one->set_period_days(sample.period_days);
    one->set_active_users(sample.active_users);
  }
  for (const Instant hit : facts.limit_hits) stored.add_limit_hits_us(hit.us);
  stored.AppendToString(&bytes);
}

Result<UsageFacts> UsageProjection::decode(std::string_view bytes) {
  stored_pb::UsageFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !is_kept(stored))
    return fail(ErrorCode::kCorrupt,
                "stored facts of usage cannot be read; delete the state, it is folded again");
  Facts facts;
  if (stored.has_last_rollup_us()) facts.last_rollup = {stored.last_rollup_us()};
  if (stored.has_last_active_us()) facts.last_active = {stored.last_active_us()};
  facts.active_users = static_cast<std::int64_t>(stored.active_users());
  facts.seats = static_cast<std::int64_t>(stored.seats());
  for (const auto& one : stored.samples()) {
    UsageSample sample;
    sample.day = one.day();
    sample.period_days = one.period_days() & 0xFF;
    sample.active_users = one.active_users() & 0xFFFFFF;
    facts.samples.push_back(sample);
  }
  for (const std::int64_t us : stored.limit_hits_us()) facts.limit_hits.push_back({us});
  return facts;
}

std::string UsageProjection::describe(const Facts& facts) {
  boost::json::object told;
  if (facts.last_rollup != Instant::always()) told["last_rollup"] = to_string(facts.last_rollup);
  if (facts.last_active != Instant::always()) told["last_active"] = to_string(facts.last_active);
  told["active_users"] = facts.active_users;
  told["seats"] = facts.seats;
  told["rollups_kept"] = facts.samples.size();
  told["limit_hits_kept"] = facts.limit_hits.size();
  return boost::json::serialize(told);
}

}  // namespace tenure
