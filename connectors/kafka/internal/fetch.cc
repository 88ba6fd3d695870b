// Records as they come, and what comes in their place: ends, holes, damage, loss.
#include "connectors/kafka/internal/record.h"
#include "connectors/kafka/internal/source_impl.h"
#include "engine/base/clock.h"
#include "engine/base/log.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

constexpr int kDamagedMax = 3;  // looks at a damaged batch before its partition stops
constexpr std::int64_t kRetryUs = 1'000'000;
constexpr std::int64_t kDeniedRetryUs = 30'000'000;

}  // namespace

void KafkaSource::Impl::release() {
  for (rd_kafka_message_t* message : held) rd_kafka_message_destroy(message);
  held.clear();
  records.clear();
  headers.clear();
  header_ranges.clear();
}

OwnedPartition* KafkaSource::Impl::find(const rd_kafka_message_t* message) {
  if (message->rkt == nullptr) return nullptr;
  if (message->rkt == last_topic && message->partition == last_partition) return last_owned;
  const auto topic = topic_index(rd_kafka_topic_name(message->rkt));
  if (!topic) return nullptr;
  const auto found = owned.find({*topic, message->partition});
  last_topic = message->rkt;
  last_partition = message->partition;
  last_owned = found == owned.end() ? nullptr : &found->second;
  return last_owned;
}

std::size_t KafkaSource::Impl::take_from_queue(Duration wait, std::size_t at, std::size_t count) {
  const auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  const ssize_t taken = rd_kafka_consume_batch_queue(queue.get(), static_cast<int>(wait_ms),
                                                     slots.data() + at, count);
  return taken > 0 ? static_cast<std::size_t>(taken) : 0;
}

// The library waits until it has all that is asked for, or its time is over. So the first record is
// asked for alone: what comes then waits for others only as long as gathering may take.
std::size_t KafkaSource::Impl::fetch(Duration wait, std::size_t records_max) {
  if (slots.size() < records_max) slots.resize(records_max);
  std::size_t count = take_from_queue(wait, 0, 1);
  if (count > 0 && records_max > 1)
    count += take_from_queue(options.gather_max, 1, records_max - 1);
  last_topic = nullptr;  // partitions may have come or gone meanwhile
  for (std::size_t i = 0; i < count; ++i) {
    rd_kafka_message_t* message = slots[i];
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      take_record(message);
    } else {
      take_error(message);
      rd_kafka_message_destroy(message);
    }
  }
  if (!records.empty()) heard();
  bind_headers();
  return count;
}

/// A record that may be handed out is one of a partition that is ours now, at the offset we wait
/// for or beyond a hole. What was fetched before a revocation in the same call finds no partition
/// here, or one that begins where the log ends.
void KafkaSource::Impl::take_record(rd_kafka_message_t* message) {
  internal::MessageHandle owner(message);
  OwnedPartition* p = find(message);
  if (p == nullptr || p->blocked()) {
    ++counts.dropped_not_ours;
    return;
  }
  if (p->mark != 0 && !check_mark(*p, message)) return;
  if (p->next != internal::kOffsetUnknown && message->offset < p->next) {
    ++counts.dropped_below_next;
    return;
  }
  p->next = p->position = message->offset + 1;
  p->attempts = p->damaged = 0;
  IncomingRecord incoming;
  incoming.partition = p->number;
  const std::size_t before = headers.size();
  incoming.record = internal::read_message(*message, headers);
  incoming.record.partition = p->name;
  header_ranges.emplace_back(before, headers.size() - before);
  records.push_back(incoming);
  held.push_back(owner.release());
  ++counts.records;
}

/// Only now, because the headers of all records share one vector that grows.
void KafkaSource::Impl::bind_headers() {
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].record.headers = {headers.data() + header_ranges[i].first, header_ranges[i].second};
  }
}

/// The record before `next`, fetched once more, tells whether this is the topic that the log has
/// read. False: it was that record, and it is used up.
bool KafkaSource::Impl::check_mark(OwnedPartition& p, const rd_kafka_message_t* message) {
  const std::int64_t expected = std::exchange(p.mark, 0);
  if (message->offset >= p.next) return true;  // compacted away, or a marker: nothing to compare
  if (message->offset == p.next - 1 && internal::appended_at(*message).us != expected) {
    stop(p, StopReason::kTopicReplaced,
         fmt::format(
             "the record at offset {} is not the one that the log has read: the topic was made "
             "anew; accept the gap to read it from its first record",
             message->offset));
    reassign_needed = true;  // takes it out of the assignment
  }
  return false;
}

void KafkaSource::Impl::take_error(const rd_kafka_message_t* message) {
  const std::string text = rd_kafka_message_errstr(message) == nullptr
                               ? std::string(rd_kafka_err2str(message->err))
                               : std::string(rd_kafka_message_errstr(message));
  OwnedPartition* p = find(message);
  switch (message->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      heard();
      if (p == nullptr || p->blocked()) return;
      p->met_end = true;
      p->position = std::max(p->position, message->offset);
      p->end = std::max(p->end, message->offset);
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      topic_vanished = true;
      if (message->rkt != nullptr) {
        if (const auto topic = topic_index(rd_kafka_topic_name(message->rkt))) {
          topics[*topic].present = false;
          topics[*topic].reason = StopReason::kTopicMissing;
          topics[*topic].detail =
              fmt::format("topic {} does not exist", options.topics[*topic].name);
        }
      }
      break;
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: brokers_down = true; break;
    default: break;
  }
  last_error = text;
  const bool of_partition = p != nullptr && message->partition >= 0;
  if (of_partition) {
    partition_error(*p, message->err, text);
  } else {
    log_warn("kafka group {}: {}", options.group, text);
  }
}

void KafkaSource::Impl::partition_error(OwnedPartition& p, rd_kafka_resp_err_t code,
                                        const std::string& text) {
  const std::int64_t now = steady_now_us();
  if (p.stopped != StopReason::kNone) return;
  switch (code) {
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR__NO_OFFSET:
      // The library also says so when a connection broke at the wrong moment: the broker's range
      // decides.
      p.retry_at_us = now;
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      p.retry_at_us = now + kRetryUs;
      stop(p, StopReason::kTopicMissing,
           "the topic or partition is gone from the broker; it is looked for every second");
      return;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      p.retry_at_us = now + kDeniedRetryUs;
      stop(p, StopReason::kNotAuthorised,
           "the broker does not let us read it; grant this user Read on the topic");
      return;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
      // The library would go on behind the batch: its records would be lost without a word.
      if (++p.damaged < kDamagedMax) {
        p.retry_at_us = now + kRetryUs;
        return;
      }
      stop(p, StopReason::kPoisonBatch,
           fmt::format("the batch at offset {} cannot be read ({}); repair it or delete the "
                       "records up to "
                       "its end on the broker, then accept the gap",
                       p.next, text));
      reassign_needed = true;
      return;
    default: log_warn("kafka {}: {}", p.name, text);
  }
}

}  // namespace tenure
