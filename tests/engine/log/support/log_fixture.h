// tests/engine/log/support/log_fixture.h
//
// Events made by hand, and a log over a memory disk that can be closed, crashed and opened again.
#pragma once

#include "engine/event/event_batch.h"
#include "engine/kv/memory_store.h"
#include "engine/log/event_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace tenure::test {

struct Draft {
  std::string source = "crm";
  std::string id;
  std::uint32_t revision = 0;
  std::vector<std::string> accounts = {"acme"};
  std::string text = "note";
  bool retracted = false;
  std::int64_t occurred_at_us = 1'700'000'000'000'000;
};

/// A note.added event; without an account and retracted if the draft says so.
std::string envelope_of(const Draft& draft);
/// What could not be read, at its place.
std::string quarantined_envelope(const std::string& source, const std::string& id);
/// A source gap of the reference stream.
std::string reference_envelope(const std::string& id);

EventBatch batch_of(const std::vector<Draft>& drafts);
EventBatch batch_of_envelopes(const std::vector<std::string>& envelopes);

inline Draft draft(std::string id, std::vector<std::string> accounts = {"acme"},
                   std::string text = "note", std::uint32_t revision = 0) {
  Draft out;
  out.id = std::move(id);
  out.accounts = std::move(accounts);
  out.text = std::move(text);
  out.revision = revision;
  return out;
}

/// Some account of `shard` in a log of `shards`.
std::string account_in(std::uint16_t shard, std::uint16_t shards);

class LogTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    auto opened = try_open();
    ASSERT_TRUE(opened) << opened.error().message;
    log = std::move(*opened);
  }
  Result<std::unique_ptr<EventLog>> try_open(bool read_only = false) {
    TENURE_TRY_ASSIGN(auto store, open_memory_store(disk, log_store_options(read_only)));
    LogOptions options = log_options;
    options.read_only = read_only;
    return EventLog::open(std::move(store), options);
  }
  void reopen() {
    log.reset();
    open();
  }
  /// The power fails, and comes back.
  void crash() {
    lose_unsynced(*disk);
    log.reset();
    open();
  }
  /// Appends at `at`, which must succeed.
  AppendOutcome append(const std::vector<Draft>& drafts, std::int64_t at_us = 1'000'000,
                       std::vector<SourceOffset> offsets = {},
                       std::vector<Verdict>* verdicts = nullptr) {
    const EventBatch batch = batch_of(drafts);
    auto outcome = log->append(batch.events(), offsets, Instant{at_us}, 0, verdicts);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *outcome : AppendOutcome{};
  }
  /// Every event of a shard, as "id/revision" in order of position.
  std::vector<std::string> ids_of(ShardId shard);
  /// The event at a position. The block stays in `held`.
  const LoggedEvent& at(ShardId shard, Sequence sequence);

  LogOptions log_options;
  std::shared_ptr<MemoryDisk> disk = make_memory_disk();
  std::unique_ptr<EventLog> log;
  std::vector<BlockPtr> held;
};

}  // namespace tenure::test
