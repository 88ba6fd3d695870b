// Partitions come and go, and each begins where the log says.
#include "connectors/kafka/internal/source_impl.h"
#include "engine/base/clock.h"
#include "engine/base/log.h"

#include <fmt/format.h>

namespace tenure {
namespace {

using internal::kOffsetUnknown;
using internal::TopicPartition;

constexpr Duration kLookupWait = std::chrono::seconds(5);
constexpr Duration kLookAgainWait = std::chrono::seconds(1);
constexpr std::int64_t kRetryUs = 1'000'000;
constexpr int kAttemptsMax = 30;

std::int64_t offset_to_assign(const OwnedPartition& p) {
  if (p.next == kOffsetUnknown) return p.logical;
  // The record before it is fetched again where its timestamp can prove that this is still the same
  // topic.
  return p.mark != 0 && p.next > 0 ? p.next - 1 : p.next;
}

}  // namespace

std::string KafkaSource::Impl::name_of(std::size_t topic, std::int32_t partition) const {
  return fmt::format("kafka:{}/{}/{}", options.cluster, options.topics[topic].name, partition);
}

std::optional<std::size_t> KafkaSource::Impl::topic_index(std::string_view name) const {
  for (std::size_t i = 0; i < options.topics.size(); ++i) {
    if (options.topics[i].name == name) return i;
  }
  return std::nullopt;
}

OwnedPartition* KafkaSource::Impl::owned_by_name(std::string_view name) {
  for (auto& [place, p] : owned) {
    if (p.name == name) return &p;
  }
  return nullptr;
}

void KafkaSource::Impl::stop(OwnedPartition& p, StopReason reason, std::string detail) {
  const bool told = p.stopped == reason && p.detail == detail;
  p.stopped = reason;
  p.detail = std::move(detail);
  if (!told && listener != nullptr) listener->stopped(p.number, reason, p.detail);
  publish_status(true);
}

void KafkaSource::Impl::on_rebalance(rd_kafka_resp_err_t kind,
                                     rd_kafka_topic_partition_list_t* list) {
  ++counts.rebalances;
  last_topic = nullptr;
  last_owned = nullptr;
  if (kind == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    on_assign(list);
  } else {
    on_revoke(list);
    if (cooperative && kind == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
      const internal::ErrorHandle error(rd_kafka_incremental_unassign(client.get(), list));
    } else {
      rd_kafka_assign(client.get(), nullptr);
    }
  }
  publish_status(true);
}

void KafkaSource::Impl::on_revoke(const rd_kafka_topic_partition_list_t* list) {
  for (int i = 0; i < list->cnt; ++i) {
    const auto topic = topic_index(list->elems[i].topic);
    if (!topic) continue;
    const auto found = owned.find({*topic, list->elems[i].partition});
    if (found == owned.end()) continue;
    if (listener != nullptr) listener->revoked(found->second.number);
    free_numbers.insert(found->second.number);
    owned.erase(found);
  }
}

void KafkaSource::Impl::on_assign(rd_kafka_topic_partition_list_t* list) {
  assigned_once = true;
  heard();
  std::vector<OwnedPartition*> fresh;
  std::vector<TopicPartition> places;
  std::vector<std::optional<SourceOffset>> stored;
  for (int i = 0; i < list->cnt; ++i) {
    const auto topic = topic_index(list->elems[i].topic);
    if (!topic || listener == nullptr) continue;
    OwnedPartition p;
    p.topic = *topic;
    p.partition = list->elems[i].partition;
    p.name = name_of(*topic, p.partition);
    p.number = free_numbers.empty() ? numbers_used++ : *free_numbers.begin();
    free_numbers.erase(p.number);
    stored.push_back(listener->assigned(p.number, p.name, options.topics[*topic].decoding));
    topics[*topic].present = true;
    topics[*topic].read_before = topics[*topic].read_before || stored.back().has_value();
    places.push_back({options.topics[*topic].name, p.partition});
    fresh.push_back(&(owned[{*topic, p.partition}] = std::move(p)));
  }
  const auto lows = internal::list_offsets(client.get(), places, internal::kAskLow, kLookupWait);
  const auto ends = internal::list_offsets(client.get(), places, internal::kAskEnd, kLookupWait);
  note_partition_counts();
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    OwnedPartition& p = *fresh[i];
    p.target = p.end = ends[i];
    decide_start(p, stored[i], lows[i]);
    if (stored[i]) judge(p, lows[i], ends[i]);
    p.position = p.next == kOffsetUnknown ? 0 : p.next;
    if (!stored[i] && p.next != kOffsetUnknown) {
      begun[{p.topic, p.partition}] = p.next;
      listener->started(p.number, p.next);
    }
  }
  const internal::PartitionList wanted(rd_kafka_topic_partition_list_new(list->cnt));
  for (const OwnedPartition* p : fresh) {
    if (p->stopped != StopReason::kNone) continue;
    rd_kafka_topic_partition_list_add(wanted.get(), options.topics[p->topic].name.c_str(),
                                      p->partition)
        ->offset = offset_to_assign(*p);
  }
  if (cooperative) {
    const internal::ErrorHandle error(rd_kafka_incremental_assign(client.get(), wanted.get()));
    if (error != nullptr) last_error = rd_kafka_error_string(error.get());
  } else {
    const rd_kafka_resp_err_t error = rd_kafka_assign(client.get(), wanted.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) last_error = rd_kafka_err2str(error);
  }
}

