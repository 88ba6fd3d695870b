// One event through all six projections: fold, and the signals of those that it touched.
#include "projections/registry.h"
#include "tests/support/projection_rig.h"

#include <benchmark/benchmark.h>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;

/// An account with a year of ordinary life.
testing::ProjectionRig ordinary_account() {
  testing::ProjectionRig rig(all_projections());
  const Instant start = testing::instant("2025-01-01T09:00Z");
  pb::UsageRolledUp rollup;
  rollup.set_period_days(7);
  rollup.set_active_users(20);
  rollup.set_seats(40);
  for (int week = 0; week < 52; ++week) {
    const Instant at = start + week * 7 * kDay;
    rig.add(at, rollup);
    rig.add(at + kDay, pb::EmailReceived());
    rig.add(at + kDay + std::chrono::hours(3), pb::EmailSent());
  }
  return rig;
}

void run(benchmark::State& state, const google::protobuf::Message& payload, bool with_signals) {
  const auto rig = ordinary_account();
  AccountFacts facts = rig.fold();
  const Instant now = testing::instant("2025-12-30T10:00Z");
  const std::string bytes =
      testing::EventBuilder("bench", "e").account("acc-7").at(now).payload(payload).bytes();
  Event event;
  if (!scan_event(bytes, event)) return state.SkipWithError("the event cannot be scanned");
  std::vector<std::int64_t> values(rig.set().catalog().size(), kMissing);
  std::vector<SubjectSignal> subjects;
  const AccountContext context = rig.context_of(facts);
  for (auto _ : state) {
    facts.fold(event, AccountId("acc-7"));
    if (!with_signals) continue;
    subjects.clear();
    for (const std::uint8_t k : rig.set().consumers(event.type)) {
      SignalSink sink(rig.set().first_signal(k), values, subjects);
      rig.set().at(k).signals(facts.facts(k), now, context, rig.reference(), sink);
      benchmark::DoNotOptimize(sink.valid_until());
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void fold_email(benchmark::State& state) { run(state, pb::EmailReceived(), false); }
void fold_and_signals_email(benchmark::State& state) { run(state, pb::EmailReceived(), true); }
void fold_and_signals_usage(benchmark::State& state) {
  pb::UsageRolledUp rollup;
  rollup.set_period_days(1);
  rollup.set_active_users(20);
  run(state, rollup, true);
}
void fold_and_signals_complaint(benchmark::State& state) {
  pb::ComplaintOpened opened;
  opened.set_complaint("c1");
  run(state, opened, true);
}

BENCHMARK(fold_email);
BENCHMARK(fold_and_signals_email);
BENCHMARK(fold_and_signals_usage);
BENCHMARK(fold_and_signals_complaint);

}  // namespace
}  // namespace tenure
