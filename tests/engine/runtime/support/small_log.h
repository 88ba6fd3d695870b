// tests/engine/runtime/support/small_log.h
//
// A log in memory, and events put into it one append at a time.
#pragma once

#include "engine/kv/memory_store.h"
#include "engine/log/event_log.h"
#include "tenure/event/v1/event.pb.h"
#include "tests/support/event_builder.h"

#include <memory>
#include <string>
#include <vector>

namespace tenure::testing {

constexpr Instant kStart{1'767'225'600'000'000};  // 2026-01-01

class SmallLog {
 public:
  explicit SmallLog(std::uint16_t shards = 1) {
    auto store = open_memory_store(make_memory_disk(), log_store_options());
    LogOptions options;
    options.shards = shards;
    auto opened = EventLog::open(std::move(*store), options);
    EXPECT_TRUE(opened) << opened.error().message;
    log_ = std::move(*opened);
  }

  AppendOutcome append(const EventBuilder& event, Instant recorded_at = kStart) {
    EventBatch batch;
    event.add_to(batch);
    const SourceOffset offset{"test", ++offset_, 0};
    auto outcome = log_->append(batch.events(), {&offset, 1}, recorded_at);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return std::move(*outcome);
  }

  EventLog& operator*() { return *log_; }
  EventLog* operator->() { return log_.get(); }

 private:
  std::unique_ptr<EventLog> log_;
  std::int64_t offset_ = 0;
};

inline EventBuilder call(const std::string& id, std::int64_t duration_s) {
  pb::CallCompleted payload;
  payload.set_duration_s(duration_s);
  EventBuilder event("crm", id);
  event.account("acc-1").at(kStart).payload(payload);
  return event;
}

}  // namespace tenure::testing
