// connectors/file/row_reader.h
//
// Rows of a file, one after another: CSV (RFC 4180) or NDJSON, plain or gzip.
//
// Path:     FILE -> [RowReader] -> Mapping -> events
// Threads:  one at a time.
// Lifetime: a row's texts live until the next call of next().
// Errors:   kNotFound, kUnavailable (I/O), kInvalid: "file:line: what, and what to do". A single
//           bad row is no error: it carries its problem, so that it can be kept in quarantine.
// Limits:   docs/limits.md, "files".
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

enum class FileFormat : std::uint8_t { kCsv, kNdjson };

inline constexpr std::size_t kRowBytesMax = 1024 * 1024;
inline constexpr std::size_t kColumnsMax = 512;

struct FileRow {
  std::uint64_t line = 0;                   // where the row begins; the first line is 1
  std::string_view bytes;                   // as they stand in the file, without the line's end
  std::span<const std::string_view> cells;  // CSV only: one for each column of the header
  std::string problem;                      // why the row cannot be taken; empty = it can
};

class RowReader final {
 public:
  /// Opens a file and reads a CSV header. The format follows the name (.csv, .tsv, .ndjson, .jsonl,
  /// .json, each with .gz) unless the content plainly says otherwise.
  static Result<std::unique_ptr<RowReader>> open(const std::string& path);
  ~RowReader();

  /// Fills `row` and returns true; false at the end of the file. Empty lines are passed over.
  Result<bool> next(FileRow& row);

  [[nodiscard]] FileFormat format() const;
  /// The names of the columns, for CSV; unique and not empty.
  [[nodiscard]] const std::vector<std::string>& header() const;
  /// Bytes of the file that were read so far and in all, as they lie on disk.
  [[nodiscard]] std::uint64_t bytes_read() const;
  [[nodiscard]] std::uint64_t bytes_total() const;

 private:
  struct Impl;
  explicit RowReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
