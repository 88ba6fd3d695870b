// docs/rules.md lists what a rule may ask for.
#include "engine/projection/projection_set.h"
#include "projections/registry.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

namespace tenure {
namespace {

const std::map<SignalUnit, std::string> kUnits{
    {SignalUnit::kCount, "number"}, {SignalUnit::kDays, "days"},   {SignalUnit::kFlag, "flag"},
    {SignalUnit::kMoney, "money"},  {SignalUnit::kShare, "share"}, {SignalUnit::kInstant, "day"},
};

TEST(RulesPage, ListsEverySignalAndNoOther) {
  std::ifstream file(TENURE_SOURCE_DIR "/docs/rules.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = page.find("## Signals\n");
  ASSERT_NE(begin, std::string::npos);
  const std::string section = page.substr(begin, page.find("\n## ", begin) - begin);
  const ProjectionSet set(all_projections());
  std::size_t rows = 0;
  for (std::size_t at = section.find("\n| `"); at != std::string::npos;
       at = section.find("\n| `", at + 1))
    ++rows;
  EXPECT_EQ(rows, set.catalog().size());
  for (std::uint16_t id = 0; id < set.catalog().size(); ++id) {
    const SignalSpec& spec = set.catalog().spec({id});
    std::string row = "\n| `" + std::string(spec.name) + "` | " + kUnits.at(spec.unit);
    if (spec.per_subject) row += ", each subject";
    row += " | " + std::string(spec.meaning) + " |\n";
    EXPECT_NE(section.find(row), std::string::npos) << "docs/rules.md lacks:" << row;
  }
}

}  // namespace
}  // namespace tenure
