// Loads a server and takes baselines. Each command prints one line of JSON:
//   bench_http bare FILE                                     a bare Beast server of FILE's bytes
//   bench_http reads ADDRESS CONNECTIONS SECONDS RATE ACCOUNTS  RATE 0 = a closed loop
#include "tests/bench/http/bare_server.h"
#include "tests/bench/http/load.h"
#include "tests/bench/http/connection.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/prctl.h>
#include <vector>

namespace tenure::bench {
namespace {

using Arguments = std::vector<std::string>;

int bare(const Arguments& arguments) {
  std::ifstream file(arguments[0], std::ios::binary);
  const std::string body((std::istreambuf_iterator<char>(file)), {});
  return serve_bare(body, [](unsigned short port) {
    fmt::print("{{\"port\": {}}}\n", port);
    std::fflush(stdout);
  });
}

std::string latency_json(const Histogram& latency) {
  return fmt::format("\"p50_us\": {}, \"p99_us\": {}, \"p999_us\": {}, \"max_us\": {}",
                     latency.at(5'000), latency.at(9'900), latency.at(9'990), latency.most());
}

int reads(const Arguments& arguments) {
  LoadOptions options;
  options.port = port_of(arguments[0]);
  options.connections = static_cast<std::uint32_t>(std::stoul(arguments[1]));
  options.seconds = std::stod(arguments[2]);
  options.rate = std::stod(arguments[3]);
  options.accounts = static_cast<std::uint32_t>(std::stoul(arguments[4]));
  const LoadResult result = load(options);
  fmt::print(
      "{{\"requests\": {}, \"errors\": {}, \"seconds\": {:.3f}, \"rate\": {:.1f}, "
      "\"body_bytes\": {:.0f}, {}}}\n",
      result.requests, result.errors, result.seconds,
      static_cast<double>(result.requests) / result.seconds,
      static_cast<double>(result.body_bytes) / static_cast<double>(result.requests | 1),
      latency_json(result.latency));
  return 0;
}

int usage() {
  fmt::print(stderr,
             "usage: bench_http bare FILE | reads ADDRESS CONNECTIONS SECONDS RATE ACCOUNTS\n");
  return 2;
}

int run(int argc, char** argv) {
  // Timers must not be late by the system's usual 50 microseconds.
  ::prctl(PR_SET_TIMERSLACK, 1);
  if (argc < 2) return usage();
  const std::string command = argv[1];
  const Arguments arguments(argv + 2, argv + argc);
  if (command == "bare" && arguments.size() == 1) return bare(arguments);
  if (command == "reads" && arguments.size() == 5) return reads(arguments);
  return usage();
}

}  // namespace
}  // namespace tenure::bench

int main(int argc, char** argv) { return tenure::bench::run(argc, argv); }
