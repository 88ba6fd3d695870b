// engine/query/timeline.h
//
// One account's past: its events newest first, what of it is still to be done, who the client's
// people are, and its health at instants.
//
// Path:     AccountHistory -> [Timeline] -> connectors/http
// Order:    events in the order of facts, newest first; what was taken back or superseded is left
//           out. Health as it was, by what is known now.
// Threads:  any.
// Errors:   kNotFound (no such account), kInvalid (which part of the request, and what to do).
#pragma once

#include "engine/query/queries.h"

namespace tenure::api::v1 {
class GetHealthHistoryRequest;
class GetHealthHistoryResponse;
class ListEventsRequest;
class ListEventsResponse;
class ListCommitmentsRequest;
class ListCommitmentsResponse;
class ListPeopleRequest;
class ListPeopleResponse;
}  // namespace tenure::api::v1

namespace tenure {

class Timeline final {
 public:
  /// `engine` outlives this.
  explicit Timeline(const Engine& engine) : engine_(engine) {}

  Result<void> events(const api::v1::ListEventsRequest& request,
                      api::v1::ListEventsResponse& out) const;
  Result<void> commitments(const api::v1::ListCommitmentsRequest& request,
                           api::v1::ListCommitmentsResponse& out) const;
  Result<void> people(const api::v1::ListPeopleRequest& request,
                      api::v1::ListPeopleResponse& out) const;
  Result<void> health(const api::v1::GetHealthHistoryRequest& request,
                      api::v1::GetHealthHistoryResponse& out) const;

 private:
  const Engine& engine_;
};

}  // namespace tenure
