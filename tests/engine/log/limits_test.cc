// Limits of docs/limits.md, "log and state", at them and one above.
#include "engine/base/hash.h"
#include "engine/log/internal/block_format.h"
#include "tests/engine/log/support/log_fixture.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tenure::test {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kMib = 1u << 20;

class LogLimits : public LogTest {};

TEST_F(LogLimits, AnAppendHoldsItsBytesAndStoresNothingBeyond) {
  Draft longest = draft("long");
  longest.text = "x";
  longest.text.resize(kMib - (envelope_of(longest).size() - 1), 'x');
  while (envelope_of(longest).size() > kMib) longest.text.pop_back();
  ASSERT_EQ(envelope_of(longest).size(), kMib);
  // The same event again and again: the bytes count, and memory is spared.
  const EventBatch batch = batch_of({longest});
  std::vector<Event> events(256, batch.events().front());
  const EventBatch one = batch_of({draft("one more")});
  events.push_back(one.events().front());
  const auto refused = log->append(events, {}, Instant{1'000'000});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("in one append, 268435456 are allowed: split it"));
  EXPECT_EQ(log->stat().events, 0U);
  events.pop_back();
  const auto taken = log->append(events, {}, Instant{1'000'000});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(log->stat().events, 1U);
}

TEST_F(LogLimits, AStoredBlockThatClaimsMoreIsRefusedUnread) {
  log_format::BlockHeader header;
  header.shard = ShardId{0};
  header.first = 1;
  header.count = 1;
  const auto read = [&](std::uint32_t bytes) {
    std::string value = log_format::encode_block(header, "a body of a few bytes");
    // Of the summed bytes the last eight: the body's length, and four spare ones.
    const std::size_t at = log_format::kSummedBytes - 8;
    for (std::size_t k = 0; k < 4; ++k) value[at + k] = static_cast<char>(bytes >> (24 - 8 * k));
    const std::string_view whole = value;
    const std::uint64_t head = fast_hash64(whole.substr(0, log_format::kSummedBytes));
    const std::uint64_t sum = fast_hash64(whole.substr(log_format::kHeaderBytes), head);
    for (std::size_t k = 0; k < 8; ++k)
      value[log_format::kSummedBytes + k] = static_cast<char>(sum >> (56 - 8 * k));
    const auto found = log_format::read_header(log_format::block_key(header.shard, 1), value);
    return found ? "taken" : found.error().message;
  };
  EXPECT_EQ(read(1u << 30), "taken");
  EXPECT_THAT(read((1u << 30) + 1), HasSubstr("its header contradicts itself"));
}

TEST_F(LogLimits, ATenantHoldsTheBytesOfItsName) {
  for (const std::size_t bytes : {0, 129}) {
    disk = make_memory_disk();
    log_options.tenant = std::string(bytes, 't');
    const auto refused = try_open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(refused.error().message, HasSubstr("a tenant's name has 1 to 128 bytes"));
  }
  log_options.tenant = std::string(128, 't');
  EXPECT_TRUE(try_open());
}

}  // namespace
}  // namespace tenure::test
