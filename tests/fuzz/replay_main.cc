// Runs a fuzz target once over every kept input, without a fuzzing engine: what was found stays
// found in every build. The empty input always runs. Usage: replay_<name> FOLDER

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  run("");
  int inputs = 1;
  if (argc > 1 && std::filesystem::is_directory(argv[1])) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
      if (!entry.is_regular_file()) continue;
      // Said before it runs: a crash then names its input.
      std::printf("%s\n", entry.path().filename().c_str());
      std::fflush(stdout);
      std::ifstream file(entry.path(), std::ios::binary);
      run({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
      ++inputs;
    }
  }
  std::printf("%d inputs\n", inputs);
  return 0;
}
