// What happens by the clock: commits to Kafka's own books, the watchdog, the status for operators.
#include "connectors/kafka/internal/source_impl.h"
#include "engine/base/clock.h"
#include "engine/base/log.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tenure {
namespace {

constexpr std::int64_t kPublishUs = 100'000;
constexpr Duration kAbandonWait = std::chrono::seconds(1);

std::int64_t number_at(const boost::json::object& object, std::string_view name,
                       std::int64_t otherwise) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

const boost::json::object* object_at(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

bool any_connected(const boost::json::object& statistics) {
  const boost::json::object* brokers = object_at(statistics, "brokers");
  if (brokers == nullptr) return true;  // says nothing of them
  return std::any_of(brokers->begin(), brokers->end(), [](const auto& entry) {
    const boost::json::object* broker = entry.value().if_object();
    const boost::json::value* state = broker == nullptr ? nullptr : broker->if_contains("state");
    return state != nullptr && state->is_string() && state->get_string() == "UP";
  });
}

}  // namespace

void KafkaSource::Impl::heard() {
  progress_us = answered_us = steady_now_us();
  brokers_down = false;
  stalled = false;
}

void KafkaSource::Impl::housekeeping() {
  const std::int64_t now = steady_now_us();
  for (auto& [place, p] : owned) {
    if (p.retry_at_us != 0 && now >= p.retry_at_us) look_again(p);
  }
  if (now - committed_us >= options.commit_every.count()) {
    committed_us = now;
    commit_synced();
  }
  watch_progress();
  publish_status(false);
}

/// Not waited for, and never more than what is synced: Kafka's books serve lag tools, the log says
/// where to go on.
void KafkaSource::Impl::commit_synced() {
  if (client == nullptr || owned.empty()) return;
  const internal::PartitionList list(
      rd_kafka_topic_partition_list_new(static_cast<int>(owned.size())));
  for (auto& [place, p] : owned) {
    const auto found = synced_offsets.find(p.name);
    if (found == synced_offsets.end() || found->second <= p.committed) continue;
    p.committed = found->second;
    rd_kafka_topic_partition_list_add(list.get(), options.topics[p.topic].name.c_str(), p.partition)
        ->offset = found->second;
  }
  if (list->cnt > 0) rd_kafka_commit(client.get(), list.get(), 1);
}

void KafkaSource::Impl::on_statistics(std::string_view json) {
  boost::system::error_code broken;
  const boost::json::value document = boost::json::parse(json, broken);
  const boost::json::object* root = broken ? nullptr : document.if_object();
  if (root == nullptr) return;
  const std::int64_t received = number_at(*root, "rx", -1);
  if (received != answers) {
    if (answers >= 0 && received > answers) {
      answered_us = steady_now_us();
      brokers_down = false;
    }
    answers = received;
  }
  // The library's own error comes only when it has lost every broker it ever knew, tens of seconds
  // after the last connection.
  if (!any_connected(*root)) brokers_down = true;
  const boost::json::object* all = object_at(*root, "topics");
  if (all == nullptr) return;
  for (auto& [place, p] : owned) {
    const boost::json::object* topic = object_at(*all, options.topics[p.topic].name);
    const boost::json::object* partitions =
        topic == nullptr ? nullptr : object_at(*topic, "partitions");
    const boost::json::object* one =
        partitions == nullptr ? nullptr : object_at(*partitions, std::to_string(p.partition));
    if (one == nullptr) continue;
    // Records beyond the last stable offset belong to open transactions: not yet to be read.
    std::int64_t end = number_at(*one, "ls_offset", -1);
    if (end < 0) end = number_at(*one, "hi_offset", -1);
    p.end = std::max(p.end, end);
  }
}

/// A member may look alive and read nothing (librdkafka #4176, #3437): progress is judged by what
/// comes out.
void KafkaSource::Impl::watch_progress() {
  const std::int64_t now = steady_now_us();
  const std::int64_t stall = options.stall_max.count();
  bool behind = false;
  for (const auto& [place, p] : owned) behind = behind || (!p.blocked() && p.end > p.position);
  const std::int64_t silent = now - answered_us;
  const std::int64_t still = behind ? now - progress_us : 0;
  if (silent > stall) brokers_down = true;
  if (still > stall && !stalled) {
    stalled = true;
    log_warn("kafka group {}: behind and without a record for {} s", options.group,
             still / 1'000'000);
    publish_status(true);
  }
  if (silent <= 2 * stall && still <= 2 * stall) return;
  log_warn("kafka group {}: no progress for {} s, the consumer is made anew", options.group,
           std::max(silent, still) / 1'000'000);
  drop_consumer(listener, kAbandonWait);
  publish_status(true);
}

void KafkaSource::Impl::publish_status(bool at_once) {
  const std::int64_t now = steady_now_us();
  if (!at_once && now - published_us < kPublishUs) return;
  published_us = now;
  std::vector<PartitionStatus> fresh;
  fresh.reserve(owned.size() + topics.size());
  for (const auto& [place, p] : owned) {
    PartitionStatus status;
    status.name = p.name;
    status.assigned = true;
    status.stopped = p.stopped;
    status.detail = p.detail;
    if (p.stopped == StopReason::kNone && stalled && p.end > p.position) {
      status.detail = "behind, and nothing comes from the broker";
    }
    status.next = p.position;
    status.end = p.end;
    fresh.push_back(std::move(status));
  }
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (topics[i].present || topics[i].detail.empty()) continue;
    PartitionStatus status;
    status.name = fmt::format("kafka:{}/{}", options.cluster, options.topics[i].name);
    status.stopped = topics[i].reason;
    status.detail = topics[i].detail;
    fresh.push_back(std::move(status));
  }
  const std::lock_guard lock(status_mutex);
  snapshot = std::move(fresh);
}

}  // namespace tenure
