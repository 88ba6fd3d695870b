// Any text as a JSON row of a mapping that uses everything: its event can be read again, or the row
// is refused.
#include "engine/event/event.h"
#include "engine/event/mapping.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view kMapping = R"(
source: [src, 'a']
id: '{a}-{b.0}'
account: {field: [c, d.e], trim: true, lowercase: true, prefix: x-}
subject: c
actor: f
occurred_at: {field: t, format: '%Y-%m-%d %H:%M:%S', zone: Europe/Berlin}
known_at: {field: u, format: unix_ms}
ordinal: {field: a, match: '#([0-9]+)$'}
revision: r
persons: [{id: p.id, name: p.name}]
events:
  - {when: {k: note}, type: note.added, set: {text: x}}
  - when: {k: {match: '^(a|b)+$'}}
    type: webinar.attended
    attributes: {v: {field: v, as: money, currency: EUR}, w: {field: w, as: bool}}
  - type: contract.signed
    set:
      annual_value: {field: v, as: money, currency: JPY}
      ends_at_us: {field: t, format: rfc3339}
      notice_days: {field: n, as: int}
      auto_renew: w
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto mapping = tenure::Mapping::load(kMapping, "m.yaml");
  if (!mapping) std::abort();
  static tenure::JsonRow row;
  if (!row.parse({reinterpret_cast<const char*>(bytes), size})) return 0;
  tenure::MappingContext context;
  context.source = "s";
  context.fallback_id = "0-0";
  context.appended_at = {1};
  context.now = tenure::kLatestInstant;
  std::string envelope;
  const auto outcome = (*mapping)->map(row, context, envelope);
  if (outcome.kind == tenure::MappingOutcome::Kind::kEvent && !tenure::read_event(envelope))
    std::abort();
  return 0;
}
