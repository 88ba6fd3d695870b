#include "engine/base/assert.h"
#include "engine/reference/internal/calendar_hours.h"
#include "engine/reference/internal/entry_reader.h"
#include "engine/reference/internal/reference_parts.h"
#include "engine/reference/reference.h"

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>

namespace tenure {

using reference_internal::Entry;

namespace {

bool overrides_later(const Entry* a, const Entry* b) {
  return a->effective_at != b->effective_at ? a->effective_at < b->effective_at
                                            : a->sequence < b->sequence;
}

bool has_content(const Entry& entry) { return entry.kind != EventType::kSourceWentLive; }

bool uses_calendar(const Profile& profile, const std::string& calendar) {
  return profile.calendar.name == calendar;
}

bool mutes_on(const Profile& profile, const std::string& feed) {
  return std::any_of(profile.rules.begin(), profile.rules.end(), [&](const Rule& rule) {
    return std::find(rule.mute_on_gap.begin(), rule.mute_on_gap.end(), feed) !=
           rule.mute_on_gap.end();
  });
}

}  // namespace

struct ReferenceHistory::Impl {
  // The last few answers: live reviews, a query of the past and a rebuild ask for nearby instants
  // each.
  static constexpr std::size_t kAnswersKept = 8;
  struct Answers {
    std::array<ReferencePtr, kAnswersKept> kept;
    std::size_t next = 0;
  };

  explicit Impl(const SignalCatalog& known) : catalog(known) {}

  ReferencePtr answer(Instant now, bool as_known) const;
  void mark_initial();
  void mark_moves(Entry& entry) const;
  bool region_used(const Profile& profile, const std::string& region) const;
  Change change_of(const Entry& entry) const;

  const SignalCatalog& catalog;
  mutable std::mutex mutex;
  std::deque<Entry> entries;               // in the order of application; addresses stay
  std::vector<const Entry*> by_effective;  // those with content, in overriding order
  mutable reference_internal::CalendarCache calendars;
  mutable std::array<Answers, 2> answers;
};

ReferenceHistory::ReferenceHistory(const SignalCatalog& catalog)
    : impl_(std::make_unique<Impl>(catalog)) {}
ReferenceHistory::~ReferenceHistory() = default;

// What a new log begins with holds for all time: the initial rules, and the calendars and holidays
// without a date that were recorded with them or before.
void ReferenceHistory::Impl::mark_initial() {
  Instant until = Instant::always();
  for (const Entry& entry : entries)
    if (entry.kind == EventType::kRulesActivated && entry.initial)
      until = std::max(until, entry.recorded_at);
  for (Entry& entry : entries)
    if ((entry.kind == EventType::kCalendarDefined || entry.kind == EventType::kHolidaysDefined) &&
        entry.effective_at == Instant::always() && entry.recorded_at <= until)
      entry.initial = true;
}

void ReferenceHistory::Impl::mark_moves(Entry& entry) const {
  if (entry.kind != EventType::kRulesActivated) return;
  entry.moves_accounts = true;
  for (const Entry* earlier : by_effective)
    if (earlier->kind == EventType::kRulesActivated && earlier->name == entry.name &&
        earlier != &entry)
      entry.moves_accounts = earlier->profile->sectors != entry.profile->sectors;
}

Result<void> ReferenceHistory::apply(const Event& event, Instant recorded_at, Sequence sequence) {
  TENURE_TRY_ASSIGN(Entry entry,
                    reference_internal::read_entry(event, recorded_at, sequence, impl_->catalog));
  if (entry.kind == EventType::kOffsetGapAccepted) return ok();
  const std::lock_guard lock(impl_->mutex);
  impl_->mark_moves(entry);
  impl_->entries.push_back(std::move(entry));
  Entry& added = impl_->entries.back();
  if (has_content(added)) {
    auto& sorted = impl_->by_effective;
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), &added, overrides_later), &added);
  }
  impl_->mark_initial();
  impl_->answers = {};
  return ok();
}

ReferencePtr ReferenceHistory::Impl::answer(Instant now, bool as_known) const {
  const std::lock_guard lock(mutex);
  Answers& recent = answers[as_known ? 1 : 0];
  for (const ReferencePtr& kept : recent.kept)
    if (kept != nullptr && kept->valid_from() <= now && now < kept->valid_until()) return kept;
  std::vector<const Entry*> in_force;
  Instant from = Instant::always();
  Instant until = Instant::never();
  for (const Entry* entry : by_effective) {
    const Instant begins = as_known ? entry->visible_at() : entry->effective_at;
    if (begins <= now) {
      in_force.push_back(entry);
      from = std::max(from, begins);
    } else {
      until = std::min(until, begins);
    }
  }
  auto made = reference_internal::assemble(in_force, calendars);
  made->valid_from = from;
  made->valid_until = until;
  auto& slot = recent.kept[recent.next];
  recent.next = (recent.next + 1) % kAnswersKept;
  slot = std::make_shared<const Reference>(std::move(made));
  return slot;
}

ReferencePtr ReferenceHistory::as_known(Instant now) const { return impl_->answer(now, true); }
ReferencePtr ReferenceHistory::as_was(Instant now) const { return impl_->answer(now, false); }

bool ReferenceHistory::Impl::region_used(const Profile& profile, const std::string& region) const {
  if (profile.calendar.name.empty()) return profile.calendar.holidays == region;
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.kind == EventType::kCalendarDefined && uses_calendar(profile, entry.name) &&
           entry.calendar.holidays == region;
  });
}

// Names a profile when any of its versions is touched: one too many costs a review that tells
// nothing.
ReferenceHistory::Change ReferenceHistory::Impl::change_of(const Entry& entry) const {
  Change change;
  change.at = entry.visible_at();
  change.cause = {entry.source, entry.id, entry.revision, entry.occurred_at};
  if (entry.kind == EventType::kSourceWentLive) change.partitions = {entry.name};
  if (entry.kind == EventType::kReportsToSet) change.owners = {entry.name};
  if (entry.kind == EventType::kRulesActivated) {
    change.all = entry.moves_accounts;
    if (!change.all) change.profiles = {entry.name};
    return change;
  }
  for (const Entry* rules : by_effective) {
    if (rules->kind != EventType::kRulesActivated) continue;
    const Profile& profile = *rules->profile;
    const bool touched =
        (entry.kind == EventType::kCalendarDefined && uses_calendar(profile, entry.name)) ||
        (entry.kind == EventType::kHolidaysDefined && region_used(profile, entry.name)) ||
        ((entry.kind == EventType::kSourceGapOpened || entry.kind == EventType::kSourceGapClosed) &&
         mutes_on(profile, entry.name));
    if (touched) change.profiles.push_back(profile.name);
  }
  std::sort(change.profiles.begin(), change.profiles.end());
  change.profiles.erase(std::unique(change.profiles.begin(), change.profiles.end()),
                        change.profiles.end());
  return change;
}

std::vector<ReferenceHistory::Change> ReferenceHistory::changes(Instant after,
                                                                Instant until) const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<const Entry*> found;
  for (const Entry& entry : impl_->entries)
    if (entry.visible_at() > after && entry.visible_at() <= until) found.push_back(&entry);
  std::stable_sort(found.begin(), found.end(), [](const Entry* a, const Entry* b) {
    return a->visible_at() < b->visible_at();
  });
  std::vector<Change> changes;
  changes.reserve(found.size());
  for (const Entry* entry : found) changes.push_back(impl_->change_of(*entry));
  return changes;
}

}  // namespace tenure
