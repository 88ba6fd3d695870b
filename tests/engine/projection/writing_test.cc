// docs/writing-a-projection.md, followed: a projection that no other file knows.
#include "engine/base/bytes.h"
#include "engine/projection/amount.h"
#include "engine/projection/projection_set.h"
#include "tests/support/projection_rig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace tenure {
namespace {

struct NoticesFacts {
  std::uint32_t delivered = 0;
  Instant last = Instant::always();  // always() = none yet
};

struct NoticesProjection {
  using Facts = NoticesFacts;
  static constexpr std::string_view kName = "notices";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t { kDelivered, kDaysSince };
  static constexpr std::array<SignalSpec, 2> kSignals{{
      {"notices.delivered", SignalUnit::kCount, false, "Notices that reached the client."},
      {"notices.days_since", SignalUnit::kDays, false, "Whole days since the last notice."},
  }};
  static EventTypes consumes() { return {EventType::kNoticeDelivered}; }
  static void fold(Facts& facts, const Event& event, AccountId) {
    ++facts.delivered;
    facts.last = event.occurred_at;
  }
  static void signals(const Facts& facts, Instant now, const AccountContext&, const Reference&,
                      SignalSink& sink) {
    sink.emit(kDelivered, facts.delivered * 1000, Instant::never());
    if (facts.last == Instant::always()) return sink.emit(kDaysSince, kMissing, Instant::never());
    const std::int64_t days = std::max<std::int64_t>(0, whole_days(facts.last, now));
    sink.emit(kDaysSince, days * 1000, facts.last + (days + 1) * kDay);
  }
  static void causes(const History& history, Instant, const AccountContext&, const Reference&,
                     std::size_t, SubjectId, CauseSink& sink) {
    history.newest_first([&](const Event& event) {
      if (event.type == EventType::kNoticeDelivered) sink.add(event);
      return true;  // all: without the last, the one before it would give the days
    });
  }
  static void encode(const Facts& facts, std::string& bytes) {
    put_varint(bytes, facts.delivered);
    put_signed(bytes, facts.last.us);
  }
  static Result<Facts> decode(std::string_view stored) {
    ByteReader reader(stored);
    std::uint64_t delivered = 0;
    Facts facts;
    reader.varint(delivered);
    reader.signed_varint(facts.last.us);
    if (!reader.done()) return fail(ErrorCode::kCorrupt, "stored facts of notices cannot be read");
    facts.delivered = static_cast<std::uint32_t>(delivered);
    return facts;
  }
  static std::string describe(const Facts& facts) {
    return "{\"delivered\":" + std::to_string(facts.delivered) + "}";
  }
};
static_assert(Projection<NoticesProjection>);

testing::ProjectionRig notices() {
  testing::ProjectionRig rig({projection_ops<NoticesProjection>()});
  rig.add("2026-01-01", event::v1::NoticeDelivered());
  rig.add("2026-01-05", event::v1::EmailSent());
  rig.add("2026-01-10", event::v1::NoticeDelivered());
  return rig;
}

TEST(WritingAProjection, ItsSignalsAreReadByName) {
  const auto rig = notices();
  EXPECT_EQ(rig.value("notices.delivered", "2026-01-12"), 2000);
  EXPECT_EQ(rig.value("notices.days_since", "2026-01-12T10:00Z"), 2000);
  EXPECT_EQ(rig.valid_until("2026-01-12T10:00Z"), "2026-01-13T00:00:00Z");
}

TEST(WritingAProjection, WithoutItsCausesTheSignalChanges) {
  auto rig = notices();
  const auto cited = rig.causes("notices.days_since", testing::instant("2026-01-12"));
  ASSERT_EQ(cited.total(), 2U);
  rig.events = rig.events.without(cited.kept());
  EXPECT_EQ(rig.value("notices.days_since", "2026-01-12"), kMissing);
}

TEST(WritingAProjection, ItsFactsSurviveStoring) {
  const auto rig = notices();
  std::string bytes, again;
  rig.fold().encode(bytes);
  AccountFacts facts(rig.set());
  ASSERT_TRUE(facts.decode(bytes).has_value());
  facts.encode(again);
  EXPECT_EQ(bytes, again);
  const auto cut = facts.decode(std::string_view(bytes).substr(0, bytes.size() - 1));
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().code, ErrorCode::kCorrupt);
}

TEST(WritingAProjection, ThePageShowsTheSameCode) {
  std::ifstream page(TENURE_SOURCE_DIR "/docs/writing-a-projection.md");
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  for (const char* line :
       {"static EventTypes consumes() { return {EventType::kNoticeDelivered}; }",
        "sink.emit(kDelivered, facts.delivered * 1000, Instant::never());",
        "sink.emit(kDaysSince, days * 1000, facts.last + (days + 1) * kDay);",
        "return true;  // all: without the last, the one before it would give the days"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace tenure
