#include "connectors/http/audit_log.h"

#include "engine/base/hash.h"
#include "engine/base/log.h"
#include "engine/base/text.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace tenure {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const std::string kNone(64, '0');  // before the first line
constexpr std::size_t kTextBytesMax = 256;
constexpr std::size_t kLineBytesMax = 16u << 10;

std::string newest_file(const std::string& directory) { return directory + "/audit.ndjson"; }
std::string full_file(const std::string& directory, std::uint64_t number) {
  return fmt::format("{}/audit-{:06}.ndjson", directory, number);
}

// Full files that are there, from 1 on without a gap.
std::uint64_t count_full(const std::string& directory) {
  std::uint64_t count = 0;
  std::error_code ignored;
  while (fs::exists(full_file(directory, count + 1), ignored)) ++count;
  return count;
}

// What a line says about the chain.
struct Link {
  std::uint64_t number = 0;
  std::string before;
};

Result<Link> read_link(std::string_view line) {
  boost::system::error_code failed;
  const json::value value = json::parse({line.data(), line.size()}, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  const json::value* number = object != nullptr ? object->if_contains("n") : nullptr;
  const json::value* before = object != nullptr ? object->if_contains("before") : nullptr;
  if (number == nullptr || !number->is_int64() || number->as_int64() < 1 || before == nullptr ||
      !before->is_string())
    return fail(ErrorCode::kCorrupt, "this is no line of an audit");
  return Link{static_cast<std::uint64_t>(number->as_int64()),
              std::string(before->as_string().c_str())};
}

Error cannot(const std::string& file, const char* what) {
  return fail(ErrorCode::kUnavailable,
              fmt::format("{} cannot be {}: {}; nothing is done that would not be noted", file,
                          what, std::strerror(errno)));
}

Result<std::string> last_line(const std::string& file, std::uint64_t bytes) {
  std::ifstream in(file, std::ios::binary);
  const std::uint64_t from = bytes > kLineBytesMax ? bytes - kLineBytesMax : 0;
  in.seekg(static_cast<std::streamoff>(from));
  std::string tail(static_cast<std::size_t>(bytes - from), '\0');
  if (!in.read(tail.data(), static_cast<std::streamsize>(tail.size()))) return cannot(file, "read");
  return tail;
}

// Reads lines of one file into the chain.
Result<void> follow(const std::string& file, AuditSummary& summary) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return cannot(file, "read");
  std::string line;
  for (std::uint64_t at = 1; std::getline(in, line); ++at) {
    const auto broken = [&](const std::string& why) {
      return fail(ErrorCode::kCorrupt, fmt::format("{}:{}: {}", file, at, why));
    };
    if (in.eof()) return broken("the last line is cut off");
    const auto link = read_link(line);
    if (!link) return broken(link.error().message);
    if (link->number != summary.lines + 1)
      return broken(
          fmt::format("line {} was expected here, not {}", summary.lines + 1, link->number));
    if (link->before != summary.last)
      return broken("the line before this one, or what this one says of it, was changed");
    summary.last = to_hex(sha256(line));
    ++summary.lines;
  }
  ++summary.files;
  return ok();
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(std::string directory,
                                                 std::uint64_t file_bytes_max) {
  std::unique_ptr<AuditLog> audit(new AuditLog(std::move(directory), file_bytes_max));
  TENURE_TRY(audit->open_file());
  return audit;
}

AuditLog::~AuditLog() {
  if (file_ >= 0) ::close(file_);
}

Result<void> AuditLog::open_file() {
  const std::string file = newest_file(directory_);
  file_ = ::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  struct stat facts {};
  if (file_ < 0 || ::fstat(file_, &facts) != 0) return cannot(file, "opened");
  if ((facts.st_mode & 0077) != 0 && ::fchmod(file_, 0600) != 0) return cannot(file, "opened");
  file_bytes_ = static_cast<std::uint64_t>(facts.st_size);
  std::string from = file;
  std::uint64_t bytes = file_bytes_;
  before_ = kNone;
  if (bytes == 0) {
    const std::uint64_t full = count_full(directory_);
    if (full == 0) return ok();
    from = full_file(directory_, full);
    std::error_code failed;
    bytes = fs::file_size(from, failed);
    if (failed || bytes == 0)
      return fail(ErrorCode::kCorrupt, from + " is empty; `tenure audit verify` says more");
  }
  TENURE_TRY_ASSIGN(std::string tail, last_line(from, bytes));
  // A line that a killed process left in pieces was never answered for.
  const std::size_t whole = tail.rfind('\n');
  if (from == file && whole != tail.size() - 1) {
    const std::size_t kept = whole == std::string::npos ? 0 : whole + 1;
    if (kept == 0 && bytes > tail.size())
      return fail(ErrorCode::kCorrupt, file + ": its last line is too long to be one");
    log_warn("the audit's last line was cut off and is taken away file={}", file);
    file_bytes_ -= tail.size() - kept;
    if (::ftruncate(file_, static_cast<off_t>(file_bytes_)) != 0) return cannot(file, "mended");
    ::close(std::exchange(file_, -1));
    return open_file();
  }
  tail.pop_back();
  const std::string line = tail.substr(tail.rfind('\n') + 1);
  const auto link = read_link(line);
  if (!link) return fail(ErrorCode::kCorrupt, from + ": the last line: " + link.error().message);
  number_ = link->number;
  before_ = to_hex(sha256(line));
  return ok();
}

Result<void> AuditLog::begin_next_file() {
  const std::string file = newest_file(directory_);
  const std::string full = full_file(directory_, count_full(directory_) + 1);
  ::close(std::exchange(file_, -1));
  if (::rename(file.c_str(), full.c_str()) != 0) return cannot(file, "renamed");
  file_ = ::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return cannot(file, "opened");
  file_bytes_ = 0;
  const int directory = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = directory >= 0 && ::fsync(directory) == 0;
  if (directory >= 0) ::close(directory);
  return synced ? ok() : Result<void>(cannot(directory_, "synced"));
}

Result<void> AuditLog::write_line(const std::string& line) {
  if (file_bytes_ > 0 && file_bytes_ + line.size() > file_bytes_max_) TENURE_TRY(begin_next_file());
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return cannot(newest_file(directory_), "written");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(file_) != 0) return cannot(newest_file(directory_), "synced");
  file_bytes_ += line.size();
  return ok();
}

