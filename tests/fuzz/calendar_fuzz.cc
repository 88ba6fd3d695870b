// Any texts as a zone, hours and holidays: a calendar whose questions agree with each other, or an
// error. Pieces: zone, hours, a number of minutes, holidays.
#include "engine/base/hash.h"
#include "engine/reference/calendar.h"
#include "tests/fuzz/pieces.h"

#include <string>

namespace {

using tenure::fuzz::expect;

void ask(const tenure::Calendar& calendar, tenure::Instant from, tenure::Duration amount) {
  const tenure::Instant until = calendar.add_working_time(from, amount);
  expect(until >= from, "working time runs forward");
  if (until < tenure::kLatestInstant)
    expect(calendar.working_time(from, until) == amount, "what was added can be measured");
  const tenure::Instant change = calendar.next_change(from);
  expect(change > from, "a calendar changes later, or never");
  if (change < tenure::kLatestInstant)
    expect(calendar.is_open(change) != calendar.is_open(from), "a change is one");
  const tenure::Instant day = calendar.add_business_days(from, amount / std::chrono::hours(1));
  expect(day >= from, "business days run forward");
  const std::int64_t local = calendar.local_day(from);
  expect(calendar.local_day(calendar.day_begins(local)) == local, "a day begins on that day");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto input = tenure::fuzz::text_of(bytes, size);
  const auto pieces = tenure::fuzz::pieces_of(input, 64);
  if (pieces.size() < 3) return 0;
  std::vector<std::string> holidays;
  for (std::size_t k = 3; k < pieces.size(); ++k) holidays.emplace_back(pieces[k]);
  const auto calendar = tenure::Calendar::make(pieces[0], pieces[1], holidays);
  if (!calendar) return 0;
  // Some instant between 1900 and 2200, and up to a month of working time.
  const auto range = tenure::kLatestInstant.us - tenure::kEarliestInstant.us;
  const auto at = static_cast<std::int64_t>(tenure::fast_hash64(input) >> 1) % range;
  std::int64_t minutes = 0;
  for (const char c : pieces[2]) minutes = (minutes * 7 + c) % 43'200;
  if (minutes < 0) minutes = -minutes;
  ask(**calendar, tenure::kEarliestInstant + tenure::Duration(at), std::chrono::minutes(minutes));
  return 0;
}
