#include "engine/event/event.h"

#include "tests/engine/event/support/random_event.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace tenure {
namespace {

using test::Random;
using test::random_event;
using ::testing::HasSubstr;

event::v1::Event good_event() {
  event::v1::Event event;
  event.set_source("crm");
  event.set_id("e-1");
  event.set_occurred_at_us(1'700'000'000'000'000);
  event.add_accounts("acc-1");
  event.mutable_complaint_opened()->set_complaint("c-1");
  return event;
}

std::string error_of(std::string_view bytes) {
  const auto event = read_event(bytes);
  if (event) return "no error";
  EXPECT_EQ(event.error().code, ErrorCode::kInvalid);
  return event.error().message;
}

std::string error_after(const std::function<void(event::v1::Event&)>& change) {
  event::v1::Event event = good_event();
  change(event);
  return error_of(event.SerializeAsString());
}

const google::protobuf::FieldDescriptor* payload_field(const event::v1::Event& expected) {
  const auto* oneof = expected.GetDescriptor()->FindOneofByName("payload");
  return expected.GetReflection()->GetOneofFieldDescriptor(expected, oneof);
}

void expect_same(const Event& event, const event::v1::Event& expected) {
  EXPECT_EQ(event.source, expected.source());
  EXPECT_EQ(event.id, expected.id());
  EXPECT_EQ(event.revision, expected.revision());
  EXPECT_EQ(event.occurred_at.us, expected.occurred_at_us());
  ASSERT_EQ(event.known_at.has_value(), expected.has_known_at_us());
  if (event.known_at) {
    EXPECT_EQ(event.known_at->us, expected.known_at_us());
  }
  EXPECT_EQ(event.ordinal, expected.ordinal());
  EXPECT_EQ(event.subject, expected.subject());
  EXPECT_EQ(event.actor, expected.actor());
  ASSERT_EQ(event.accounts.size(), static_cast<std::size_t>(expected.accounts_size()));
  for (int k = 0; k < expected.accounts_size(); ++k)
    EXPECT_EQ(event.accounts[static_cast<std::size_t>(k)].text, expected.accounts(k));
  ASSERT_EQ(event.persons.size(), static_cast<std::size_t>(expected.persons_size()));
  for (int k = 0; k < expected.persons_size(); ++k) {
    const PersonView& person = event.persons[static_cast<std::size_t>(k)];
    EXPECT_EQ(person.surrogate, expected.persons(k).surrogate());
    EXPECT_EQ(person.name, expected.persons(k).name());
    EXPECT_EQ(person.is_client, expected.persons(k).side() == event::v1::SIDE_CLIENT);
  }
  EXPECT_EQ(event.retracted, expected.retracted());
  EXPECT_EQ(event.quarantined, expected.has_quarantine());
  const auto* field = payload_field(expected);
  EXPECT_EQ(static_cast<int>(event.type), field == nullptr ? 0 : field->number());
  if (field == nullptr) return;
  const auto& payload = expected.GetReflection()->GetMessage(expected, field);
  std::unique_ptr<google::protobuf::Message> read(payload.New());
  ASSERT_TRUE(read->ParseFromArray(event.payload.data(), static_cast<int>(event.payload.size())));
  EXPECT_EQ(read->SerializeAsString(), payload.SerializeAsString());
}

TEST(ReadEvent, AgreesWithTheGeneratedClassOnRandomEvents) {
  Random random(1);
  for (int round = 0; round < 3000; ++round) {
    const event::v1::Event expected = random_event(random);
    const std::string bytes = expected.SerializeAsString();
    const auto event = read_event(bytes);
    ASSERT_TRUE(event) << event.error().message << "\n" << expected.ShortDebugString();
    expect_same(*event, expected);
    EXPECT_EQ(event->bytes.data(), bytes.data());
    Event scanned;
    ASSERT_TRUE(scan_event(bytes, scanned));
    expect_same(scanned, expected);
  }
}

std::string mutated(std::string bytes, Random& random) {
  for (auto n = 1 + random() % 4; n > 0 && !bytes.empty(); --n) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 6) {
      case 0: bytes[at] = static_cast<char>(random()); break;
      case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8)); break;
      case 2: bytes.erase(at, 1 + random() % 4); break;
      case 3: bytes.insert(at, 1, static_cast<char>(random())); break;
      case 4: bytes.resize(at); break;
      default: bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 16)); break;
    }
  }
  return bytes;
}

