#include "connectors/file/row_mapper.h"

#include "engine/base/assert.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

constexpr std::string_view kSource = "file";
constexpr std::string_view kQuarantineSource = "file/quarantine";
constexpr std::size_t kQuarantinedBytesMax = 256 * 1024;  // docs/limits.md, "decoding"

}  // namespace

RowMapper::RowMapper(const RowReader& reader, std::shared_ptr<const Mapping> mapping,
                     std::string partition, std::string person_key)
    : reader_(reader),
      mapping_(std::move(mapping)),
      partition_(std::move(partition)),
      person_key_(std::move(person_key)) {}

Result<void> RowMapper::check_columns(const std::string& file) const {
  if (reader_.format() != FileFormat::kCsv) return ok();
  const std::vector<std::string>& header = reader_.header();
  std::vector<std::string> missing;
  for (const std::string& field : mapping_->fields())
    if (std::find(header.begin(), header.end(), field) == header.end()) missing.push_back(field);
  if (missing.empty()) return ok();
  return fail(ErrorCode::kInvalid,
              fmt::format("{}:1: the mapping looks at the column{} \"{}\", which the header does "
                          "not have; it has \"{}\". "
                          "Is it the right mapping, or does the file lack its header row?",
                          file, missing.size() == 1 ? "" : "s", fmt::join(missing, "\", \""),
                          fmt::join(header, "\", \"")));
}

Mapped RowMapper::quarantine(const FileRow& row, Instant now, int reason, EventBatch& out) {
  event::v1::Event message;
  message.set_source(std::string(kQuarantineSource));
  message.set_id(fallback_id_);
  message.set_occurred_at_us(now.us);
  event::v1::Quarantine& quarantine = *message.mutable_quarantine();
  quarantine.set_reason(static_cast<event::v1::Quarantine::Reason>(reason));
  quarantine.set_message(message_);
  quarantine.set_value(std::string(row.bytes.substr(0, kQuarantinedBytesMax)));
  quarantine.set_value_bytes(row.bytes.size());
  message.SerializeToString(&envelope_);
  const auto added = out.add(envelope_);
  TENURE_ASSERT(added.has_value(), "a quarantined row is within all limits");
  return Mapped::kQuarantined;
}

Mapped RowMapper::map(const FileRow& row, Instant now, EventBatch& out) {
  fallback_id_ = fmt::format("{}-{}", partition_, row.line);
  message_ = row.problem;
  if (!row.problem.empty())
    return quarantine(row, now, event::v1::Quarantine::REASON_UNREADABLE, out);
  MappingContext context;
  context.source = kSource;
  context.fallback_id = fallback_id_;
  context.now = now;
  context.person_key = person_key_;
  MappingOutcome outcome;
  if (reader_.format() == FileFormat::kCsv) {
    outcome = mapping_->map(CsvRow(reader_.header(), row.cells), context, envelope_);
  } else {
    if (const auto parsed = json_.parse(row.bytes); !parsed) {
      message_ = parsed.error().message;
      return quarantine(row, now, event::v1::Quarantine::REASON_UNREADABLE, out);
    }
    outcome = mapping_->map(json_, context, envelope_);
  }
  message_ = outcome.message;
  if (outcome.kind == MappingOutcome::Kind::kSkipped) return Mapped::kSkipped;
  if (outcome.kind == MappingOutcome::Kind::kRefused)
    return quarantine(row, now, outcome.reason, out);
  if (const auto added = out.add(envelope_); !added) {
    message_ = added.error().message;
    return quarantine(row, now, event::v1::Quarantine::REASON_OUT_OF_LIMITS, out);
  }
  return Mapped::kEvent;
}

}  // namespace tenure
