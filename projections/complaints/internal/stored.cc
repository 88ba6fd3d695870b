// The stored and the shown form of the facts of complaints.
#include "engine/projection/stored_limits.h"
#include "projections/complaints/complaints.h"
#include "tenure/event/v1/complaint.pb.h"
#include "tenure/state/v1/complaints.pb.h"

#include <boost/json.hpp>

#include <algorithm>

namespace tenure {
namespace {

namespace pb = event::v1;
namespace stored_pb = ::tenure::state::v1;

void write(const ComplaintRecord& complaint, stored_pb::StoredComplaint& one) {
  one.set_id(std::string(complaint.id.view()));
  one.set_severity(complaint.severity);
  one.set_resolved(complaint.resolved);
  one.set_closed(complaint.closed);
  one.set_waiting(complaint.waiting);
  one.set_opened_at_us(complaint.opened_at.us);
  one.set_last_at_us(complaint.last_at.us);
  for (const ComplaintStretch& stretch : complaint.ran) {
    one.add_ran_us(stretch.from.us);
    if (stretch.until != Instant::never()) one.add_ran_us(stretch.until.us);
  }
}

ComplaintRecord read(const stored_pb::StoredComplaint& one) {
  ComplaintRecord complaint;
  complaint.id.set(one.id());
  complaint.severity = static_cast<std::uint8_t>(one.severity());
  complaint.resolved = one.resolved();
  complaint.closed = one.closed();
  complaint.waiting = one.waiting();
  complaint.opened_at = {one.opened_at_us()};
  complaint.last_at = {one.last_at_us()};
  for (int k = 0; k < one.ran_us_size(); k += 2)
    complaint.ran.push_back(
        {{one.ran_us(k)},
         k + 1 < one.ran_us_size() ? Instant{one.ran_us(k + 1)} : Instant::never()});
  return complaint;
}

bool is_kept(const stored_pb::ComplaintsFacts& stored) {
  StoredLimits limits;
  for (const auto& one : stored.complaints()) {
    limits.instant(one.opened_at_us()).instant(one.last_at_us());
    for (const std::int64_t us : one.ran_us()) limits.instant(us);
  }
  for (const std::int64_t us : stored.reopenings_us()) limits.instant(us);
  return limits.kept();
}

std::string_view severity_name(std::uint8_t severity) {
  switch (severity) {
    case pb::COMPLAINT_SEVERITY_LOW: return "low";
    case pb::COMPLAINT_SEVERITY_HIGH: return "high";
    case pb::COMPLAINT_SEVERITY_CRITICAL: return "critical";
    default: return "normal";
  }
}

std::string_view state_name(const ComplaintRecord& complaint) {
  if (complaint.resolved) return "resolved";
  if (complaint.closed) return "closed";
  return complaint.waiting ? "waiting on client" : "open";
}

}  // namespace

void ComplaintsProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::ComplaintsFacts stored;
  stored.set_opened(facts.opened);
  stored.set_resolved(facts.resolved);
  stored.set_reopened(facts.reopened);
  stored.set_withdrawn(facts.withdrawn);
  stored.set_foreign(facts.foreign);
  for (const ComplaintRecord& complaint : facts.complaints)
    write(complaint, *stored.add_complaints());
  for (const std::uint64_t key : facts.ended) stored.add_ended(key);
  for (const Instant at : facts.reopenings) stored.add_reopenings_us(at.us);
  stored.AppendToString(&bytes);
}

Result<ComplaintsFacts> ComplaintsProjection::decode(std::string_view bytes) {
  stored_pb::ComplaintsFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !is_kept(stored))
    return fail(ErrorCode::kCorrupt,
                "stored facts of complaints cannot be read; delete the state, it is folded again");
  Facts facts;
  facts.opened = static_cast<std::uint32_t>(stored.opened());
  facts.resolved = static_cast<std::uint32_t>(stored.resolved());
  facts.reopened = static_cast<std::uint32_t>(stored.reopened());
  facts.withdrawn = static_cast<std::uint32_t>(stored.withdrawn());
  facts.foreign = static_cast<std::uint32_t>(stored.foreign());
  for (const auto& one : stored.complaints()) facts.complaints.push_back(read(one));
  for (const std::uint64_t key : stored.ended()) facts.ended.push_back(key);
  for (const std::int64_t us : stored.reopenings_us()) facts.reopenings.push_back({us});
  return facts;
}

std::string ComplaintsProjection::describe(const Facts& facts) {
  boost::json::object told;
  told["opened"] = facts.opened;
  told["resolved"] = facts.resolved;
  told["reopened"] = facts.reopened;
  told["withdrawn"] = facts.withdrawn;
  told["open"] = std::count_if(facts.complaints.begin(), facts.complaints.end(),
                               [](const ComplaintRecord& one) { return one.is_open(); });
  boost::json::array complaints;
  for (const ComplaintRecord& complaint : facts.complaints) {
    boost::json::object one;
    one["complaint"] = complaint.id.view();
    one["severity"] = severity_name(complaint.severity);
    one["state"] = state_name(complaint);
    one["opened_at"] = to_string(complaint.opened_at);
    one["last_at"] = to_string(complaint.last_at);
    complaints.push_back(std::move(one));
  }
  told["complaints"] = std::move(complaints);
  return boost::json::serialize(told);
}

}  // namespace tenure
