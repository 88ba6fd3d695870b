// connectors/file/importer.h
//
// A file into the log, with an exact account of its rows.
//
// Path:     RowReader -> RowMapper -> [import_file] -> EventLog
// Order:    into an empty log the whole input is sorted by (known_at or occurred_at, order of
//           facts) and each event is stamped with that instant, so that its history can be asked as
//           known. Later imports keep the file's order and are recorded now.
// Atomic:   a commit holds up to 8,192 events and the progress of "file:<first 16 digits of the
//           file's SHA-256>". What is there already is counted as repeated, so an import that was
//           cut off is simply run again: the first one with the same sort and the same stamps.
// Memory:   the first import holds all its events, about 0.5 KiB a row; later ones hold a commit.
// Errors:   those of RowReader and EventLog; kStopping when `progress` says stop; kInvalid while
//           another file's first import is not complete.
#pragma once

#include "connectors/file/row_mapper.h"
#include "engine/base/clock.h"
#include "engine/log/event_log.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tenure {

struct ImportProgress {
  enum class Phase : std::uint8_t { kReading, kWriting } phase = Phase::kReading;
  std::uint64_t done = 0;   // bytes of the file while reading, rows while writing
  std::uint64_t total = 0;  // of the same; 0 = not known
  std::uint64_t rows = 0;
};

/// Rows of one kind: how many, and where the first hundred begin.
struct RowList {
  static constexpr std::size_t kLinesMax = 100;
  std::uint64_t total = 0;
  std::vector<std::uint64_t> lines;
  void add(std::uint64_t line);
};

/// rows = accepted + repeated + conflicts + quarantined + skipped.
struct ImportReport {
  std::uint64_t rows = 0;
  std::uint64_t accepted = 0;        // logged as new
  RowList repeated;                  // same identity and content as before: not logged
  RowList conflicts;                 // other content under a known identity: logged and marked
  RowList quarantined;               // could not be read: logged with its bytes
  RowList skipped;                   // left out by the mapping
  std::vector<std::string> reasons;  // of quarantined.lines, one each
  std::uint64_t accounts = 0;        // distinct accounts of accepted and repeated rows
  bool dated = false;                // the first import, stamped with the events' own times
  std::string partition;             // "file:<digest>"
};

struct ImportRequest {
  std::string file;
  std::shared_ptr<const Mapping> mapping;
  std::function<bool(const ImportProgress&)> progress;  // asked often; false = stop. May be empty.
};

Result<ImportReport> import_file(const ImportRequest& request, EventLog& log, const Clock& clock);

}  // namespace tenure
