#include "apps/tenure/demo_directory.h"

#include "apps/tenure/data_dir.h"
#include "engine/base/clock.h"
#include "engine/kv/served_by.h"

#include <cstdlib>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tenure {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "tenure-demo.";
constexpr std::string_view kSixLetters = "XXXXXX";  // mkdtemp() puts others in their place
constexpr Duration kStartsWithin = std::chrono::hours(1);

bool is_ours(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.size() != kPrefix.size() + kSixLetters.size() || !name.starts_with(kPrefix))
    return false;
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == ::geteuid();
}

// The note is written by whoever has the lock. Without it the demo may be about to take the lock,
// or have died before it did.
bool is_dead(const fs::path& path) {
  const std::string data = path.string();
  if (holder_of(data)) return false;
  if (!read_served_by(log_directory(data)).empty()) return true;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  const Instant written{status.st_mtim.tv_sec * 1'000'000LL};
  return written + kStartsWithin < SystemClock().now();
}

}  // namespace

void remove_dead_demos(const fs::path& parent) {
  std::error_code problem;
  std::vector<fs::path> dead;
  for (fs::directory_iterator at(parent, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (is_ours(at->path()) && is_dead(at->path())) dead.push_back(at->path());
  }
  for (const fs::path& path : dead) fs::remove_all(path, problem);
}

Result<DemoDirectory> DemoDirectory::make(const std::string& named) {
  DemoDirectory directory;
  std::error_code problem;
  if (!named.empty()) {
    if (fs::exists(named, problem) && !fs::is_empty(named, problem))
      return fail(ErrorCode::kInvalid,
                  named + " is not empty; the demo begins with a new directory");
    directory.path_ = named;
    return directory;
  }
  const fs::path parent = fs::temp_directory_path(problem);
  if (problem)
    return fail(ErrorCode::kUnavailable, "the directory for temporary files cannot be used (" +
                                             problem.message() +
                                             "); set TMPDIR, or name a directory with --data");
  remove_dead_demos(parent);
  std::string pattern = (parent / (std::string(kPrefix) + std::string(kSixLetters))).string();
  if (mkdtemp(pattern.data()) == nullptr)
    return fail(ErrorCode::kUnavailable, "no directory can be made in " + parent.string() +
                                             "; set TMPDIR, or name one with --data");
  directory.path_ = pattern;
  directory.temporary_ = true;
  return directory;
}

DemoDirectory::DemoDirectory(DemoDirectory&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}

DemoDirectory::~DemoDirectory() {
  std::error_code problem;
  if (temporary_) fs::remove_all(path_, problem);
}

}  // namespace tenure
