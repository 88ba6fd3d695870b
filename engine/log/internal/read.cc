#include "engine/log/internal/log_impl.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

using log_format::kBlocks;
using log_format::kMeta;
using log_format::kOffsets;

Error damaged(std::string what) {
  return fail(ErrorCode::kCorrupt,
              std::move(what) + "; restore the log from a backup or a replica");
}

Error missing(ShardId shard, Sequence sequence) {
  return damaged("position " + to_string(Position{shard, sequence}) + " is missing");
}

/// Walks the blocks of the store as a proof: what each must hold follows from the one before.
class Verifier {
 public:
  Verifier(const LogImpl& log, log_format::LogHead head)
      : log_(log),
        head_(std::move(head)),
        next_(log.slots(), 1),
        chains_(log.slots()),
        ends_(log.slots(), Instant::always()),
        commits_(log.slots(), 0) {}

  Result<void> take(std::string_view key, std::string_view value);
  Result<void> finish() const;

 private:
  // When each commit was stamped last: recorded_at never falls from one commit to a later one.
  struct Span {
    Instant first;
    Instant last;
  };

  const LogImpl& log_;
  const log_format::LogHead head_;
  std::vector<Sequence> next_;
  std::vector<Sha256> chains_;
  std::vector<Instant> ends_;
  std::vector<std::uint64_t> commits_;
  std::map<std::uint64_t, Span> spans_;
  std::uint64_t sequences_ = 0;
  std::uint64_t events_ = 0;
};

Result<void> Verifier::take(std::string_view key, std::string_view value) {
  TENURE_TRY_ASSIGN(const auto header, log_format::read_header(key, value));
  const std::string name = log_format::name_of(header.shard, header.first);
  const auto slot = log_.slot_of(header.shard);
  if (!slot) return damaged(name + " belongs to no shard of this log");
  if (header.commit > head_.commit) return ok();  // appended after the verification began
  if (header.first != next_[*slot]) return missing(header.shard, next_[*slot]);
  if (header.previous != chains_[*slot])
    return damaged(name + " does not follow on the one before");
  if (header.commit <= commits_[*slot])
    return damaged(fmt::format("{} has commit {}, which is no later than the one before", name,
                               header.commit));
  TENURE_TRY_ASSIGN(std::string body, log_format::read_body(header, value));
  chains_[*slot] = log_format::chain_hash(header, body);
  TENURE_TRY_ASSIGN(const BlockPtr block, log_format::decode_body(header, std::move(body)));
  const Instant begin = block->events().front().recorded_at;
  const Instant end = block->events().back().recorded_at;
  if (begin < ends_[*slot] || end > head_.last_recorded_at)
    return damaged(name + " was recorded out of order");
  ends_[*slot] = end;
  commits_[*slot] = header.commit;
  next_[*slot] = header.last() + 1;
  sequences_ += header.count;
  events_ += header.count - header.copies;
  const auto [span, fresh] = spans_.try_emplace(header.commit, Span{begin, end});
  if (!fresh) {
    span->second.first = std::min(span->second.first, begin);
    span->second.last = std::max(span->second.last, end);
  }
  return ok();
}

Result<void> Verifier::finish() const {
  if (sequences_ != head_.sequences || events_ != head_.events)
    return damaged(fmt::format("the log's shards hold {} events where {} were stored", sequences_,
                               head_.sequences));
  Instant last = Instant::always();
  for (const auto& [commit, span] : spans_) {
    if (span.first < last)
      return damaged(fmt::format("commit {} was recorded before the one that it follows", commit));
    last = span.last;
  }
  return ok();
}

}  // namespace

Result<BlockPtr> LogImpl::block(ShardId shard, Sequence sequence) const {
  const Position position{shard, sequence};
  const auto slot = slot_of(shard);
  if (!slot || sequence == 0 || sequence > heads[*slot].load(std::memory_order_acquire))
    return fail(ErrorCode::kNotFound, to_string(position) + " is beyond the head of its shard");
  if (BlockPtr cached = cache.find(position)) return cached;
  const auto it = store->iterate(kBlocks);
  it->seek_for_prev(log_format::block_key(shard, sequence));
  if (!it->valid()) {
    TENURE_TRY(log_format::unread("position " + to_string(position), it->status()));
    return missing(shard, sequence);
  }
  TENURE_TRY_ASSIGN(BlockPtr found, log_format::decode_block(it->key(), it->value()));
  if (found->shard() != shard || found->last() < sequence) return missing(shard, sequence);
  cache.add(found);
  return found;
}

Result<void> LogImpl::scan(ShardId shard, Sequence from,
                           const std::function<bool(const BlockPtr&)>& visit) const {
  const auto slot = slot_of(shard);
  if (!slot) return fail(ErrorCode::kNotFound, fmt::format("the log has no shard {}", shard.value));
  const Sequence end = heads[*slot].load(std::memory_order_acquire);
  Sequence next = std::max<Sequence>(from, 1);
  if (next > end) return ok();
  const auto it = store->iterate(kBlocks);
  for (it->seek_for_prev(log_format::block_key(shard, next)); next <= end; it->next()) {
    if (!it->valid()) {
      TENURE_TRY(log_format::unread("position " + to_string(Position{shard, next}), it->status()));
      return missing(shard, next);
    }
    TENURE_TRY_ASSIGN(const BlockPtr block, log_format::decode_block(it->key(), it->value()));
    if (block->shard() != shard || block->first() > next || block->last() < next)
      return missing(shard, next);
    if (!visit(block)) return ok();
    next = block->last() + 1;
  }
  return ok();
}

Result<void> LogImpl::verify() const {
  log_format::LogHead now;
  {
    const std::lock_guard lock(mutex);
    now = head;
  }
  TENURE_TRY_ASSIGN(const std::string nature_row, store->get(kMeta, log_format::kNatureKey));
  if (nature_row != log_format::encode_nature(nature))
    return damaged("the log's row \"log\" is not what it was when the log was opened");
  TENURE_TRY_ASSIGN(const std::string head_row, store->get(kMeta, log_format::kHeadKey));
  TENURE_TRY_ASSIGN(const log_format::LogHead stored, log_format::decode_head(head_row));
  if (stored.commit < now.commit || (stored.commit == now.commit && stored != now))
    return damaged("the log's row \"head\" is not what was written");

  Verifier verifier(*this, now);
  const auto it = store->iterate(kBlocks);
  std::string last;
  for (it->seek({}); it->valid(); it->next()) {
    last.assign(it->key());
    TENURE_TRY(verifier.take(it->key(), it->value()));
  }
  TENURE_TRY(log_format::unread_after(last, it->status()));
  TENURE_TRY(verifier.finish());

  std::map<std::string, SourceOffset> known;
  {
    const std::lock_guard lock(mutex);
    known = offsets;
  }
  std::size_t found = 0;
  const auto rows = store->iterate(kOffsets);
  for (rows->seek({}); rows->valid(); rows->next()) {
    std::uint64_t commit = 0;
    TENURE_TRY(log_format::decode_offset(rows->key(), rows->value(), commit));
    found += known.count(std::string(rows->key()));
  }
  TENURE_TRY(rows->status());
  if (found != known.size())
    return damaged(
        fmt::format("{} source offsets are stored where {} are known", found, known.size()));
  // Last, for it names a file and no position: what no row came from, such as a file's index.
  return store->verify_checksums();
}

}  // namespace tenure
