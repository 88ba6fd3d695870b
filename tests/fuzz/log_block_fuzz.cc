// Any bytes as a block of the log and as the rows beside it. The checksums are made to fit, so that
// what stands behind them is reached: the last line before wrong events is the decoder itself.
#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/log/internal/block_format.h"  // tidy: the decoders are the room's own
#include "engine/log/internal/meta_format.h"   // tidy: the same
#include "tests/fuzz/pieces.h"

namespace {

using tenure::fuzz::expect;
namespace format = tenure::log_format;

std::string sealed(std::string_view bytes, std::string_view key) {
  std::string value(bytes);
  tenure::put_big_endian(value, tenure::fast_hash64(value, tenure::fast_hash64(key)));
  return value;
}

// The block as it would be written again: the same events in another packing.
void write_again(std::string_view key, std::string_view value, const tenure::LogBlock& block) {
  const auto header = format::read_header(key, value);
  expect(header.has_value(), "a block that was read has a header");
  const auto body = format::read_body(*header, value);
  expect(body.has_value(), "a block that was read has a body");
  const std::string packed = format::encode_block(*header, *body);
  const auto again = format::decode_block(key, packed);
  expect(again && (*again)->events().size() == block.events().size(),
         "a block can be written and read again");
  for (std::size_t k = 0; k < block.events().size(); ++k)
    expect((*again)->events()[k].event.bytes == block.events()[k].event.bytes &&
               (*again)->events()[k].recorded_at == block.events()[k].recorded_at,
           "a block written again holds the same events");
}

void read_block(std::string_view input) {
  if (input.size() < format::kKeyBytes + format::kHeaderBytes) return;
  const std::string_view key = input.substr(0, format::kKeyBytes);
  std::string value(input.substr(format::kKeyBytes));
  (void)format::decode_block(key, value);
  const std::string_view whole = value;
  const std::uint64_t sum =
      tenure::fast_hash64(whole.substr(format::kHeaderBytes),
                          tenure::fast_hash64(whole.substr(0, format::kSummedBytes)));
  std::string digits;
  tenure::put_big_endian(digits, sum);
  value.replace(format::kSummedBytes, digits.size(), digits);
  const auto block = format::decode_block(key, value);
  if (!block) return expect(block.error().code == tenure::ErrorCode::kCorrupt, "it says corrupt");
  write_again(key, value, **block);
}

void read_rows(std::string_view input) {
  std::uint64_t commit = 0;
  if (const auto nature = format::decode_nature(sealed(input, format::kNatureKey))) {
    const auto again = format::decode_nature(format::encode_nature(*nature));
    expect(again && *again == *nature, "what a log is comes back");
  }
  if (const auto head = format::decode_head(sealed(input, format::kHeadKey))) {
    const auto again = format::decode_head(format::encode_head(*head));
    expect(again && *again == *head, "how far a log goes comes back");
  }
  if (const auto offset = format::decode_offset("review/1", sealed(input, "review/1"), commit))
    expect(format::encode_offset(*offset, commit) == sealed(input, "review/1"),
           "an offset comes back");
  (void)format::decode_nature(input);
  (void)format::decode_head(input);
  (void)format::decode_offset("review/1", input, commit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto input = tenure::fuzz::text_of(bytes, size);
  read_block(input);
  read_rows(input);
  return 0;
}
