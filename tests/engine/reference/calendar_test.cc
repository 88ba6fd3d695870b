#include "engine/reference/calendar.h"

#include <date/tz.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace tenure {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view kOffice = "Mon-Fri 09:00-17:00";

std::shared_ptr<const Calendar> made(std::string_view zone, std::string_view hours,
                                     const std::vector<std::string>& holidays = {}) {
  auto calendar = Calendar::make(zone, hours, holidays);
  EXPECT_TRUE(calendar) << (calendar ? "" : calendar.error().message);
  return *calendar;
}

// "2026-01-01T09:30+01:00": seconds may be left out.
Instant at(std::string_view text) {
  std::string full(text);
  if (full.size() > 16 && full[16] != ':') full.insert(16, ":00");
  return *parse_instant(full);
}

// The definition itself, minute by minute: open when the local time lies in the hours and the day
// is no holiday.
class Oracle {
 public:
  Oracle(std::string zone, std::vector<std::tuple<int, int, int>> spans, std::set<int> holidays)
      : zone_(date::locate_zone(zone)), spans_(std::move(spans)), holidays_(std::move(holidays)) {}

  [[nodiscard]] bool open(std::int64_t utc_minute) const {
    const date::sys_seconds utc{std::chrono::seconds(utc_minute * 60)};
    const auto local = zone_->to_local(utc);
    const auto day = date::floor<date::days>(local);
    const int since = static_cast<int>((local - day).count() / 60);
    if (holidays_.count(day.time_since_epoch().count()) > 0) return false;
    const int weekday = static_cast<int>(date::weekday(day).iso_encoding()) - 1;
    for (const auto& [on, from, to] : spans_)
      if (on == weekday && since >= from && since < to) return true;
    return false;
  }
  [[nodiscard]] std::int64_t open_minutes(std::int64_t from, std::int64_t to) const {
    std::int64_t count = 0;
    for (; from < to; ++from) count += open(from) ? 1 : 0;
    return count;
  }

 private:
  const date::time_zone* zone_;
  std::vector<std::tuple<int, int, int>> spans_;
  std::set<int> holidays_;
};

struct World {
  std::string zone;
  std::string hours;
  std::vector<std::tuple<int, int, int>> spans;
};

// Zones with a half-hour jump, a jump across midnight, a skipped date, and the two ends of the day.
std::vector<World> worlds() {
  std::vector<World> all;
  for (const char* zone :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
        "America/Goose_Bay", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata"}) {
    World office{zone, "Mon-Fri 09:00-17:00", {}};
    World odd{zone, "Mon-Sun 00:00-02:30; Sat-Sun 23:00-24:00", {}};
    World split{zone, "Tue 00:00-24:00; Wed 08:15-12:00; Wed 13:00-18:45", {}};
    for (int day = 0; day < 5; ++day) office.spans.emplace_back(day, 540, 1020);
    for (int day = 0; day < 7; ++day) odd.spans.emplace_back(day, 0, 150);
    odd.spans.emplace_back(5, 1380, 1440);
    odd.spans.emplace_back(6, 1380, 1440);
    split.spans = {{1, 0, 1440}, {2, 495, 720}, {2, 780, 1125}};
    all.insert(all.end(), {office, odd, split});
  }
  return all;
}

