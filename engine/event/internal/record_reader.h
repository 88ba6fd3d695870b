// The forms of records, each read into an envelope in `out`.
#pragma once

#include "engine/event/decoder.h"
#include "engine/event/internal/draft.h"
#include "engine/event/internal/refusal.h"

#include <memory>
#include <string>

namespace tenure::internal {

/// What reading a record gave: an envelope in `out`, a refusal, or nothing at all (`skipped`).
struct RecordOutcome {
  Refusal refusal;
  bool skipped = false;
};

/// The instant of a record that names none of its own.
inline Instant record_instant(const SourceRecord& record, Instant now) {
  return record.appended_at == Instant{} ? now : record.appended_at;
}

}  // namespace tenure::internal
