#include "engine/runtime/ingestor.h"

#include "engine/base/log.h"
#include "engine/base/planted_bug.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure {
namespace {

constexpr std::string_view kEnginePartition = "engine";

std::string_view tick_of(const SourceRecord& record) {
  for (const RecordHeaderView& header : record.headers)
    if (header.name == kTickHeader) return header.value;
  return {};
}

}  // namespace

Ingestor::Ingestor(EventLog& log, ReferenceHistory& reference,
                   std::atomic<std::uint64_t>& reference_version, EngineClock& clock,
                   Options options)
    : log_(log),
      reference_(reference),
      reference_version_(reference_version),
      clock_(clock),
      options_(options) {}

IngestPartition& Ingestor::partition(std::uint32_t number) {
  if (number >= partitions_.size()) partitions_.resize(number + 1);
  return partitions_[number];
}

std::optional<SourceOffset> Ingestor::assigned(std::uint32_t number, const std::string& name,
                                               const DecoderOptions& decoding) {
  IngestPartition& mine = partition(number);
  mine = IngestPartition();
  mine.name = name;
  mine.assigned = true;
  DecoderOptions options = decoding;
  options.person_key = log_.person_key();
  mine.decoder = std::make_unique<RecordDecoder>(std::move(options));
  std::optional<SourceOffset> stored = log_.offset(name);
  if (stored) {
    mine.next = stored->next;
    mine.last_us = stored->extra;
  }
  log_info("partition assigned partition={} next={}", name, mine.next);
  return stored;
}

void Ingestor::started(std::uint32_t number, std::int64_t offset) {
  IngestPartition& mine = partition(number);
  mine.next = offset;
  mine.moved = true;
}

Result<void> Ingestor::move_to(std::string_view name, std::int64_t offset) {
  for (IngestPartition& partition : partitions_) {
    if (partition.name != name) continue;
    partition.next = offset;
    partition.last_us = 0;
    partition.stopped = StopReason::kNone;
    partition.detail.clear();
  }
  const SourceOffset moved{std::string(name), offset, 0};
  TENURE_TRY(log_.append({}, std::span(&moved, 1), clock_.now()));
  return {};
}

void Ingestor::revoked(std::uint32_t number) {
  IngestPartition& mine = partition(number);
  mine.assigned = false;
  mine.moved = false;
  log_info("partition revoked partition={}", mine.name);
}

void Ingestor::stopped(std::uint32_t number, StopReason reason, const std::string& detail) {
  IngestPartition& mine = partition(number);
  mine.stopped = reason;
  mine.detail = detail;
  log_error("partition stopped partition={} reason=\"{}\" detail=\"{}\"", mine.name,
            to_string(reason), detail);
}

Result<void> Ingestor::take(const IncomingRecord& incoming) {
  const SourceRecord& record = incoming.record;
  IngestPartition& from = partition(incoming.partition);
  if (!from.assigned) return {};
  if (record.offset < from.next) {
    counters_.redelivered.fetch_add(1, std::memory_order_relaxed);
    return {};
  }
  if (clock_.follows_records())
    if (const std::string_view tick = tick_of(record); !tick.empty()) TENURE_TRY(clock_.tick(tick));
  const Instant now = clock_.now();
  const bool behind = options_.behind_waits && !clock_.follows_records() &&
                      record.appended_at.us > 0 && now - record.appended_at > options_.behind_after;
  if (behind) someone_was_behind_ = true;
  from.behind = behind;
  switch (from.decoder->decode(record, now, behind ? behind_ : live_)) {
    case Decoded::kSkipped: counters_.skipped.fetch_add(1, std::memory_order_relaxed); break;
    case Decoded::kEvent:
    case Decoded::kQuarantined:
      if (clock_.follows_records()) stamps_.push_back(now);
      break;
  }
  from.next = record.offset + 1;
  from.last_us = record.appended_at.us;
  from.moved = true;
  return {};
}

Result<std::vector<BlockPtr>> Ingestor::ingest(std::span<const IncomingRecord> records) {
  counters_.records.fetch_add(records.size(), std::memory_order_relaxed);
  TENURE_TRY(clock_.check(log_.last_recorded_at(), false));
  std::vector<BlockPtr> blocks;
  for (const IncomingRecord& record : records) {
    if (auto taken = take(record); !taken) {
      TENURE_TRY(flush(blocks));
      return taken.error();
    }
  }
  TENURE_TRY(flush(blocks));
  return blocks;
}

std::vector<SourceOffset> Ingestor::moved_offsets() {
  std::vector<SourceOffset> offsets;
  for (IngestPartition& partition : partitions_) {
    if (!partition.moved) continue;
    partition.moved = false;
    offsets.push_back({partition.name, partition.next, partition.last_us});
  }
  return offsets;
}

std::vector<SourceOffset> Ingestor::take_pairs() {
  std::vector<SourceOffset> pairs;
  for (auto& [partition, pair] : pairs_) pairs.push_back(std::move(pair));
  pairs_.clear();
  return pairs;
}

