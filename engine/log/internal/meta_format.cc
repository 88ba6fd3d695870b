#include "engine/log/internal/meta_format.h"

#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/log/internal/block_format.h"

#include <fmt/format.h>

namespace tenure::log_format {
namespace {

constexpr std::size_t kSumBytes = 8;
constexpr std::size_t kPersonKeyDigits = 64;

void seal(std::string& value, std::string_view key) {
  put_big_endian(value, fast_hash64(value, fast_hash64(key)));
}

// The bytes before the checksum, if it matches.
bool unseal(std::string_view& value, std::string_view key) {
  if (value.size() < kSumBytes) return false;
  const std::string_view bytes = value.substr(0, value.size() - kSumBytes);
  const auto sum = get_big_endian<std::uint64_t>(value.data() + bytes.size());
  value = bytes;
  return sum == fast_hash64(bytes, fast_hash64(key));
}

Error corrupt_row(std::string_view row) {
  return fail(ErrorCode::kCorrupt,
              fmt::format("the log's row \"{}\" is damaged; restore the log from a backup or a "
                          "replica",
                          row));
}

}  // namespace

std::string encode_nature(const LogNature& nature) {
  std::string value;
  value.push_back(static_cast<char>(kVersion));
  put_big_endian(value, nature.shards);
  put_big_endian(value, nature.seed);
  put_big_endian(value, nature.incarnation);
  put_text(value, nature.person_key);
  put_text(value, nature.tenant);
  seal(value, kNatureKey);
  return value;
}

Result<LogNature> decode_nature(std::string_view value) {
  if (value.empty()) return corrupt_row(kNatureKey);
  const auto version = static_cast<unsigned char>(value.front());
  if (version != kVersion)
    return fail(ErrorCode::kInvalid,
                fmt::format("the log has format {}, this program reads format {}: use the program "
                            "that wrote it, or import its events into a new log",
                            version, kVersion));
  if (!unseal(value, kNatureKey)) return corrupt_row(kNatureKey);
  ByteReader reader(value.substr(1));
  LogNature nature;
  std::string_view person_key;
  std::string_view tenant;
  reader.big_endian(nature.shards);
  reader.big_endian(nature.seed);
  reader.big_endian(nature.incarnation);
  reader.text(person_key);
  reader.text(tenant);
  if (!reader.done() || nature.shards == 0 || person_key.size() != kPersonKeyDigits)
    return corrupt_row(kNatureKey);
  nature.person_key = person_key;
  nature.tenant = tenant;
  return nature;
}

std::string encode_head(const LogHead& head) {
  std::string value;
  put_big_endian(value, head.commit);
  put_big_endian(value, head.last_recorded_at.us);
  put_big_endian(value, head.closed_until.us);
  put_big_endian(value, head.sequences);
  put_big_endian(value, head.events);
  seal(value, kHeadKey);
  return value;
}

Result<LogHead> decode_head(std::string_view value) {
  if (!unseal(value, kHeadKey)) return corrupt_row(kHeadKey);
  ByteReader reader(value);
  LogHead head;
  reader.big_endian(head.commit);
  reader.big_endian(head.last_recorded_at.us);
  reader.big_endian(head.closed_until.us);
  reader.big_endian(head.sequences);
  reader.big_endian(head.events);
  if (!reader.done()) return corrupt_row(kHeadKey);
  return head;
}

std::string encode_offset(const SourceOffset& offset, std::uint64_t commit) {
  std::string value;
  put_big_endian(value, offset.next);
  put_big_endian(value, offset.extra);
  put_big_endian(value, commit);
  seal(value, offset.partition);
  return value;
}

Result<SourceOffset> decode_offset(std::string_view partition, std::string_view value,
                                   std::uint64_t& commit) {
  const std::string row = fmt::format("offset of {}", partition);
  if (!unseal(value, partition)) return corrupt_row(row);
  ByteReader reader(value);
  SourceOffset offset;
  offset.partition = partition;
  reader.big_endian(offset.next);
  reader.big_endian(offset.extra);
  reader.big_endian(commit);
  if (!reader.done()) return corrupt_row(row);
  return offset;
}

}  // namespace tenure::log_format
