// engine/reference/internal/entry_reader.h
//
// From a reference event to what the history keeps of it: every value checked.
#pragma once

#include "engine/reference/internal/reference_parts.h"

namespace tenure::reference_internal {

/// kInvalid names what is wrong with the event.
Result<Entry> read_entry(const Event& event, Instant recorded_at, Sequence sequence,
                         const SignalCatalog& catalog);

}  // namespace tenure::reference_internal
