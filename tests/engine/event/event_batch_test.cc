#include "engine/event/event_batch.h"

#include "tests/engine/event/support/random_event.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tenure {
namespace {

TEST(EventBatch, EventsStayValidWhileItGrowsAndMoves) {
  test::Random random(1);
  EventBatch batch;
  std::vector<std::string> envelopes;
  std::size_t bytes = 0;
  for (int k = 0; k < 2000; ++k) {
    envelopes.push_back(test::random_event(random).SerializeAsString());
    bytes += envelopes.back().size();
    const std::string scratch = envelopes.back();  // the batch must copy
    ASSERT_TRUE(batch.add(scratch));
  }
  EXPECT_EQ(batch.bytes(), bytes);
  EventBatch moved = std::move(batch);
  ASSERT_EQ(moved.size(), envelopes.size());
  for (std::size_t k = 0; k < envelopes.size(); ++k)
    EXPECT_EQ(moved.events()[k].bytes, envelopes[k]);
}

TEST(EventBatch, RefusesABrokenEnvelopeAndAddsNothing) {
  EventBatch batch;
  const auto added = batch.add("nonsense");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0U);
}

TEST(EventBatch, KeepsTextsOfAnySizeUntilCleared) {
  EventBatch batch;
  const std::string large(1'000'000, 'x');
  std::vector<std::string_view> kept;
  for (int k = 0; k < 3; ++k) {
    kept.push_back(batch.keep("small"));
    kept.push_back(batch.keep(large));
  }
  for (std::size_t k = 0; k < kept.size(); ++k) EXPECT_EQ(kept[k], k % 2 == 0 ? "small" : large);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.keep("again"), "again");
  EXPECT_EQ(batch.keep(""), "");
}

}  // namespace
}  // namespace tenure
