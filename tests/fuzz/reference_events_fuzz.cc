// Any envelopes as reference data, one recorded each day: applied or refused, and every question
// about them has an answer.
#include "engine/reference/reference.h"
#include "tests/fuzz/pieces.h"
#include "tests/support/signal_names.h"

namespace {

constexpr std::size_t kEventsMax = 32;
constexpr tenure::Instant kFrom{1'700'000'000'000'000};

void ask(const tenure::Reference& reference, tenure::Instant now) {
  using tenure::fuzz::expect;
  expect(reference.valid_from() <= now && now < reference.valid_until(),
         "an answer holds at the instant it was asked for");
  for (const std::string_view name : {"", "default", "own"}) {
    const tenure::Profile& profile = reference.profile(name, "bank");
    const tenure::Calendar& calendar = reference.calendar(profile);
    expect(calendar.next_change(now) > now, "a calendar changes later, or never");
    const tenure::Instant later = calendar.add_working_time(now, tenure::kDay);
    expect(later >= now, "working time runs forward");
    (void)calendar.add_business_days(now, 3);
  }
  (void)reference.manager_of("ada");
  expect(reference.muted_until("mail", now) != now, "a feed is muted until later, or is not");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const tenure::SignalCatalog catalog = tenure::testing::known_signals();
  tenure::ReferenceHistory history(catalog);
  tenure::Instant recorded_at = kFrom;
  tenure::Sequence sequence = 0;
  for (const std::string_view piece :
       tenure::fuzz::pieces_of(tenure::fuzz::text_of(bytes, size), kEventsMax)) {
    const auto event = tenure::read_event(piece);
    if (!event) continue;
    recorded_at = recorded_at + tenure::kDay;
    (void)history.apply(*event, recorded_at, ++sequence);
  }
  for (const tenure::Instant now :
       {kFrom, kFrom + 36 * tenure::kDay, recorded_at + tenure::Duration(1)}) {
    ask(*history.as_known(now), now);
    ask(*history.as_was(now), now);
  }
  (void)history.changes(tenure::Instant::always(), tenure::Instant::never());
  return 0;
}
