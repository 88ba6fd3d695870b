// What monitoring asks, and the golden list of metric names.
#include "connectors/http/engine_metrics.h"
#include "tests/connectors/http/support/served_engine.h"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace tenure {
namespace {

using testing::ApiAnswer;
using testing::ServedEngine;

// A source with one odd and one stopped partition, and no records.
class OddSource final : public Source {
 public:
  Result<std::span<const IncomingRecord>> poll(Duration wait, std::size_t,
                                               SourceListener&) override {
    // tidy: a source is asked to wait
    std::this_thread::sleep_for(wait);
    return std::span<const IncomingRecord>();
  }
  void synced(std::span<const SourceOffset>) override {}
  Result<std::pair<std::int64_t, std::int64_t>> accept_gap(std::string_view) override {
    return fail(ErrorCode::kNotFound, "no such partition");
  }
  [[nodiscard]] bool caught_up() const override { return true; }
  [[nodiscard]] std::vector<PartitionStatus> status() const override {
    return {{"kafka:c/od\"d\\\ntopic/0", true, StopReason::kNone, "", 10, 25},
            {"kafka:c/t/1", true, StopReason::kOffsetLost, "offset 3 is gone", 3, -1}};
  }
  void close() override {}
};

std::set<std::string> names_of(const std::string& text) {
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("# TYPE ", 0) == 0) names.insert(line.substr(7));
  return names;
}

TEST(Metrics, NamesAreTheGoldenOnes) {
  ServedEngine served(std::make_unique<OddSource>());
  ASSERT_TRUE(testing::await([&] { return served.engine().status().partitions.size() == 2; }));
  std::ifstream in(TENURE_SOURCE_DIR "/tests/golden/metrics.txt");
  std::set<std::string> golden;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) golden.insert(line);
  const ApiAnswer answer = served.get("/metrics");
  EXPECT_EQ(answer.content_type, kMetricsContentType);
  EXPECT_EQ(names_of(answer.body), golden);
}

TEST(Metrics, EveryLineIsWellFormed) {
  ServedEngine served(std::make_unique<OddSource>());
  ASSERT_TRUE(testing::await([&] { return served.engine().status().partitions.size() == 2; }));
  const std::regex comment("# (HELP|TYPE) tenure_[a-z_]+ .+");
  const std::regex name("tenure_(build|runtime|log|review|state|source|http)_[a-z]+[a-z_]*");
  const std::regex sample(
      "(tenure_[a-z_]+)(\\{[a-z]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\"\\})? "
      "-?[0-9]+(\\.[0-9]+)?(e[+-]?[0-9]+)?");
  std::istringstream lines(served.get("/metrics").body);
  std::size_t samples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind('#', 0) == 0) {
      EXPECT_TRUE(std::regex_match(line, comment)) << line;
      continue;
    }
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(line, parts, sample)) << line;
    EXPECT_TRUE(std::regex_match(parts[1].str(), name)) << line;
    ++samples;
  }
  EXPECT_GT(samples, 25U);
}

TEST(Metrics, LabelsAreEscapedAndLagIsByPartition) {
  ServedEngine served(std::make_unique<OddSource>());
  ASSERT_TRUE(testing::await([&] { return served.engine().status().partitions.size() == 2; }));
  const std::string text = served.get("/metrics").body;
  EXPECT_NE(text.find("tenure_source_lag_records{partition=\"kafka:c/od\\\"d\\\\\\ntopic/0\"} 15"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("tenure_source_lag_records{partition=\"kafka:c/t/1\"}"), std::string::npos)
      << "the end is not known, so there is no lag to tell";
  EXPECT_NE(text.find("tenure_source_stopped{partition=\"kafka:c/t/1\"} 1"), std::string::npos);
}

TEST(Metrics, NameNoAccount) {
  ServedEngine served;
  served.raise_alert("very-secret-account");
  const std::string text = served.get("/metrics").body;
  EXPECT_EQ(text.find("very-secret-account"), std::string::npos);
  EXPECT_NE(text.find("\ntenure_review_transitions_told_total 1"), std::string::npos);
  EXPECT_NE(text.find("\ntenure_runtime_accounts 1"), std::string::npos);
}

TEST(Probes, AreAnswered) {
  ServedEngine served;
  EXPECT_EQ(served.get("/livez").status, 200);
  EXPECT_EQ(served.get("/readyz").body, "ready\n");
  EXPECT_EQ(served.get("/version").body, "{\"version\":\"1.2.3\"}\n");
}

TEST(Probes, ReadinessNamesWhatStands) {
  ServedEngine served(std::make_unique<OddSource>());
  // Until the source was asked for the first time, that is what readiness says.
  const std::string stands = "not ready: kafka:c/t/1: offset 3 is gone\n";
  ASSERT_TRUE(testing::await([&] { return served.get("/readyz").body == stands; }));
  EXPECT_EQ(served.get("/readyz").status, 503);
  EXPECT_EQ(served.get("/livez").status, 200);
  const std::string verbose = served.get("/readyz?verbose").body;
  EXPECT_NE(verbose.find("[+]engine ok\n"), std::string::npos);
  EXPECT_NE(verbose.find("[-]source kafka:c/t/1 not ok: offset 3 is gone\n"), std::string::npos);
}

}  // namespace
}  // namespace tenure
