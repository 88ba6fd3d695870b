// The stored and the shown form of the facts of promises.
#include "engine/projection/stored_limits.h"
#include "projections/promises/promises.h"
#include "tenure/state/v1/promises.pb.h"

#include <boost/json.hpp>

namespace tenure {
namespace {

namespace stored_pb = ::tenure::state::v1;

bool is_kept(const stored_pb::PromisesFacts& stored) {
  StoredLimits limits;
  for (const auto& one : stored.promises())
    limits.instant(one.due_at_us()).instant(one.missed_at_us());
  for (const std::int64_t us : stored.late_us()) limits.instant(us);
  return limits.kept();
}

}  // namespace

void PromisesProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::PromisesFacts stored;
  stored.set_made(facts.made);
  stored.set_kept(facts.kept);
  stored.set_revised(facts.revised);
  stored.set_missed(facts.missed);
  for (const PromiseRecord& promise : facts.promises) {
    auto* one = stored.add_promises();
    one->set_id(std::string(promise.id.view()));
    if (promise.due_at != Instant::never()) one->set_due_at_us(promise.due_at.us);
    if (promise.missed_at != Instant::always()) one->set_missed_at_us(promise.missed_at.us);
  }
  for (const Instant at : facts.late) stored.add_late_us(at.us);
  stored.AppendToString(&bytes);
}

Result<PromisesFacts> PromisesProjection::decode(std::string_view bytes) {
  stored_pb::PromisesFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !is_kept(stored))
    return fail(ErrorCode::kCorrupt,
                "stored facts of promises cannot be read; delete the state, it is folded again");
  Facts facts;
  facts.made = stored.made();
  facts.kept = stored.kept();
  facts.revised = stored.revised();
  facts.missed = stored.missed();
  for (const auto& one : stored.promises()) {
    PromiseRecord promise;
    promise.id.set(one.id());
    if (one.has_due_at_us()) promise.due_at = {one.due_at_us()};
    if (one.has_missed_at_us()) promise.missed_at = {one.missed_at_us()};
    facts.promises.push_back(std::move(promise));
  }
  for (const std::int64_t us : stored.late_us()) facts.late.push_back({us});
  return facts;
}

std::string PromisesProjection::describe(const Facts& facts) {
  boost::json::object told;
  told["made"] = facts.made;
  told["kept"] = facts.kept;
  told["revised"] = facts.revised;
  told["missed"] = facts.missed;
  boost::json::array promises;
  for (const PromiseRecord& promise : facts.promises) {
    boost::json::object one;
    one["promise"] = promise.id.view();
    if (promise.due_at != Instant::never()) one["due_at"] = to_string(promise.due_at);
    if (promise.missed_at != Instant::always()) one["missed_at"] = to_string(promise.missed_at);
    promises.push_back(std::move(one));
  }
  told["promises"] = std::move(promises);
  return boost::json::serialize(told);
}

}  // namespace tenure
