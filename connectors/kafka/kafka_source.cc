#include "connectors/kafka/kafka_source.h"

#include "connectors/kafka/internal/source_impl.h"
#include "engine/base/clock.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

// The batch call waits until its array is full or the time is over: short slices keep latency low.
constexpr Duration kSlice = std::chrono::milliseconds(10);
constexpr Duration kCloseWait = std::chrono::seconds(5);

bool readable_name(std::string_view text) {
  if (text.empty() || text.size() > 249) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

Result<void> check(const KafkaSourceOptions& options) {
  if (options.bootstrap.empty()) {
    return fail(ErrorCode::kInvalid, "kafka source: brokers is empty; say \"host:port\"");
  }
  if (!readable_name(options.cluster)) {
    return fail(ErrorCode::kInvalid,
                "kafka source: cluster must be 1 to 249 letters, digits, dots, dashes or "
                "underscores; it names the source for ever");
  }
  if (options.group.empty())
    return fail(ErrorCode::kInvalid, "kafka source: group is empty; name one");
  if (options.topics.empty()) return fail(ErrorCode::kInvalid, "kafka source: no topic is given");
  if (options.records_max == 0) return fail(ErrorCode::kInvalid, "kafka source: records_max is 0");
  for (std::size_t i = 0; i < options.topics.size(); ++i) {
    const std::string& name = options.topics[i].name;
    if (!readable_name(name)) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("kafka source: topic {} has no name that Kafka takes: 1 to "
                              "249 letters, digits, dots, dashes or underscores",
                              i + 1));
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (options.topics[j].name == name) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("kafka source: topic {} stands there twice", name));
      }
    }
  }
  return ok();
}

}  // namespace

KafkaSource::KafkaSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

KafkaSource::~KafkaSource() { close(); }

Result<std::unique_ptr<KafkaSource>> KafkaSource::open(KafkaSourceOptions options) {
  TENURE_TRY(check(options));
  auto impl = std::make_unique<Impl>(std::move(options));
  TENURE_TRY(impl->check_config());
  return std::unique_ptr<KafkaSource>(new KafkaSource(std::move(impl)));
}

Result<std::span<const IncomingRecord>> KafkaSource::poll(Duration wait, std::size_t records_max,
                                                          SourceListener& listener) {
  Impl& impl = *impl_;
  if (impl.closed) return fail(ErrorCode::kStopping, "kafka source: it was closed");
  impl.release();
  impl.listener = &listener;
  const std::int64_t deadline = steady_now_us() + wait.count();
  if (impl.client == nullptr) TENURE_TRY(impl.make_consumer());
  const std::size_t count_max =
      std::max<std::size_t>(1, std::min(records_max, impl.options.records_max));
  std::optional<Error> down;
  while (impl.client != nullptr) {
    if (auto subscribed = impl.subscribe_present(); !subscribed) down = subscribed.error();
    if (impl.reassign_needed) impl.reassign();
    const auto left = Duration(std::max<std::int64_t>(0, deadline - steady_now_us()));
    impl.fetch(std::min(left, kSlice), count_max);
    TENURE_TRY(impl.fatal_error());
    if (!impl.records.empty()) break;
    impl.housekeeping();
    if (impl.woken || steady_now_us() >= deadline) break;
  }
  impl.woken = false;
  if (!impl.records.empty()) {
    impl.housekeeping();
    impl.listener = nullptr;
    return std::span<const IncomingRecord>(impl.records);
  }
  impl.listener = nullptr;
  if (down && !impl.subscribed) return *down;
  if (impl.brokers_down) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no broker of {} answers: {}", impl.options.bootstrap,
                            impl.last_error.empty() ? "no connection stands" : impl.last_error));
  }
  if (!impl.assigned_once) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("group {} at {} gave no partition to this member yet",
                            impl.options.group, impl.options.bootstrap));
  }
  return std::span<const IncomingRecord>();
}

