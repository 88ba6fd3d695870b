#include "engine/event/decoder.h"

#include "engine/event/internal/payload.h"
#include "engine/event/mapping.h"
#include "io/cloudevents/v1/cloudevents.pb.h"
#include "tests/engine/event/support/random_event.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenure {
namespace {

namespace pb = event::v1;
using test::Random;
using ::testing::HasSubstr;

const Instant kNow = *parse_instant("2026-11-23T09:00:00Z");

struct Record {
  std::string value;
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
  bool has_value = true;
};

// One decoded record: what became of it, and the event read back by the generated class.
struct Answer {
  Decoded decoded = Decoded::kSkipped;
  pb::Event event;
};

Answer decode(const Record& record, DecoderOptions options = {}) {
  if (options.source.empty()) options.source = "cluster/topic";
  options.person_key = "key";
  std::vector<RecordHeaderView> headers;
  for (const auto& [name, value] : record.headers) headers.push_back({name, value});
  SourceRecord source;
  source.partition = "kafka:topic/3";
  source.offset = 17;
  source.appended_at = kNow - std::chrono::hours(1);
  source.key = record.key;
  source.value = record.value;
  source.has_value = record.has_value;
  source.headers = headers;
  RecordDecoder decoder(options);
  EventBatch batch;
  Answer answer;
  answer.decoded = decoder.decode(source, kNow, batch);
  EXPECT_EQ(batch.size(), answer.decoded == Decoded::kSkipped ? 0U : 1U);
  if (!batch.empty()) {
    const Event& event = batch.events().back();
    EXPECT_TRUE(read_event(event.bytes));
    EXPECT_TRUE(
        answer.event.ParseFromArray(event.bytes.data(), static_cast<int>(event.bytes.size())));
  }
  return answer;
}

void expect_quarantined(const Record& record, pb::Quarantine::Reason reason,
                        const std::string& says, const DecoderOptions& options = {}) {
  const Answer answer = decode(record, options);
  ASSERT_EQ(answer.decoded, Decoded::kQuarantined) << says;
  const pb::Quarantine& kept = answer.event.quarantine();
  EXPECT_EQ(kept.reason(), reason) << kept.message();
  EXPECT_THAT(kept.message(), HasSubstr(says));
  EXPECT_EQ(kept.value_bytes(), record.value.size());
  EXPECT_EQ(kept.value(), record.value.substr(0, 256 * 1024));
  EXPECT_EQ(kept.key(), record.key);
  EXPECT_EQ(answer.event.source(), "cluster/topic/quarantine");
  EXPECT_EQ(answer.event.id(), "3-17");
  EXPECT_EQ(answer.event.occurred_at_us(), (kNow - std::chrono::hours(1)).us);
}

Record binary(std::string value = R"({"complaint":"c-1","severity":"high","grievance":true})") {
  return {std::move(value),
          "acc-1",
          {{"content-type", "application/json; charset=UTF-8"},
           {"ce_specversion", "1.0"},
           {"ce_id", "e-1"},
           {"ce_source", "crm"},
           {"ce_type", "complaint.opened"},
           {"ce_time", "2026-11-22T10:00:00+01:00"},
           {"ce_subject", "acc-9"}}};
}

Record with(Record record, const std::string& name, const std::string& value) {
  for (auto& header : record.headers)
    if (header.first == name) {
      header.second = value;
      return record;
    }
  record.headers.emplace_back(name, value);
  return record;
}

Record without(Record record, const std::string& name) {
  std::erase_if(record.headers, [&](const auto& header) { return header.first == name; });
  return record;
}

DecoderOptions protobuf() {
  DecoderOptions options;
  options.format = RecordFormat::kProtobuf;
  return options;
}

pb::Event good_event() {
  pb::Event event;
  event.set_source("crm");
  event.set_id("e-1");
  event.set_occurred_at_us(kNow.us);
  event.add_accounts("acc-1");
  event.mutable_complaint_opened()->set_complaint("c-1");
  return event;
}

TEST(RecordDecoder, BinaryCloudEventWithJson) {
  const Answer answer = decode(binary());
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  EXPECT_EQ(answer.event.id(), "e-1");
  EXPECT_EQ(answer.event.source(), "crm");
  EXPECT_EQ(to_string(Instant{answer.event.occurred_at_us()}), "2026-11-22T09:00:00Z");
  EXPECT_EQ(answer.event.subject(), "acc-9");
  ASSERT_EQ(answer.event.accounts_size(), 1);
  EXPECT_EQ(answer.event.accounts(0), "acc-9");
  EXPECT_EQ(answer.event.complaint_opened().complaint(), "c-1");
  EXPECT_EQ(answer.event.complaint_opened().severity(), pb::COMPLAINT_SEVERITY_HIGH);
  EXPECT_TRUE(answer.event.complaint_opened().grievance());
}

TEST(RecordDecoder, BinaryCloudEventWithProtobuf) {
  pb::ComplaintOpened payload;
  payload.set_complaint("c-2");
  for (const char* media : {"application/protobuf", "application/x-protobuf"}) {
    Record record = with(binary(payload.SerializeAsString()), "content-type", media);
    const Answer answer = decode(record);
    ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
    EXPECT_EQ(answer.event.complaint_opened().complaint(), "c-2");
  }
}

TEST(RecordDecoder, ExtensionsBecomePartsOfTheEnvelope) {
  Record record = binary();
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"ce_accounts", "acc-2, acc-3"},
           {"ce_sequence", "42"},
           {"ce_revision", "3"},
           {"ce_knownat", "2026-11-22T11:00:00Z"},
           {"ce_actor", "ada"},
           {"ce_causationid", "e-0"},
           {"ce_traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
           {"ce_personid", "p-1"},
           {"ce_personname", "Grace"},
           {"ce_persons", R"([{"id":"p-2","name":"Alan","side":"us"}])"}})
    record = with(record, name, value);
  const Answer answer = decode(record);
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  const pb::Event& event = answer.event;
  ASSERT_EQ(event.accounts_size(), 2);
  EXPECT_EQ(event.accounts(1), "acc-3");
  EXPECT_EQ(event.ordinal(), 42);
  EXPECT_EQ(event.revision(), 3U);
  EXPECT_EQ(to_string(Instant{event.known_at_us()}), "2026-11-22T11:00:00Z");
  EXPECT_EQ(event.actor(), "ada");
  EXPECT_EQ(event.causation().source(), "crm");
  EXPECT_EQ(event.causation().id(), "e-0");
  EXPECT_THAT(event.trace_parent(), HasSubstr("b7ad6b7169203331"));
  ASSERT_EQ(event.persons_size(), 2);
  EXPECT_EQ(event.persons(0).surrogate(), person_surrogate("key", "crm", "p-1"));
  EXPECT_EQ(event.persons(0).name(), "Grace");
  EXPECT_EQ(event.persons(0).side(), pb::SIDE_CLIENT);
  EXPECT_EQ(event.persons(1).side(), pb::SIDE_US);
  EXPECT_TRUE(event.persons(0).source_person_id().empty());
}

