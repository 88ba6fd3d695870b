// connectors/http/audit_log.h
//
// Who did what: a line of JSON for every act, record and order, and for every login or role that
// was refused. Each line carries the SHA-256 of the line before it, over all files.
//
// Path:     calls -> [AuditLog] -> DIR/audit.ndjson; what is full becomes DIR/audit-000001.ndjson
// Order:    lines stand in the order in which append() took them; each is synced before it returns.
// Threads:  append() from any.
// Limits:   a file takes `file_bytes_max`; files are never deleted.
// Errors:   open(): kUnavailable (the file cannot be opened), kCorrupt (its last line cannot be
//           read). append(): kUnavailable, from the first failure on for every call: nothing more
//           may be done that would not be noted.
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace tenure {

struct AuditEntry {
  std::string actor;
  std::string role;    // empty = nobody was asked for a token
  std::string token;   // its id; never the token
  std::string method;  // "tenure.api.v1.AlertService/Act", "session"
  std::string id;      // the act's own
  std::string what;    // "acknowledge", "note"; empty = the method says it, or it was refused
  std::string account;
  std::string result;  // "ok", or the error's name
};

class AuditLog final {
 public:
  static constexpr std::uint64_t kFileBytesMax = 64u << 20;

  static Result<std::unique_ptr<AuditLog>> open(std::string directory,
                                                std::uint64_t file_bytes_max = kFileBytesMax);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  Result<void> append(const AuditEntry& entry, Instant now);
  /// The error of the first append that failed.
  [[nodiscard]] Result<void> check() const;

 private:
  AuditLog(std::string directory, std::uint64_t file_bytes_max)
      : directory_(std::move(directory)), file_bytes_max_(file_bytes_max) {}
  Result<void> open_file();
  Result<void> begin_next_file();
  Result<void> write_line(const std::string& line);

  const std::string directory_;
  const std::uint64_t file_bytes_max_;
  mutable std::mutex mutex_;  // guards what follows
  int file_ = -1;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t number_ = 0;  // of the last line
  std::string before_;        // its SHA-256
  Result<void> failure_;
};

struct AuditSummary {
  std::uint64_t lines = 0;
  std::uint64_t files = 0;
  std::string last;  // SHA-256 of the last line: kept elsewhere, it shows a cut tail
};

/// Reads the whole chain. kCorrupt names the first fault as file:line; kNotFound: there is no
/// audit.
Result<AuditSummary> verify_audit(const std::string& directory);

}  // namespace tenure
