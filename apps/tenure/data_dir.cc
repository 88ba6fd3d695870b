#include "apps/tenure/data_dir.h"

#include "engine/kv/served_by.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace tenure {
namespace {

namespace fs = std::filesystem;

// The store of a log has this file from its first moment on.
bool holds_store(const std::string& directory) {
  std::error_code ignored;
  return fs::exists(fs::path(directory) / "CURRENT", ignored);
}

// A read-only open takes no lock, so it must look for one: readers of a served directory would see
// a past that its server has moved on from, and files may vanish under them.
Result<void> refuse_served(const std::string& data) {
  const std::optional<int> process = holder_of(data);
  if (!process) return ok();
  const std::string log = log_directory(data);
  std::string note = read_served_by(log);
  // Left by an earlier holder: the one of now has not come to write its own. (No process: it lives
  // in another namespace.)
  const std::string holder = fmt::format("process {}", *process);
  if (note.empty() || (*process > 0 && (note + " ").find(holder + " ") == std::string::npos))
    note = holder;
  if (note.find(" at ") != std::string::npos)
    return fail(
        ErrorCode::kBusy,
        fmt::format(
            "{} is being served by {}: ask that server (--server URL) where the command has that "
            "flag, or stop it first",
            data, note));
  return fail(ErrorCode::kBusy,
              fmt::format("{} is held by {}: try again when that has ended", data, note));
}

// The first writer makes the store piece by piece, and may be killed on the way.
Error never_written(const std::string& data) {
  return fail(ErrorCode::kNotFound,
              fmt::format("{} was begun, but its first writer ended before it stored anything; "
                          "`tenure import` or `tenure serve` goes on with it, or delete it",
                          data));
}

Result<void> check_existing(const std::string& data, DataAccess access) {
  std::error_code problem;
  const fs::file_status status = fs::status(data, problem);
  if (status.type() == fs::file_type::not_found) {
    if (access == DataAccess::kCreate) return ok();
    return fail(
        ErrorCode::kNotFound,
        fmt::format("{}: there is no such directory; `tenure import` or `tenure serve` makes one",
                    data));
  }
  if (problem) return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", data, problem.message()));
  if (status.type() != fs::file_type::directory)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is not a directory; say --data with a directory", data));
  if (holds_store(log_directory(data))) return ok();
  const bool empty = fs::is_empty(data, problem);
  if (problem) return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", data, problem.message()));
  if (!empty && !fs::exists(log_directory(data), problem))
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is not a Tenure directory: it has files but no log/CURRENT; "
                            "choose another or an empty one",
                            data));
  TENURE_TRY(refuse_lost_current(log_directory(data)));
  if (access == DataAccess::kCreate) return ok();
  return fail(ErrorCode::kNotFound,
              fmt::format("{} has no log yet; `tenure import` or `tenure serve` makes one", data));
}

}  // namespace

std::optional<int> holder_of(const std::string& data) {
  const int file = ::open((log_directory(data) + "/LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  const bool asked = ::fcntl(file, F_GETLK, &lock) == 0;
  ::close(file);
  if (!asked || lock.l_type == F_UNLCK) return std::nullopt;
  return static_cast<int>(lock.l_pid);
}

std::string log_directory(const std::string& data) { return data + "/log"; }
std::string state_directory(const std::string& data) { return data + "/state"; }

Result<std::unique_ptr<EventLog>> open_log(const std::string& data, DataAccess access,
                                           LogOptions options) {
  TENURE_TRY(check_existing(data, access));
  TENURE_TRY(refuse_served(data));
  if (access == DataAccess::kCreate) {
    std::error_code problem;
    fs::create_directories(log_directory(data), problem);
    if (problem)
      return fail(ErrorCode::kUnavailable,
                  fmt::format("cannot make {}: {}; check its owner and permissions",
                              log_directory(data), problem.message()));
  }
  options.read_only = access == DataAccess::kRead;
  KvOptions store_options = log_store_options(options.read_only);
  store_options.create_if_missing = access == DataAccess::kCreate;
  auto store = open_rocks_store(log_directory(data), store_options);
  if (!store)
    return store.error().code == ErrorCode::kNotFound ? never_written(data) : store.error();
  auto log = EventLog::open(std::move(*store), options);
  if (!log && log.error().code == ErrorCode::kNotFound) return never_written(data);
  return log;
}

Result<void> note_holder(const std::string& data, std::string_view command) {
  return write_served_by(log_directory(data), fmt::format("{}, process {}", command, ::getpid()));
}

Result<void> note_server(const std::string& data, const std::string& address) {
  return write_served_by(log_directory(data), fmt::format("process {} at {}", ::getpid(), address));
}

}  // namespace tenure
