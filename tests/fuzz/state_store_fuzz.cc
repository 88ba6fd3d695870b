// Any bytes as a shard's position and as postings in the state store: read, or refused as corrupt.
// Pieces: the position, then one run of postings each.
#include "engine/base/bytes.h"
#include "engine/kv/memory_store.h"
#include "engine/state/state_store.h"
#include "tests/fuzz/pieces.h"

namespace {

using tenure::fuzz::expect;

// Families by index, as state_store_options() names them.
constexpr tenure::FamilyId kMeta = 0;
constexpr tenure::FamilyId kPostings = 2;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto pieces = tenure::fuzz::pieces_of(tenure::fuzz::text_of(bytes, size), 16);
  auto rows = tenure::open_memory_store(tenure::make_memory_disk(), tenure::state_store_options());
  expect(rows.has_value(), "a store in memory opens");
  std::string shard;
  tenure::put_big_endian(shard, std::uint16_t{3});
  tenure::KvBatch batch;
  batch.put(kMeta, "position/" + shard, std::string(pieces[0]));
  for (std::size_t k = 1; k < pieces.size(); ++k) {
    std::string key = shard + '\x01' + "a";
    tenure::put_big_endian(key, static_cast<tenure::Sequence>(k));
    batch.put(kPostings, key, std::string(pieces[k]));
  }
  expect((*rows)->write(batch, tenure::Durability::kSynced).has_value(), "rows can be written");
  const auto state = tenure::StateStore::open(std::move(*rows), "f");
  expect(state.has_value(), "a state store opens");
  const auto position = (*state)->position(tenure::ShardId{3});
  expect(position || position.error().code == tenure::ErrorCode::kCorrupt, "it says corrupt");
  const auto postings = (*state)->postings(tenure::ShardId{3}, tenure::AccountId("a"));
  expect(postings || postings.error().code == tenure::ErrorCode::kCorrupt, "it says corrupt");
  return 0;
}
