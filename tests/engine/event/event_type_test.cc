#include "engine/event/event_type.h"

#include "tenure/event/v1/event.pb.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace tenure {
namespace {

struct Row {
  int number;
  const char* message;
  const char* name;
};

constexpr Row kRows[] = {
#define ROW(number, message, name) {number, #message, name},
    TENURE_EVENT_TYPES(ROW)
#undef ROW
};

const google::protobuf::OneofDescriptor& payload() {
  const auto* oneof = event::v1::Event::descriptor()->FindOneofByName("payload");
  EXPECT_NE(oneof, nullptr);
  return *oneof;
}

TEST(EventType, ListAgreesWithTheProtoFiles) {
  std::map<int, Row> listed;
  for (const Row& row : kRows) EXPECT_TRUE(listed.emplace(row.number, row).second) << row.number;
  EXPECT_EQ(listed.size(), static_cast<std::size_t>(payload().field_count()));
  for (int k = 0; k < payload().field_count(); ++k) {
    const auto* field = payload().field(k);
    ASSERT_TRUE(listed.contains(field->number())) << field->name();
    const Row& row = listed[field->number()];
    EXPECT_EQ(field->message_type()->name(), row.message);
    EXPECT_EQ(field->message_type()->options().GetExtension(event::v1::type_name), row.name);
  }
}

TEST(EventType, EveryMessageWithATypeNameIsAPayload) {
  std::set<std::string> payloads;
  for (int k = 0; k < payload().field_count(); ++k)
    payloads.insert(payload().field(k)->message_type()->full_name());
  const auto* file = event::v1::Event::descriptor()->file();
  for (int f = 0; f < file->dependency_count(); ++f) {
    const auto* imported = file->dependency(f);
    for (int m = 0; m < imported->message_type_count(); ++m) {
      const auto* message = imported->message_type(m);
      const bool named = message->options().HasExtension(event::v1::type_name);
      EXPECT_EQ(named, payloads.contains(message->full_name())) << message->full_name();
    }
  }
}

TEST(EventType, NamesGoBothWays) {
  std::set<std::string_view> names;
  for (const Row& row : kRows) {
    const auto type = static_cast<EventType>(row.number);
    EXPECT_EQ(to_string(type), row.name);
    EXPECT_EQ(event_type_of(row.name), type);
    EXPECT_TRUE(is_known(type));
    EXPECT_LT(static_cast<std::size_t>(row.number), kEventTypeLimit);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  EXPECT_EQ(to_string(EventType::kNone), "none");
  EXPECT_EQ(to_string(static_cast<EventType>(999)), "unknown");
  EXPECT_EQ(to_string(static_cast<EventType>(65535)), "unknown");
  EXPECT_EQ(event_type_of("none"), EventType::kNone);
  EXPECT_EQ(event_type_of("complaint.opene"), EventType::kNone);
  EXPECT_FALSE(is_known(EventType::kNone));
  EXPECT_FALSE(is_known(static_cast<EventType>(1001)));
}

TEST(EventType, EachStandsInTheDocumentThatMessagesPointTo) {
  std::ifstream file(std::string(TENURE_SOURCE_DIR) + "/docs/formats.md");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string list = text.substr(text.find("## Event types"));
  for (const Row& row : kRows)
    EXPECT_NE(list.find('`' + std::string(row.name) + '`'), std::string::npos) << row.name;
}

TEST(EventType, FactsAreAllButAlertsAndReferenceData) {
  const EventTypes facts = EventTypes::all_facts();
  for (const Row& row : kRows)
    EXPECT_EQ(facts.has(static_cast<EventType>(row.number)), row.number < 700 || row.number >= 800)
        << row.name;
  EXPECT_FALSE(facts.has(EventType::kNone));
  EXPECT_FALSE(facts.has(static_cast<EventType>(65535)));
}

}  // namespace
}  // namespace tenure
