// The envelope of what could not be read.
#pragma once

#include "engine/event/internal/refusal.h"
#include "engine/event/source_record.h"

#include <string>
#include <string_view>

namespace tenure::internal {

// docs/limits.md, "decoding".
inline constexpr std::size_t kQuarantinedValueBytesMax = 256 * 1024;
inline constexpr std::size_t kQuarantinedKeyBytesMax = 16 * 1024;
inline constexpr std::size_t kQuarantinedHeadersMax = 64;
inline constexpr std::size_t kQuarantinedHeaderBytesMax = 4 * 1024;

/// "<partition number>-<offset>": the id of a record that has none of its own.
std::string record_id(const SourceRecord& record);

/// Appends to `out` the envelope of a quarantined record: its bytes, cut at the limits above, and
/// why.
void write_quarantine(const SourceRecord& record, std::string_view source, Instant occurred_at,
                      const Refusal& refusal, std::string& out);

}  // namespace tenure::internal
