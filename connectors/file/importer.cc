#include "connectors/file/importer.h"

#include "connectors/file/internal/file_digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <unordered_set>

namespace tenure {
namespace {

constexpr std::size_t kCommitEvents = 8192;
constexpr std::size_t kProgressRows = 1024;  // how often progress is told while nothing is written
constexpr std::string_view kPartitionPrefix = "file:";

// The first import of a partition keeps the instant at which it began in the offset's `extra` until
// it is complete: rows are judged by it and stamps end at it, however often it is run.
class ImportRun {
 public:
  ImportRun(const ImportRequest& request, EventLog& log, const Clock& clock)
      : request_(request), log_(log), clock_(clock) {}

  Result<ImportReport> run();

 private:
  Result<void> choose_mode();
  Result<void> import_dated(RowReader& reader, RowMapper& mapper);
  Result<void> write_sorted(const std::vector<std::uint32_t>& order);
  Result<void> import_now(RowReader& reader, RowMapper& mapper);
  Result<void> commit_now();
  /// Takes rows until `events_max` events wait in batch_ or the file ends (returns false).
  Result<bool> take(RowReader& reader, RowMapper& mapper, Instant now, std::size_t events_max);
  void count(const Event& event, std::uint64_t line, Verdict verdict);
  Result<void> tell(const ImportProgress& progress) const;
  [[nodiscard]] Instant stamp_of(const Event& event) const;

  const ImportRequest& request_;
  EventLog& log_;
  const Clock& clock_;
  Instant began_;
  EventBatch batch_;
  std::vector<std::uint64_t> lines_;              // of the events of batch_
  std::map<std::uint64_t, std::string> reasons_;  // of quarantined rows, by line
  std::unordered_set<std::string> accounts_;
  ImportReport report_;
  std::uint64_t written_ = 0;
};

Result<void> ImportRun::choose_mode() {
  began_ = clock_.now();
  for (const auto& [partition, offset] : log_.offsets()) {
    if (!std::string_view(partition).starts_with(kPartitionPrefix) || offset.extra == 0) continue;
    if (partition != report_.partition)
      return fail(
          ErrorCode::kInvalid,
          fmt::format(
              "the first import of another file ({}) into this directory is not complete; run that "
              "import again first, or begin with a new directory",
              partition));
    report_.dated = true;
    began_ = Instant{offset.extra};
    return ok();
  }
  report_.dated = log_.stat().events == 0;
  return ok();
}

Result<void> ImportRun::tell(const ImportProgress& progress) const {
  if (!request_.progress || request_.progress(progress)) return ok();
  return fail(ErrorCode::kStopping,
              fmt::format("interrupted; {} rows were written, run the same command again to go on",
                          written_));
}

Result<bool> ImportRun::take(RowReader& reader, RowMapper& mapper, Instant now,
                             std::size_t events_max) {
  FileRow row;
  while (batch_.size() < events_max) {
    TENURE_TRY_ASSIGN(const bool more, reader.next(row));
    if (!more) return false;
    ++report_.rows;
    const Mapped mapped = mapper.map(row, now, batch_);
    if (mapped == Mapped::kSkipped)
      report_.skipped.add(row.line);
    else
      lines_.push_back(row.line);
    if (mapped == Mapped::kQuarantined && reasons_.size() < RowList::kLinesMax)
      reasons_.emplace(row.line, mapper.message());
    if (report_.rows % kProgressRows == 0) {
      TENURE_TRY(tell({ImportProgress::Phase::kReading, reader.bytes_read(), reader.bytes_total(),
                       report_.rows}));
    }
  }
  return true;
}

void ImportRun::count(const Event& event, std::uint64_t line, Verdict verdict) {
  switch (verdict) {
    case Verdict::kAccepted: ++report_.accepted; break;
    case Verdict::kRepeated: report_.repeated.add(line); break;
    case Verdict::kConflict: report_.conflicts.add(line); break;
    case Verdict::kQuarantined: report_.quarantined.add(line); break;
  }
  if (verdict != Verdict::kAccepted && verdict != Verdict::kRepeated) return;
  for (const AccountId account : event.accounts) accounts_.insert(account.str());
}

// Nothing can have been known later than now, whatever a source says.
Instant ImportRun::stamp_of(const Event& event) const {
  if (event.quarantined) return began_;
  return std::min(event.known_at.value_or(event.occurred_at), began_);
}

Result<void> ImportRun::write_sorted(const std::vector<std::uint32_t>& order) {
  const std::span<const Event> all = batch_.events();
  std::vector<Event> events;
  std::vector<Instant> stamps;
  std::vector<Verdict> verdicts;
  std::vector<Verdict> outcome(all.size());
  for (std::size_t begin = 0; begin == 0 || begin < order.size(); begin += kCommitEvents) {
    const std::size_t end = std::min(begin + kCommitEvents, order.size());
    events.clear();
    stamps.clear();
    for (std::size_t k = begin; k < end; ++k) {
      events.push_back(all[order[k]]);
      stamps.push_back(stamp_of(all[order[k]]));
    }
    const bool complete = end == order.size();
    const SourceOffset offset{report_.partition, static_cast<std::int64_t>(end),
                              complete ? 0 : began_.us};
    verdicts.clear();
    TENURE_TRY(log_.append_dated(events, stamps, std::span(&offset, 1), &verdicts));
    for (std::size_t k = begin; k < end; ++k) outcome[order[k]] = verdicts[k - begin];
    written_ += end - begin;
    TENURE_TRY(tell({ImportProgress::Phase::kWriting, end, order.size(), report_.rows}));
  }
  for (std::size_t k = 0; k < all.size(); ++k) count(all[k], lines_[k], outcome[k]);  // by line
  return ok();
}

Result<void> ImportRun::import_dated(RowReader& reader, RowMapper& mapper) {
  TENURE_TRY_ASSIGN(const bool more, take(reader, mapper, began_, SIZE_MAX));
  (void)more;
  const std::span<const Event> all = batch_.events();
  std::vector<std::uint32_t> order(all.size());
  std::iota(order.begin(), order.end(), 0u);
  // The row's number comes last: it only orders quarantined rows, and rows that say the same.
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto key = [&](std::uint32_t k) {
      return std::tuple(all[k].quarantined, stamp_of(all[k]));
    };
    if (key(a) != key(b)) return key(a) < key(b);
    if (!all[a].quarantined && before(all[a], all[b])) return true;
    if (!all[a].quarantined && before(all[b], all[a])) return false;
    return a < b;
  });
  return write_sorted(order);
}

