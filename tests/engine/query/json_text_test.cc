#include "engine/query/json_text.h"

#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/operator.pb.h"
#include "tenure/api/v1/portfolio.pb.h"

#include <boost/json/parse.hpp>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

boost::json::value by_protobuf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return boost::json::parse(json);
}

boost::json::value by_us(const google::protobuf::Message& message) {
  const std::string json = to_json(message);
  boost::system::error_code failed;
  auto value = boost::json::parse(json, failed);
  EXPECT_FALSE(failed) << json;
  return value;
}

TEST(JsonText, SaysWhatProtobufSays) {
  msg::GetAccountResponse account;
  EXPECT_EQ(by_us(account), by_protobuf(account)) << "empty";
  account.set_account("acc \"7\" \\ \n\r\t\x01\x7f <b> \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  account.mutable_profile()->set_lost(true);
  account.add_signals()->set_milli(-9'007'199'254'740'993);
  account.add_signals()->set_name("missing");
  account.mutable_health()->set_score_milli(0);
  account.mutable_health()->add_contributions()->set_weight(-3);
  account.add_alerts()->add_evidence()->set_revision(4'294'967'295U);
  account.set_events(18'446'744'073'709'551'615U);
  account.mutable_freshness();
  ASSERT_TRUE(value_of_json(
      R"({"whole":16,"less":-3,"part":0.25,"tiny":1e-7,"huge":1e300,"yes":true,"none":null,)"
      R"("text":"a\"b","list":[1,[],{},"x"],"deep":{"er":{"est":[]}}})",
      (*account.mutable_facts()->mutable_fields())["activity"]));
  EXPECT_EQ(by_us(account), by_protobuf(account));
}

TEST(JsonText, TakesAFieldThatIsJsonAlready) {
  msg::GetAccountResponse account;
  account.set_account("acc-7");
  account.mutable_health();
  const JsonField facts{"facts", R"({"activity":{"last":"</script>","events":3}})"};
  const std::string json = to_json(account, &facts);
  EXPECT_EQ(json.find('<'), std::string::npos) << "also there nothing ends a page's script";
  EXPECT_EQ(json.find('>'), std::string::npos);
  ASSERT_TRUE(value_of_json(R"({"last":"</script>","events":3})",
                            (*account.mutable_facts()->mutable_fields())["activity"]));
  EXPECT_EQ(boost::json::parse(json), by_protobuf(account));
}

TEST(JsonText, WritesMapsAndLists) {
  msg::GetStatusResponse status;
  (*status.mutable_counters())["told"] = 7;
  (*status.mutable_counters())["a\"b"] = 0;
  status.add_partitions()->set_next(-1);
  status.set_caught_up(true);
  EXPECT_EQ(by_us(status), by_protobuf(status));
  msg::ListAccountsResponse list;
  list.add_rows()->mutable_arr()->set_milli(5);
  EXPECT_EQ(by_us(list), by_protobuf(list));
}

TEST(JsonText, WhatIsNoJsonIsNoValue) {
  google::protobuf::Value value;
  for (const char* text : {"", "{", "{} {}", "nul"}) {
    const auto read = value_of_json(text, value);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace tenure
