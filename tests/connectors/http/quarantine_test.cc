// What could not be read, asked for over the wire.
#include "tests/connectors/http/support/served_engine.h"

namespace tenure {
namespace {

using testing::ApiAnswer;
using testing::ServedEngine;
namespace json = ::boost::json;
namespace pb = ::tenure::event::v1;

void quarantine(ServedEngine& served, const std::string& id) {
  pb::Event event;
  event.set_source("kafka:main/events/quarantine");
  event.set_id(id);
  event.set_occurred_at_us(testing::instant("2026-03-01T08:00Z").us);
  pb::Quarantine& what = *event.mutable_quarantine();
  what.set_reason(pb::Quarantine::REASON_OUT_OF_LIMITS);
  what.set_message("id: too long; shorten it");
  what.set_value("secret \xff " + id);
  what.set_value_bytes(9 + id.size());
  what.set_key("k");
  ASSERT_TRUE(served.engine().submit("test", {event.SerializeAsString()}));
}

TEST(QuarantineList, HasPagesAndNoBytes) {
  ServedEngine served;
  EXPECT_EQ(served.call("OperatorService/ListQuarantine", "{}").json().at("total").as_string(),
            "0");
  for (const std::string id : {"0-1", "0-2", "0-3"}) quarantine(served, id);
  const ApiAnswer first = served.call("OperatorService/ListQuarantine", R"({"page_size":2})");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.body.find("secret"), std::string::npos);
  const json::value page = first.json();
  EXPECT_EQ(page.at("total").as_string(), "3");
  ASSERT_EQ(page.at("events").as_array().size(), 2U);
  EXPECT_EQ(page.at("events").at(0).at("reason").as_string(), "out of limits");
  EXPECT_EQ(page.at("events").at(1).at("id").as_string(), "0-2");
  const std::string token(page.at("next_page_token").as_string());
  const json::value rest = served
                               .call("OperatorService/ListQuarantine",
                                     R"({"page_size":2,"page_token":")" + token + "\"}")
                               .json();
  ASSERT_EQ(rest.at("events").as_array().size(), 1U);
  EXPECT_EQ(rest.at("events").at(0).at("sequence").as_string(), "3");
  EXPECT_EQ(rest.at("next_page_token").as_string(), "");
  const json::value from =
      served.call("OperatorService/ListQuarantine", R"({"from_sequence":3})").json();
  EXPECT_EQ(from.at("events").as_array().size(), 1U);
  EXPECT_EQ(served.call("OperatorService/ListQuarantine", R"({"page_size":1001})").message(),
            "page_size: must be 0 to 1000");
}

TEST(QuarantineList, OneIsShownWithItsBytes) {
  ServedEngine served;
  EXPECT_EQ(served.call("OperatorService/GetQuarantined", R"({"sequence":1})").message(),
            "nothing is quarantined");
  quarantine(served, "0-1");
  const json::value one = served.call("OperatorService/GetQuarantined", R"({"sequence":1})").json();
  EXPECT_EQ(one.at("value").as_string(), "c2VjcmV0IP8gMC0x");
  EXPECT_EQ(one.at("key").as_string(), "aw==");
  EXPECT_EQ(one.at("event").at("id").as_string(), "0-1");
  EXPECT_EQ(served.call("OperatorService/GetQuarantined", R"({"sequence":2})").code(), "not_found");
}

}  // namespace
}  // namespace tenure