RC_GTEST_PROP(Calendar, AgreesWithSteppingMinuteByMinute, ()) {
  static const std::vector<World> all = worlds();
  const World& world = *rc::gen::elementOf(all);
  // Around a change of the clock somewhere, or anywhere.
  const std::string change_at =
      *rc::gen::element<std::string>("2026-03-29T01:00Z", "2026-10-25T01:00Z", "2011-12-30T10:00Z",
                                     "2010-11-07T02:31Z", "2026-11-01T06:00Z", "2026-04-04T15:00Z");
  const std::int64_t near = at(change_at).us / 60'000'000;
  const std::int64_t from = near + *rc::gen::inRange<std::int64_t>(-5000, 5000);
  const std::int64_t length = *rc::gen::inRange<std::int64_t>(1, 20'000);
  const auto holiday = (from + *rc::gen::inRange<std::int64_t>(0, 10'000)) / 1440;
  const std::string text =
      date::format("%F", date::sys_days{date::days(static_cast<int>(holiday))});
  const Oracle oracle(world.zone, world.spans, {static_cast<int>(holiday)});
  const auto calendar = made(world.zone, world.hours, {text});
  const Instant start{from * 60'000'000};
  const std::int64_t worked = oracle.open_minutes(from, from + length);

  RC_ASSERT(calendar->working_time(start, start + minutes(length)) == minutes(worked));
  RC_ASSERT(calendar->is_open(start) == oracle.open(from));

  std::int64_t change = from + 1;
  while (change < from + 30'000 && oracle.open(change) == oracle.open(from)) ++change;
  if (change < from + 30'000)
    RC_ASSERT(calendar->next_change(start) == Instant{change * 60'000'000});

  if (worked > 0) {
    std::int64_t end = from;
    for (std::int64_t left = worked; left > 0; ++end) left -= oracle.open(end) ? 1 : 0;
    RC_ASSERT(calendar->add_working_time(start, minutes(worked)) == Instant{end * 60'000'000});
  }
}

RC_GTEST_PROP(Calendar, AddingWorkingTimeAndMeasuringItAreInverse, (std::int32_t seed)) {
  const auto calendar = made("Europe/Paris", "Mon-Fri 08:30-12:00; Mon-Thu 13:00-17:45",
                             {"2026-05-01", "2026-12-25"});
  const Instant from = at("2026-01-01T00:00Z") + Duration(std::int64_t{seed} * 10'007);
  const Duration amount(*rc::gen::inRange<std::int64_t>(1, 400LL * 3'600'000'000));
  const Instant end = calendar->add_working_time(from, amount);
  RC_ASSERT(calendar->working_time(from, end) == amount);
  // It is the first such instant: a microsecond earlier one is missing.
  RC_ASSERT(calendar->working_time(from, end - Duration(1)) == amount - Duration(1));
}

TEST(Calendar, FridayAfternoonRunsOnMonday) {
  const auto calendar = made("Europe/Berlin", kOffice);
  const Instant friday = at("2026-11-20T16:30+01:00");
  EXPECT_EQ(calendar->add_working_time(friday, hours(1)), at("2026-11-23T09:30+01:00"));
  EXPECT_EQ(calendar->add_working_time(friday, minutes(30)), at("2026-11-20T17:00+01:00"));
  EXPECT_EQ(calendar->add_working_time(friday, Duration(0)), friday);
  EXPECT_EQ(calendar->add_working_time(at("2026-11-21T11:00+01:00"), hours(2)),
            at("2026-11-23T11:00+01:00"));
}

TEST(Calendar, HolidaysDoNotCount) {
  const auto calendar = made("Europe/Berlin", kOffice, {"2026-12-25", "2026-12-24"});
  EXPECT_EQ(calendar->add_working_time(at("2026-12-23T16:00+01:00"), hours(2)),
            at("2026-12-28T10:00+01:00"));
  EXPECT_EQ(calendar->business_days(at("2026-12-23T12:00+01:00"), at("2026-12-28T08:00+01:00")), 1);
  EXPECT_EQ(calendar->add_business_days(at("2026-12-23T16:00+01:00"), 1),
            at("2026-12-28T16:00+01:00"));
  EXPECT_EQ(calendar->add_business_days(at("2026-12-24T16:00+01:00"), 1),
            at("2026-12-29T09:00+01:00"));
  EXPECT_EQ(calendar->add_business_days(at("2026-12-24T16:00+01:00"), 0),
            at("2026-12-28T09:00+01:00"));
}

TEST(Calendar, DaysOfTwentyThreeAndTwentyFiveHours) {
  const auto calendar = made("Europe/Berlin", "Mon-Sun 00:00-24:00", {"2030-01-01"});
  const auto length = [&](std::string_view day) {
    const std::int64_t local = calendar->local_day(at(std::string(day) + "T12:00Z"));
    return calendar->working_time(calendar->day_begins(local), calendar->day_begins(local + 1));
  };
  EXPECT_EQ(length("2026-03-28"), hours(24));
  EXPECT_EQ(length("2026-03-29"), hours(23));
  EXPECT_EQ(length("2026-10-25"), hours(25));
  EXPECT_EQ(length("2030-01-01"), hours(0));
}

TEST(Calendar, AnOpeningInsideTheLostHourIsShorter) {
  const auto calendar = made("Europe/Berlin", "Sun 01:00-04:00");
  EXPECT_EQ(calendar->working_time(at("2026-03-28T00:00Z"), at("2026-03-30T00:00Z")), hours(2));
  EXPECT_EQ(calendar->working_time(at("2026-10-24T00:00Z"), at("2026-10-26T00:00Z")), hours(4));
}

TEST(Calendar, BusinessDaysKeepTheLocalTimeAcrossAChangeOfTheClock) {
  const auto calendar = made("Europe/Berlin", kOffice);
  EXPECT_EQ(calendar->add_business_days(at("2026-03-27T15:00+01:00"), 1),
            at("2026-03-30T15:00+02:00"));
  EXPECT_EQ(calendar->add_business_days(at("2026-11-21T15:00+01:00"), 1),
            at("2026-11-24T09:00+01:00"));
}

TEST(Calendar, ZonesAtTheEndsOfTheDayHaveTheirOwnDates) {
  const Instant noon = at("2026-06-15T11:00Z");
  const auto east = made("Pacific/Kiritimati", kOffice);  // +14
  const auto west = made("Etc/GMT+12", kOffice);          // -12
  EXPECT_EQ(east->local_day(noon) - west->local_day(noon), 2);
  EXPECT_EQ(east->day_begins(east->local_day(noon)), at("2026-06-15T10:00Z"));
  EXPECT_EQ(west->day_begins(west->local_day(noon)), at("2026-06-14T12:00Z"));
}

TEST(Calendar, ADateThatWasSkippedBeginsAtTheJump) {
  const auto calendar = made("Pacific/Apia", kOffice);
  const Instant before = at("2011-12-29T12:00-10:00");
  const std::int64_t day = calendar->local_day(before);
  EXPECT_EQ(calendar->day_begins(day + 1), at("2011-12-30T10:00Z"));
  EXPECT_EQ(calendar->day_begins(day + 2), at("2011-12-30T10:00Z"));
}

TEST(Calendar, RoundTheClockNeverChanges) {
  const auto calendar = Calendar::round_the_clock();
  const Instant now = at("2026-11-23T10:00Z");
  EXPECT_TRUE(calendar->is_open(now));
  EXPECT_EQ(calendar->next_change(now), Instant::never());
  EXPECT_EQ(calendar->add_working_time(now, hours(100)), now + hours(100));
  EXPECT_EQ(calendar->working_time(now, now + kDay), kDay);
  EXPECT_EQ(calendar->business_days(now, now + kDay * 7), 7);
}

TEST(Calendar, WithoutAHolidayAheadAWeekWithoutAClosedHourStaysOpen) {
  const auto calendar = made("Europe/Berlin", "always", {"2026-12-25"});
  EXPECT_EQ(calendar->next_change(at("2026-12-20T00:00Z")), at("2026-12-24T23:00Z"));
  EXPECT_EQ(calendar->next_change(at("2026-12-25T12:00Z")), at("2026-12-25T23:00Z"));
  EXPECT_EQ(calendar->next_change(at("2026-12-26T12:00Z")), Instant::never());
}

TEST(Calendar, BeyondTheEndOfTimeIsNever) {
  const auto calendar = made("Europe/Berlin", kOffice);
  EXPECT_EQ(calendar->add_working_time(at("2199-12-01T00:00Z"), kDay * 400), Instant::never());
  EXPECT_EQ(calendar->add_working_time(Instant::never(), hours(1)), Instant::never());
  EXPECT_EQ(calendar->working_time(Instant::never(), Instant::always()), Duration(0));
  EXPECT_GT(calendar->working_time(Instant::always(), Instant::never()), kDay * 365);
}

TEST(Calendar, AYearOfWorkIsNotStepped) {
  const auto calendar = made("Europe/Berlin", kOffice);
  Instant instant = at("2026-01-01T00:00Z");
  // 100,000 additions of about a year each: minutes if they stepped by the minute.
  for (int k = 0; k < 100'000; ++k)
    instant = calendar->add_working_time(at("2026-01-01T00:00Z") + minutes(k), hours(2000));
  EXPECT_GT(instant, at("2026-12-01T00:00Z"));
}

struct Refusal {
  std::string zone;
  std::string hours;
  std::vector<std::string> holidays;
  std::string names;
};

TEST(Calendar, WhatCannotBeReadIsNamed) {
  const std::vector<Refusal> refusals{
      {"Europe/Atlantis", "always", {}, "Europe/Atlantis"},
      {"../etc/passwd", "always", {}, "time zone"},
      {"UTC", "", {}, "empty part"},
      {"UTC", "Mon", {}, "a time is missing"},
      {"UTC", "Mo-Fr 09:00-17:00", {}, "Mo-Fr"},
      {"UTC", "Mon-Fri 9-17", {}, "not a range of times"},
      {"UTC", "Mon-Fri 09:00-25:00", {}, "not a time of day"},
      {"UTC", "Mon-Fri 22:00-06:00", {}, "split a night shift"},
      {"UTC", "Mon-Fri 09:00-12:00; Wed 11:00-13:00", {}, "overlap"},
      {"UTC", "always", {"2026-02-29"}, "2026-02-29"},
      {"UTC", "always", {"24.12.2026"}, "24.12.2026"},
  };
  for (const Refusal& refusal : refusals) {
    const auto calendar = Calendar::make(refusal.zone, refusal.hours, refusal.holidays);
    ASSERT_FALSE(calendar) << refusal.hours;
    EXPECT_EQ(calendar.error().code, ErrorCode::kInvalid);
    EXPECT_NE(calendar.error().message.find(refusal.names), std::string::npos)
        << calendar.error().message;
  }
}

}  // namespace
}  // namespace tenure
