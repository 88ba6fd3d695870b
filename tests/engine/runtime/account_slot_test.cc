#include "engine/runtime/account_slot.h"

#include "projections/registry.h"
#include "tests/engine/runtime/support/small_log.h"

namespace tenure {
namespace {

using testing::call;
using testing::kStart;

class AccountSlotTest : public ::testing::Test {
 protected:
  // A slot with facts, a raised alert and a brief.
  AccountSlot slot() const {
    AccountSlot slot;
    slot.id = "acc-1";
    slot.hot = std::make_unique<HotAccount>(set_);
    const std::string bytes = call("a", 60).bytes();
    Event event;
    EXPECT_TRUE(scan_event(bytes, event));
    slot.hot->facts.fold(event, AccountId(slot.id));
    slot.hot->folded.move_to(event);
    slot.hot->events = 1;
    testing::pb::AlertTransitioned raised;
    raised.set_step(testing::pb::ALERT_STEP_RAISED);
    raised.set_rule("silence");
    raised.set_decided_at_us(kStart.us);
    const std::string told = testing::EventBuilder("tenure/review/0", "t1")
                                 .account("acc-1")
                                 .at(kStart)
                                 .payload(raised)
                                 .bytes();
    EXPECT_TRUE(scan_event(told, event));
    slot.hot->ledger.apply(event);
    slot.due = kStart + kDay;
    slot.behind = true;
    slot.brief.health_milli = 61'500;
    slot.brief.value_milli = -3;
    slot.brief.owner = "ada";
    slot.brief.open_alerts = 1;
    slot.brief.worst = Severity::kHigh;
    slot.brief.lost = true;
    return slot;
  }
  static std::string row_of(const AccountSlot& slot) {
    std::string row;
    encode_account(slot, row);
    return row;
  }

  ProjectionSet set_{all_projections()};
};

TEST_F(AccountSlotTest, ComesBackFromItsRowAsItWas) {
  const AccountSlot before = slot();
  const std::string row = row_of(before);
  AccountSlot after;
  ASSERT_TRUE(decode_account(row, after));
  EXPECT_EQ(after.hot, nullptr);
  EXPECT_EQ(after.due, before.due);
  EXPECT_TRUE(after.behind);
  EXPECT_EQ(after.brief, before.brief);
  EXPECT_EQ(row_of(after), row) << "cold";
  ASSERT_TRUE(warm_account(set_, after));
  EXPECT_EQ(row_of(after), row) << "warm";
  EXPECT_EQ(after.hot->events, 1u);
  EXPECT_EQ(after.hot->ledger.episodes().size(), 1u);
  EXPECT_EQ(after.hot->folded.id, "a");
  cool_account(after);
  EXPECT_EQ(row_of(after), row) << "cooled";
}

TEST_F(AccountSlotTest, AsksEveryProjectionAgainAfterItWasCold) {
  AccountSlot warm = slot();
  std::fill(warm.hot->valid_until.begin(), warm.hot->valid_until.end(), Instant::never());
  warm.hot->review_due = Instant::never();
  cool_account(warm);
  ASSERT_TRUE(warm_account(set_, warm));
  for (const Instant until : warm.hot->valid_until) EXPECT_EQ(until, Instant::always());
  EXPECT_EQ(warm.hot->review_due, Instant::always());
}

TEST_F(AccountSlotTest, RefusesEveryCutRowWithoutFalling) {
  const std::string row = row_of(slot());
  for (std::size_t size = 0; size < row.size(); ++size) {
    AccountSlot after;
    Result<void> read = decode_account(std::string_view(row).substr(0, size), after);
    if (read) read = warm_account(set_, after);
    // A row cut right behind its head is that of an account without facts.
    if (read && after.hot->events == 0) continue;
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  }
}

TEST_F(AccountSlotTest, RefusesAnotherVersion) {
  std::string row = row_of(slot());
  row[0] = 99;
  AccountSlot after;
  const auto read = decode_account(row, after);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
}

TEST(FoldedKey, TellsWhatIsLate) {
  FoldedKey key;
  const auto event_of = [](const std::string& bytes) {
    Event event;
    EXPECT_TRUE(scan_event(bytes, event));
    return event;
  };
  const std::string middle = call("m", 1).ordinal(5).bytes();
  EXPECT_FALSE(key.is_after(event_of(middle)));
  key.move_to(event_of(middle));
  EXPECT_FALSE(key.is_after(event_of(middle)));
  for (const auto& late : {call("m", 1).ordinal(4), call("a", 1).ordinal(5),
                           call("z", 1).ordinal(9).at(kStart - Duration(1))})
    EXPECT_TRUE(key.is_after(event_of(late.bytes()))) << late.message().ShortDebugString();
  for (const auto& next : {call("a", 1).ordinal(6), call("n", 1).ordinal(5),
                           call("a", 1).ordinal(0).at(kStart + Duration(1))})
    EXPECT_FALSE(key.is_after(event_of(next.bytes()))) << next.message().ShortDebugString();
}

}  // namespace
}  // namespace tenure