Result<void> AuditLog::append(const AuditEntry& entry, Instant now) {
  const std::lock_guard lock(mutex_);
  TENURE_TRY(failure_);
  const auto text = [](const std::string& value) { return shown_text(value, kTextBytesMax); };
  const std::string line =
      json::serialize(json::object{{"n", static_cast<std::int64_t>(number_ + 1)},
                                   {"time", to_string(now)},
                                   {"actor", text(entry.actor)},
                                   {"role", text(entry.role)},
                                   {"token", text(entry.token)},
                                   {"method", text(entry.method)},
                                   {"id", text(entry.id)},
                                   {"what", text(entry.what)},
                                   {"account", text(entry.account)},
                                   {"result", text(entry.result)},
                                   {"before", before_}});
  if (auto written = write_line(line + "\n"); !written) {
    log_error("the audit cannot be written what={}", written.error().message);
    failure_ = written;
    return written;
  }
  ++number_;
  before_ = to_hex(sha256(line));
  return ok();
}

Result<void> AuditLog::check() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

Result<AuditSummary> verify_audit(const std::string& directory) {
  AuditSummary summary;
  summary.last = kNone;
  std::error_code ignored;
  const std::uint64_t full = count_full(directory);
  const bool newest = fs::exists(newest_file(directory), ignored);
  if (full == 0 && !newest)
    return fail(ErrorCode::kNotFound,
                directory + " has no audit yet; `tenure serve` begins it with the first act");
  for (std::uint64_t number = 1; number <= full; ++number)
    TENURE_TRY(follow(full_file(directory, number), summary));
  if (newest) TENURE_TRY(follow(newest_file(directory), summary));
  return summary;
}

}  // namespace tenure
