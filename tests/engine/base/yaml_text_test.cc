#include "engine/base/yaml_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <string>

namespace tenure {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Broken {
  std::string yaml;
  std::string place;  // counted from 1
  std::string says;
};

// What the real parser makes of it; empty when it takes the text.
std::string fault_of(const std::string& yaml, std::string& said) {
  try {
    (void)YAML::LoadAll(with_yaml_end(yaml));
    return {};
  } catch (const YAML::Exception& problem) {
    said = problem.msg;
    const YamlFault fault = yaml_fault(yaml, problem.mark.line, problem.mark.column, problem.msg);
    return std::to_string(fault.line + 1) + ":" + std::to_string(fault.column + 1) + ": " +
           std::string(fault.what);
  }
}

TEST(YamlText, FaultsAreSaidInOurWordsWithWhatToDo) {
  const Broken all[] = {
      {"a:\n\tb: 1\n", "2:1: ", "a tab; YAML wants spaces"},
      {"a:\n  \tb: 1\n", "2:3: ", "a tab"},
      {"a: >\n\tx\n", "2:1: ", "a tab"},
      {"a: [1, 2\nb: 3\n", "2:2: ", "a comma or its ]"},
      {"a: {x: 1\nb: 3\n", "2:2: ", "a comma or its }"},
      {"a: [1, 2\n", "1:9: ", "is the file whole?"},
      {"a: \"x\n", "1:6: ", "is the file whole?"},
      {"a: 1\n  b: 2\n", "2:4: ", "indent it like the keys above"},
      {"a:\n  b: 1\n c: 2\n", "3:2: ", "indent it like the keys above"},
      {"a: b: c\n", "1:5: ", "a text with a colon into quotes"},
      {"a: 'it's'\n", "1:8: ", "nothing behind a closing quote"},
      {"a: @x\n", "1:4: ", "into quotes"},
      {"a: ]\n", "1:4: ", "closes nothing"},
      {"a: - b\n", "1:4: ", "a line of its own"},
      {"a: *x\n", "1:4: ", "an anchor or an alias"},
      {"a: &\n", "1:5: ", "an anchor or an alias"},
      {"a: !<x\n", "1:7: ", "begins a tag"},
      {"a: |x\n  t\n", "1:5: ", "the next line"},
      {"a: \"\\q\"\n", "1:7: ", "a backslash"},
      {"a: \"\\x1\"\n", "1:9: ", "a backslash"},
      {"%YAML 3.0\n---\na: 1\n", "1:1: ", "directive"},
  };
  for (const Broken& broken : all) {
    std::string said;
    const std::string fault = fault_of(broken.yaml, said);
    EXPECT_THAT(fault, HasSubstr(broken.place)) << broken.yaml;
    EXPECT_THAT(fault, HasSubstr(broken.says)) << broken.yaml;
    EXPECT_THAT(fault, Not(HasSubstr(said))) << broken.yaml;
  }
}

TEST(YamlText, AMessageThatNobodyKnowsStillSaysWhatToDo) {
  EXPECT_THAT(yaml_fault("a: 1\n", 0, 2, "something new").what, HasSubstr("compare indentation"));
  EXPECT_EQ(yaml_fault("a: 1\n", -1, -1, "no place").line, -1);
}

}  // namespace
}  // namespace tenure
