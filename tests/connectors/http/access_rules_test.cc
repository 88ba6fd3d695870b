// The table of who may do what, and the limits that its guard and the server have by default.
#include "connectors/http/access_guard.h"
#include "tests/connectors/http/support/fields.h"
#include "tests/connectors/http/support/raw_client.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <filesystem>
#include <memory>
#include <set>

namespace tenure {
namespace {

namespace fs = std::filesystem;
using testing::await;
using testing::RawClient;

TEST(AccessRules, EveryMethodHasOneAndEveryRuleItsMethod) {
  namespace pb2 = ::google::protobuf;
  std::set<std::string> methods;
  for (const auto& entry :
       fs::directory_iterator(fs::path(TENURE_SOURCE_DIR) / "proto/tenure/api/v1")) {
    if (entry.path().extension() != ".proto") continue;
    const std::string name = "tenure/api/v1/" + entry.path().filename().string();
    const auto* file = pb2::DescriptorPool::generated_pool()->FindFileByName(name);
    ASSERT_NE(file, nullptr) << name;
    for (int s = 0; s < file->service_count(); ++s)
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto& method = *file->service(s)->method(m);
        const std::string path = "/" + method.service()->full_name() + "/" + method.name();
        methods.insert(path);
        const AccessRule* rule = access_rule_of(path);
        ASSERT_NE(rule, nullptr) << path << ": add who may call it to access.cc";
        EXPECT_NE(rule->access, ::tenure::Access::kAnybody) << path;
        const bool reads =
            method.options().idempotency_level() == pb2::MethodOptions::NO_SIDE_EFFECTS;
        EXPECT_EQ(reads, rule->access == ::tenure::Access::kRead) << path;
        EXPECT_EQ(!reads, rule->audited) << path << ": what changes something is noted";
      }
  }
  EXPECT_GT(methods.size(), 10U);
  for (const AccessRule& rule : kAccessRules) {
    if (rule.path.substr(0, 8) != "/tenure.") continue;
    EXPECT_EQ(methods.count(std::string(rule.path)), 1U) << rule.path << " is no method any more";
  }
}

TEST(AccessLimits, TheDefaultsAreTheDocumentedOnes) {
  const AccessOptions options;
  EXPECT_EQ(options.requests_per_second_max, 200U);
  EXPECT_EQ(options.failures_max, 10U);
  EXPECT_EQ(options.failures_within, std::chrono::minutes(1));
  EXPECT_EQ(options.addresses_max, 4096U);
  EXPECT_EQ(options.sessions_max, 1000U);
  EXPECT_EQ(options.sessions_of_token_max, 50U);
  EXPECT_EQ(options.session_life, std::chrono::hours(12));
  EXPECT_EQ(AuditLog::kFileBytesMax, 64U << 20);
}

TEST(HttpLimits, AnAddressHasItsShareOfTheConnections) {
  HttpOptions options;
  options.connections_per_address_max = 2;
  testing::ServedRoutes served(options);
  RawClient first(served.port());
  auto second = std::make_unique<RawClient>(served.port());
  ASSERT_TRUE(await([&] { return served.server().counters().connections == 2; }));
  EXPECT_EQ(RawClient(served.port()).read_to_end().substr(0, 13), "HTTP/1.1 503 ");
  second.reset();
  ASSERT_TRUE(await([&] { return served.server().counters().connections == 1; }));
  EXPECT_EQ(testing::get(served.port(), "/hello").status, 200);
}

}  // namespace
}  // namespace tenure
