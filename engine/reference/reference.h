// engine/reference/reference.h
//
// Facts about no account, as of an instant: calendars, profiles with their rules, organisation,
// source gaps, absences.
//
// Path:     the log's reference stream -> [ReferenceHistory] -> Reference -> signals, reviews,
//           views
// Order:    what is recorded at R is in force for reviews at instants after R, and never before its
//           effective_at; so the answer does not depend on how events of one instant were batched.
// Threads:  ReferenceHistory: one writer, any readers. Reference: immutable, shared.
#pragma once

#include "engine/base/result.h"
#include "engine/event/event.h"
#include "engine/reference/calendar.h"
#include "engine/reference/profile.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// A time that one of us is away, as it is recorded: it begins and ends by the clock alone.
struct Absence {
  std::string source;  // with `id`, of the event that recorded it
  std::string id;
  std::string person;
  std::string cover;  // empty = nobody
  Instant from;
  Instant until;  // the first instant back; never() = not said; by `from` = it never was
};

/// A time without a feed: what it would have brought is missing, and its silence says nothing.
struct SourceGap {
  std::string feed;
  std::string reason;  // in an operator's words; may be empty
  Instant from;
  Instant until;  // never() while it lasts
};

class Reference final {
 public:
  struct Impl;
  explicit Reference(std::unique_ptr<Impl> impl);
  ~Reference();

  /// The profile that an account names, else the one of its sector, else "default", else an empty
  /// one. Never null.
  [[nodiscard]] const Profile& profile(std::string_view name, std::string_view sector) const;
  [[nodiscard]] const Profile* find_profile(std::string_view name) const;
  /// Every profile in force, by name.
  [[nodiscard]] std::vector<const Profile*> profiles() const;
  /// The calendar of a profile, with its holidays. Always there.
  [[nodiscard]] const Calendar& calendar(const Profile& profile) const;
  /// Who `person` reports to; empty when nobody is named.
  [[nodiscard]] std::string_view manager_of(std::string_view person) const;
  /// The absence of `person` that lasts at `now`, of several the one begun last; null = none does.
  [[nodiscard]] const Absence* absence_of(std::string_view person, Instant now) const;
  /// Who covers for `person` at `now`, or who covers for them in turn; empty when the person is
  /// there or nobody does.
  [[nodiscard]] std::string_view cover_of(std::string_view person, Instant now) const;
  /// Every absence that is recorded, over or not, by (from, person).
  [[nodiscard]] const std::vector<Absence>& absences() const;
  /// Everybody who stands in the reporting lines, or manages somebody who does.
  [[nodiscard]] bool knows_person(std::string_view person) const;
  /// The instant until which a feed's silence says nothing, seen from `now`: never() while a gap is
  /// open, the gap's end plus its length for one that ended, `always()` when there is none that
  /// matters.
  [[nodiscard]] Instant muted_until(std::string_view feed, Instant now) const;

  /// Every gap that is recorded, over or not, by (from, feed).
  [[nodiscard]] const std::vector<SourceGap>& source_gaps() const;

  /// The reference stream's position that this rests on: every answer names it.
  [[nodiscard]] Sequence position() const;
  /// This Reference answers for instants in [valid_from, valid_until).
  [[nodiscard]] Instant valid_from() const;
  [[nodiscard]] Instant valid_until() const;

 private:
  std::unique_ptr<Impl> impl_;
};

using ReferencePtr = std::shared_ptr<const Reference>;

class ReferenceHistory final {
 public:
  explicit ReferenceHistory(const SignalCatalog& catalog);  // the catalog outlives the history
  ~ReferenceHistory();

  /// Takes a reference event of the log into account. kInvalid names what is wrong with it; the
  /// event is then kept but has no effect (rules are checked before they are activated; this is the
  /// second line).
  Result<void> apply(const Event& event, Instant recorded_at, Sequence sequence);

  /// As known: what was recorded before `now` and is effective by `now`.
  [[nodiscard]] ReferencePtr as_known(Instant now) const;
  /// As it was: what is effective by `now`, by all that is recorded.
  [[nodiscard]] ReferencePtr as_was(Instant now) const;

  /// An instant at which reference data change, and what they touch.
  struct Change {
    Instant at;                           // reviews at `at` or later see it
    EventRef cause;                       // borrowed from the history
    bool all = false;                     // every account
    std::vector<std::string> profiles;    // otherwise accounts of these profiles
    std::vector<std::string> owners;      // or owned by these people
    std::vector<std::string> partitions;  // or behind on these source partitions (source went live)
  };
  /// Changes with after < at <= until, by rising instant. References stay valid until the next
  /// apply().
  [[nodiscard]] std::vector<Change> changes(Instant after, Instant until) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