// What the hand reader takes, protobuf takes too, and reads the same; the payload is not the
// reader's to judge.
TEST(ReadEvent, NeverTakesWhatProtobufRefuses) {
  google::protobuf::LogSilencer quiet;
  Random random(2);
  int taken = 0;
  for (int round = 0; round < 24000; ++round) {
    const std::string bytes = mutated(random_event(random).SerializeAsString(), random);
    const auto event = read_event(bytes);
    if (!event) continue;
    event::v1::Event expected;
    const bool parsed = expected.ParseFromString(bytes);
    if (!parsed) {
      ASSERT_NE(event->type, EventType::kNone);
      const auto* field =
          event::v1::Event::descriptor()->FindFieldByNumber(static_cast<int>(event->type));
      std::unique_ptr<google::protobuf::Message> payload(
          google::protobuf::MessageFactory::generated_factory()
              ->GetPrototype(field->message_type())
              ->New());
      ASSERT_FALSE(
          payload->ParseFromArray(event->payload.data(), static_cast<int>(event->payload.size())))
          << "the envelope, not the payload, is what protobuf refuses";
      continue;
    }
    ++taken;
    expect_same(*event, expected);
  }
  EXPECT_GT(taken, 1000);  // the mutations leave enough to compare
}

TEST(ReadEvent, EveryPrefixIsRefusedOrLacksSomething) {
  const std::string bytes = good_event().SerializeAsString();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(error_of(std::string_view(bytes).substr(0, size)), "no error") << size;
  EXPECT_EQ(error_of(bytes), "no error");
}

TEST(ReadEvent, ErrorsNameTheField) {
  using E = event::v1::Event;
  EXPECT_THAT(error_of(""), HasSubstr("source: missing"));
  EXPECT_THAT(error_of("\xff\xff\xff"), HasSubstr("broken protobuf form"));
  EXPECT_THAT(error_of("{\"id\": 1}"), HasSubstr("event:"));
  EXPECT_THAT(error_after([](E& e) { e.clear_source(); }), HasSubstr("source: missing"));
  EXPECT_THAT(error_after([](E& e) { e.clear_id(); }), HasSubstr("id: missing"));
  EXPECT_THAT(error_after([](E& e) { e.set_id(std::string(257, 'x')); }),
              HasSubstr("id: 257 bytes"));
  EXPECT_THAT(error_after([](E& e) { e.set_source("a\nb"); }),
              HasSubstr("source: holds a control"));
  EXPECT_THAT(error_after([](E& e) { e.set_subject(std::string(257, 'x')); }),
              HasSubstr("subject:"));
  EXPECT_THAT(error_after([](E& e) { e.clear_accounts(); }), HasSubstr("accounts: missing"));
  EXPECT_THAT(error_after([](E& e) { e.add_accounts(""); }),
              HasSubstr("accounts: missing or empty"));
  EXPECT_THAT(error_after([](E& e) { e.add_accounts("acc-1"); }),
              HasSubstr("accounts: one is given twice"));
  EXPECT_THAT(error_after([](E& e) { e.set_accounts(0, std::string(129, 'x')); }),
              HasSubstr("accounts: 129 bytes"));
  EXPECT_THAT(error_after([](E& e) {
                for (int k = 0; k < 16; ++k) e.add_accounts("more-" + std::to_string(k));
              }),
              HasSubstr("accounts: more than 16"));
  EXPECT_THAT(error_after([](E& e) { e.set_occurred_at_us(kLatestInstant.us + 1); }),
              HasSubstr("occurred_at_us: outside"));
  EXPECT_THAT(error_after([](E& e) { e.set_known_at_us(kEarliestInstant.us - 1); }),
              HasSubstr("known_at_us: outside"));
  EXPECT_THAT(error_after([](E& e) { e.clear_payload(); }), HasSubstr("payload: missing"));
  EXPECT_THAT(error_after([](E& e) { e.set_retracted(true); }), HasSubstr("retracted:"));
  EXPECT_THAT(error_after([](E& e) { e.mutable_quarantine(); }), HasSubstr("quarantine:"));
  EXPECT_THAT(error_after([](E& e) { e.mutable_calendar_defined(); }),
              HasSubstr("accounts: reference"));
  EXPECT_THAT(error_after([](E& e) { e.set_sealed("x"); }), HasSubstr("field 15"));
  EXPECT_THAT(error_after([](E& e) { e.set_trace_parent(std::string(65, '0')); }),
              HasSubstr("trace_parent"));
  EXPECT_THAT(error_after([](E& e) { e.add_persons()->set_surrogate("short"); }),
              HasSubstr("persons.surrogate"));
  EXPECT_THAT(error_after([](E& e) { e.add_persons()->set_source_person_id("ada@example.org"); }),
              HasSubstr("persons: holds a source's own person id"));
  EXPECT_THAT(error_after([](E& e) {
                for (int k = 0; k < 33; ++k) e.add_persons()->set_surrogate(std::string(32, 'a'));
              }),
              HasSubstr("persons: more than 32"));
  EXPECT_THAT(
      error_after([](E& e) { e.mutable_note_added()->set_text(std::string(1 << 20, 'x')); }),
      HasSubstr("event: "));
}

