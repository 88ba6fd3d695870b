#include "engine/kv/served_by.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

namespace tenure {
namespace {

constexpr std::size_t kNoteBytesMax = 200;

std::string note_path(const std::string& directory) { return directory + "/served-by"; }

std::string printable(std::string_view text) {
  std::string line;
  for (const char c : text.substr(0, kNoteBytesMax))
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) line.push_back(c);
  return line;
}

}  // namespace

Result<void> write_served_by(const std::string& directory, std::string_view text) {
  const std::string path = note_path(directory);
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << printable(text) << '\n';
    file.flush();
    if (!file) return fail(ErrorCode::kUnavailable, fmt::format("cannot write {}", fresh));
  }
  // Renamed, so that a reader never sees half a line.
  if (std::rename(fresh.c_str(), path.c_str()) != 0)
    return fail(ErrorCode::kUnavailable, fmt::format("cannot rename {} to {}", fresh, path));
  return ok();
}

std::string read_served_by(const std::string& directory) {
  std::ifstream file(note_path(directory), std::ios::binary);
  std::string line;
  if (!file || !std::getline(file, line)) return {};
  return printable(line);
}

}  // namespace tenure