void KafkaSource::Impl::note_partition_counts() {
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (!topics[i].present) continue;
    const auto count =
        internal::partition_count(client.get(), options.topics[i].name, std::chrono::seconds(1));
    if (!count) continue;
    if (topics[i].partitions_first == 0) topics[i].partitions_first = *count;
    topics[i].shrunk = *count < topics[i].partitions_max;
    if (!topics[i].shrunk) topics[i].partitions_max = *count;
  }
}

void KafkaSource::Impl::decide_start(OwnedPartition& p, const std::optional<SourceOffset>& stored,
                                     std::int64_t low) {
  if (stored) {
    p.next = stored->next;
    p.mark = stored->extra;
    return;
  }
  if (const auto known = begun.find({p.topic, p.partition}); known != begun.end()) {
    p.next = known->second;
    return;
  }
  const KafkaStart& start = options.topics[p.topic].start;
  // A partition by which a read topic grew holds records that nobody has seen: `latest` would lose
  // them.
  const TopicState& topic = topics[p.topic];
  const bool grown =
      topic.read_before || (topic.partitions_first > 0 && p.partition >= topic.partitions_first);
  if (grown || start.from == KafkaStart::From::kEarliest) {
    p.logical = RD_KAFKA_OFFSET_BEGINNING;
    p.next = low;
  } else if (start.from == KafkaStart::From::kLatest) {
    p.logical = RD_KAFKA_OFFSET_END;
    p.next = p.end;
  } else {
    const std::vector<TopicPartition> place = {{options.topics[p.topic].name, p.partition}};
    const auto found = internal::list_offsets(client.get(), place, start.at.us / 1000, kLookupWait);
    // No record that late: those to come are. Should the end be unknown too, all records are read
    // rather than lost.
    p.next = found[0] != kOffsetUnknown ? found[0] : p.end;
  }
}

/// Is what the log says still what the broker has? Unknown ends prove nothing.
void KafkaSource::Impl::judge(OwnedPartition& p, std::int64_t low, std::int64_t end) {
  if (p.next == kOffsetUnknown) return;
  if (topics[p.topic].shrunk) {
    stop(p, StopReason::kTopicReplaced,
         "the topic has fewer partitions than before: it was deleted and made anew; check what its "
         "producers sent, then accept the gap to read it from its first record");
  } else if (end != kOffsetUnknown && p.next > end) {
    stop(p, StopReason::kTopicReplaced,
         fmt::format("the log has read up to offset {}, but the partition ends at {}: the "
                     "topic was made "
                     "anew or its end was lost; accept the gap to read it from its first record",
                     p.next, end));
  } else if (low != kOffsetUnknown && p.next < low) {
    stop(p, StopReason::kOffsetLost,
         fmt::format("offsets {} to {} are gone from the broker (retention); restore them "
                     "there or accept "
                     "the gap to go on at {}",
                     p.next, low - 1, low));
  }
}

/// A partition whose trouble may have passed, or may turn out to be a loss.
void KafkaSource::Impl::look_again(OwnedPartition& p) {
  const std::vector<TopicPartition> place = {{options.topics[p.topic].name, p.partition}};
  p.retry_at_us = 0;
  const auto low =
      internal::list_offsets(client.get(), place, internal::kAskLow, kLookAgainWait)[0];
  const auto end =
      internal::list_offsets(client.get(), place, internal::kAskEnd, kLookAgainWait)[0];
  if (low == kOffsetUnknown || end == kOffsetUnknown) {
    p.retry_at_us = steady_now_us() + kRetryUs;
    return;
  }
  p.end = end;
  if (p.stopped == StopReason::kTopicMissing || p.stopped == StopReason::kNotAuthorised) {
    p.stopped = StopReason::kNone;
    p.detail.clear();
  }
  judge(p, low, end);
  if (p.stopped != StopReason::kNone) return;
  if (++p.attempts > kAttemptsMax) {
    stop(p, StopReason::kFailed,
         fmt::format("the broker holds offset {} but did not deliver it in {} attempts: {}", p.next,
                     kAttemptsMax, last_error));
    return;
  }
  reassign_needed = true;
}

/// Assigns all that may be read, each where it stands: the one way to move a partition that batch
/// consuming of librdkafka before 2.1 survives (no seek, no pause).
void KafkaSource::Impl::reassign() {
  reassign_needed = false;
  const internal::PartitionList list(
      rd_kafka_topic_partition_list_new(static_cast<int>(owned.size())));
  const internal::PartitionList all(
      rd_kafka_topic_partition_list_new(static_cast<int>(owned.size())));
  for (const auto& [place, p] : owned) {
    const std::string& topic = options.topics[p.topic].name;
    rd_kafka_topic_partition_list_add(all.get(), topic.c_str(), p.partition);
    if (p.stopped != StopReason::kNone || p.retry_at_us != 0) continue;
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p.partition)->offset =
        offset_to_assign(p);
  }
  if (cooperative) {
    const internal::ErrorHandle removed(rd_kafka_incremental_unassign(client.get(), all.get()));
    const internal::ErrorHandle added(rd_kafka_incremental_assign(client.get(), list.get()));
    if (added != nullptr) last_error = rd_kafka_error_string(added.get());
  } else {
    rd_kafka_assign(client.get(), list.get());
  }
  last_topic = nullptr;
}

}  // namespace tenure
