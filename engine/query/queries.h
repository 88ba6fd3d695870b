// engine/query/queries.h
//
// Answers about accounts and alerts, now or as of an instant, as messages of proto/tenure/api/v1.
// No sockets here.
//
// Path:     engine/runtime -> [Queries] -> connectors/http, apps
// Order:    nothing is shown before it is synced: an alert appears once its transition is logged.
// Threads:  any; a shard stands still while one of its accounts is read.
// Errors:   kNotFound (no such account), kInvalid (a request that cannot be read: says which part,
//           and what to do).
#pragma once

#include "engine/query/json_text.h"
#include "engine/runtime/engine.h"

#include <memory>
#include <optional>
#include <string>

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace tenure::api::v1 {
class GetAccountResponse;
class ListAlertsRequest;
class ListAlertsResponse;
class ActRequest;
class RecordRequest;
class GetStatusResponse;
}  // namespace tenure::api::v1

namespace tenure {

struct AnswerNotes;

/// An instant of the past, and in which sense it is meant: as it was known then, or as it was by
/// what is known now.
struct AsOf {
  enum class Sense { kKnown, kWas } sense = Sense::kKnown;
  Instant at;
};

/// A hash over every account's facts, in account order: no positions, no recorded_at, no shard
/// count in it.
struct Digest {
  std::string hash;  // 64 hex digits
  std::uint64_t accounts = 0;
  std::uint64_t events = 0;  // effective events, each counted at its first account
};

class Queries final {
 public:
  /// `engine` outlives this.
  explicit Queries(Engine& engine) : engine_(engine) {}

  /// With `notes`: for how long the same answer may be given again, but for its freshness; and the
  /// facts as JSON where that is asked for.
  Result<void> account(AccountId account, std::optional<AsOf> as_of,
                       api::v1::GetAccountResponse& out, AnswerNotes* notes = nullptr) const;
  Result<void> alerts(const api::v1::ListAlertsRequest& request,
                      api::v1::ListAlertsResponse& out) const;
  /// Whether the alert that an act speaks of is there to be acted on, now and by these people.
  /// kNotFound: no such alert: what is open. kBusy: it is over. kInvalid: a date, or a person that
  /// nobody knows.
  Result<void> check_act(const api::v1::ActRequest& request) const;
  [[nodiscard]] Result<Digest> digest(std::optional<AsOf> as_of) const;
  void status(api::v1::GetStatusResponse& out) const;

 private:
  Engine& engine_;
};

/// An act as an event of source "tenure/acts", ready to be submitted. kInvalid: what is wrong with
/// the request.
Result<std::string> act_envelope(const api::v1::ActRequest& request, Instant now);

/// What somebody wrote down about an account as an event of source "tenure/acts", ready to be
/// submitted. `person_key` is the log's. kInvalid: what is wrong with the request.
Result<std::string> record_envelope(const api::v1::RecordRequest& request, Instant now,
                                    std::string_view person_key);

/// A rules file as a reference event. `initial`: in force for all time before as well.
Result<std::string> rules_envelope(std::string_view yaml, std::string_view file,
                                   const SignalCatalog& catalog, std::string_view actor,
                                   Instant now, bool initial);

/// What putting a rules file in force from now on takes.
struct RulesOrder {
  std::string profile;
  std::string version;
  std::optional<std::string> envelope;  // none: that very text is in force already
};
Result<RulesOrder> order_rules(const Engine& engine, std::string_view yaml, std::string_view file,
                               std::string_view actor);

}  // namespace tenure
