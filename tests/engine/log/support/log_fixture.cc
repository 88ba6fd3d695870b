#include "tests/engine/log/support/log_fixture.h"

#include "tenure/event/v1/event.pb.h"

namespace tenure::test {

namespace pb = ::tenure::event::v1;

std::string envelope_of(const Draft& draft) {
  pb::Event event;
  event.set_source(draft.source);
  event.set_id(draft.id);
  event.set_revision(draft.revision);
  event.set_occurred_at_us(draft.occurred_at_us);
  for (const std::string& account : draft.accounts) event.add_accounts(account);
  if (draft.retracted)
    event.set_retracted(true);
  else
    event.mutable_note_added()->set_text(draft.text);
  return event.SerializeAsString();
}

std::string quarantined_envelope(const std::string& source, const std::string& id) {
  pb::Event event;
  event.set_source(source);
  event.set_id(id);
  event.set_occurred_at_us(1'700'000'000'000'000);
  event.mutable_quarantine()->set_reason(static_cast<pb::Quarantine_Reason>(1));
  return event.SerializeAsString();
}

std::string reference_envelope(const std::string& id) {
  pb::Event event;
  event.set_source("tenure");
  event.set_id(id);
  event.set_occurred_at_us(1'700'000'000'000'000);
  event.mutable_source_gap_opened();
  return event.SerializeAsString();
}

EventBatch batch_of_envelopes(const std::vector<std::string>& envelopes) {
  EventBatch batch;
  for (const std::string& envelope : envelopes) {
    const auto added = batch.add(envelope);
    EXPECT_TRUE(added) << added.error().message;
  }
  return batch;
}

EventBatch batch_of(const std::vector<Draft>& drafts) {
  std::vector<std::string> envelopes;
  envelopes.reserve(drafts.size());
  for (const Draft& draft : drafts) envelopes.push_back(envelope_of(draft));
  return batch_of_envelopes(envelopes);
}

std::string account_in(std::uint16_t shard, std::uint16_t shards) {
  for (int k = 0;; ++k) {
    std::string account = "account-" + std::to_string(k);
    if (shard_of(AccountId(account), shards).value == shard) return account;
  }
}

std::vector<std::string> LogTest::ids_of(ShardId shard) {
  std::vector<std::string> ids;
  const auto walked = log->scan(shard, 1, [&](const BlockPtr& block) {
    for (const LoggedEvent& logged : block->events())
      ids.push_back(std::string(logged.event.id) + "/" + std::to_string(logged.event.revision));
    return true;
  });
  EXPECT_TRUE(walked) << walked.error().message;
  return ids;
}

const LoggedEvent& LogTest::at(ShardId shard, Sequence sequence) {
  auto block = log->block(shard, sequence);
  EXPECT_TRUE(block) << block.error().message;
  held.push_back(*block);
  return held.back()->events()[sequence - held.back()->first()];
}

}  // namespace tenure::test
