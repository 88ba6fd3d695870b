// engine/query/acts.h
//
// What people do about alerts, write about accounts and say of their absences: checked, logged
// once, and folded before the answer comes, so that the next question sees it.
//
// Path:     connectors/http -> [Acts] -> engine/runtime
// Order:    one at a time; a repeat is known by its id before anything is logged.
// Threads:  any; waits until the event is synced.
// Errors:   kInvalid (which field, and what to do), kNotFound (no such account or alert),
//           kDuplicate (the id stands for another act), kBusy (the alert is over), kUnavailable
//           (the shard is still folding), kStopping.
#pragma once

#include "engine/runtime/engine.h"

#include <mutex>
#include <string>

namespace tenure::api::v1 {
class ActRequest;
class ActResponse;
class RecordRequest;
class RecordResponse;
}  // namespace tenure::api::v1

namespace tenure {

class Acts final {
 public:
  /// `engine` outlives this.
  explicit Acts(Engine& engine) : engine_(engine) {}

  Result<void> act(const api::v1::ActRequest& request, api::v1::ActResponse& out);
  Result<void> record(const api::v1::RecordRequest& request, api::v1::RecordResponse& out);

 private:
  struct Sent;
  Result<bool> log_once(Sent sent);
  Result<bool> log_absence(const api::v1::RecordRequest& request, std::string envelope,
                           Instant now);

  Engine& engine_;
  std::mutex one_at_a_time_;
};

/// True when the account has this very act already; `at_matters`: acts at another time are others.
/// kDuplicate: its id stands for another one.
Result<bool> repeats_earlier(const Engine& engine, AccountId account, const Event& event,
                             bool at_matters);

/// What the log said of one act. kDuplicate, kInvalid: it was not taken.
Result<bool> was_repeated(const std::vector<Verdict>& verdicts);

/// Waits until what is logged of a shard now is folded. kUnavailable: it takes too long.
Result<void> await_folded(const Engine& engine, ShardId shard);

}  // namespace tenure
