// An account's answer as JSON: our writer beside protobuf's.
#include "engine/query/json_text.h"
#include "tenure/api/v1/account.pb.h"

#include <benchmark/benchmark.h>
#include <google/protobuf/util/json_util.h>

#include <string>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr int kSignals = 50;
constexpr int kContributions = 12;
constexpr int kProjections = 8;
constexpr std::string_view kFacts =
    R"({"events":17,"first_at":"2026-01-05T08:00:00Z","by_channel":{"mail":12,"call":3},)"
    R"("people":[{"id":"anna@example.com","role":"champion","left":false}],"open":[]})";

// About as large as the answers of `tests/bench/run`.
msg::GetAccountResponse account() {
  msg::GetAccountResponse answer;
  answer.set_account("account-0000000123");
  answer.set_name("Account 123 & Sons");
  answer.set_events(17);
  answer.mutable_profile()->set_owner("kim");
  for (int k = 0; k < kSignals; ++k) {
    msg::Signal& signal = *answer.add_signals();
    signal.set_name("projection.signal_" + std::to_string(k));
    signal.set_milli(1000 * k);
    signal.set_unit("count");
  }
  for (int k = 0; k < kContributions; ++k) {
    msg::Contribution& part = *answer.mutable_health()->add_contributions();
    part.set_signal("projection.signal_" + std::to_string(k));
    part.set_weight(k);
  }
  for (int k = 0; k < kProjections; ++k)
    if (!value_of_json(kFacts, (*answer.mutable_facts()->mutable_fields())[std::to_string(k)]))
      return {};
  return answer;
}

void by_us(benchmark::State& state) {
  const msg::GetAccountResponse answer = account();
  for (auto _ : state) benchmark::DoNotOptimize(to_json(answer));
  state.counters["bytes"] = static_cast<double>(to_json(answer).size());
}
BENCHMARK(by_us);

void by_protobuf(benchmark::State& state) {
  const msg::GetAccountResponse answer = account();
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  for (auto _ : state) {
    json.clear();
    if (!google::protobuf::util::MessageToJsonString(answer, &json, options).ok())
      return state.SkipWithError("protobuf writes no JSON");
  }
  state.counters["bytes"] = static_cast<double>(json.size());
}
BENCHMARK(by_protobuf);

void facts_by_us(benchmark::State& state) {
  for (auto _ : state) {
    google::protobuf::Value value;
    if (!value_of_json(kFacts, value)) return state.SkipWithError("no JSON");
  }
}
BENCHMARK(facts_by_us);

void facts_by_protobuf(benchmark::State& state) {
  const std::string facts(kFacts);
  for (auto _ : state) {
    google::protobuf::Value value;
    if (!google::protobuf::util::JsonStringToMessage(facts, value.mutable_struct_value()).ok())
      return state.SkipWithError("no JSON");
  }
}
BENCHMARK(facts_by_protobuf);

}  // namespace
}  // namespace tenure
