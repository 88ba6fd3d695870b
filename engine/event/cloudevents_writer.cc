#include "engine/event/cloudevents_writer.h"

#include "tenure/event/v1/event.pb.h"

#include <boost/json.hpp>

#include <algorithm>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;

/// The reader splits at commas and trims spaces.
bool survives_a_list(std::string_view account) {
  return account.find(',') == std::string_view::npos && !account.starts_with(' ') &&
         !account.ends_with(' ') && !account.starts_with('\t') && !account.ends_with('\t');
}

std::string persons_json(const pb::Event& envelope) {
  boost::json::array persons;
  for (const pb::Person& person : envelope.persons()) {
    boost::json::object& out = persons.emplace_back(boost::json::object()).get_object();
    if (!person.source_person_id().empty()) out["id"] = person.source_person_id();
    if (!person.surrogate().empty()) out["surrogate"] = person.surrogate();
    if (!person.name().empty()) out["name"] = person.name();
    if (person.side() == pb::SIDE_CLIENT) out["side"] = "client";
    if (person.side() == pb::SIDE_US) out["side"] = "us";
  }
  return boost::json::serialize(persons);
}

}  // namespace

std::vector<RecordHeaderView> CloudEventRecord::views() const {
  std::vector<RecordHeaderView> all;
  all.reserve(headers.size());
  for (const auto& [name, text] : headers) all.push_back({name, text});
  return all;
}

Result<CloudEventRecord> write_cloud_event(const Event& event) {
  if (event.quarantined) {
    return fail(ErrorCode::kInvalid, "a quarantined event cannot be sent as a CloudEvent");
  }
  pb::Event envelope;  // for what the view of it leaves out
  if (!envelope.ParseFromArray(event.bytes.data(), static_cast<int>(event.bytes.size()))) {
    return fail(ErrorCode::kInvalid, "the event's envelope does not parse");
  }
  CloudEventRecord record;
  const auto add = [&record](const char* name, std::string text) {
    if (!text.empty()) record.headers.emplace_back(name, std::move(text));
  };
  add("ce_specversion", "1.0");
  add("ce_id", std::string(event.id));
  add("ce_source", std::string(event.source));
  add("ce_type", event.retracted ? "retraction" : std::string(to_string(event.type)));
  add("ce_time", to_string(event.occurred_at));
  add("ce_subject", std::string(event.subject));
  std::string accounts;
  for (const AccountId account : event.accounts) {
    if (!survives_a_list(account.text)) {
      return fail(
          ErrorCode::kInvalid,
          "an account with a comma or with spaces around it cannot be sent as a CloudEvent");
    }
    accounts += (accounts.empty() ? "" : ",");
    accounts += account.text;
  }
  add("ce_accounts", accounts);
  if (event.ordinal != 0) add("ce_sequence", std::to_string(event.ordinal));
  if (event.revision != 0) add("ce_revision", std::to_string(event.revision));
  if (event.retracted) add("ce_retracted", "true");
  if (event.known_at) add("ce_knownat", to_string(*event.known_at));
  add("ce_actor", std::string(event.actor));
  add("ce_causationsource", envelope.causation().source());
  add("ce_causationid", envelope.causation().id());
  add("ce_traceparent", envelope.trace_parent());
  if (envelope.persons_size() > 0) add("ce_persons", persons_json(envelope));
  if (!event.retracted) {
    add("content-type", "application/protobuf");
    record.value.assign(event.payload);
  }
  if (!event.accounts.empty()) record.key = event.accounts[0].str();
  return record;
}

}  // namespace tenure
