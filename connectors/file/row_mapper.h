// connectors/file/row_mapper.h
//
// A file's rows as events: each goes through the mapping, and what cannot be read is quarantined
// with its bytes.
//
// Path:     RowReader -> [RowMapper] -> EventBatch
// Threads:  one at a time.
#pragma once

#include "connectors/file/row_reader.h"
#include "engine/event/event_batch.h"
#include "engine/event/mapping.h"

#include <memory>
#include <string>

namespace tenure {

/// What became of one row.
enum class Mapped : std::uint8_t { kEvent, kSkipped, kQuarantined };

class RowMapper final {
 public:
  /// `partition` is "file:<digest>": with the line it names rows that have no id of their own. The
  /// reader must outlive the mapper; `person_key` is the tenant key of the log.
  RowMapper(const RowReader& reader, std::shared_ptr<const Mapping> mapping, std::string partition,
            std::string person_key);

  /// kInvalid when the header lacks columns that the mapping looks at: names them and the nearest
  /// ones there are.
  [[nodiscard]] Result<void> check_columns(const std::string& file) const;

  /// Adds the row's event to `out`, unless the mapping leaves it out. `now` judges future rows.
  Mapped map(const FileRow& row, Instant now, EventBatch& out);

  /// Why the last row was skipped or quarantined.
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  Mapped quarantine(const FileRow& row, Instant now, int reason, EventBatch& out);

  const RowReader& reader_;
  std::shared_ptr<const Mapping> mapping_;
  std::string partition_;
  std::string person_key_;
  JsonRow json_;
  std::string envelope_;
  std::string fallback_id_;
  std::string message_;
};

}  // namespace tenure
