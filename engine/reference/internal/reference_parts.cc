#include "engine/reference/internal/reference_parts.h"

#include <date/date.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace tenure::reference_internal {
namespace {

std::int32_t year_of(std::int64_t day) {
  const date::sys_days at{date::days(static_cast<int>(day))};
  return static_cast<int>(date::year_month_day(at).year());
}

// Holidays of a region by year: a later definition replaces the years that it names.
using Years = std::map<std::int32_t, std::set<std::int64_t>>;

void define_holidays(const Entry& entry, Years& years) {
  std::set<std::int32_t> replaced;
  for (const std::int64_t day : entry.days) {
    const std::int32_t year = year_of(day);
    if (replaced.insert(year).second) years[year].clear();
    years[year].insert(day);
  }
}

std::vector<std::string> texts_of(const Years& years) {
  std::vector<std::string> days;
  for (const auto& [year, in_year] : years)
    for (const std::int64_t day : in_year)
      days.push_back(date::format("%F", date::sys_days{date::days(static_cast<int>(day))}));
  return days;
}

void take_gap(const Entry& entry, std::vector<SourceGap>& gaps) {
  const auto open = std::find_if(gaps.begin(), gaps.end(), [&](const SourceGap& gap) {
    return gap.feed == entry.name && gap.until == Instant::never();
  });
  if (entry.kind == EventType::kSourceGapOpened) {
    if (open == gaps.end())
      gaps.push_back({entry.name, entry.reason, entry.effective_at, Instant::never()});
  } else if (open != gaps.end()) {
    open->until = entry.effective_at;
    if (open->until <= open->from) gaps.erase(open);
  }
}

// Recorded again under its name, an absence takes the place of what was known of it.
void take_absence(const Entry& entry, std::vector<Absence>& absences) {
  const auto same = [&](const Absence& known) {
    return known.source == entry.absence.source && known.id == entry.absence.id;
  };
  const auto found = std::find_if(absences.begin(), absences.end(), same);
  if (found == absences.end()) {
    absences.push_back(entry.absence);
  } else {
    *found = entry.absence;
  }
}

// Ends come after all that they may end, however their instants lie.
void end_absences(const std::vector<const Entry*>& in_force, std::vector<Absence>& absences) {
  for (const Entry* entry : in_force) {
    if (entry->kind != EventType::kAbsenceEnded) continue;
    for (Absence& known : absences)
      if (known.source == entry->absence.source && known.id == entry->absence.id)
        known.until = std::min(known.until, entry->absence.until);
  }
  std::sort(absences.begin(), absences.end(), [](const Absence& a, const Absence& b) {
    return std::tie(a.from, a.person, a.source, a.id) < std::tie(b.from, b.person, b.source, b.id);
  });
}

std::shared_ptr<const Calendar> calendar_for(const CalendarSpec& spec,
                                             const std::map<std::string, Years>& regions,
                                             CalendarCache& cache) {
  std::vector<std::string> days;
  if (const auto region = regions.find(spec.holidays); region != regions.end())
    days = texts_of(region->second);
  std::string key = spec.zone + '\n' + spec.hours + '\n';
  for (const std::string& day : days) key += day;
  auto& made = cache[key];
  if (made == nullptr) {
    auto calendar = Calendar::make(spec.zone, spec.hours, days);
    // A spec was checked when its event was applied; a zone that has vanished since leaves plain
    // time.
    made = calendar ? *calendar : Calendar::round_the_clock();
  }
  return made;
}

}  // namespace

std::unique_ptr<Reference::Impl> assemble(const std::vector<const Entry*>& in_force,
                                          CalendarCache& cache) {
  auto made = std::make_unique<Reference::Impl>();
  std::map<std::string, Years> regions;
  std::map<std::string, CalendarSpec> named;
  for (const Entry* entry : in_force) {
    made->position = std::max(made->position, entry->sequence);
    switch (entry->kind) {
      case EventType::kCalendarDefined: named[entry->name] = entry->calendar; break;
      case EventType::kHolidaysDefined: define_holidays(*entry, regions[entry->name]); break;
      case EventType::kRulesActivated: made->profiles[entry->name] = entry->profile; break;
      case EventType::kReportsToSet: made->manager_of[entry->name] = entry->manager; break;
      case EventType::kAbsenceRecorded: take_absence(*entry, made->absences); break;
      case EventType::kSourceGapOpened:
      case EventType::kSourceGapClosed: take_gap(*entry, made->gaps); break;
      default: break;
    }
  }
  end_absences(in_force, made->absences);
  std::sort(made->gaps.begin(), made->gaps.end(), [](const SourceGap& a, const SourceGap& b) {
    return std::tie(a.from, a.feed) < std::tie(b.from, b.feed);
  });
  for (const auto& [name, profile] : made->profiles) {
    // Of two profiles that claim a sector the first by name has it.
    for (const std::string& sector : profile->sectors)
      made->by_sector.emplace(sector, profile.get());
    CalendarSpec spec = profile->calendar;
    if (const auto found = named.find(spec.name); found != named.end()) spec = found->second;
    made->calendars.emplace_back(profile.get(), calendar_for(spec, regions, cache));
  }
  return made;
}

}  // namespace tenure::reference_internal
