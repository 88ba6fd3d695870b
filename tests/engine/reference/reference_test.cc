#include "engine/reference/reference.h"

#include "tenure/event/v1/reference.pb.h"
#include "tests/support/signal_names.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

namespace pb = event::v1;

const SignalCatalog& catalog() {
  static const SignalCatalog known = testing::known_signals();
  return known;
}

constexpr Instant at(std::int64_t day) { return Instant{} + kDay * day; }

class World {
 public:
  Result<void> apply(EventType type, const google::protobuf::Message& payload, Instant recorded_at,
                     const std::string& id = "id") {
    const std::string bytes = payload.SerializeAsString();
    Event event;
    event.source = "tenure/reference";
    event.id = id;
    event.type = type;
    event.occurred_at = recorded_at;
    event.payload = bytes;
    return history.apply(event, recorded_at, ++sequence);
  }
  Result<void> rules(const std::string& yaml, Instant recorded_at, Instant effective = {},
                     bool initial = false) {
    pb::RulesActivated activated;
    activated.set_profile(yaml.substr(9, yaml.find('\n') - 9));
    activated.set_yaml(yaml);
    activated.set_effective_at_us(effective.us);
    activated.set_initial(initial);
    return apply(EventType::kRulesActivated, activated, recorded_at);
  }
  Result<void> gap(bool opens, const std::string& feed, Instant when, Instant recorded_at) {
    if (opens) {
      pb::SourceGapOpened opened;
      opened.set_feed(feed);
      opened.set_reason("maintenance of " + feed);
      opened.set_from_us(when.us);
      return apply(EventType::kSourceGapOpened, opened, recorded_at);
    }
    pb::SourceGapClosed closed;
    closed.set_feed(feed);
    closed.set_until_us(when.us);
    return apply(EventType::kSourceGapClosed, closed, recorded_at);
  }

  ReferenceHistory history{catalog()};
  Sequence sequence = 0;
};

const std::string kOne = "profile: p\nsectors: [bank]\n";
const std::string kTwo = "profile: p\nsectors: [bank]\n# second\n";

TEST(Reference, WhatIsRecordedHoldsOnlyAfterwards) {
  World world;
  ASSERT_TRUE(world.rules(kOne, at(10)));
  EXPECT_EQ(world.history.as_known(at(10))->find_profile("p"), nullptr);
  const auto after = world.history.as_known(at(10) + Duration(1));
  ASSERT_NE(after->find_profile("p"), nullptr);
  EXPECT_EQ(after->position(), 1U);
  EXPECT_EQ(after->valid_from(), at(10) + Duration(1));
  EXPECT_EQ(world.history.as_known(at(10))->valid_until(), at(10) + Duration(1));
}

