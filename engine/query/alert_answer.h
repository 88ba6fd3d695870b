// engine/query/alert_answer.h
//
// An episode of the ledger as people see it: with the sentence and the evidence of the transition
// that raised it.
#pragma once

#include "engine/query/account_past.h"
#include "tenure/api/v1/alert.pb.h"

#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <string_view>
#include <tuple>

namespace tenure {

/// What decides an alert's place in lists, and where to find it again: the worst first, then the
/// longest open.
struct AlertPlace {
  Severity severity = Severity::kUnspecified;
  Instant since;
  std::string account;
  std::string rule;
  std::string subject;
  friend bool operator<(const AlertPlace& a, const AlertPlace& b) {
    return std::tie(b.severity, a.since, a.account, a.rule, a.subject) <
           std::tie(a.severity, b.since, b.account, b.rule, b.subject);
  }
};

/// "open", "acknowledged", "snoozed" (at `now`) or "cleared".
std::string_view alert_state(const Episode& episode, Instant now);

/// False while the transition that raised it is not synced.
bool is_shown(const Engine& engine, std::string_view account, const Episode& episode);

/// Fills what the ledger and the raising transition know.
Result<void> fill_alert(const Engine& engine, const AccountAt& account, const Episode& episode,
                        Instant now, api::v1::Alert& out);

/// The worst first, then the longest open, then by account and rule.
void sort_alerts(google::protobuf::RepeatedPtrField<api::v1::Alert>& alerts);

}  // namespace tenure