void KafkaSource::wake() {
  impl_->woken = true;
  const std::lock_guard lock(impl_->wake_mutex);
  if (impl_->queue != nullptr) rd_kafka_queue_yield(impl_->queue.get());
}

void KafkaSource::synced(std::span<const SourceOffset> offsets) {
  for (const SourceOffset& offset : offsets) {
    if (impl_->owned_by_name(offset.partition) == nullptr) continue;
    impl_->synced_offsets.insert_or_assign(offset.partition, offset.next);
  }
}

bool KafkaSource::covers(std::string_view partition) const {
  return std::any_of(
      impl_->options.topics.begin(), impl_->options.topics.end(), [&](const auto& topic) {
        const std::string prefix = fmt::format("kafka:{}/{}/", impl_->options.cluster, topic.name);
        return partition.starts_with(prefix);
      });
}

Result<std::pair<std::int64_t, std::int64_t>> KafkaSource::accept_gap(std::string_view partition) {
  OwnedPartition* p = impl_->owned_by_name(partition);
  if (p == nullptr || impl_->client == nullptr) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: this process does not read it now; GetStatus shows who "
                            "stopped where",
                            partition));
  }
  const bool lost =
      p->stopped == StopReason::kOffsetLost || p->stopped == StopReason::kTopicReplaced;
  if (!lost && p->stopped != StopReason::kPoisonBatch) {
    return fail(ErrorCode::kInvalid, fmt::format("{}: it has no gap to accept", partition));
  }
  const std::vector<internal::TopicPartition> place = {
      {impl_->options.topics[p->topic].name, p->partition}};
  constexpr Duration kWait = std::chrono::seconds(5);
  const auto low = internal::list_offsets(impl_->client.get(), place, internal::kAskLow, kWait)[0];
  const auto end = internal::list_offsets(impl_->client.get(), place, internal::kAskEnd, kWait)[0];
  if (low == internal::kOffsetUnknown || end == internal::kOffsetUnknown) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("{}: the broker does not say which offsets it has; try "
                            "again",
                            partition));
  }
  if (p->stopped == StopReason::kPoisonBatch && low <= p->next) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{}: delete the records up to the end of the damaged batch at offset {} on the "
                    "broker first, then the first offset that is left is where it goes on",
                    partition, p->next));
  }
  const std::int64_t from = p->next;
  TopicState& topic = impl_->topics[p->topic];
  topic.shrunk = false;
  topic.partitions_max = 0;
  p->next = p->position = low;
  p->target = p->end = end;
  p->mark = 0;
  p->met_end = false;
  p->retry_at_us = 0;
  p->attempts = p->damaged = 0;
  p->committed = -1;
  impl_->synced_offsets.erase(p->name);
  p->stopped = StopReason::kNone;
  p->detail.clear();
  impl_->reassign_needed = true;
  impl_->publish_status(true);
  return std::pair{from, low};
}

bool KafkaSource::caught_up() const {
  if (!impl_->assigned_once || impl_->client == nullptr) return false;
  for (const TopicState& topic : impl_->topics) {
    if (!topic.present) return false;
  }
  return std::all_of(impl_->owned.begin(), impl_->owned.end(), [](const auto& entry) {
    const OwnedPartition& p = entry.second;
    if (p.blocked()) return false;
    return p.met_end || (p.target != internal::kOffsetUnknown && p.position >= p.target);
  });
}

std::vector<PartitionStatus> KafkaSource::status() const {
  const std::lock_guard lock(impl_->status_mutex);
  return impl_->snapshot;
}

void KafkaSource::close() {
  if (impl_->closed) return;
  impl_->closed = true;
  impl_->listener = nullptr;
  impl_->commit_synced();
  impl_->drop_consumer(nullptr, kCloseWait);
  impl_->publish_status(true);
}

KafkaSourceCounts KafkaSource::counts() const { return impl_->counts; }

}  // namespace tenure