TEST(ReadEvent, TextsMustBeUtf8) {
  const std::string bytes = good_event().SerializeAsString();
  for (const char* name : {"crm", "e-1", "acc-1"}) {
    std::string broken = bytes;
    broken[broken.find(name)] = '\xc3';
    EXPECT_THAT(error_of(broken), HasSubstr("not UTF-8")) << name;
  }
}

TEST(ReadEvent, UnknownOrSecondPayloadIsRefused) {
  const std::string bytes = good_event().SerializeAsString();
  EXPECT_THAT(error_of(bytes + std::string("\xfa\x06\x00", 3)), HasSubstr("event type 111"));
  EXPECT_THAT(error_of(bytes + std::string("\xa2\x06\x00", 3)),
              HasSubstr("payload: there is more than one"));
  EXPECT_THAT(error_of(bytes + std::string("\x82\xfa\x01\x00", 4)),
              HasSubstr("payload: event type 4000"));
  EXPECT_THAT(error_of(bytes + std::string("\xa0\x06\x00", 3)), HasSubstr("field 100"));
  EXPECT_THAT(error_of(bytes + std::string("\x82\x01\x00", 3)), HasSubstr("field 16"));
}

TEST(ReadEvent, TheLastOfAScalarFieldWins) {
  const std::string bytes = good_event().SerializeAsString() +
                            "\x0a\x03"
                            "erp" +
                            std::string("\x20\x07", 2);
  const auto event = read_event(bytes);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->source, "erp");
  EXPECT_EQ(event->occurred_at.us, 7);
}

TEST(ScanEvent, StartsAfreshWithEveryEvent) {
  Random random(3);
  Event reused;
  for (int round = 0; round < 200; ++round) {
    const event::v1::Event expected = random_event(random);
    const std::string bytes = expected.SerializeAsString();
    ASSERT_TRUE(scan_event(bytes, reused));
    expect_same(reused, expected);
  }
  EXPECT_FALSE(scan_event("\x0a\x7f", reused));
}

TEST(ContentHash, CoversWhatMakesTwoEventsTheSame) {
  using E = event::v1::Event;
  const auto hash_of = [](const E& message, std::uint64_t seed = 7) {
    const std::string bytes = message.SerializeAsString();
    const auto event = read_event(bytes);
    EXPECT_TRUE(event);
    return content_hash(*event, seed);
  };
  const E base = good_event();
  EXPECT_EQ(hash_of(base), hash_of(base));
  EXPECT_NE(hash_of(base), hash_of(base, 8));
  const std::function<void(E&)> changes[] = {
      [](E& e) { e.mutable_complaint_opened()->set_complaint("c-2"); },
      [](E& e) { e.mutable_complaint_closed()->set_complaint("c-1"); },
      [](E& e) { e.set_subject("s"); },
      [](E& e) { e.set_accounts(0, "acc-2"); },
      [](E& e) { e.add_accounts("acc-2"); },
      [](E& e) { e.set_occurred_at_us(1); },
      [](E& e) { e.set_known_at_us(0); },
      [](E& e) { e.set_ordinal(1); },
      [](E& e) { e.add_persons()->set_surrogate(std::string(32, 'a')); },
  };
  for (const auto& change : changes) {
    E changed = base;
    change(changed);
    EXPECT_NE(hash_of(changed), hash_of(base)) << changed.ShortDebugString();
  }
  // Identity and who acted are not content.
  E same = base;
  same.set_id("e-2");
  same.set_actor("ada");
  EXPECT_EQ(hash_of(same), hash_of(base));
}

}  // namespace
}  // namespace tenure
