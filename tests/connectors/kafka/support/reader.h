// A listener that does what the engine's log does, as far as a source can tell: it keeps the next
// offset of every partition and the records it was given, and remembers what it was told.
#pragma once

#include "connectors/kafka/kafka_producer.h"
#include "connectors/kafka/kafka_source.h"
#include "engine/base/clock.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tenure::test {

struct KeptRecord {
  std::string partition;
  std::int64_t offset = 0;
  std::string key;
  std::string value;
  bool has_value = true;
  std::vector<std::pair<std::string, std::string>> headers;
  Instant appended_at;
};

/// What outlives a source: two members of a group may share one.
struct Kept {
  std::map<std::string, SourceOffset> offsets;
  std::vector<KeptRecord> records;

  [[nodiscard]] std::vector<std::string> values() const {
    std::vector<std::string> all;
    for (const KeptRecord& r : records) all.push_back(r.value);
    return all;
  }
};

class Reader final : public SourceListener {
 public:
  Reader(KafkaSourceOptions options, Kept& kept) : kept_(kept) {
    auto opened = KafkaSource::open(std::move(options));
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) source_ = std::move(*opened);
  }

  std::optional<SourceOffset> assigned(std::uint32_t number, const std::string& partition,
                                       const DecoderOptions&) override {
    EXPECT_FALSE(ours.contains(number)) << "the number is in use";
    ours[number] = partition;
    const auto found = kept_.offsets.find(partition);
    return found == kept_.offsets.end() ? std::nullopt : std::optional(found->second);
  }
  void started(std::uint32_t number, std::int64_t offset) override {
    starts[ours.at(number)] = offset;
    if (keep_starts) kept_.offsets[ours.at(number)] = {ours.at(number), offset, 0};
  }
  void revoked(std::uint32_t number) override {
    EXPECT_TRUE(ours.contains(number)) << "a partition that was not assigned";
    ours.erase(number);
  }
  void stopped(std::uint32_t number, StopReason reason, const std::string& detail) override {
    stops[ours.at(number)] = {reason, detail};
  }

  /// One poll; false when the source said kUnavailable. Any other error fails the test.
  bool poll(Duration wait = std::chrono::milliseconds(50)) {
    const auto polled = source_->poll(wait, records_max, *this);
    if (!polled) {
      last_error = polled.error();
      EXPECT_EQ(polled.error().code, ErrorCode::kUnavailable) << polled.error().message;
      return false;
    }
    std::map<std::string, SourceOffset> moved;
    for (const IncomingRecord& incoming : *polled) {
      EXPECT_TRUE(ours.contains(incoming.partition)) << "a record of a partition that is not ours";
      keep(incoming.record);
      SourceOffset& offset = moved[std::string(incoming.record.partition)];
      offset = {std::string(incoming.record.partition), incoming.record.offset + 1,
                keep_marks ? incoming.record.appended_at.us : 0};
    }
    std::vector<SourceOffset> synced;
    for (auto& [name, offset] : moved) {
      kept_.offsets[name] = offset;
      synced.push_back(offset);
    }
    source_->synced(synced);
    return true;
  }

  /// Polls until `done`, at most 20 s.
  bool poll_until(const std::function<bool()>& done, Duration bound = std::chrono::seconds(20)) {
    const std::int64_t deadline = steady_now_us() + bound.count();
    while (!done() && steady_now_us() < deadline) poll();
    return done();
  }
  bool poll_records(std::size_t count) {
    return poll_until([&] { return kept_.records.size() >= count; });
  }
  bool poll_caught_up() {
    return poll_until([&] { return source_->caught_up(); });
  }

  [[nodiscard]] std::optional<PartitionStatus> status(const std::string& name) const {
    for (PartitionStatus& status : source_->status()) {
      if (status.name == name) return status;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::set<std::string> partitions() const {
    std::set<std::string> names;
    for (const auto& [number, name] : ours) names.insert(name);
    return names;
  }
  KafkaSource& source() { return *source_; }

  std::map<std::uint32_t, std::string> ours;
  std::map<std::string, std::int64_t> starts;
  std::map<std::string, std::pair<StopReason, std::string>> stops;
  Error last_error;
  std::size_t records_max = 1000;  // as asked of each poll
  bool keep_starts = true;
  bool keep_marks = false;

 private:
  void keep(const SourceRecord& record) {
    KeptRecord kept;
    kept.partition = record.partition;
    kept.offset = record.offset;
    kept.key = record.key;
    kept.value = record.value;
    kept.has_value = record.has_value;
    kept.appended_at = record.appended_at;
    for (const RecordHeaderView& h : record.headers) kept.headers.emplace_back(h.name, h.value);
    const auto known = kept_.offsets.find(kept.partition);
    if (known != kept_.offsets.end()) {
      EXPECT_GE(kept.offset, known->second.next) << "a record that the log has already";
    }
    kept_.records.push_back(std::move(kept));
  }

  Kept& kept_;
  std::unique_ptr<KafkaSource> source_;
};

inline KafkaSourceOptions source_options(const std::string& bootstrap, const std::string& topic,
                                         KafkaStart start = {}) {
  KafkaSourceOptions options;
  options.bootstrap = bootstrap;
  options.cluster = "c";
  options.group = "tenure-test";
  options.topics = {{topic, start, {}}};
  options.session_timeout = std::chrono::seconds(6);
  options.properties = {{"heartbeat.interval.ms", "500"}};
  options.commit_every = std::chrono::milliseconds(200);
  return options;
}

/// Sends `count` records "<prefix>0", "<prefix>1", ... to one partition and waits until they are
/// stored.
inline void send(const std::string& bootstrap, const std::string& topic, std::int32_t partition,
                 int count, const std::string& prefix = "v", Instant created_at = {}) {
  KafkaProducerOptions options;
  options.bootstrap = bootstrap;
  options.properties["compression.type"] = "none";  // the mock counts stored bytes
  auto producer = KafkaProducer::open(options);
  ASSERT_TRUE(producer) << producer.error().message;
  const auto warm = (*producer)->warm(topic, std::chrono::seconds(10));
  ASSERT_TRUE(warm) << warm.error().message;
  for (int i = 0; i < count; ++i) {
    const auto sent = (*producer)->send(topic, "k" + std::to_string(i), prefix + std::to_string(i),
                                        {}, created_at, partition);
    ASSERT_TRUE(sent) << sent.error().message;
  }
  const auto flushed = (*producer)->flush(std::chrono::seconds(20));
  ASSERT_TRUE(flushed) << flushed.error().message;
}

}  // namespace tenure::test
