// Loads a server and takes baselines. Each command prints one line of JSON:
//   bench_http bare FILE                                     a bare Beast server of FILE's bytes
//   bench_http reads ADDRESS CONNECTIONS SECONDS RATE ACCOUNTS  RATE 0 = a closed loop,
//                                                            "each" = one over every account, once
//   bench_http alerts ADDRESS SECONDS                        a watch: from send to seen (bench_path
//   stream) bench_http subscribers ADDRESS COUNT                     of /events, until standard
//   input ends
#include "tests/bench/http/bare_server.h"
#include "tests/bench/http/connection.h"
#include "tests/bench/http/load.h"
#include "tests/bench/http/streams.h"

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
  options.each_once = arguments[3] == "each";
  options.rate = options.each_once ? 0 : std::stod(arguments[3]);
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

int alerts(const Arguments& arguments) {
  const AlertsSeen seen = watch_alerts(port_of(arguments[0]), std::stod(arguments[1]));
  fmt::print("{{\"alerts\": {}, \"messages_bytes\": {}, {}}}\n", seen.latency.total(), seen.bytes,
             latency_json(seen.latency));
  return 0;
}

int subscribers(const Arguments& arguments) {
  const SubscribersTold told =
      subscribe(port_of(arguments[0]), static_cast<std::uint32_t>(std::stoul(arguments[1])),
                [](std::uint32_t connected, std::uint32_t refused) {
                  fmt::print("{{\"connected\": {}, \"refused\": {}}}\n", connected, refused);
                  std::fflush(stdout);
                });
  fmt::print("{{\"rounds\": {}, \"messages\": {}, \"lost\": {}, {}}}\n", told.last.total(),
             told.messages, told.lost, latency_json(told.last));
  return 0;
}

int usage() {
  fmt::print(stderr,
             "usage: bench_http bare FILE | reads ADDRESS CONNECTIONS SECONDS RATE ACCOUNTS | "
             "alerts ADDRESS SECONDS | subscribers ADDRESS COUNT\n");
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
  if (command == "alerts" && arguments.size() == 2) return alerts(arguments);
  if (command == "subscribers" && arguments.size() == 2) return subscribers(arguments);
  return usage();
}

}  // namespace
}  // namespace tenure::bench

int main(int argc, char** argv) { return tenure::bench::run(argc, argv); }
