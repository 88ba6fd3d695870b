// A review of a quiet account: most reviews are one.
#include "engine/review/review.h"
#include "tests/support/signal_names.h"

#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>

namespace tenure {
namespace {

void quiet_account(benchmark::State& state) {
  const SignalCatalog catalog = testing::known_signals();
  std::ifstream file(std::string(TENURE_SOURCE_DIR) + "/deploy/rules/default.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  const auto profile = compile_profile(text.str(), "default.yaml", catalog);
  if (!profile) return state.SkipWithError(profile.error().message.c_str());
  const std::vector<std::int64_t> values(catalog.size(), 1000);
  const ReferenceHistory history(catalog);
  const ReferencePtr reference = history.as_known(Instant{});
  const AlertLedger ledger;
  AccountContext account;
  account.profile = profile->get();
  account.calendar = &reference->calendar(**profile);
  Review out;
  for (auto _ : state) {
    review(ledger, {}, Instant{1}, {values, {}}, account, *reference, out);
    benchmark::DoNotOptimize(out.due);
  }
}
BENCHMARK(quiet_account);

}  // namespace
}  // namespace tenure
