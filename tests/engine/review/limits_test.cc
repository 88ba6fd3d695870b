// The limits of an account's ledger (docs/limits.md, "engine"), at them and one above.
#include "engine/review/ledger.h"
#include "tenure/event/v1/alert.pb.h"

#include <gtest/gtest.h>

#include <string>

namespace tenure {
namespace {

namespace pb = event::v1;

class Ledger {
 public:
  void step(const std::string& subject, pb::AlertStep step) {
    pb::AlertTransitioned told;
    told.set_rule("r");
    told.set_subject(subject);
    told.set_step(step);
    told.set_severity(pb::ALERT_SEVERITY_LOW);
    told.set_decided_at_us(++now_);
    apply(EventType::kAlertTransitioned, told.SerializeAsString());
  }
  void clear_by_hand(const std::string& subject) {
    pb::AlertActed acted;
    acted.set_rule("r");
    acted.set_subject(subject);
    acted.set_act(pb::ALERT_ACT_CLEARED);
    apply(EventType::kAlertActed, acted.SerializeAsString());
  }
  AlertLedger ledger;

 private:
  void apply(EventType type, const std::string& payload) {
    Event event;
    event.id = "t";
    event.type = type;
    event.occurred_at = Instant{++now_};
    event.payload = payload;
    ledger.apply(event);
  }
  std::int64_t now_ = 1'700'000'000'000'000;
};

TEST(LedgerLimits, OfTheQuietOnesTheOldestIsForgottenAndNoneThatWasClearedByHand) {
  Ledger own;
  own.step("by hand", pb::ALERT_STEP_RAISED);
  own.clear_by_hand("by hand");
  own.step("open", pb::ALERT_STEP_RAISED);
  const auto quiet = [&](int number) {
    const std::string subject = "s" + std::to_string(number);
    own.step(subject, pb::ALERT_STEP_RAISED);
    own.step(subject, pb::ALERT_STEP_CLEARED);
  };
  for (int k = 1; k <= 256; ++k) quiet(k);
  EXPECT_EQ(own.ledger.episodes().size(), 258U);
  ASSERT_NE(own.ledger.find("r", "s1"), nullptr);
  quiet(257);
  EXPECT_EQ(own.ledger.episodes().size(), 258U);
  EXPECT_EQ(own.ledger.find("r", "s1"), nullptr);
  EXPECT_NE(own.ledger.find("r", "s2"), nullptr);
  EXPECT_NE(own.ledger.find("r", "by hand"), nullptr);
  EXPECT_NE(own.ledger.find("r", "open"), nullptr);
}

}  // namespace
}  // namespace tenure
