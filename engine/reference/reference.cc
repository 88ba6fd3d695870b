#include "engine/reference/reference.h"

#include "engine/reference/internal/reference_parts.h"

#include <algorithm>

namespace tenure {
namespace {

const Profile kNoProfile;
// Those who cover for each other in a circle end here too.
constexpr int kCoversInTurnMax = 8;

}  // namespace

Reference::Reference(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reference::~Reference() = default;

const Profile* Reference::find_profile(std::string_view name) const {
  const auto found = impl_->profiles.find(name);
  return found == impl_->profiles.end() ? nullptr : found->second.get();
}

std::vector<const Profile*> Reference::profiles() const {
  std::vector<const Profile*> all;
  for (const auto& [name, profile] : impl_->profiles) all.push_back(profile.get());
  return all;
}

const Profile& Reference::profile(std::string_view name, std::string_view sector) const {
  if (!name.empty())
    if (const Profile* named = find_profile(name); named != nullptr) return *named;
  if (!sector.empty()) {
    const auto found = impl_->by_sector.find(sector);
    if (found != impl_->by_sector.end()) return *found->second;
  }
  const Profile* usual = find_profile("default");
  return usual != nullptr ? *usual : kNoProfile;
}

const Calendar& Reference::calendar(const Profile& profile) const {
  for (const auto& [known, calendar] : impl_->calendars)
    if (known == &profile) return *calendar;
  static const std::shared_ptr<const Calendar> always_open = Calendar::round_the_clock();
  return *always_open;
}

std::string_view Reference::manager_of(std::string_view person) const {
  const auto found = impl_->manager_of.find(person);
  return found == impl_->manager_of.end() ? std::string_view() : std::string_view(found->second);
}

const Absence* Reference::absence_of(std::string_view person, Instant now) const {
  const Absence* found = nullptr;
  for (const Absence& absence : impl_->absences)
    if (absence.person == person && absence.from <= now && now < absence.until) found = &absence;
  return found;
}

std::string_view Reference::cover_of(std::string_view person, Instant now) const {
  const Absence* absence = absence_of(person, now);
  for (int step = 0; absence != nullptr && step < kCoversInTurnMax; ++step) {
    const std::string_view cover = absence->cover;
    if (cover.empty() || cover == person) return {};
    absence = absence_of(cover, now);
    if (absence == nullptr) return cover;
  }
  return {};
}

const std::vector<Absence>& Reference::absences() const { return impl_->absences; }

bool Reference::knows_person(std::string_view person) const {
  return std::any_of(impl_->manager_of.begin(), impl_->manager_of.end(), [&](const auto& line) {
    return line.first == person || line.second == person;
  });
}

Instant Reference::muted_until(std::string_view feed, Instant now) const {
  Instant until = Instant::always();
  for (const SourceGap& gap : impl_->gaps) {
    if (gap.feed != feed || gap.from > now) continue;
    if (gap.until > now)
      return gap.until == Instant::never() ? gap.until : gap.until + (gap.until - gap.from);
    const Instant settled = gap.until + (gap.until - gap.from);
    if (settled > now) until = std::max(until, settled);
  }
  return until;
}

const std::vector<SourceGap>& Reference::source_gaps() const { return impl_->gaps; }

Sequence Reference::position() const { return impl_->position; }
Instant Reference::valid_from() const { return impl_->valid_from; }
Instant Reference::valid_until() const { return impl_->valid_until; }

}  // namespace tenure
