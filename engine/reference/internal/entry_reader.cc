#include "engine/reference/internal/entry_reader.h"

#include "engine/reference/internal/calendar_hours.h"
#include "tenure/event/v1/reference.pb.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::reference_internal {
namespace {

namespace pb = event::v1;

Result<std::string> named(const std::string& text, std::string_view what) {
  if (text.empty() || text.size() > 256)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} has {} bytes; 1 to 256 are allowed", what, text.size()));
  return text;
}

Result<Instant> instant_of(std::int64_t us, std::string_view what) {
  const Instant instant{us};
  if (instant < kEarliestInstant || instant > kLatestInstant)
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{} lies outside the years 1900 to 2200; give microseconds since 1970", what));
  return instant;
}

// 0 stands for `otherwise`.
Result<Instant> effective(std::int64_t us, Instant otherwise) {
  if (us == 0) return otherwise;
  return instant_of(us, "effective_at_us");
}

Result<void> read(const pb::CalendarDefined& defined, Entry& entry) {
  TENURE_TRY_ASSIGN(entry.name, named(defined.calendar(), "the calendar's name"));
  TENURE_TRY_ASSIGN(entry.effective_at, effective(defined.effective_at_us(), Instant::always()));
  TENURE_TRY(check_zone(defined.zone()));
  TENURE_TRY(parse_hours(defined.hours()));
  entry.calendar.name = defined.calendar();
  entry.calendar.zone = defined.zone();
  entry.calendar.hours = defined.hours();
  entry.calendar.holidays = defined.holidays();
  return ok();
}

Result<void> read(const pb::HolidaysDefined& defined, Entry& entry) {
  TENURE_TRY_ASSIGN(entry.name, named(defined.region(), "the region"));
  TENURE_TRY_ASSIGN(entry.effective_at, effective(defined.effective_at_us(), Instant::always()));
  entry.days.reserve(static_cast<std::size_t>(defined.days_size()));
  for (const std::string& text : defined.days()) {
    TENURE_TRY_ASSIGN(const std::int64_t day, parse_day(text));
    entry.days.push_back(day);
  }
  std::sort(entry.days.begin(), entry.days.end());
  return ok();
}

Result<void> read(const pb::RulesActivated& activated, const SignalCatalog& catalog, Entry& entry) {
  TENURE_TRY_ASSIGN(entry.name, named(activated.profile(), "the profile's name"));
  entry.initial = activated.initial();
  TENURE_TRY_ASSIGN(entry.effective_at,
                    effective(activated.effective_at_us(),
                              entry.initial ? Instant::always() : entry.recorded_at));
  TENURE_TRY_ASSIGN(entry.profile,
                    compile_profile(activated.yaml(), activated.profile() + ".yaml", catalog));
  if (entry.profile->name != entry.name)
    return fail(ErrorCode::kInvalid, fmt::format("the event names profile '{}', its text '{}'",
                                                 entry.name, entry.profile->name));
  if (!activated.version().empty() && activated.version() != entry.profile->version)
    return fail(ErrorCode::kInvalid,
                fmt::format("the event names version {:.32}, its text has version {}",
                            activated.version(), entry.profile->version));
  return ok();
}

Result<void> read(const pb::ReportsToSet& set, Entry& entry) {
  TENURE_TRY_ASSIGN(entry.name, named(set.person(), "the person"));
  TENURE_TRY_ASSIGN(entry.effective_at, effective(set.effective_at_us(), entry.recorded_at));
  entry.manager = set.manager();
  return ok();
}

Result<void> read(const pb::AbsenceRecorded& recorded, Entry& entry) {
  TENURE_TRY_ASSIGN(entry.name, named(recorded.person(), "the person"));
  TENURE_TRY_ASSIGN(const Instant from, effective(recorded.from_us(), entry.recorded_at));
  TENURE_TRY_ASSIGN(const Instant until, effective(recorded.until_us(), Instant::never()));
  if (until <= from)
    return fail(ErrorCode::kInvalid, "until_us does not lie after the absence's beginning");
  if (recorded.cover() == recorded.person())
    return fail(ErrorCode::kInvalid, "cover names the person who is away");
  // One that is planned is known from when it was recorded on.
  entry.effective_at = std::min(from, entry.recorded_at);
  entry.absence = {entry.source, entry.id, entry.name, recorded.cover(), from, until};
  return ok();
}

Result<void> read(const pb::AbsenceEnded& ended, Entry& entry) {
  TENURE_TRY_ASSIGN(entry.name, named(ended.absence(), "the absence"));
  TENURE_TRY_ASSIGN(entry.absence.until, effective(ended.at_us(), entry.recorded_at));
  entry.effective_at = std::min(entry.absence.until, entry.recorded_at);
  entry.absence.source = ended.source().empty() ? entry.source : ended.source();
  entry.absence.id = entry.name;
  return ok();
}

}  // namespace

Result<Entry> read_entry(const Event& event, Instant recorded_at, Sequence sequence,
                         const SignalCatalog& catalog) {
  Entry entry;
  entry.kind = event.type;
  entry.source = std::string(event.source);
  entry.id = std::string(event.id);
  entry.revision = event.revision;
  entry.occurred_at = event.occurred_at;
  entry.recorded_at = recorded_at;
  entry.effective_at = recorded_at;
  entry.sequence = sequence;
  switch (event.type) {
    case EventType::kCalendarDefined:
      TENURE_TRY(read(event.read<pb::CalendarDefined>(), entry));
      break;
    case EventType::kHolidaysDefined:
      TENURE_TRY(read(event.read<pb::HolidaysDefined>(), entry));
      break;
    case EventType::kRulesActivated:
      TENURE_TRY(read(event.read<pb::RulesActivated>(), catalog, entry));
      break;
    case EventType::kReportsToSet: TENURE_TRY(read(event.read<pb::ReportsToSet>(), entry)); break;
    case EventType::kAbsenceRecorded:
      TENURE_TRY(read(event.read<pb::AbsenceRecorded>(), entry));
      break;
    case EventType::kAbsenceEnded: TENURE_TRY(read(event.read<pb::AbsenceEnded>(), entry)); break;
    case EventType::kSourceGapOpened: {
      const auto& opened = event.read<pb::SourceGapOpened>();
      TENURE_TRY_ASSIGN(entry.name, named(opened.feed(), "the feed"));
      TENURE_TRY_ASSIGN(entry.effective_at, instant_of(opened.from_us(), "from_us"));
      entry.reason = opened.reason();
      break;
    }
    case EventType::kSourceGapClosed: {
      const auto& closed = event.read<pb::SourceGapClosed>();
      TENURE_TRY_ASSIGN(entry.name, named(closed.feed(), "the feed"));
      TENURE_TRY_ASSIGN(entry.effective_at, instant_of(closed.until_us(), "until_us"));
      break;
    }
    case EventType::kSourceWentLive: {
      TENURE_TRY_ASSIGN(
          entry.name, named(event.read<pb::SourceWentLive>().partition(), "the source partition"));
      break;
    }
    case EventType::kOffsetGapAccepted: break;
    default:
      return fail(ErrorCode::kInvalid,
                  fmt::format("event type {} is no reference data", static_cast<int>(event.type)));
  }
  return entry;
}

}  // namespace tenure::reference_internal
