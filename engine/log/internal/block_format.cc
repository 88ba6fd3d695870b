#include "engine/log/internal/block_format.h"

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

#include <fmt/format.h>

#include <cstring>
#include <lz4.h>

namespace tenure::log_format {
namespace {

Error corrupt(ShardId shard, Sequence first, std::string_view what) {
  return fail(ErrorCode::kCorrupt, fmt::format("{}: {}; restore the log from a backup or a replica",
                                               name_of(shard, first), what));
}

void put_header(std::string& out, const BlockHeader& header) {
  out.push_back(static_cast<char>(kVersion));
  out.push_back(static_cast<char>(header.compression));
  put_big_endian(out, header.shard.value);
  put_big_endian(out, header.first);
  put_big_endian(out, header.count);
  put_big_endian(out, header.copies);
  put_big_endian(out, header.commit);
  put_big_endian(out, header.base.us);
  out.append(reinterpret_cast<const char*>(header.previous.data()), header.previous.size());
  put_big_endian(out, header.body_bytes);
  put_big_endian(out, std::uint32_t{0});
}

}  // namespace

std::string name_of(ShardId shard, Sequence first) {
  return "block " + to_string(Position{shard, first});
}

Result<void> unread(std::string_view where, const Result<void>& status) {
  if (status) return ok();
  return fail(status.error().code,
              fmt::format("{} cannot be read: {}", where, status.error().message));
}

Result<void> unread_after(std::string_view key, const Result<void>& status) {
  if (status) return ok();
  ShardId shard;
  Sequence first = 0;
  return unread(read_block_key(key, shard, first) ? "what follows " + name_of(shard, first)
                                                  : std::string("the first block"),
                status);
}

std::string block_key(ShardId shard, Sequence first) {
  std::string key;
  put_big_endian(key, shard.value);
  put_big_endian(key, first);
  return key;
}

bool read_block_key(std::string_view key, ShardId& shard, Sequence& first) {
  if (key.size() != kKeyBytes) return false;
  shard.value = get_big_endian<std::uint16_t>(key.data());
  first = get_big_endian<std::uint64_t>(key.data() + 2);
  return true;
}

void put_event(std::string& body, const EventRow& row) {
  put_varint(body, static_cast<std::uint64_t>(row.since_base.count()));
  put_varint(body, row.marks);
  put_big_endian(body, row.content.high);
  put_big_endian(body, row.content.low);
  put_varint(body, row.prior_accounts.size());
  for (const std::string& account : row.prior_accounts) put_text(body, account);
  put_text(body, row.envelope);
}

Sha256 chain_hash(const BlockHeader& header, std::string_view body) {
  BlockHeader canonical = header;
  canonical.compression = Compression::kNone;
  std::string bytes;
  bytes.reserve(kSummedBytes);
  put_header(bytes, canonical);
  return sha256(bytes, body);
}

std::string encode_block(BlockHeader header, std::string_view body) {
  header.body_bytes = static_cast<std::uint32_t>(body.size());
  std::string packed;
  const int bound = LZ4_compressBound(static_cast<int>(body.size()));
  packed.resize(static_cast<std::size_t>(bound));
  const int size =
      LZ4_compress_default(body.data(), packed.data(), static_cast<int>(body.size()), bound);
  header.compression = size > 0 && static_cast<std::size_t>(size) < body.size()
                           ? Compression::kLz4
                           : Compression::kNone;
  const std::string_view stored =
      header.compression == Compression::kLz4
          ? std::string_view(packed.data(), static_cast<std::size_t>(size))
          : body;
  std::string out;
  out.reserve(kHeaderBytes + stored.size());
  put_header(out, header);
  // The seed covers the header, so that header and body need no joining before the sum.
  const std::uint64_t sum = fast_hash64(stored, fast_hash64(out));
  put_big_endian(out, sum);
  out.append(stored);
  return out;
}

Result<BlockHeader> read_header(std::string_view key, std::string_view value) {
  ShardId shard;
  Sequence first = 0;
  if (!read_block_key(key, shard, first))
    return fail(ErrorCode::kCorrupt,
                fmt::format("a key of {} bytes stands among the log's blocks", key.size()));
  if (value.size() < kHeaderBytes) return corrupt(shard, first, "it is cut off");
  const auto sum = get_big_endian<std::uint64_t>(value.data() + kSummedBytes);
  const std::uint64_t head_sum = fast_hash64(value.substr(0, kSummedBytes));
  if (sum != fast_hash64(value.substr(kHeaderBytes), head_sum))
    return corrupt(shard, first, "its checksum does not match");

  BlockHeader header;
  ByteReader reader(value.substr(0, kSummedBytes));
  std::uint8_t version = 0;
  std::uint8_t compression = 0;
  std::string_view previous;
  std::uint32_t spare = 0;
  reader.big_endian(version);
  reader.big_endian(compression);
  reader.big_endian(header.shard.value);
  reader.big_endian(header.first);
  reader.big_endian(header.count);
  reader.big_endian(header.copies);
  reader.big_endian(header.commit);
  reader.big_endian(header.base.us);
  reader.raw(header.previous.size(), previous);
  std::memcpy(header.previous.data(), previous.data(), previous.size());
  reader.big_endian(header.body_bytes);
  reader.big_endian(spare);
  TENURE_ASSERT(reader.done(), "the header's size is fixed");
  if (version != kVersion || spare != 0)
    return corrupt(shard, first, fmt::format("its format {} is not known", version));
  if (compression > static_cast<std::uint8_t>(Compression::kLz4))
    return corrupt(shard, first, fmt::format("its compression {} is not known", compression));
  header.compression = static_cast<Compression>(compression);
  if (header.shard != shard || header.first != first)
    return corrupt(shard, first,
                   "it holds " + to_string(Position{header.shard, header.first}) + " instead");
  if (first == 0 || header.count == 0 || header.copies > header.count ||
      header.body_bytes > kBodyBytesMax || header.count > header.body_bytes / kEventBytesMin)
    return corrupt(shard, first, "its header contradicts itself");
  return header;
}

Result<std::string> read_body(const BlockHeader& header, std::string_view value) {
  const std::string_view stored = value.substr(kHeaderBytes);
  if (header.compression == Compression::kNone) {
    if (stored.size() != header.body_bytes)
      return corrupt(header.shard, header.first, "its body is cut off");
    return std::string(stored);
  }
  // lz4 packs at most 255 to 1: what claims more is wrong, and is not given memory.
  if (header.body_bytes / 256 > stored.size() + 1)
    return corrupt(header.shard, header.first, "its body is cut off");
  std::string body(header.body_bytes, '\0');
  const int size = LZ4_decompress_safe(stored.data(), body.data(), static_cast<int>(stored.size()),
                                       static_cast<int>(body.size()));
  if (size < 0 || static_cast<std::uint32_t>(size) != header.body_bytes)
    return corrupt(header.shard, header.first, "its body cannot be unpacked");
  return body;
}

namespace {

// One event from a body. False when the bytes make no sense.
bool read_event_row(ByteReader& reader, const BlockHeader& header, LoggedEvent& logged) {
  std::uint64_t since_base = 0;
  std::uint64_t marks = 0;
  std::uint64_t priors = 0;
  if (!reader.varint(since_base) || !reader.varint(marks) || marks > 0xff ||
      !reader.big_endian(logged.content.high) || !reader.big_endian(logged.content.low) ||
      !reader.varint(priors) || priors > reader.left())
    return false;
  if (since_base >
      static_cast<std::uint64_t>(INT64_MAX - std::max<std::int64_t>(header.base.us, 0)))
    return false;
  logged.recorded_at = header.base + Duration(static_cast<std::int64_t>(since_base));
  logged.marks = static_cast<std::uint8_t>(marks);
  for (std::uint64_t k = 0; k < priors; ++k) {
    std::string_view account;
    if (!reader.text(account)) return false;
    logged.prior_accounts.push_back(AccountId(account));
  }
  std::string_view envelope;
  return reader.text(envelope) && scan_event(envelope, logged.event);
}

}  // namespace

Result<BlockPtr> decode_body(const BlockHeader& header, std::string body) {
  std::vector<LoggedEvent> events(header.count);
  ByteReader reader(body);
  Instant last = header.base;
  std::uint32_t copies = 0;
  for (std::uint32_t k = 0; k < header.count; ++k) {
    LoggedEvent& logged = events[k];
    logged.position = {header.shard, header.first + k};
    if (!read_event_row(reader, header, logged))
      return corrupt(header.shard, header.first,
                     fmt::format("event {} of {} cannot be read", k + 1, header.count));
    if (logged.recorded_at < last)
      return corrupt(header.shard, header.first,
                     fmt::format("recorded_at of event {} runs backwards", k + 1));
    last = logged.recorded_at;
    if (logged.has(kMarkCopy)) ++copies;
  }
  if (!reader.done() || copies != header.copies)
    return corrupt(header.shard, header.first, "its events do not add up");
  return std::make_shared<const LogBlock>(header.shard, header.commit, std::move(body),
                                          std::move(events));
}

Result<BlockPtr> decode_block(std::string_view key, std::string_view value) {
  TENURE_TRY_ASSIGN(const BlockHeader header, read_header(key, value));
  TENURE_TRY_ASSIGN(std::string body, read_body(header, value));
  return decode_body(header, std::move(body));
}

}  // namespace tenure::log_format
