// engine/event/mapping.h
//
// A YAML file that says how rows of somebody else's shape (CSV, JSON) become events. Reference:
// docs/formats.md, "mapping files".
//
// Path:     connectors/file, RecordDecoder (kJson) -> [Mapping] -> EventBatch
// Threads:  immutable after load(); map() may be called by any thread at once.
// Errors:   load(): kInvalid, "file:line:column: what is wrong and what to do". Unknown keys are
// errors. Limits:   docs/limits.md, "mapping".
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// A row that fields are looked up in.
class MappingRow {
 public:
  virtual ~MappingRow() = default;
  /// The field's text; nothing when it is not there, empty, or no single value. The text lives as
  /// long as the row and `scratch`, whichever it is in.
  [[nodiscard]] virtual std::optional<std::string_view> find(std::string_view field,
                                                             std::string& scratch) const = 0;
};

/// A line of a CSV file: fields are columns, named exactly as in the header. Borrows both.
class CsvRow final : public MappingRow {
 public:
  CsvRow(std::span<const std::string> header, std::span<const std::string_view> cells)
      : header_(header), cells_(cells) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view field,
                                                     std::string& scratch) const override;

 private:
  std::span<const std::string> header_;
  std::span<const std::string_view> cells_;
};

/// A JSON object: fields are paths with dots and array indexes, "lines.0.amount"; a name that
/// itself holds dots is tried first. Use one again for many rows.
class JsonRow final : public MappingRow {
 public:
  JsonRow();
  ~JsonRow() override;
  /// Reads the next object. kInvalid says what is wrong. Texts found before are gone.
  Result<void> parse(std::string_view json);
  [[nodiscard]] std::optional<std::string_view> find(std::string_view field,
                                                     std::string& scratch) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What a row cannot say of itself.
struct MappingContext {
  std::string_view source;       // of rows that name none: "<cluster>/<topic>", "file"
  std::string_view fallback_id;  // of rows that name none: "<partition>-<offset>"
  std::string_view account;      // of rows that name none: the record's key; empty = none
  Instant appended_at;           // when rows happened that name no time; 0 = such rows are refused
  Instant now;                   // rows more than five minutes ahead of it are refused
  std::string_view person_key;   // the tenant key under which person ids are hashed
};

struct MappingOutcome {
  enum class Kind { kEvent, kSkipped, kRefused };
  Kind kind = Kind::kEvent;
  std::uint8_t reason = 0;  // of a refused row: a number of tenure.event.v1.Quarantine.Reason
  std::string message;      // why it was refused or skipped; holds no value of the row
};

class Mapping {
 public:
  ~Mapping();
  /// Reads and checks a mapping; `file_name` is for messages only.
  static Result<std::shared_ptr<const Mapping>> load(std::string_view yaml,
                                                     std::string_view file_name);

  /// Replaces `envelope` by the row's event, which keeps all limits of read_event().
  MappingOutcome map(const MappingRow& row, const MappingContext& context,
                     std::string& envelope) const;

  /// Every field that the mapping looks at, sorted: columns that a file must have.
  [[nodiscard]] const std::vector<std::string>& fields() const;

 private:
  struct Impl;
  explicit Mapping(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
