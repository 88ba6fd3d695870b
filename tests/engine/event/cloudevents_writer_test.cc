#include "engine/event/cloudevents_writer.h"

#include "engine/event/decoder.h"
#include "engine/event/event_batch.h"
#include "tenure/event/v1/event.pb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;

constexpr Instant kNow{1'800'000'000'000'000};

pb::Event full_event() {
  pb::Event event;
  event.set_source("helpdesk/eu");
  event.set_id("4711#3");
  event.set_revision(2);
  event.set_occurred_at_us(1'700'000'000'123'456);
  event.set_known_at_us(1'700'000'100'000'000);
  event.set_ordinal(-7);
  event.set_subject("ACME Ltd., Zürich");
  event.add_accounts("acct-1");
  event.add_accounts("acct 2");
  event.set_actor("j.doe@example.com");
  event.mutable_causation()->set_source("crm");
  event.mutable_causation()->set_id("99");
  event.set_trace_parent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  auto* person = event.add_persons();
  person->set_surrogate("0123456789abcdef0123456789abcdef");
  person->set_name("Ann \"A\" Öztürk");
  person->set_side(pb::SIDE_CLIENT);
  auto* other = event.add_persons();
  other->set_surrogate("ffffffffffffffffffffffffffffffff");
  other->set_side(pb::SIDE_US);
  event.mutable_complaint_opened()->set_complaint("4711");
  event.mutable_complaint_opened()->set_category("billing");
  return event;
}

/// The event as RecordDecoder reads what the writer wrote.
void round_trip(const pb::Event& message) {
  EventBatch sent;
  const auto added = sent.add(message.SerializeAsString());
  ASSERT_TRUE(added) << added.error().message;
  const Event& event = sent.events()[0];
  const auto written = write_cloud_event(event);
  ASSERT_TRUE(written) << written.error().message;

  const std::vector<RecordHeaderView> headers = written->views();
  SourceRecord record;
  record.partition = "kafka:c/t/0";
  record.key = written->key;
  record.value = written->value;
  record.headers = headers;
  DecoderOptions options;
  options.source = "c/t";
  options.person_key = "key";
  options.may_send_reference = true;
  RecordDecoder decoder(options);
  EventBatch read;
  ASSERT_EQ(decoder.decode(record, kNow, read), Decoded::kEvent)
      << (read.empty() ? "" : std::string(read.events()[0].bytes));
  const Event& back = read.events()[0];
  EXPECT_EQ(back.ref(), event.ref());
  EXPECT_EQ(back.type, event.type);
  EXPECT_EQ(back.retracted, event.retracted);
  EXPECT_EQ(content_hash(back, 42), content_hash(event, 42));
  pb::Event envelope;
  ASSERT_TRUE(envelope.ParseFromArray(back.bytes.data(), static_cast<int>(back.bytes.size())));
  EXPECT_EQ(envelope.DebugString(), message.DebugString());
}

TEST(CloudEventsWriter, TheDecoderReadsTheSameEventBack) { round_trip(full_event()); }

TEST(CloudEventsWriter, TheSmallestEventComesBack) {
  pb::Event event;
  event.set_source("s");
  event.set_id("1");
  event.set_occurred_at_us(1'700'000'000'000'000);
  event.add_accounts("a");
  event.mutable_note_added();
  round_trip(event);
}

TEST(CloudEventsWriter, ARetractionComesBackWithoutAPayload) {
  pb::Event event = full_event();
  event.clear_payload();
  event.set_retracted(true);
  round_trip(event);
}

TEST(CloudEventsWriter, ReferenceDataComeBackWithoutAnAccount) {
  pb::Event event;
  event.set_source("ops");
  event.set_id("gap-1");
  event.set_occurred_at_us(1'700'000'000'000'000);
  event.mutable_source_gap_opened();
  round_trip(event);
}

TEST(CloudEventsWriter, TheKeyIsTheFirstAccount) {
  EventBatch batch;
  ASSERT_TRUE(batch.add(full_event().SerializeAsString()));
  const auto written = write_cloud_event(batch.events()[0]);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->key, "acct-1");
}

TEST(CloudEventsWriter, AnAccountWithACommaIsRefused) {
  pb::Event event = full_event();
  event.set_accounts(0, "a,b");
  EventBatch batch;
  ASSERT_TRUE(batch.add(event.SerializeAsString()));
  const auto written = write_cloud_event(batch.events()[0]);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(written.error().message, testing::HasSubstr("comma"));
}

}  // namespace
}  // namespace tenure
