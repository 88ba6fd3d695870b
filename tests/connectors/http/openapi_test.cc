// GET /openapi.json against the descriptors that it is made from.
#include "tests/connectors/http/support/served_engine.h"

#include <google/protobuf/descriptor.h>

#include <set>

namespace tenure {
namespace {

namespace json = boost::json;
namespace pb = ::google::protobuf;
using testing::ApiAnswer;
using testing::ServedEngine;

json::value described() {
  ServedEngine served;
  const ApiAnswer answer = served.get("/openapi.json");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.content_type, "application/json");
  return answer.json();
}

// Every value of "$ref" below `value`.
void add_refs(const json::value& value, std::set<std::string>& out) {
  if (value.is_array())
    for (const json::value& item : value.as_array()) add_refs(item, out);
  if (!value.is_object()) return;
  for (const auto& [key, held] : value.as_object()) {
    if (key == "$ref") out.emplace(held.as_string());
    add_refs(held, out);
  }
}

TEST(OpenApi, SaysHowCallersProveWhoTheyAre) {
  const json::value document = described();
  const json::object& schemes = document.at("components").at("securitySchemes").as_object();
  EXPECT_EQ(schemes.at("token").at("scheme").as_string(), "bearer");
  // With a file of tokens or without one.
  std::set<std::size_t> asked;
  for (const json::value& way : document.at("security").as_array()) {
    asked.insert(way.as_object().size());
    for (const auto& [scheme, scopes] : way.as_object()) EXPECT_TRUE(schemes.contains(scheme));
  }
  EXPECT_EQ(asked, (std::set<std::size_t>{0, 1}));
}

TEST(OpenApi, HasEveryMethodByTheVerbsThatAreServed) {
  ServedEngine served;
  const json::value document = served.get("/openapi.json").json();
  const json::object& paths = document.at("paths").as_object();
  std::size_t methods = 0;
  for (const std::string& name : api_services()) {
    const auto* service = pb::DescriptorPool::generated_pool()->FindServiceByName(name);
    ASSERT_NE(service, nullptr) << name;
    for (int k = 0; k < service->method_count(); ++k, ++methods) {
      const std::string path = "/" + name + "/" + service->method(k)->name();
      const auto* item = paths.if_contains(path);
      ASSERT_NE(item, nullptr) << path;
      for (const auto& [verb, upper] : {std::pair{"get", "GET"}, std::pair{"post", "POST"}})
        EXPECT_EQ(item->as_object().contains(verb), served.routes().has(upper, path)) << path;
    }
  }
  EXPECT_EQ(paths.size(), methods);
}

TEST(OpenApi, EveryReferenceLeadsToASchema) {
  const json::value document = described();
  std::set<std::string> refs;
  add_refs(document, refs);
  EXPECT_GT(refs.size(), 20U);
  constexpr std::string_view kPrefix = "#/components/schemas/";
  const json::object& schemas = document.at("components").at("schemas").as_object();
  for (const std::string& ref : refs) {
    ASSERT_EQ(ref.rfind(kPrefix, 0), 0U) << ref;
    EXPECT_TRUE(schemas.contains(ref.substr(kPrefix.size()))) << ref;
  }
}

TEST(OpenApi, FieldsAreDescribedAsTheServerWritesThem) {
  const json::value document = described();
  const auto& schemas = document.at("components").at("schemas");
  const auto& alerts = schemas.at("tenure.api.v1.ListAlertsResponse");
  EXPECT_EQ(alerts.at("properties").at("total").at("type").as_string(), "string");
  EXPECT_EQ(alerts.at("properties").at("alerts").at("type").as_string(), "array");
  EXPECT_EQ(alerts.at("required").as_array(), (json::array{"alerts", "total", "next_page_token"}));
  const auto& account = schemas.at("tenure.api.v1.GetAccountRequest");
  EXPECT_EQ(account.at("properties").at("sense").at("enum").as_array().size(), 3U);
  EXPECT_FALSE(account.as_object().contains("required")) << "a request may leave out any field";
  const auto& record = schemas.at("tenure.api.v1.RecordRequest");
  EXPECT_EQ(record.at("allOf").at(0).at("oneOf").as_array().size(), 15U) << "fourteen, or none";
}

}  // namespace
}  // namespace tenure
