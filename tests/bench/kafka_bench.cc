// Raw batch consume of a topic through KafkaSource: the ceiling of the whole path.
// TENURE_BENCH_BROKERS and TENURE_BENCH_TOPIC name a filled topic; one iteration reads it from its
// first record to its end.
#include "connectors/kafka/kafka_source.h"
#include "engine/base/clock.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

namespace tenure {
namespace {

class FromTheFirst final : public SourceListener {
 public:
  std::optional<SourceOffset> assigned(std::uint32_t, const std::string&,
                                       const DecoderOptions&) override {
    return std::nullopt;
  }
  void revoked(std::uint32_t) override {}
  void stopped(std::uint32_t, StopReason, const std::string&) override {}
};

void kafka_batch_consume(benchmark::State& state) {
  const char* brokers = std::getenv("TENURE_BENCH_BROKERS");
  const char* topic = std::getenv("TENURE_BENCH_TOPIC");
  if (brokers == nullptr || topic == nullptr) {
    state.SkipWithError("set TENURE_BENCH_BROKERS and TENURE_BENCH_TOPIC");
    return;
  }
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    KafkaSourceOptions options;
    options.bootstrap = brokers;
    options.cluster = "bench";
    options.group = "bench-" + std::to_string(steady_now_us());
    options.topics = {{topic, {}, {}}};
    auto source = KafkaSource::open(std::move(options));
    if (!source) {
      state.SkipWithError(source.error().message.c_str());
      return;
    }
    FromTheFirst listener;
    std::int64_t first_us = 0;  // joining the group is not part of the figure
    while (!(*source)->caught_up()) {
      const auto polled = (*source)->poll(std::chrono::milliseconds(100), 10'000, listener);
      if (!polled) continue;
      if (first_us == 0 && !polled->empty()) first_us = steady_now_us();
      records += static_cast<std::int64_t>(polled->size());
      for (const IncomingRecord& r : *polled)
        bytes += static_cast<std::int64_t>(r.record.value.size());
    }
    state.SetIterationTime(static_cast<double>(steady_now_us() - first_us) / 1e6);
    (*source)->close();
  }
  state.SetItemsProcessed(records);
  state.SetBytesProcessed(bytes);
}
BENCHMARK(kafka_batch_consume)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tenure
