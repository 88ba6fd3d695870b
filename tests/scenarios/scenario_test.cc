// Every *.scenario of this folder, as one test for each law: Scenario.<file>/<law>.
#include "engine/base/log.h"
#include "tests/scenarios/support/runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tenure::scenario {
namespace {

namespace files = std::filesystem;

class ScenarioUnderLaw : public ::testing::Test {
 public:
  ScenarioUnderLaw(files::path path, Law law) : path_(std::move(path)), law_(std::move(law)) {}

  void TestBody() override {
    std::ifstream file(path_, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const auto scenario = parse_scenario(text.str(), path_.stem(), path_);
    if (!scenario) FAIL() << path_ << ": " << scenario.error().message;
    const auto& without = scenario->without;
    if (std::find(without.begin(), without.end(), law_.name) != without.end())
      GTEST_SKIP() << "the scenario says that this law does not apply to it";
    Runner under_law(*scenario, law_);
    if (!under_law.run()) return;
    if (law_.name == "plain") return;
    Runner plain(*scenario, Law());
    if (!plain.run()) return;
    compare(plain, under_law);
  }

 private:
  void compare(Runner& plain, Runner& under_law) {
    const bool to_the_stamp = law_.commit_records == 1;
    const Outcome expected = plain.outcome(to_the_stamp);
    if (law_.shuffled) {
      for (const std::uint32_t seed : {1U, 2U, 3U})
        EXPECT_EQ(under_law.shuffled_digest(seed), expected.digest) << "seed " << seed;
      return;
    }
    const Outcome outcome = under_law.outcome(to_the_stamp);
    EXPECT_EQ(outcome.digest, expected.digest);
    EXPECT_EQ(outcome.told, expected.told);
    EXPECT_EQ(outcome.alerts, expected.alerts);
  }

  const files::path path_;
  const Law law_;
};

// Real RocksDB costs a few files a run: these go over its own ground, crashes and rebuilds.
std::vector<Law> laws_of(const std::string& name) {
  std::vector<Law> laws = all_laws();
  static const std::vector<std::string> on_disk{"silence", "complaint_life", "late_events"};
  if (std::find(on_disk.begin(), on_disk.end(), name) == on_disk.end()) return laws;
  for (Law law : {laws[0], laws[2], laws[7]}) {
    law.name = "rocksdb_" + law.name;
    law.rocks = true;
    laws.push_back(law);
  }
  return laws;
}

const bool kRegistered = [] {
  set_log_level(LogLevel::kError);
  std::vector<files::path> paths;
  for (const auto& entry : files::directory_iterator(TENURE_SOURCE_DIR "/tests/scenarios"))
    if (entry.path().extension() == ".scenario") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const files::path& path : paths)
    for (const Law& law : laws_of(path.stem()))
      ::testing::RegisterTest(
          "Scenario", (path.stem().string() + "/" + law.name).c_str(), nullptr, nullptr, __FILE__,
          __LINE__, [=]() -> ::testing::Test* { return new ScenarioUnderLaw(path, law); });
  return true;
}();

TEST(ScenarioFolder, IsNotEmpty) { EXPECT_TRUE(kRegistered); }

}  // namespace
}  // namespace tenure::scenario
