// The engine with all its doors over events that are made in the process: what the path takes
// without a broker, a producer and a group.
//   bench_serve CONFIG EVENTS ACCOUNTS
// EVENTS come at once. Then each line "RATE ALERTS" on the input sets how many events a second
// come, and how many accounts lose their champion, until the next line; the end of the input ends
// it. Prints a line of JSON when it serves, and one for each change of pace.
#include "apps/tenure/config.h"
#include "apps/tenure/defaults.h"
#include "apps/tenure/open_engine.h"
#include "apps/tenure/serve_http.h"
#include "engine/base/clock.h"
#include "engine/runtime/source.h"
#include "tests/bench/event_pace.h"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <span>
#include <string>

namespace tenure {
namespace {

std::uint64_t number(const char* text) { return std::strtoull(text, nullptr, 10); }

Result<void> run(std::span<char*> arguments) {
  if (arguments.size() != 4)
    return fail(ErrorCode::kInvalid, "usage: bench_serve CONFIG EVENTS ACCOUNTS");
  ConfigRequest request;
  request.file = arguments[1];
  TENURE_TRY_ASSIGN(const LoadedConfig loaded, load_config(request));
  TENURE_TRY_ASSIGN(OpenEngine open, open_to_serve(loaded.config, DataAccess::kCreate, false));
  TENURE_TRY(seed_reference(*open.engine, loaded.config.rules));
  TENURE_TRY_ASSIGN(const auto http, ServeHttp::start(*open.engine, loaded.config));
  const auto pace = std::make_shared<bench::EventPace>(
      number(arguments[2]), static_cast<std::uint32_t>(number(arguments[3])));
  TENURE_TRY(open.engine->start(bench::paced_source(pace)));
  fmt::print("{{\"address\": \"{}\"}}\n", http->address());
  std::fflush(stdout);
  double rate = 0;
  double alerts = 0;
  while (std::cin >> rate >> alerts) {
    const bench::EventPace::Sent sent = pace->set(rate, alerts);
    fmt::print("{{\"events\": {}, \"alerts\": {}, \"seconds\": {:.3f}, \"late_s\": {:.3f}}}\n",
               sent.events, sent.alerts, sent.seconds, sent.late_s);
    std::fflush(stdout);
  }
  open.engine->stop();
  if (const EngineStatus end = open.engine->status(); end.failure) return *end.failure;
  return {};
}

}  // namespace
}  // namespace tenure

int main(int argc, char** argv) {
  const auto done = tenure::run({argv, static_cast<std::size_t>(argc)});
  if (done) return 0;
  fmt::print(stderr, "bench_serve: {}\n", done.error().message);
  return 1;
}
