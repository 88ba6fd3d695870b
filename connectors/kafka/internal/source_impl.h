// What stands behind a KafkaSource: one consumer at a time, and what is known of each partition.
//
// Everything but the status snapshot belongs to the ingest thread. librdkafka calls back
// (rebalance, errors, statistics) only inside rd_kafka_consume_batch_queue(), hence on that thread
// too.
#pragma once

#include "connectors/kafka/internal/handles.h"
#include "connectors/kafka/internal/lookup.h"
#include "connectors/kafka/kafka_source.h"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace tenure {

/// A partition that is ours, from ASSIGN to REVOKE.
struct OwnedPartition {
  std::uint32_t number = 0;
  std::string name;
  std::size_t topic = 0;  // index of options.topics
  std::int32_t partition = 0;
  // records below are dropped; unknown: `logical` applies
  std::int64_t next = internal::kOffsetUnknown;
  std::int64_t logical = RD_KAFKA_OFFSET_BEGINNING;
  // next, or the end where the reader has met it beyond records (markers, compaction)
  std::int64_t position = 0;
  std::int64_t target = internal::kOffsetUnknown;  // the end at assignment
  std::int64_t end = internal::kOffsetUnknown;     // the end as last heard
  bool met_end = false;                            // since assignment
  StopReason stopped = StopReason::kNone;
  std::string detail;
  std::int64_t retry_at_us = 0;  // when a transient stop is looked at again; 0 = never
  int attempts = 0;              // looks at the same trouble at `next`
  int damaged = 0;               // damaged batches met at `next`
  // expected timestamp of record next-1 in microseconds; 0 = not known
  std::int64_t mark = 0;
  std::int64_t committed = -1;

  /// Nothing that arrives may be handed out: later records would jump over the trouble.
  [[nodiscard]] bool blocked() const { return stopped != StopReason::kNone || retry_at_us != 0; }
};

struct TopicState {
  bool present = false;
  StopReason reason = StopReason::kTopicMissing;
  std::string detail;
  // when this process first looked: those beyond were added since
  std::int32_t partitions_first = 0;
  std::int32_t partitions_max = 0;  // the most seen: fewer means another topic of the same name
  bool shrunk = false;
  bool read_before = false;  // the log holds an offset of one of its partitions
};

struct KafkaSource::Impl {
  explicit Impl(KafkaSourceOptions o) : options(std::move(o)), topics(options.topics.size()) {}

  // consumer.cc: the consumer's life
  Result<void> check_config() const;
  Result<void> make_consumer();
  void drop_consumer(SourceListener* listener, Duration bound);
  [[nodiscard]] bool topics_stand() const;
  Result<void> subscribe_present();
  Result<void> fatal_error() const;

  // rebalance.cc: partitions come and go
  void on_rebalance(rd_kafka_resp_err_t kind, rd_kafka_topic_partition_list_t* list);
  void on_assign(rd_kafka_topic_partition_list_t* list);
  void on_revoke(const rd_kafka_topic_partition_list_t* list);
  void note_partition_counts();
  void decide_start(OwnedPartition& p, const std::optional<SourceOffset>& stored, std::int64_t low);
  void judge(OwnedPartition& p, std::int64_t low, std::int64_t end);
  void look_again(OwnedPartition& p);
  void reassign();
  void stop(OwnedPartition& p, StopReason reason, std::string detail);

  // fetch.cc: records and what comes in their place
  std::size_t take_from_queue(Duration wait, std::size_t at, std::size_t count);
  std::size_t fetch(Duration wait, std::size_t records_max);
  void take_record(rd_kafka_message_t* message);
  void take_error(const rd_kafka_message_t* message);
  void partition_error(OwnedPartition& p, rd_kafka_resp_err_t code, const std::string& text);
  bool check_mark(OwnedPartition& p, const rd_kafka_message_t* message);
  void bind_headers();
  void release();
  OwnedPartition* find(const rd_kafka_message_t* message);

  // watch.cc: what happens by the clock
  void housekeeping();
  void commit_synced();
  void on_statistics(std::string_view json);
  void watch_progress();
  void heard();
  void publish_status(bool at_once);

  [[nodiscard]] std::string name_of(std::size_t topic, std::int32_t partition) const;
  [[nodiscard]] std::optional<std::size_t> topic_index(std::string_view name) const;
  [[nodiscard]] OwnedPartition* owned_by_name(std::string_view name);

  KafkaSourceOptions options;
  std::vector<TopicState> topics;
  std::map<std::pair<std::size_t, std::int32_t>, OwnedPartition> owned;
  // Where never-read partitions began in this process, until the log can say: a rebalance must not
  // choose anew.
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> begun;
  std::map<std::string, std::int64_t, std::less<>> synced_offsets;
  std::set<std::uint32_t> free_numbers;
  std::uint32_t numbers_used = 0;
  KafkaSourceCounts counts;
  SourceListener* listener = nullptr;  // during poll() only

  // The consumer of the moment.
  internal::ClientHandle client;
  internal::QueueHandle queue;  // changed under wake_mutex
  std::mutex wake_mutex;        // lets other threads speak to `queue`
  std::atomic<bool> woken{false};
  bool cooperative = false;
  bool subscribed = false;
  bool assigned_once = false;   // the group has answered, be it with nothing
  bool topic_vanished = false;  // destroying this consumer may hang (librdkafka #4724)
  bool reassign_needed = false;
  bool brokers_down = false;
  bool closed = false;
  std::string last_error;  // the transport's last words, for kUnavailable

  // By the steady clock, in microseconds.
  std::int64_t topics_checked_us = 0;
  std::int64_t committed_us = 0;
  std::int64_t published_us = 0;
  std::int64_t progress_us = 0;  // a record, an end or an assignment
  std::int64_t answered_us = 0;  // any answer of any broker
  std::int64_t answers = -1;     // the statistics' count of them
  bool stalled = false;

  // What the last poll handed out.
  std::vector<rd_kafka_message_t*> slots;
  std::vector<rd_kafka_message_t*> held;
  std::vector<IncomingRecord> records;
  std::vector<RecordHeaderView> headers;
  std::vector<std::pair<std::size_t, std::size_t>> header_ranges;  // (first, count) by record
  const rd_kafka_topic_t* last_topic = nullptr;  // records come in runs of one partition
  std::int32_t last_partition = -1;
  OwnedPartition* last_owned = nullptr;

  mutable std::mutex status_mutex;  // guards the snapshot only
  std::vector<PartitionStatus> snapshot;
};

}  // namespace tenure
