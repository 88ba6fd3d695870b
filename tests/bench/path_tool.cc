// Fills a topic and takes the baselines of the whole path. Each command prints one line of JSON:
//   bench_path produce HOST:PORT TOPIC EVENTS ACCOUNTS  fills a topic with bare envelopes
//   bench_path consume HOST:PORT TOPIC EVENTS           reads them through KafkaSource, no more
//   bench_path append DIR EVENTS ACCOUNTS               appends the same events to a fresh log
//   bench_path stream HOST:PORT TOPIC AFTER ACCOUNTS RATE SECONDS ALERTS
//                                                       goes on after AFTER events, RATE of them
//                                                       and ALERTS that raise an alert a second
#include "apps/book/bench_stream.h"
#include "connectors/kafka/kafka_producer.h"
#include "connectors/kafka/kafka_source.h"
#include "engine/base/clock.h"
#include "engine/log/event_log.h"
#include "tests/bench/event_pace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <thread>

namespace tenure {
namespace {

constexpr std::size_t kCommitEvents = 8192;
constexpr Duration kWaitMax = std::chrono::seconds(120);

double seconds_since(std::int64_t start_us) {
  return static_cast<double>(steady_now_us() - start_us) / 1e6;
}

// Ends two minutes ago: all of it is behind, nothing is in the future, no account long silent.
BenchStream stream_of(std::uint64_t events, std::uint32_t accounts) {
  BenchStreamOptions options;
  options.accounts = accounts;
  options.each_account_first = true;
  options.begins = SystemClock().now() - options.step * static_cast<std::int64_t>(events) -
                   std::chrono::minutes(2);
  return BenchStream(options);
}

Result<void> produce(const std::string& brokers, const std::string& topic, std::uint64_t events,
                     std::uint32_t accounts) {
  KafkaProducerOptions options;
  options.bootstrap = brokers;
  options.properties = {{"compression.type", "lz4"}, {"linger.ms", "20"}, {"batch.size", "262144"}};
  TENURE_TRY_ASSIGN(auto producer, KafkaProducer::open(std::move(options)));
  TENURE_TRY(producer->warm(topic, kWaitMax));
  BenchStream stream = stream_of(events, accounts);
  std::uint64_t bytes = 0;
  const std::int64_t start_us = steady_now_us();
  for (std::uint64_t k = 0; k < events; ++k) {
    const BenchStream::Record record = stream.next();
    bytes += record.envelope.size();
    TENURE_TRY(producer->send(topic, record.key, record.envelope, {}, record.occurred_at));
  }
  TENURE_TRY(producer->flush(kWaitMax));
  fmt::print("{{\"events\": {}, \"bytes\": {}, \"seconds\": {:.3f}}}\n", events, bytes,
             seconds_since(start_us));
  return {};
}

class FromTheFirst final : public SourceListener {
 public:
  std::optional<SourceOffset> assigned(std::uint32_t, const std::string&,
                                       const DecoderOptions&) override {
    return std::nullopt;
  }
  void revoked(std::uint32_t) override {}
  void stopped(std::uint32_t, StopReason, const std::string&) override {}
};

// Joining the group is not part of the figure: the clock starts at the first records.
Result<void> consume(const std::string& brokers, const std::string& topic, std::uint64_t events) {
  KafkaSourceOptions options;
  options.bootstrap = brokers;
  options.cluster = "bench";
  options.group = fmt::format("bench-{}", steady_now_us());
  options.topics = {{topic, {}, {}}};
  TENURE_TRY_ASSIGN(auto source, KafkaSource::open(std::move(options)));
  FromTheFirst listener;
  const std::int64_t begun_us = steady_now_us();
  std::int64_t first_us = 0;
  std::uint64_t records = 0;
  std::uint64_t polls = 0;
  while (records < events) {
    if (seconds_since(begun_us) > 120)
      return fail(ErrorCode::kDeadline,
                  fmt::format("{} of {} records of {} after 120 s", records, events, topic));
    const auto polled = source->poll(std::chrono::milliseconds(5), kCommitEvents, listener);
    if (!polled) {
      if (polled.error().code == ErrorCode::kUnavailable) continue;
      return polled.error();
    }
    if (polled->empty()) continue;
    if (first_us == 0) first_us = steady_now_us();
    records += polled->size();
    ++polls;
  }
  fmt::print("{{\"events\": {}, \"polls\": {}, \"seconds\": {:.3f}}}\n", records, polls,
             seconds_since(first_us));
  source->close();
  return {};
}

// Only the appends are timed, not the making of the events.
Result<void> append(const std::string& directory, std::uint64_t events, std::uint32_t accounts) {
  TENURE_TRY_ASSIGN(auto store, open_rocks_store(directory, log_store_options()));
  TENURE_TRY_ASSIGN(auto log, EventLog::open(std::move(store), {}));
  BenchStream stream = stream_of(events, accounts);
  std::int64_t spent_us = 0;
  EventBatch batch;
  for (std::uint64_t done = 0; done < events; done += batch.size()) {
    batch.clear();
    while (batch.size() < kCommitEvents && done + batch.size() < events)
      TENURE_TRY(batch.add(stream.next().envelope));
    const SourceOffset offset{"kafka:bench/append/0",
                              static_cast<std::int64_t>(done + batch.size()), 0};
    const std::int64_t start_us = steady_now_us();
    TENURE_TRY(log->append(batch.events(), std::span(&offset, 1), SystemClock().now()));
    spent_us += steady_now_us() - start_us;
  }
  fmt::print("{{\"events\": {}, \"bytes\": {}, \"seconds\": {:.3f}}}\n", events, log->stat().bytes,
             static_cast<double>(spent_us) / 1e6);
  return {};
}

Result<void> send_alert(KafkaProducer& producer, const std::string& topic) {
  std::string account;
  for (const std::string& envelope : bench::champion_lost(steady_now_us(), account))
    TENURE_TRY(producer.send(topic, account, envelope));
  return {};
}

struct Pace {
  double rate = 0;
  double seconds = 0;
  double alerts = 0;
};

Result<void> stream(const std::string& brokers, const std::string& topic, std::uint64_t after,
                    std::uint32_t accounts, Pace pace) {
  KafkaProducerOptions options;
  options.bootstrap = brokers;
  // Where nobody waits for an event, the producer may gather: a broker that takes single records
  // needs a processor of its own.
  options.properties = {{"compression.type", "lz4"}, {"linger.ms", pace.alerts > 0 ? "2" : "20"}};
  TENURE_TRY_ASSIGN(auto producer, KafkaProducer::open(std::move(options)));
  TENURE_TRY(producer->warm(topic, kWaitMax));
  BenchStreamOptions of;
  of.accounts = accounts;
  of.sent_before = after;
  of.step = Duration(static_cast<std::int64_t>(1e6 / pace.rate));
  of.begins = SystemClock().now() - of.step * static_cast<std::int64_t>(after);
  BenchStream events(of);
  const std::int64_t start_us = steady_now_us();
  std::uint64_t sent = 0;
  std::uint64_t raised = 0;
  double late = 0;
  for (double now = 0; now < pace.seconds; now = seconds_since(start_us)) {
    late = std::max(late, now - static_cast<double>(sent) / pace.rate);
    for (; static_cast<double>(sent) < now * pace.rate; ++sent) {
      const BenchStream::Record record = events.next();
      TENURE_TRY(producer->send(topic, record.key, record.envelope));
    }
    for (; static_cast<double>(raised) < now * pace.alerts; ++raised)
      TENURE_TRY(send_alert(*producer, topic));
    // tidy: a rate is kept by time alone
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  TENURE_TRY(producer->flush(kWaitMax));
  fmt::print("{{\"events\": {}, \"alerts\": {}, \"seconds\": {:.3f}, \"late_s\": {:.3f}}}\n", sent,
             raised, seconds_since(start_us), late);
  return {};
}

std::uint64_t number(const char* text) { return std::strtoull(text, nullptr, 10); }

Result<void> run(std::span<char*> arguments) {
  const std::string command = arguments.size() > 1 ? arguments[1] : "";
  if (command == "produce" && arguments.size() == 6)
    return produce(arguments[2], arguments[3], number(arguments[4]),
                   static_cast<std::uint32_t>(number(arguments[5])));
  if (command == "consume" && arguments.size() == 5)
    return consume(arguments[2], arguments[3], number(arguments[4]));
  if (command == "append" && arguments.size() == 5)
    return append(arguments[2], number(arguments[3]),
                  static_cast<std::uint32_t>(number(arguments[4])));
  if (command == "stream" && arguments.size() == 9)
    return stream(arguments[2], arguments[3], number(arguments[4]),
                  static_cast<std::uint32_t>(number(arguments[5])),
                  {std::stod(arguments[6]), std::stod(arguments[7]), std::stod(arguments[8])});
  return fail(ErrorCode::kInvalid,
              "usage: bench_path produce HOST:PORT TOPIC EVENTS ACCOUNTS | consume HOST:PORT TOPIC "
              "EVENTS | append DIR EVENTS ACCOUNTS | stream HOST:PORT TOPIC AFTER ACCOUNTS RATE "
              "SECONDS ALERTS");
}

}  // namespace
}  // namespace tenure

int main(int argc, char** argv) {
  const auto done = tenure::run({argv, static_cast<std::size_t>(argc)});
  if (done) return 0;
  fmt::print(stderr, "bench_path: {}\n", done.error().message);
  return 1;
}
