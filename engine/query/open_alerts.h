// engine/query/open_alerts.h
//
// The alerts that are open, for those who ask again whenever one moved: an account is read again
// only when something of it did.
//
// Order:    as Queries::alerts(): the worst first, then the longest open.
// Threads:  any; one at a time goes on.
// Lifetime: the engine outlives it. It keeps the alerts of accounts that have some, and no others.
#pragma once

#include "engine/query/alert_answer.h"
#include "tenure/api/v1/subscription.pb.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

class OpenAlerts final {
 public:
  explicit OpenAlerts(const Engine& engine) : engine_(engine) {}

  /// Those of accounts that `owner` looks after (empty = all), `alerts_max` at most, and how many
  /// there are.
  Result<void> list(std::string_view owner, std::size_t alerts_max,
                    api::v1::WatchAlertsResponse& out);

 private:
  struct OpenAlert {
    AlertPlace place;
    std::string owner;  // of the account
    api::v1::Alert answer;
  };
  struct OfAccount {
    AnswerStamp stamp;
    std::vector<OpenAlert> alerts;
  };
  Result<void> read(const std::string& account, Instant now, OfAccount& out) const;

  const Engine& engine_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, OfAccount> accounts_;
};

}  // namespace tenure