Result<void> ImportRun::commit_now() {
  // A second import of the same file reads it from its beginning: progress never falls behind what
  // it was.
  const auto known = log_.offset(report_.partition);
  const auto next = static_cast<std::int64_t>(written_ + batch_.size());
  const SourceOffset offset{report_.partition, std::max(next, known ? known->next : 0), 0};
  std::vector<Verdict> verdicts;
  TENURE_TRY(log_.append(batch_.events(), std::span(&offset, 1), clock_.now(), 0, &verdicts));
  for (std::size_t k = 0; k < batch_.size(); ++k) count(batch_.events()[k], lines_[k], verdicts[k]);
  written_ += batch_.size();
  batch_.clear();
  lines_.clear();
  return ok();
}

Result<void> ImportRun::import_now(RowReader& reader, RowMapper& mapper) {
  for (bool more = true; more;) {
    auto taken = take(reader, mapper, clock_.now(), kCommitEvents);
    if (!taken) {
      Error error = std::move(taken).error();
      if (written_ > 0 && error.code != ErrorCode::kStopping)
        error.message += fmt::format(
            "; {} rows before it were written: put the file right and import it again, they will "
            "count as repeated",
            written_);
      return error;
    }
    more = *taken;
    TENURE_TRY(commit_now());
    TENURE_TRY(tell({ImportProgress::Phase::kReading, reader.bytes_read(), reader.bytes_total(),
                     report_.rows}));
  }
  return ok();
}

Result<ImportReport> ImportRun::run() {
  TENURE_TRY_ASSIGN(const auto reader, RowReader::open(request_.file));
  TENURE_TRY_ASSIGN(const std::string digest, internal::file_digest(request_.file));
  report_.partition = std::string(kPartitionPrefix) + digest.substr(0, 16);
  RowMapper mapper(*reader, request_.mapping, report_.partition, log_.person_key());
  TENURE_TRY(mapper.check_columns(request_.file));
  TENURE_TRY(choose_mode());
  if (report_.dated) {
    TENURE_TRY(import_dated(*reader, mapper));
  } else {
    TENURE_TRY(import_now(*reader, mapper));
  }
  report_.accounts = accounts_.size();
  for (const std::uint64_t line : report_.quarantined.lines) {
    const auto found = reasons_.find(line);
    report_.reasons.push_back(found == reasons_.end() ? std::string() : found->second);
  }
  return std::move(report_);
}

}  // namespace

void RowList::add(std::uint64_t line) {
  ++total;
  if (lines.size() < kLinesMax) lines.push_back(line);
}

Result<ImportReport> import_file(const ImportRequest& request, EventLog& log, const Clock& clock) {
  return ImportRun(request, log, clock).run();
}

}  // namespace tenure
