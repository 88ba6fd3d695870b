// Any envelopes as one account's past: what can be read is folded in the order of facts; the facts
// come back from their bytes and can be asked at any instant.
#include "tests/fuzz/account.h"

#include <algorithm>

namespace {

constexpr std::size_t kEventsMax = 64;

void ask_at(const tenure::fuzz::Judgement& judgement, tenure::AccountId self,
            tenure::HotAccount& hot, tenure::Instant now) {
  std::fill(hot.valid_until.begin(), hot.valid_until.end(), tenure::Instant::always());
  judgement.look_at(self, hot, now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const tenure::fuzz::Judgement judgement;
  std::vector<tenure::Event> events;
  for (const std::string_view piece :
       tenure::fuzz::pieces_of(tenure::fuzz::text_of(bytes, size), kEventsMax))
    if (auto event = tenure::read_event(piece); event && !event->quarantined)
      events.push_back(std::move(*event));
  if (events.empty()) return 0;
  const tenure::AccountId self =
      events[0].accounts.empty() ? tenure::AccountId("a") : events[0].accounts[0];
  std::stable_sort(events.begin(), events.end(), tenure::before);
  tenure::HotAccount hot(judgement.set);
  for (const tenure::Event& event : events) {
    hot.facts.fold(event, self);
    hot.ledger.apply(event);
  }

  std::string stored, again;
  hot.facts.encode(stored);
  tenure::HotAccount decoded(judgement.set);
  tenure::fuzz::expect(decoded.facts.decode(stored).has_value(), "facts can be read back");
  decoded.facts.encode(again);
  tenure::fuzz::expect(stored == again, "the same facts give the same bytes");

  const tenure::Instant last = events.back().occurred_at;
  ask_at(judgement, self, hot, last + tenure::Duration(1));
  ask_at(judgement, self, hot, last + 45 * tenure::kDay);
  ask_at(judgement, self, hot, tenure::kLatestInstant);
  return 0;
}
