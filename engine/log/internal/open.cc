#include "engine/base/hash.h"
#include "engine/log/internal/log_impl.h"

#include <fmt/format.h>
#include <openssl/rand.h>

namespace tenure {
namespace {

using log_format::kBlocks;
using log_format::kMeta;
using log_format::kOffsets;

constexpr std::uint16_t kShardsMax = 1024;
constexpr std::size_t kTenantBytesMax = 128;

Error damaged(std::string what) {
  return fail(ErrorCode::kCorrupt,
              std::move(what) + "; restore the log from a backup or a replica");
}

template <std::size_t kBytes>
Result<std::string> random_bytes() {
  std::string bytes(kBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(kBytes)) != 1)
    return fail(ErrorCode::kUnavailable, "the system gave no random bytes for the log's keys");
  return bytes;
}

}  // namespace

Result<void> LogImpl::open() {
  const Result<std::string> row = store->get(kMeta, log_format::kNatureKey);
  if (row) {
    TENURE_TRY_ASSIGN(nature, log_format::decode_nature(*row));
  } else if (row.error().code != ErrorCode::kNotFound) {
    return row.error();
  } else {
    TENURE_TRY(create());
  }
  chains.assign(slots(), Sha256{});
  heads = std::make_unique<std::atomic<Sequence>[]>(slots());
  for (std::size_t slot = 0; slot < slots(); ++slot) heads[slot] = 0;

  const Result<std::string> head_row = store->get(kMeta, log_format::kHeadKey);
  if (!head_row && head_row.error().code == ErrorCode::kNotFound)
    return damaged("the log's row \"head\" is missing");
  if (!head_row) return head_row.error();
  TENURE_TRY_ASSIGN(head, log_format::decode_head(*head_row));
  closed_until = head.closed_until;
  TENURE_TRY(load_offsets());
  return options.read_only ? find_heads() : build_index();
}

Result<void> LogImpl::create() {
  if (options.read_only) return fail(ErrorCode::kNotFound, "there is no log here yet");
  const auto it = store->iterate(kBlocks);
  it->seek({});
  if (it->valid()) return damaged("the log's row \"log\" is missing although events are there");
  TENURE_TRY(it->status());
  if (options.shards == 0 || options.shards > kShardsMax)
    return fail(ErrorCode::kInvalid, fmt::format("a log cannot have {} shards: choose 1 to {}",
                                                 options.shards, kShardsMax));
  if (options.tenant.empty() || options.tenant.size() > kTenantBytesMax)
    return fail(ErrorCode::kInvalid,
                fmt::format("a tenant's name has 1 to {} bytes", kTenantBytesMax));
  nature.shards = options.shards;
  nature.tenant = options.tenant;
  TENURE_TRY_ASSIGN(const std::string person_key, random_bytes<32>());
  nature.person_key = to_hex(person_key);
  TENURE_TRY_ASSIGN(const std::string seed, random_bytes<8>());
  nature.seed = fast_hash64(seed);
  KvBatch batch;
  batch.put(kMeta, std::string(log_format::kNatureKey), log_format::encode_nature(nature));
  batch.put(kMeta, std::string(log_format::kHeadKey), log_format::encode_head({}));
  return store->write(batch, Durability::kSynced);
}

Result<void> LogImpl::load_offsets() {
  const auto it = store->iterate(kOffsets);
  for (it->seek({}); it->valid(); it->next()) {
    std::uint64_t commit = 0;
    TENURE_TRY_ASSIGN(SourceOffset offset,
                      log_format::decode_offset(it->key(), it->value(), commit));
    if (commit > head.commit)
      return damaged(fmt::format("the offset of {} is newer than the log", offset.partition));
    std::string partition = offset.partition;
    offsets.emplace(std::move(partition), std::move(offset));
  }
  return it->status();
}

Result<void> LogImpl::find_heads() {
  const auto it = store->iterate(kBlocks);
  std::uint64_t sequences = 0;
  for (std::size_t slot = 0; slot < slots(); ++slot) {
    const ShardId shard = shard_at(slot);
    it->seek_for_prev(log_format::block_key(shard, UINT64_MAX));
    TENURE_TRY(
        log_format::unread(fmt::format("the last block of shard {}", shard.value), it->status()));
    ShardId found;
    Sequence first = 0;
    if (!it->valid() || !log_format::read_block_key(it->key(), found, first) || found != shard)
      continue;
    TENURE_TRY_ASSIGN(const auto header, log_format::read_header(it->key(), it->value()));
    heads[slot].store(header.last(), std::memory_order_release);
    sequences += header.last();
  }
  if (sequences != head.sequences)
    return damaged(fmt::format("the log's shards hold {} events where {} were stored", sequences,
                               head.sequences));
  return ok();
}

Result<void> LogImpl::build_index() {
  index.reserve(head.events);
  std::uint64_t sequences = 0;
  const auto it = store->iterate(kBlocks);
  std::string last;
  for (it->seek({}); it->valid(); it->next()) {
    last.assign(it->key());
    TENURE_TRY_ASSIGN(const auto header, log_format::read_header(it->key(), it->value()));
    const std::string name = log_format::name_of(header.shard, header.first);
    const auto slot = slot_of(header.shard);
    if (!slot) return damaged(name + " belongs to no shard of this log");
    if (header.first != heads[*slot] + 1)
      return damaged(fmt::format("{} comes where sequence {} is due", name, heads[*slot] + 1));
    TENURE_TRY_ASSIGN(std::string body, log_format::read_body(header, it->value()));
    if (header.previous != chains[*slot])
      return damaged(name + " does not follow on the one before");
    chains[*slot] = log_format::chain_hash(header, body);
    TENURE_TRY_ASSIGN(const BlockPtr block, log_format::decode_body(header, std::move(body)));
    take_block(*block, *slot);
    if (header.commit > head.commit || block->events().back().recorded_at > head.last_recorded_at)
      return damaged(name + " is newer than the log");
    sequences += header.count;
  }
  TENURE_TRY(log_format::unread_after(last, it->status()));
  if (sequences != head.sequences)
    return damaged(fmt::format("the log's shards hold {} events where {} were stored", sequences,
                               head.sequences));
  return ok();
}

void LogImpl::take_block(const LogBlock& block, std::size_t slot) {
  for (const LoggedEvent& logged : block.events()) {
    if (logged.has(kMarkCopy)) continue;
    const Event& event = logged.event;
    index.insert(identity_fingerprint(event.source, event.id, event.quarantined, nature.seed),
                 logged.position);
  }
  heads[slot].store(block.last(), std::memory_order_release);
}

}  // namespace tenure