TEST(RecordDecoder, AccountIsTheExtensionThenTheSubjectThenTheKey) {
  EXPECT_EQ(decode(with(binary(), "ce_account", "acc-5")).event.accounts(0), "acc-5");
  EXPECT_EQ(decode(binary()).event.accounts(0), "acc-9");
  EXPECT_EQ(decode(without(binary(), "ce_subject")).event.accounts(0), "acc-1");
  Record nobody = without(binary(), "ce_subject");
  nobody.key.clear();
  expect_quarantined(nobody, pb::Quarantine::REASON_NO_ACCOUNT, "account: none");
}

TEST(RecordDecoder, WhatARecordLacksComesFromItsPlace) {
  const Answer answer =
      decode(without(without(without(binary(), "ce_id"), "ce_source"), "ce_time"));
  ASSERT_EQ(answer.decoded, Decoded::kEvent);
  EXPECT_EQ(answer.event.source(), "cluster/topic");
  EXPECT_EQ(answer.event.id(), "3-17");
  EXPECT_EQ(answer.event.occurred_at_us(), (kNow - std::chrono::hours(1)).us);
}

TEST(RecordDecoder, StructuredJson) {
  const std::string value =
      R"({"specversion":"1.0","id":"e-7","source":"crm","type":"invoice.issued",)"
      R"("time":"2026-11-22T09:00:00Z",)"
      R"("subject":"acc-1","sequence":7,"data":{"invoice":"i-1","dueAtUs":"2026-12-01T00:00:00Z",)"
      R"("amount":{"amount_minor":"1250","currency":"EUR"}}})";
  for (const char* media :
       {"application/cloudevents+json; charset=UTF-8", "APPLICATION/CloudEvents+JSON"}) {
    const Answer answer = decode({value, "", {{"Content-Type", media}}});
    ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
    EXPECT_EQ(answer.event.ordinal(), 7);
    EXPECT_EQ(answer.event.invoice_issued().amount().amount_minor(), 1250);
    EXPECT_EQ(to_string(Instant{answer.event.invoice_issued().due_at_us()}),
              "2026-12-01T00:00:00Z");
  }
  EXPECT_EQ(decode({value, "", {}}).decoded, Decoded::kEvent) << "a JSON object without headers";
}

