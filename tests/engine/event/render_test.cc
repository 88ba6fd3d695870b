#include "engine/event/render.h"

#include "engine/event/decoder.h"
#include "tests/engine/event/support/random_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>

namespace tenure {
namespace {

namespace pb = event::v1;
using ::testing::HasSubstr;
using ::testing::Not;

Event read(const std::string& bytes) {
  const auto event = read_event(bytes);
  EXPECT_TRUE(event) << event.error().message;
  return *event;
}

pb::Event base() {
  pb::Event event;
  event.set_source("crm");
  event.set_id("e-1");
  event.set_occurred_at_us(1'700'000'000'000'000);
  event.add_accounts("acc-1");
  return event;
}

TEST(RenderSentence, SaysWhatHappened) {
  pb::Event event = base();
  event.mutable_complaint_opened()->set_complaint("4711");
  event.mutable_complaint_opened()->set_severity(pb::COMPLAINT_SEVERITY_HIGH);
  event.mutable_complaint_opened()->set_category("billing");
  std::string bytes = event.SerializeAsString();
  EXPECT_EQ(render_sentence(read(bytes)), "Complaint 4711 was opened (severity high, billing)");

  event.mutable_invoice_issued()->set_invoice("i-7");
  event.mutable_invoice_issued()->mutable_amount()->set_amount_minor(-125005);
  event.mutable_invoice_issued()->mutable_amount()->set_currency("EUR");
  bytes = event.SerializeAsString();
  EXPECT_EQ(render_sentence(read(bytes)), "Invoice i-7 was issued (-1250.05 EUR)");
}

TEST(RenderSentence, ALengthThatNobodySaidIsNotTold) {
  pb::Event event = base();
  const auto sentence = [&] {
    const std::string bytes = event.SerializeAsString();
    return render_sentence(read(bytes));
  };
  event.mutable_meeting_held()->set_topic("review");
  EXPECT_THAT(sentence(), HasSubstr("Meeting with a contact was held"));
  event.mutable_meeting_held()->set_duration_s(45);
  EXPECT_THAT(sentence(), HasSubstr("Meeting with a contact took less than a minute"));
  event.mutable_meeting_held()->set_duration_s(119);
  EXPECT_THAT(sentence(), HasSubstr("Meeting with a contact took 1 minute"));
  event.mutable_call_completed()->set_caller(pb::SIDE_CLIENT);
  EXPECT_EQ(sentence(), "Call with a contact, made by the client");
  event.mutable_call_completed()->set_duration_s(600);
  EXPECT_EQ(sentence(), "Call with a contact of 10 minutes, made by the client");
}

TEST(RenderSentence, OnlyASnoozeIsToldWithItsEnd) {
  pb::Event event = base();
  pb::AlertActed& acted = *event.mutable_alert_acted();
  acted.set_rule("silence");
  acted.set_until_us(1'793'876'400'000'000);
  acted.set_act(pb::ALERT_ACT_ACKNOWLEDGED);
  std::string bytes = event.SerializeAsString();
  EXPECT_EQ(render_sentence(read(bytes)), "Alert silence was acknowledged");
  acted.set_act(pb::ALERT_ACT_SNOOZED);
  bytes = event.SerializeAsString();
  EXPECT_THAT(render_sentence(read(bytes)), HasSubstr("(until 5 November 2026)"));
}

TEST(RenderSentence, APromiseIsToldByItsWordsAndItsDayAndNotByItsId) {
  const auto both = [](const pb::Event& event) {
    const std::string bytes = event.SerializeAsString();
    const Event read_back = read(bytes);
    EXPECT_THAT(render_sentence(read_back), Not(HasSubstr("pr-00012"))) << event.DebugString();
    return render_sentence(read_back) + " | " + render_sentence(read_back, false);
  };
  pb::Event event = base();
  event.mutable_promise_made()->set_promise("pr-00012");
  event.mutable_promise_made()->set_what("an export");
  EXPECT_EQ(both(event), "A promise was made: an export | A promise was made");
  event.mutable_promise_made()->set_due_at_us(1'793'876'400'000'000);
  EXPECT_EQ(both(event),
            "A promise was made, due 5 November 2026: an export | A promise was made, due 5 "
            "November 2026");
  event.mutable_promise_revised()->set_promise("pr-00012");
  event.mutable_promise_revised()->set_due_at_us(1'793'876'400'000'000);
  EXPECT_EQ(both(event),
            "A promise was given another day, due 5 November 2026 | "
            "A promise was given another day, due 5 November 2026");
  event.mutable_promise_kept()->set_promise("pr-00012");
  EXPECT_EQ(both(event), "A promise was kept | A promise was kept");
  event.mutable_promise_missed()->set_promise("pr-00012");
  EXPECT_EQ(both(event), "A promise was missed | A promise was missed");
}

TEST(RenderSentence, LeavesPersonalFieldsOut) {
  pb::Event event = base();
  event.add_persons()->set_surrogate(std::string(32, 'a'));
  event.mutable_persons(0)->set_name("Ada Lovelace");
  event.mutable_persons(0)->set_side(pb::SIDE_CLIENT);
  event.mutable_email_received()->set_topic("secret\nmatter");
  const std::string bytes = event.SerializeAsString();
  EXPECT_EQ(render_sentence(read(bytes)), "Ada Lovelace wrote to us: secret matter");
  EXPECT_EQ(render_sentence(read(bytes), false), "A contact of the client wrote to us");
}

TEST(RenderSentence, EveryTypeHasOneOnOneLine) {
  test::Random random(1);
  for (int round = 0; round < 3000; ++round) {
    const std::string bytes = test::random_event(random).SerializeAsString();
    const std::string sentence = render_sentence(read(bytes));
    EXPECT_GT(sentence.size(), 5U);
    EXPECT_EQ(sentence.find('\n'), std::string::npos);
    EXPECT_TRUE(simdjson::validate_utf8(sentence.data(), sentence.size())) << sentence;
    EXPECT_THAT(sentence, Not(HasSubstr("unknown type")));
  }
}

TEST(RenderJson, IsOneLineOfValidJson) {
  test::Random random(2);
  simdjson::dom::parser parser;
  for (int round = 0; round < 2000; ++round) {
    const std::string bytes = test::random_event(random).SerializeAsString();
    const std::string json = render_json(read(bytes));
    EXPECT_EQ(json.find('\n'), std::string::npos);
    EXPECT_EQ(parser.parse(json).error(), simdjson::SUCCESS) << json;
  }
}

TEST(RenderJson, ShowsTheWholeEvent) {
  pb::Event event = base();
  event.set_ordinal(3);
  event.mutable_task_created()->set_due_at_us(5);
  event.mutable_task_created()->set_title("say \"hi\"");
  const std::string bytes = event.SerializeAsString();
  EXPECT_EQ(render_json(read(bytes)),
            R"({"type":"task.created","source":"crm","id":"e-1","revision":0,)"
            R"("occurred_at":"2023-11-14T22:13:20Z","ordinal":3,"accounts":["acc-1"],)"
            R"("payload":{"title":"say \"hi\"","due_at_us":"5"}})");
}

TEST(RenderJson, ShowsWhyARecordWasQuarantined) {
  DecoderOptions options;
  options.format = RecordFormat::kProtobuf;
  options.source = "c/t";
  RecordDecoder decoder(options);
  EventBatch batch;
  SourceRecord record;
  record.partition = "kafka:t/0";
  record.value = "nonsense";
  ASSERT_EQ(decoder.decode(record, Instant{1'700'000'000'000'000}, batch), Decoded::kQuarantined);
  const Event& event = batch.events().front();
  EXPECT_THAT(render_sentence(event), HasSubstr("A record was quarantined (unreadable): event"));
  EXPECT_THAT(render_json(event), HasSubstr(R"("quarantine":{"reason":"REASON_UNREADABLE")"));
}

}  // namespace
}  // namespace tenure
