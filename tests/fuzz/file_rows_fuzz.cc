// Any bytes as a file of rows, CSV or NDJSON, plain or gzip: it is refused, or every row becomes an
// event that can be read again, is left out, or goes to quarantine.
#include "connectors/file/row_mapper.h"
#include "tests/fuzz/memory_file.h"

namespace {

constexpr std::string_view kMapping = R"(
source: crm
id: id
account: {field: account, trim: true}
occurred_at: {field: at, format: rfc3339}
events:
  - {when: {kind: note}, type: note.added, set: {text: text}}
  - {type: contract.signed, set: {annual_value: {field: value, as: money, currency: EUR}}}
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using tenure::fuzz::expect;
  static const auto mapping = tenure::Mapping::load(kMapping, "m.yaml");
  expect(mapping.has_value(), "the mapping can be loaded");
  const tenure::fuzz::MemoryFile file(tenure::fuzz::text_of(bytes, size));
  const auto reader = tenure::RowReader::open(file.path());
  if (!reader) return 0;
  tenure::RowMapper mapper(**reader, *mapping, "file:0", "k");
  tenure::EventBatch batch;
  tenure::FileRow row;
  std::uint64_t last_line = 0;
  while (true) {
    const auto more = (*reader)->next(row);
    if (!more || !*more) break;
    expect(row.line > last_line, "rows come in the order of their lines");
    last_line = row.line;
    batch.clear();
    const auto mapped = mapper.map(row, tenure::kLatestInstant, batch);
    const bool skipped = mapped == tenure::Mapped::kSkipped;
    expect(batch.size() == (skipped ? 0u : 1u), "a row is one event, or left out");
    expect(skipped || tenure::read_event(batch.events().front().bytes).has_value(),
           "a row's event can be read again");
  }
  return 0;
}
