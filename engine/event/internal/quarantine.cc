#include "engine/event/internal/quarantine.h"

#include "engine/event/internal/draft.h"
#include "engine/event/internal/envelope.h"
#include "engine/event/internal/text_checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::internal {
namespace {

// A quarantined event must always be readable itself: no invalid text, no control character in its
// identity.
std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string clean(text.substr(0, bytes_max));
  const bool ascii_only = !is_utf8(clean);
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (ascii_only && byte >= 0x80)) c = '?';
  }
  return clean;
}

}  // namespace

std::string record_id(const SourceRecord& record) {
  const std::size_t slash = record.partition.rfind('/');
  const std::string_view partition =
      slash == std::string_view::npos ? record.partition : record.partition.substr(slash + 1);
  return fmt::format("{}-{}", printable(partition, kNameBytesMax / 2), record.offset);
}

void write_quarantine(const SourceRecord& record, std::string_view source, Instant occurred_at,
                      const Refusal& refusal, std::string& out) {
  std::string inner;
  put_varint_field(inner, 1, static_cast<std::uint64_t>(refusal.reason));
  put_text_field(inner, 2, printable(refusal.message, 1024));
  put_text_field(inner, 3, record.value.substr(0, kQuarantinedValueBytesMax));
  put_text_field(inner, 4, record.key.substr(0, kQuarantinedKeyBytesMax));
  const std::size_t headers = std::min(record.headers.size(), kQuarantinedHeadersMax);
  for (const RecordHeaderView& header : record.headers.first(headers)) {
    std::string pair;
    put_text_field(pair, 1, printable(header.name, kNameBytesMax));
    put_text_field(pair, 2, header.value.substr(0, kQuarantinedHeaderBytesMax));
    put_text_field(inner, 5, pair);
  }
  put_varint_field(inner, 6, record.value.size());

  constexpr std::string_view kSuffix = "/quarantine";
  EventDraft draft;
  draft.source = printable(source, kNameBytesMax - kSuffix.size()) + std::string(kSuffix);
  draft.id = record_id(record);
  draft.occurred_at = std::clamp(occurred_at, kEarliestInstant, kLatestInstant);
  write_envelope(draft, {}, out);
  put_text_field(out, kQuarantine, inner);
}

}  // namespace tenure::internal