TEST(RecordDecoder, StructuredJsonWithBase64) {
  const std::string value =
      R"({"specversion":"1.0","id":"e-7","source":"crm","type":"note.added","subject":"a",)"
      R"("datacontenttype":"application/protobuf","data_base64":"CgJoaQ=="})";
  const Answer answer = decode({value, "", {{"content-type", "application/cloudevents+json"}}});
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  EXPECT_EQ(answer.event.note_added().text(), "hi");
}

TEST(RecordDecoder, StructuredProtobuf) {
  io::cloudevents::v1::CloudEvent message;
  message.set_id("e-1");
  message.set_source("crm");
  message.set_spec_version("1.0");
  message.set_type("note.added");
  (*message.mutable_attributes())["subject"].set_ce_string("acc-1");
  (*message.mutable_attributes())["sequence"].set_ce_integer(5);
  (*message.mutable_attributes())["time"].mutable_ce_timestamp()->set_seconds(1'700'000'000);
  pb::NoteAdded note;
  note.set_text("hello");
  message.mutable_proto_data()->PackFrom(note);
  Record record{
      message.SerializeAsString(), "", {{"content-type", "application/cloudevents+protobuf"}}};
  Answer answer = decode(record);
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  EXPECT_EQ(answer.event.note_added().text(), "hello");
  EXPECT_EQ(answer.event.ordinal(), 5);
  EXPECT_EQ(answer.event.occurred_at_us(), 1'700'000'000'000'000);

  message.mutable_proto_data()->PackFrom(pb::TaskDone());
  record.value = message.SerializeAsString();
  expect_quarantined(record, pb::Quarantine::REASON_UNREADABLE, "type URL");
  message.set_text_data(R"({"text":"as text"})");
  record.value = message.SerializeAsString();
  EXPECT_EQ(decode(record).event.note_added().text(), "as text");
  (*message.mutable_attributes())["time"].mutable_ce_timestamp()->set_seconds(INT64_MAX);
  record.value = message.SerializeAsString();
  expect_quarantined(record, pb::Quarantine::REASON_UNREADABLE, "time: not a time");
}

TEST(RecordDecoder, ATypeWithoutAMessageBecomesAnActivity) {
  const Answer answer = decode(with(binary(R"({"b":{"y":[1,true],"x":"text"},"a":1.50,"n":null})"),
                                    "ce_type", "opportunity.moved"));
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  const pb::ActivityRecorded& activity = answer.event.activity_recorded();
  EXPECT_EQ(activity.name(), "opportunity.moved");
  std::string all;
  for (const auto& attribute : activity.attributes())
    all += attribute.name() + "=" + attribute.value() + ";";
  EXPECT_EQ(all, "a=1.5;b.x=text;b.y.0=1;b.y.1=true;");
}

TEST(RecordDecoder, TombstonesAreSkipped) {
  Record record = binary();
  record.has_value = false;
  EXPECT_EQ(decode(record).decoded, Decoded::kSkipped);
}

TEST(RecordDecoder, ARetractionCarriesNoData) {
  Record record = with(with(binary(""), "ce_retracted", "true"), "ce_revision", "1");
  const Answer answer = decode(record);
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  EXPECT_TRUE(answer.event.retracted());
  EXPECT_EQ(answer.event.payload_case(), pb::Event::PAYLOAD_NOT_SET);
  expect_quarantined(with(binary("{}"), "ce_retracted", "true"), pb::Quarantine::REASON_UNREADABLE,
                     "retracted");
}

TEST(RecordDecoder, BadRecordsKeepTheirBytesAndSayWhy) {
  using Q = pb::Quarantine;
  expect_quarantined(binary(""), Q::REASON_UNREADABLE, "json: empty");
  expect_quarantined(binary(R"({"complaint":"c)"), Q::REASON_UNREADABLE, "json:");
  expect_quarantined(binary("[1]"), Q::REASON_UNREADABLE, "not an object");
  expect_quarantined(binary("\"\xff\xfe\""), Q::REASON_UNREADABLE, "json:");
  expect_quarantined(binary(R"({"complain":"c-1"})"), Q::REASON_UNREADABLE,
                     "payload.complain: no such field");
  expect_quarantined(binary(R"({"complaint":7})"), Q::REASON_UNREADABLE,
                     "payload.complaint: not a text");
  expect_quarantined(binary(R"({"severity":"terrible"})"), Q::REASON_UNREADABLE,
                     "no such ComplaintSeverity");
  expect_quarantined(binary(R"({"complaint":"a","complaint":"b"})"), Q::REASON_UNREADABLE,
                     "stands twice");
  expect_quarantined(binary("{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}"),
                     Q::REASON_OUT_OF_LIMITS, "nested deeper than 32");
  expect_quarantined(binary("{\"complaint\":\"" + std::string(70'000, 'x') + "\"}"),
                     Q::REASON_OUT_OF_LIMITS, "a text of more than");
  expect_quarantined(binary(std::string(2'000'000, ' ')), Q::REASON_OUT_OF_LIMITS, "2000000 bytes");
  expect_quarantined(without(binary(), "ce_type"), Q::REASON_INCOMPLETE, "type: missing");
  expect_quarantined(with(binary(), "ce_specversion", "0.3"), Q::REASON_UNREADABLE, "specversion");
  expect_quarantined(with(binary(), "ce_time", "yesterday"), Q::REASON_UNREADABLE,
                     "time: not a time");
  expect_quarantined(with(binary(), "ce_sequence", "first"), Q::REASON_UNREADABLE, "sequence");
  expect_quarantined(with(binary(), "ce_source", "a\x01"), Q::REASON_OUT_OF_LIMITS, "source");
  expect_quarantined(with(binary(), "ce_source", "\xff"), Q::REASON_UNREADABLE,
                     "source: not UTF-8");
  expect_quarantined(with(binary(), "content-type", "text/xml"), Q::REASON_UNREADABLE,
                     "datacontenttype");
  expect_quarantined(with(binary("\xff"), "content-type", "application/protobuf"),
                     Q::REASON_UNREADABLE, "broken protobuf form");
}

TEST(RecordDecoder, TheFutureIsQuarantined) {
  const auto at = [](Duration ahead) { return with(binary(), "ce_time", to_string(kNow + ahead)); };
  EXPECT_EQ(decode(at(std::chrono::minutes(5))).decoded, Decoded::kEvent);
  expect_quarantined(at(std::chrono::minutes(5) + Duration(1)), pb::Quarantine::REASON_FUTURE,
                     "occurred_at");
  expect_quarantined(with(binary(), "ce_time", "9999-01-01T00:00:00Z"),
                     pb::Quarantine::REASON_OUT_OF_LIMITS, "occurred_at_us: outside");
}

TEST(RecordDecoder, OnlySourcesThatMaySendReferenceData) {
  const Record calendar = with(binary(R"({"calendar":"de","zone":"Europe/Berlin"})"), "ce_type",
                               "reference.calendar_defined");
  expect_quarantined(calendar, pb::Quarantine::REASON_NOT_ALLOWED, "reference data");
  DecoderOptions options;
  options.may_send_reference = true;
  const Answer answer = decode(calendar, options);
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  EXPECT_EQ(answer.event.accounts_size(), 0);
  expect_quarantined(with(binary(R"({"rule":"r"})"), "ce_type", "alert.acted"),
                     pb::Quarantine::REASON_NOT_ALLOWED, "alerts are the engine's own", options);
  expect_quarantined(with(binary(), "ce_source", "tenure/review/1"),
                     pb::Quarantine::REASON_NOT_ALLOWED, "names the engine itself");
}

TEST(RecordDecoder, ProtobufIsTakenByteForByte) {
  Random random(5);
  DecoderOptions options = protobuf();
  options.source = "s";
  options.may_send_reference = true;
  RecordDecoder decoder(options);
  EventBatch batch;
  int taken = 0;
  for (int round = 0; round < 2000; ++round) {
    pb::Event event = test::random_event(random);
    event.set_occurred_at_us(std::min<std::int64_t>(event.occurred_at_us(), kNow.us));
    const std::string bytes = event.SerializeAsString();
    SourceRecord record;
    record.partition = "kafka:t/0";
    record.value = bytes;
    batch.clear();
    const Decoded decoded = decoder.decode(record, kNow, batch);
    const bool refused =
        event.has_quarantine() || event.has_alert_transitioned() || event.has_alert_acted();
    ASSERT_EQ(decoded, refused ? Decoded::kQuarantined : Decoded::kEvent)
        << batch.events().back().bytes << event.ShortDebugString();
    if (!refused) {
      EXPECT_EQ(batch.events().back().bytes, bytes);
      ++taken;
    }
  }
  EXPECT_GT(taken, 1000);
}

TEST(RecordDecoder, ProtobufPersonsAreHashedAndTheirIdsDropped) {
  pb::Event event = good_event();
  event.add_persons()->set_source_person_id("ada@example.org");
  event.mutable_persons(0)->set_name("Ada");
  const Answer answer = decode({event.SerializeAsString(), "", {}}, protobuf());
  ASSERT_EQ(answer.decoded, Decoded::kEvent);
  EXPECT_EQ(answer.event.persons(0).surrogate(), person_surrogate("key", "crm", "ada@example.org"));
  EXPECT_EQ(answer.event.persons(0).name(), "Ada");
  EXPECT_EQ(answer.event.SerializeAsString().find("ada@example.org"), std::string::npos);
  event.mutable_persons(0)->clear_source_person_id();
  expect_quarantined({event.SerializeAsString(), "", {}}, pb::Quarantine::REASON_INCOMPLETE,
                     "persons", protobuf());
}

TEST(RecordDecoder, ProtobufWithoutATimeHappenedWhenItWasAppended) {
  pb::Event event = good_event();
  event.clear_occurred_at_us();
  const Answer answer = decode({event.SerializeAsString(), "", {}}, protobuf());
  ASSERT_EQ(answer.decoded, Decoded::kEvent);
  EXPECT_EQ(answer.event.occurred_at_us(), (kNow - std::chrono::hours(1)).us);
}

TEST(RecordDecoder, HugeRecordsAreCutInQuarantineAndSayHowLongTheyWere) {
  expect_quarantined({std::string(3'000'000, 'x'), "k", {}}, pb::Quarantine::REASON_OUT_OF_LIMITS,
                     "3000000 bytes", protobuf());
  Record headers{"x", std::string(100'000, 'k'), {}};
  for (int k = 0; k < 1000; ++k) headers.headers.emplace_back("\xff\n", std::string(10'000, 'h'));
  EXPECT_EQ(decode(headers, protobuf()).decoded, Decoded::kQuarantined);
}

TEST(RecordDecoder, SurrogateDependsOnKeySourceAndId) {
  const std::string surrogate = person_surrogate("key", "crm", "p");
  EXPECT_EQ(surrogate.size(), 32U);
  EXPECT_NE(surrogate, person_surrogate("other", "crm", "p"));
  EXPECT_NE(surrogate, person_surrogate("key", "cr", "mp"));
}

// The decoder's own walk admits only what the generated class parses, so that no fold meets a
// broken payload.
TEST(CheckPayload, NeverTakesWhatProtobufRefuses) {
  google::protobuf::LogSilencer quiet;
  Random random(6);
  int taken = 0;
  int refused = 0;
  const auto* payloads = pb::Event::descriptor()->FindOneofByName("payload");
  for (int round = 0; round < 20000; ++round) {
    const auto* field = payloads->field(
        static_cast<int>(random() % static_cast<unsigned>(payloads->field_count())));
    std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(field->message_type())
            ->New());
    test::fill_at_random(*message, random);
    std::string bytes = message->SerializeAsString();
    const auto type = static_cast<EventType>(field->number());
    EXPECT_FALSE(internal::check_payload(type, bytes));
    for (auto n = 1 + random() % 3; n > 0 && !bytes.empty(); --n) {
      const std::size_t at = random() % bytes.size();
      if (random() % 3 == 0)
        bytes.erase(at, 1);
      else
        bytes[at] = static_cast<char>(random());
    }
    const bool parses = message->ParseFromString(bytes);
    const bool good = !internal::check_payload(type, bytes);
    ASSERT_TRUE(parses || !good) << field->name();
    good ? ++taken : ++refused;
  }
  EXPECT_GT(taken, 1000);
  EXPECT_GT(refused, 1000);
}

// proto3 JSON as protobuf itself writes it is read to the same payload.
TEST(RecordDecoder, ReadsTheJsonThatProtobufWrites) {
  Random random(7);
  const auto* payloads = pb::Event::descriptor()->FindOneofByName("payload");
  int compared = 0;
  for (int round = 0; round < 1500; ++round) {
    const auto* field = payloads->field(
        static_cast<int>(random() % static_cast<unsigned>(payloads->field_count())));
    if (is_alert(static_cast<EventType>(field->number())) || field->number() == 1000) continue;
    pb::Event event;
    auto& payload = *event.GetReflection()->MutableMessage(&event, field);
    test::fill_at_random(payload, random);
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = round % 2 == 0;
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(payload, &json, options).ok());
    DecoderOptions allowed;
    allowed.may_send_reference = true;
    const std::string name(to_string(static_cast<EventType>(field->number())));
    const Answer answer = decode(with(binary(json), "ce_type", name), allowed);
    ASSERT_EQ(answer.decoded, Decoded::kEvent) << json << answer.event.ShortDebugString();
    EXPECT_EQ(answer.event.GetReflection()->GetMessage(answer.event, field).SerializeAsString(),
              payload.SerializeAsString());
    ++compared;
  }
  EXPECT_GT(compared, 1000);
}

TEST(RecordDecoder, PlainJsonGoesThroughItsMapping) {
  auto mapping = Mapping::load(
      "account: company.id\nid: id\noccurred_at: {field: at, format: unix_s}\n"
      "events:\n  - when: {kind: ping}\n    skip: noise\n  - type: note.added\n    set: {text: "
      "body}\n",
      "m.yaml");
  ASSERT_TRUE(mapping) << mapping.error().message;
  DecoderOptions options;
  options.format = RecordFormat::kJson;
  options.mapping = *mapping;
  const Answer answer =
      decode({R"({"id":5,"at":1700000000,"company":{"id":"acc"},"body":"hi"})", "", {}}, options);
  ASSERT_EQ(answer.decoded, Decoded::kEvent) << answer.event.ShortDebugString();
  EXPECT_EQ(answer.event.id(), "5");
  EXPECT_EQ(answer.event.note_added().text(), "hi");
  EXPECT_EQ(decode({R"({"kind":"ping"})", "", {}}, options).decoded, Decoded::kSkipped);
  expect_quarantined({R"({"id":5,"at":1700000000})", "", {}}, pb::Quarantine::REASON_NO_ACCOUNT,
                     "account", options);
  expect_quarantined({R"({"id":)", "", {}}, pb::Quarantine::REASON_UNREADABLE, "json", options);
}

}  // namespace
}  // namespace tenure
