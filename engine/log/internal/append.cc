#include "engine/base/planted_bug.h"
#include "engine/log/internal/append_plan.h"
#include "engine/log/internal/log_impl.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

using log_format::BlockHeader;
using log_format::kBlocks;
using log_format::kMeta;
using log_format::kOffsets;

// Far above any commit (8 k events), far below what a block can hold with its corrections.
constexpr std::size_t kAppendBytesMax = 256u << 20;

Result<void> check_events(std::span<const Event> events) {
  std::size_t bytes = 0;
  for (std::size_t k = 0; k < events.size(); ++k) {
    if (events[k].bytes.empty())
      return fail(ErrorCode::kInvalid, fmt::format("event {} has no envelope", k + 1));
    bytes += events[k].bytes.size();
  }
  if (bytes > kAppendBytesMax)
    return fail(ErrorCode::kInvalid, fmt::format("{} bytes in one append, {} are allowed: split it",
                                                 bytes, kAppendBytesMax));
  return ok();
}

}  // namespace

Instant LogImpl::earliest_stamp() const {
  const std::lock_guard lock(mutex);
  const Instant after_closed =
      closed_until == Instant::always() ? closed_until : closed_until + Duration(1);
  return std::max(head.last_recorded_at, after_closed);
}

Result<AppendOutcome> LogImpl::append(std::span<const Event> events,
                                      std::span<const SourceOffset> moved, const Stamps& stamps,
                                      std::uint8_t marks, std::vector<Verdict>* verdicts) {
  if (options.read_only) return fail(ErrorCode::kInvalid, "the log was opened for reading only");
  if (failed)
    return fail(ErrorCode::kUnavailable,
                "the outcome of an earlier append is not known: reopen the log to learn it");
  if (events.empty() && moved.empty()) return AppendOutcome{};
  TENURE_TRY(check_events(events));

  failed = true;  // until the store has said yes: the index is ahead of it
  AppendPlan plan(*this, events, stamps, marks);
  TENURE_TRY(plan.run(verdicts));

  AppendOutcome outcome = std::move(plan.outcome());
  log_format::LogHead next = head;  // only the writer changes it
  ++next.commit;
  next.closed_until = closed_until;
  std::vector<Sha256> next_chains = chains;
  KvBatch batch;
  for (std::size_t slot = 0; slot < slots(); ++slot) {
    AppendPlan::Shard& shard = plan.shards()[slot];
    if (shard.rows.empty()) continue;
    if (shard.body.size() > log_format::kBodyBytesMax)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{} bytes for one shard in one append: append fewer events at once",
                              shard.body.size()));
    BlockHeader header;
    header.shard = shard_at(slot);
    header.count = static_cast<std::uint32_t>(shard.rows.size());
    header.first = shard.next - header.count;
    header.copies = shard.copies;
    header.commit = next.commit;
    header.base = shard.base;
    header.previous = chains[slot];
    header.body_bytes = static_cast<std::uint32_t>(shard.body.size());
    batch.put(kBlocks, log_format::block_key(header.shard, header.first),
              log_format::encode_block(header, shard.body));
    next_chains[slot] = log_format::chain_hash(header, shard.body);
    next.sequences += header.count;
    next.events += header.count - header.copies;
    next.last_recorded_at = std::max(next.last_recorded_at, stamps.of(shard.rows.back()));
    TENURE_TRY_ASSIGN(BlockPtr block, log_format::decode_body(header, std::move(shard.body)));
    outcome.blocks.push_back(std::move(block));
  }
  batch.put(kMeta, std::string(log_format::kHeadKey), log_format::encode_head(next));
  KvBatch late;
  KvBatch& offset_batch = planted_bug("offset_in_another_batch") ? late : batch;
  for (const SourceOffset& offset : moved)
    offset_batch.put(kOffsets, offset.partition, log_format::encode_offset(offset, next.commit));
  TENURE_TRY(store->write(batch, Durability::kSynced));
  if (!late.empty()) TENURE_TRY(store->write(late, Durability::kUnsynced));

  for (const BlockPtr& block : outcome.blocks) cache.add(block);
  const std::lock_guard lock(mutex);
  head = next;
  chains = std::move(next_chains);
  for (const SourceOffset& offset : moved) offsets.insert_or_assign(offset.partition, offset);
  for (const BlockPtr& block : outcome.blocks)
    heads[*slot_of(block->shard())].store(block->last(), std::memory_order_release);
  failed = false;
  return outcome;
}

}  // namespace tenure
