// engine/query/absences.h
//
// Who of us is away, and who covers: what acts about absences must satisfy, and what lists and
// alerts show of them.
//
// Path:     the reference stream -> ReferenceHistory -> [Covers] -> lists, alerts, accounts
// Order:    an absence begins and ends by the engine's clock; one just recorded counts at once.
// Threads:  Covers is a value of one question; the functions from any.
// Errors:   kInvalid (which field, and what to do), kNotFound (no such absence).
#pragma once

#include "engine/runtime/engine.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::api::v1 {
class Cover;
class ListAbsencesRequest;
class ListAbsencesResponse;
class RecordRequest;
}  // namespace tenure::api::v1

namespace tenure {

/// Somebody who is away.
struct Away {
  std::string owner;
  std::string by;  // empty = nobody covers
  Instant until;   // never() = not said
};

class Covers final {
 public:
  Covers(const Reference& reference, Instant now);
  /// As known to the engine at `now`, or a moment later where something was recorded since.
  static Covers now(const Engine& engine, Instant now);

  /// Null when the owner is there.
  [[nodiscard]] const Away* of(std::string_view owner) const;
  /// Those whom `person` covers for.
  [[nodiscard]] std::vector<const Away*> by(std::string_view person) const;
  /// True when accounts of `owner` are for `person` to look after: their own, or covered. Empty
  /// `person` = everybody.
  [[nodiscard]] bool looks_after(std::string_view person, std::string_view owner) const;

  /// Until when this is so, if nothing is recorded meanwhile.
  [[nodiscard]] Instant valid_until() const { return valid_until_; }

  /// Fills `out.cover` when the owner is away.
  template <class Message>
  void fill(std::string_view owner, Message& out) const {
    if (const Away* away = of(owner)) fill_cover(*away, *out.mutable_cover());
  }
  static void fill_cover(const Away& away, api::v1::Cover& out);

 private:
  std::vector<Away> away_;  // few
  Instant valid_until_ = Instant::never();
};

/// An absence, or its end, as an event of source "tenure/acts", ready to be submitted; nullopt when
/// the request is about something else.
Result<std::optional<std::string>> absence_envelope(const Engine& engine,
                                                    const api::v1::RecordRequest& request,
                                                    Instant now);

/// Whose absence the request records or ends; empty: it is about something else, or about an
/// absence that is not there.
std::string who_is_away(const Engine& engine, const api::v1::RecordRequest& request);

/// What must hold when it is logged: people that are known, and there at the time.
Result<void> check_absence(const Engine& engine, const api::v1::RecordRequest& request,
                           Instant now);

/// Of us: somebody who looks after an account or stands in the reporting lines. kInvalid: nobody
/// knows them; `field` is named.
Result<void> check_known(const Engine& engine, Instant now, const std::string& person,
                         std::string_view field);

/// Absences that are not over.
Result<void> list_absences(const Engine& engine, const api::v1::ListAbsencesRequest& request,
                           api::v1::ListAbsencesResponse& out);

}  // namespace tenure
