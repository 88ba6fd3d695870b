#include "apps/tenure/text_file.h"

#include "apps/tenure/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tenure {

Result<std::string> read_text_file(const std::string& file, std::uint64_t bytes_max) {
  std::error_code problem;
  if (std::filesystem::is_directory(file, problem))
    return fail(ErrorCode::kInvalid, fmt::format("{} is a directory; name a file in it", file));
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInvalid,
                fmt::format("{}: {}; check the name", file, std::strerror(errno)));
  const auto size = std::filesystem::file_size(file, problem);
  if (!problem && size > bytes_max)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} has {}, at most {} are read: is it the right file?", file,
                            bytes_text(size), bytes_text(bytes_max)));
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace tenure
