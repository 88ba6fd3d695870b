#include "apps/tenure/text_file.h"

#include "apps/tenure/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tenure {
namespace {

// After opening for reading has failed; nobody else on this thread came in between.
Error not_opened(int problem) {
  switch (problem) {
    case ENOENT:
    case ENOTDIR:
      return fail(ErrorCode::kNotFound, "cannot be opened: no such file; check the name");
    case EACCES:
      return fail(ErrorCode::kInvalid,
                  "cannot be opened: permission denied; let the user of this process read it");
    default:
      return fail(ErrorCode::kInvalid,
                  fmt::format("cannot be opened: {}; check what it is", std::strerror(problem)));
  }
}

Result<std::string> read(const std::string& file, std::uint64_t bytes_max) {
  std::error_code problem;
  if (std::filesystem::is_directory(file, problem))
    return fail(ErrorCode::kInvalid, "is a directory; name a file in it");
  std::ifstream in(file, std::ios::binary);
  if (!in) return not_opened(errno);
  // One byte more than is taken, so that a longer file shows; some files do not know their size.
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return fail(ErrorCode::kInvalid, "cannot be read to its end; check the disk");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() <= bytes_max) return text;
  const auto size = std::filesystem::file_size(file, problem);
  const bool known = !problem && size > bytes_max;
  return fail(ErrorCode::kInvalid,
              fmt::format("has {}, at most {} are read: is it the right file?",
                          known ? bytes_text(size) : "more", bytes_text(bytes_max)));
}

}  // namespace

Result<std::string> read_text_file(const std::string& file, std::uint64_t bytes_max) {
  auto text = read(file, bytes_max);
  if (text) return text;
  return fail(text.error().code, fmt::format("{} {}", file, text.error().message));
}

Result<std::string> read_named_file(const Config& config, std::string_view kind,
                                    const std::string& file, std::uint64_t bytes_max) {
  auto text = read(file, bytes_max);
  if (text) return text;
  return at_place(
      config, file,
      fail(ErrorCode::kInvalid, fmt::format("{} \"{}\" {}", kind, file, text.error().message)));
}

Result<void> check_named_file(const Config& config, std::string_view kind,
                              const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return at_place(config, file,
                    fail(ErrorCode::kInvalid,
                         fmt::format("{} \"{}\" is a directory; name a file in it", kind, file)));
  if (std::ifstream(file, std::ios::binary)) return ok();
  return at_place(config, file,
                  fail(ErrorCode::kInvalid,
                       fmt::format("{} \"{}\" {}", kind, file, not_opened(errno).message)));
}

Error at_place(const Config& config, const std::string& named, const Error& error) {
  const auto found = config.places.find(named);
  if (found == config.places.end()) return error;
  return fail(error.code, fmt::format("{}: {}", found->second, error.message));
}

}  // namespace tenure