TEST(Reference, InitialRulesHoldForAllTime) {
  World world;
  pb::HolidaysDefined holidays;
  holidays.set_region("DE");
  holidays.add_days("1970-01-02");
  ASSERT_TRUE(world.apply(EventType::kHolidaysDefined, holidays, at(20'000)));
  ASSERT_TRUE(world.rules("profile: default\ncalendar: {zone: UTC, hours: always, holidays: DE}\n",
                          at(20'000), {}, true));
  const auto long_ago = world.history.as_known(at(1));
  const Profile& profile = long_ago->profile("", "unheard of");
  EXPECT_EQ(profile.name, "default");
  EXPECT_FALSE(long_ago->calendar(profile).is_open(at(1)));
  EXPECT_TRUE(world.history.changes(at(0), at(30'000)).empty());
}

TEST(Reference, RulesWaitForTheirDay) {
  World world;
  ASSERT_TRUE(world.rules(kOne, at(10)));
  ASSERT_TRUE(world.rules(kTwo, at(11), at(20)));
  const auto version = [&](Instant now) {
    return world.history.as_known(now)->profile("", "bank").version;
  };
  const std::string first = version(at(12));
  EXPECT_EQ(version(at(20) - Duration(1)), first);
  EXPECT_NE(version(at(20)), first);
  EXPECT_EQ(world.history.as_known(at(12))->valid_until(), at(20));
}

TEST(Reference, AsItWasAsksWhenNotWhenKnown) {
  World world;
  ASSERT_TRUE(world.rules(kOne, at(100), at(5)));
  EXPECT_EQ(world.history.as_known(at(50))->find_profile("p"), nullptr);
  EXPECT_NE(world.history.as_was(at(5))->find_profile("p"), nullptr);
  EXPECT_EQ(world.history.as_was(at(4))->find_profile("p"), nullptr);
}

TEST(Reference, ProfilesGoByNameThenSectorThenDefault) {
  World world;
  ASSERT_TRUE(world.rules(kOne, at(1)));
  ASSERT_TRUE(world.rules("profile: default\n", at(1)));
  const auto known = world.history.as_known(at(2));
  EXPECT_EQ(known->profile("p", "").name, "p");
  EXPECT_EQ(known->profile("", "bank").name, "p");
  EXPECT_EQ(known->profile("gone", "shop").name, "default");
  EXPECT_EQ(World().history.as_known(at(2))->profile("p", "bank").name, "");
}

TEST(Reference, AGapMutesWhileItLastsAndAsLongAgain) {
  World world;
  ASSERT_TRUE(world.gap(true, "mail", at(10), at(12)));
  ASSERT_TRUE(world.gap(false, "mail", at(13), at(14)));
  const auto muted = [&](Instant now) {
    return world.history.as_known(now)->muted_until("mail", now);
  };
  EXPECT_EQ(muted(at(12)), Instant::always());
  EXPECT_EQ(muted(at(13)), Instant::never());
  EXPECT_EQ(muted(at(15)), at(16));
  EXPECT_EQ(muted(at(16)), Instant::always());
  EXPECT_EQ(world.history.as_known(at(13))->muted_until("usage", at(13)), Instant::always());
}

TEST(Reference, ListsTheGapsOfAllFeeds) {
  World world;
  ASSERT_TRUE(world.gap(true, "usage", at(11), at(11)));
  ASSERT_TRUE(world.gap(true, "mail", at(10), at(12)));
  ASSERT_TRUE(world.gap(false, "mail", at(13), at(14)));
  const auto known = world.history.as_known(at(15));
  const std::vector<SourceGap>& gaps = known->source_gaps();
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].feed, "mail");
  EXPECT_EQ(gaps[0].reason, "maintenance of mail");
  EXPECT_EQ(gaps[0].from, at(10));
  EXPECT_EQ(gaps[0].until, at(13));
  EXPECT_EQ(gaps[1].feed, "usage");
  EXPECT_EQ(gaps[1].until, Instant::never());
  // As it was known on the eleventh nobody had said a word of mail.
  EXPECT_EQ(world.history.as_known(at(12))->source_gaps().size(), 1U);
}

TEST(Reference, LaterHolidaysReplaceTheYearsTheyName) {
  World world;
  ASSERT_TRUE(world.rules("profile: p\ncalendar: {hours: always, holidays: DE}\n", at(1)));
  pb::HolidaysDefined holidays;
  holidays.set_region("DE");
  holidays.add_days("1970-06-01");
  holidays.add_days("1971-06-01");
  ASSERT_TRUE(world.apply(EventType::kHolidaysDefined, holidays, at(2)));
  holidays.clear_days();
  holidays.add_days("1970-06-02");
  ASSERT_TRUE(world.apply(EventType::kHolidaysDefined, holidays, at(3)));
  const auto known = world.history.as_known(at(4));
  const Calendar& calendar = known->calendar(known->profile("p", ""));
  EXPECT_TRUE(calendar.is_open(*parse_instant("1970-06-01T12:00:00Z")));
  EXPECT_FALSE(calendar.is_open(*parse_instant("1970-06-02T12:00:00Z")));
  EXPECT_FALSE(calendar.is_open(*parse_instant("1971-06-01T12:00:00Z")));
}

TEST(Reference, AProfileMayTakeACalendarByName) {
  World world;
  pb::CalendarDefined office;
  office.set_calendar("office");
  office.set_zone("UTC");
  office.set_hours("Mon-Fri 09:00-17:00");
  ASSERT_TRUE(world.apply(EventType::kCalendarDefined, office, at(1)));
  ASSERT_TRUE(world.rules("profile: p\ncalendar: office\n", at(1)));
  const auto known = world.history.as_known(at(2));
  EXPECT_FALSE(known->calendar(known->profile("p", "")).is_open(at(4)));
}

TEST(Reference, ChangesNameWhatTheyTouch) {
  World world;
  ASSERT_TRUE(world.rules(kOne, at(1)));
  ASSERT_TRUE(world.rules(kTwo, at(2)));
  pb::ReportsToSet reports;
  reports.set_person("ann");
  reports.set_manager("eve");
  ASSERT_TRUE(world.apply(EventType::kReportsToSet, reports, at(3)));
  pb::SourceWentLive live;
  live.set_partition("kafka:a/0");
  ASSERT_TRUE(world.apply(EventType::kSourceWentLive, live, at(4)));
  const auto changes = world.history.changes(Instant::always(), at(9));
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_TRUE(changes[0].all);
  EXPECT_EQ(changes[1].profiles, (std::vector<std::string>{"p"}));
  EXPECT_EQ(changes[2].owners, (std::vector<std::string>{"ann"}));
  EXPECT_EQ(changes[3].partitions, (std::vector<std::string>{"kafka:a/0"}));
  EXPECT_EQ(changes[3].at, at(4) + Duration(1));
  EXPECT_TRUE(world.history.changes(changes[3].at, at(9)).empty());
  EXPECT_EQ(world.history.as_known(at(9))->manager_of("ann"), "eve");
}

TEST(Reference, NearbyInstantsShareOneAnswer) {
  World world;
  ASSERT_TRUE(world.rules(kOne, at(1)));
  const auto first = world.history.as_known(at(5));
  EXPECT_EQ(world.history.as_known(at(6)).get(), first.get());
  ASSERT_TRUE(world.rules(kTwo, at(7)));
  EXPECT_NE(world.history.as_known(at(8)).get(), first.get());
}

TEST(Reference, WhatIsWrongIsRefusedAndHasNoEffect) {
  World world;
  const auto refused = world.rules("profile: p\nalerts: []\n", at(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(refused.error().message.find("p.yaml:2:9"), 0U) << refused.error().message;
  pb::HolidaysDefined holidays;
  holidays.set_region("DE");
  holidays.add_days("1970-02-30");
  EXPECT_EQ(world.apply(EventType::kHolidaysDefined, holidays, at(1)).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(world.apply(EventType::kEmailSent, holidays, at(1)).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(world.history.as_known(at(2))->position(), 0U);
}

Result<void> away(World& world, const std::string& person, const std::string& cover, Instant from,
                  Instant until, Instant recorded_at) {
  pb::AbsenceRecorded absence;
  absence.set_person(person);
  absence.set_cover(cover);
  absence.set_from_us(from.us);
  absence.set_until_us(until.us);
  return world.apply(EventType::kAbsenceRecorded, absence, recorded_at, person + cover);
}

TEST(Reference, AnAbsenceBeginsAndEndsByTheClockAlone) {
  World world;
  ASSERT_TRUE(away(world, "ada", "bob", at(10), at(20), at(5)));
  const auto cover = [&](Instant now) {
    return std::string(world.history.as_known(now)->cover_of("ada", now));
  };
  EXPECT_EQ(world.history.as_known(at(5))->absences().size(), 0U);
  EXPECT_EQ(world.history.as_known(at(6))->absences().size(), 1U) << "planned, and known";
  EXPECT_EQ(cover(at(10) - Duration(1)), "");
  EXPECT_EQ(cover(at(10)), "bob");
  EXPECT_EQ(cover(at(20) - Duration(1)), "bob");
  EXPECT_EQ(cover(at(20)), "");
  EXPECT_TRUE(world.history.changes(at(0), at(30)).size() == 1 &&
              world.history.changes(at(0), at(30)).front().owners.empty())
      << "no account is reviewed for it";
}

TEST(Reference, WhoeverCoversIsCoveredInTurnAndCirclesEnd) {
  World world;
  ASSERT_TRUE(away(world, "ada", "bob", at(10), at(20), at(5)));
  ASSERT_TRUE(away(world, "bob", "cleo", at(12), at(14), at(5)));
  const auto cover = [&](Instant now) {
    return std::string(world.history.as_known(now)->cover_of("ada", now));
  };
  EXPECT_EQ(cover(at(11)), "bob");
  EXPECT_EQ(cover(at(13)), "cleo");
  EXPECT_EQ(cover(at(15)), "bob");
  ASSERT_TRUE(away(world, "bob", "ada", at(16), at(18), at(5)));
  EXPECT_EQ(cover(at(17)), "");
}

TEST(Reference, AnAbsenceMayEndEarlyOrNeverHaveBeen) {
  World world;
  ASSERT_TRUE(away(world, "ada", "bob", at(10), {}, at(5)));
  ASSERT_TRUE(away(world, "cleo", "bob", at(30), at(40), at(5)));
  EXPECT_NE(world.history.as_known(at(500))->absence_of("ada", at(500)), nullptr);
  for (const std::string id : {"adabob", "cleobob"}) {
    pb::AbsenceEnded ended;
    ended.set_absence(id);
    ASSERT_TRUE(world.apply(EventType::kAbsenceEnded, ended, at(15), id + "-end"));
  }
  EXPECT_NE(world.history.as_known(at(15))->absence_of("ada", at(15)), nullptr);
  EXPECT_EQ(world.history.as_known(at(16))->absence_of("ada", at(16)), nullptr);
  EXPECT_EQ(world.history.as_known(at(35))->absence_of("cleo", at(35)), nullptr);
  EXPECT_EQ(world.history.as_was(at(35))->absence_of("cleo", at(35)), nullptr);
}

TEST(Reference, AnAbsenceThatCannotBeHasNoEffect) {
  World world;
  EXPECT_EQ(away(world, "ada", "ada", at(10), at(20), at(5)).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(away(world, "ada", "bob", at(20), at(10), at(5)).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(away(world, "", "bob", at(10), at(20), at(5)).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(world.history.as_known(at(6))->absences().empty());
}

}  // namespace
}  // namespace tenure