// Events that are behind go first and take no offsets along: if the process dies between the two
// appends they are read again and known as repeats.
Result<void> Ingestor::flush(std::vector<BlockPtr>& blocks) {
  const std::vector<SourceOffset> synced = moved_offsets();
  if (synced.empty()) return {};
  std::vector<SourceOffset> offsets = take_pairs();
  offsets.insert(offsets.end(), synced.begin(), synced.end());
  const auto add = [&](const EventBatch& batch, std::span<const SourceOffset> with,
                       std::uint8_t marks) -> Result<void> {
    TENURE_TRY_ASSIGN(AppendOutcome outcome, append(batch, with, marks));
    for (BlockPtr& block : outcome.blocks) blocks.push_back(std::move(block));
    return {};
  };
  const bool only_behind = live_.empty();
  if (!behind_.empty())
    TENURE_TRY(
        add(behind_,
            only_behind ? std::span<const SourceOffset>(offsets) : std::span<const SourceOffset>(),
            kMarkBehind));
  if (!live_.empty() || behind_.empty()) TENURE_TRY(add(live_, offsets, 0));
  live_.clear();
  behind_.clear();
  stamps_.clear();
  synced_.insert(synced_.end(), synced.begin(), synced.end());
  return {};
}

Result<AppendOutcome> Ingestor::append(const EventBatch& batch,
                                       std::span<const SourceOffset> offsets, std::uint8_t marks) {
  const bool dated = clock_.follows_records() && &batch == &live_ && stamps_.size() == batch.size();
  Result<AppendOutcome> outcome = dated ? log_.append_dated(batch.events(), stamps_, offsets)
                                        : log_.append(batch.events(), offsets, clock_.now(), marks);
  if (!outcome) return outcome;
  count(*outcome);
  TENURE_TRY(learn(outcome->blocks));
  return outcome;
}

void Ingestor::count(const AppendOutcome& outcome) {
  counters_.accepted.fetch_add(outcome.accepted, std::memory_order_relaxed);
  counters_.repeated.fetch_add(outcome.repeated, std::memory_order_relaxed);
  counters_.conflicts.fetch_add(outcome.conflicts, std::memory_order_relaxed);
  counters_.quarantined.fetch_add(outcome.quarantined, std::memory_order_relaxed);
  counters_.appends.fetch_add(1, std::memory_order_relaxed);
}

Result<void> Ingestor::learn(const std::vector<BlockPtr>& blocks) {
  for (const BlockPtr& block : blocks) {
    if (block->shard() != kReferenceShard) continue;
    for (const LoggedEvent& event : block->events()) {
      const auto applied =
          reference_.apply(event.event, event.recorded_at, event.position.sequence);
      if (!applied)
        log_error("reference event has no effect position={} why=\"{}\"", to_string(event.position),
                  applied.error().message);
      reference_version_.fetch_add(1, std::memory_order_acq_rel);
    }
  }
  return {};
}

Result<std::vector<BlockPtr>> Ingestor::append_told(std::vector<Told> told, bool at_once) {
  EventBatch batch;
  for (Told& decisions : told) {
    for (const std::string& envelope : decisions.envelopes) TENURE_TRY(batch.add(envelope));
    std::string partition = decisions.pair.partition;
    pairs_[std::move(partition)] = std::move(decisions.pair);
  }
  if (batch.empty() && (!at_once || pairs_.empty())) return std::vector<BlockPtr>();
  counters_.told.fetch_add(batch.size(), std::memory_order_relaxed);
  // Planted: the pair says that it was reviewed before the log holds what was told.
  if (planted_bug("review_before_sync")) TENURE_TRY(append(EventBatch(), take_pairs(), 0));
  TENURE_TRY_ASSIGN(AppendOutcome outcome, append(batch, take_pairs(), 0));
  return std::move(outcome.blocks);
}

Result<std::vector<BlockPtr>> Ingestor::append_own(std::string_view partition,
                                                   std::span<const std::string> envelopes,
                                                   std::vector<Verdict>* verdicts) {
  EventBatch batch;
  std::vector<bool> refused;
  for (const std::string& envelope : envelopes) {
    TENURE_TRY_ASSIGN(const Event event, read_event(envelope));
    TENURE_TRY_ASSIGN(const Verdict standing, log_.foresee(event));
    refused.push_back(standing == Verdict::kConflict);
    if (!refused.back()) TENURE_TRY(batch.add(envelope));
  }
  SourceOffset offset{std::string(partition), 0, 0};
  if (const auto stored = log_.offset(partition)) offset.next = stored->next;
  offset.next += static_cast<std::int64_t>(batch.size());
  std::vector<Verdict> taken;
  TENURE_TRY_ASSIGN(AppendOutcome outcome,
                    log_.append(batch.events(), std::span(&offset, 1), clock_.now(), 0, &taken));
  auto next = taken.begin();
  for (const bool one : refused)
    if (verdicts != nullptr) verdicts->push_back(one ? Verdict::kConflict : *next++);
  count(outcome);
  TENURE_TRY(learn(outcome.blocks));
  return std::move(outcome.blocks);
}

Result<std::vector<BlockPtr>> Ingestor::went_live() {
  if (!someone_was_behind_) return std::vector<BlockPtr>();
  someone_was_behind_ = false;
  namespace pb = ::tenure::event::v1;
  const auto stored = log_.offset(kEnginePartition);
  pb::Event event;
  event.set_source("tenure/engine");
  event.set_id("live-" + std::to_string(stored ? stored->next : 0));
  event.set_occurred_at_us(clock_.now().us);
  for (IngestPartition& partition : partitions_) {
    if (partition.behind && event.source_went_live().partition().empty())
      event.mutable_source_went_live()->set_partition(partition.name);
    partition.behind = false;
  }
  if (event.source_went_live().partition().empty())
    event.mutable_source_went_live()->set_partition("all");
  const std::string envelope = event.SerializeAsString();
  return append_own(kEnginePartition, std::span(&envelope, 1));
}

std::vector<SourceOffset> Ingestor::take_synced() {
  std::vector<SourceOffset> synced;
  synced.swap(synced_);
  return synced;
}

}  // namespace tenure
