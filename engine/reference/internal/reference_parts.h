// engine/reference/internal/reference_parts.h
//
// What ReferenceHistory keeps of each event, and what a Reference is made of.
#pragma once

#include "engine/reference/reference.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tenure {

namespace reference_internal {

/// One reference event. `kind` says which of the parts are set.
struct Entry {
  EventType kind = EventType::kNone;
  std::string source;
  std::string id;
  std::uint32_t revision = 0;
  Instant occurred_at;
  Instant recorded_at;
  Sequence sequence = 0;
  Instant effective_at;  // always() = it holds for all time
  bool initial = false;  // known for all time as well

  std::string name;  // calendar, region, profile, person, feed, source partition, absence
  std::string manager;
  std::string reason;  // of a gap
  CalendarSpec calendar;
  Absence absence;                 // of an end: its source, id and `until` alone
  std::vector<std::int64_t> days;  // holidays: local days, rising
  std::shared_ptr<const Profile> profile;
  bool moves_accounts = false;  // a profile's first version, or one with other sectors

  /// Reviews at this instant or later see it: after it was recorded, and not before it is
  /// effective.
  [[nodiscard]] Instant visible_at() const {
    if (initial) return effective_at;
    const Instant known{recorded_at.us + 1};
    return known < effective_at ? effective_at : known;
  }
};

/// Calendars by what they are made of, so that a new Reference rarely builds one.
using CalendarCache = std::map<std::string, std::shared_ptr<const Calendar>>;

}  // namespace reference_internal

struct Reference::Impl {
  Sequence position = 0;
  Instant valid_from = Instant::always();
  Instant valid_until = Instant::never();
  std::map<std::string, std::shared_ptr<const Profile>, std::less<>> profiles;
  std::map<std::string, const Profile*, std::less<>> by_sector;
  std::vector<std::pair<const Profile*, std::shared_ptr<const Calendar>>> calendars;
  std::map<std::string, std::string, std::less<>> manager_of;
  std::vector<SourceGap> gaps;    // by (from, feed)
  std::vector<Absence> absences;  // by (from, person)
};

namespace reference_internal {

/// What a set of entries says. They come in the order in which a later one overrides an earlier:
/// (effective_at, sequence).
std::unique_ptr<Reference::Impl> assemble(const std::vector<const Entry*>& in_force,
                                          CalendarCache& cache);

}  // namespace reference_internal
}  // namespace tenure
