#include "engine/query/absences.h"

#include "engine/base/text.h"
#include "engine/query/account_rows.h"
#include "engine/query/act_texts.h"
#include "tenure/api/v1/act.pb.h"
#include "tenure/api/v1/common.pb.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

constexpr std::int64_t kBackDays = 31;
constexpr std::int64_t kAheadDays = 366;
constexpr std::int64_t kLongestDays = 366;
constexpr std::size_t kNameBytesMax = 200;

Error bad(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

// What is recorded at an instant is seen by those after it; whoever asks now sees it at once.
Instant seen_at(const Engine& engine, Instant now) {
  return std::max(now, engine.log().last_recorded_at() + Duration(1));
}

struct TimeAway {
  Instant from;
  Instant until;
};

Result<TimeAway> span_of(const msg::TakeLeave& away, Instant now) {
  TimeAway span{now, Instant::never()};
  if (!away.from().empty()) {
    const auto from = parse_instant(away.from());
    if (!from) return bad("away.from: " + from.error().message);
    if (*from < now - kDay * kBackDays || *from > now + kDay * kAheadDays)
      return bad("away.from: must lie at most " + std::to_string(kBackDays) + " days ago and " +
                 std::to_string(kAheadDays) + " days ahead");
    span.from = *from;
  }
  if (!away.until().empty()) {
    const auto until = parse_instant(away.until());
    if (!until) return bad("away.until: " + until.error().message);
    if (*until <= std::max(span.from, now))
      return bad("away.until: must lie after now and after the beginning");
    if (*until > span.from + kDay * kLongestDays)
      return bad("away.until: must lie at most " + std::to_string(kLongestDays) +
                 " days after the beginning");
    span.until = *until;
  }
  return span;
}

const std::string& person_of(const msg::RecordRequest& request) {
  return request.away().person().empty() ? request.actor() : request.away().person();
}

bool looks_after_something(const Engine& engine, const std::string& person) {
  bool found = false;
  for (std::uint16_t shard = 0; shard < engine.shards() && !found; ++shard)
    engine.with_shard(ShardId{shard}, [&](Shard& mine) {
      for (std::uint32_t number = 0; number < mine.accounts() && !found; ++number)
        found = mine.slot(number).brief.owner == person;
    });
  return found;
}

// The absence of a person that shares a moment with the span; null = none.
const Absence* overlapping(const Reference& reference, std::string_view person,
                           const TimeAway& span) {
  for (const Absence& known : reference.absences())
    if (known.person == person && known.from < known.until && known.from < span.until &&
        span.from < known.until)
      return &known;
  return nullptr;
}

std::string shown_span(const Absence& absence) {
  return "from " + to_string(absence.from) +
         (absence.until == Instant::never() ? "" : " until " + to_string(absence.until));
}

const Absence* find_absence(const Reference& reference, std::string_view id) {
  for (const Absence& known : reference.absences())
    if (known.id == id) return &known;
  return nullptr;
}

bool is_over(const Absence& absence, Instant now) {
  return absence.until <= std::max(absence.from, now);
}

Result<void> fill_leave(const msg::RecordRequest& request, Instant now, pb::AbsenceRecorded& out) {
  TENURE_TRY(check_line(person_of(request), "away.person", {1, kNameBytesMax}));
  const std::string& cover = request.away().cover();
  if (cover.empty()) return bad("away.cover: say who looks after the accounts meanwhile");
  TENURE_TRY(check_line(cover, "away.cover", {1, kNameBytesMax}));
  if (cover == person_of(request))
    return bad("away.cover: nobody covers for themselves; name somebody else");
  TENURE_TRY_ASSIGN(const TimeAway span, span_of(request.away(), now));
  out.set_person(person_of(request));
  out.set_cover(cover);
  // A repeat is the same act at another time, so "now" is the reader's to add.
  if (!request.away().from().empty()) out.set_from_us(span.from.us);
  if (!request.away().until().empty()) out.set_until_us(span.until.us);
  return ok();
}

}  // namespace

Result<void> check_known(const Engine& engine, Instant now, const std::string& person,
                         std::string_view field) {
  const ReferencePtr reference = engine.reference().as_known(seen_at(engine, now));
  if (reference->knows_person(person) || looks_after_something(engine, person)) return ok();
  return bad(std::string(field) + ": '" + shown_text(person) +
             "' looks after no account and stands in no reporting line; write the name as accounts "
             "do");
}

Covers::Covers(const Reference& reference, Instant now) {
  for (const Absence& absence : reference.absences()) {
    for (const Instant edge : {absence.from, absence.until})
      if (edge > now) valid_until_ = std::min(valid_until_, edge);
    if (reference.absence_of(absence.person, now) != &absence) continue;
    away_.push_back(
        {absence.person, std::string(reference.cover_of(absence.person, now)), absence.until});
  }
}

Covers Covers::now(const Engine& engine, Instant now) {
  const Instant seen = seen_at(engine, now);
  return Covers(*engine.reference().as_known(seen), seen);
}

const Away* Covers::of(std::string_view owner) const {
  const auto found = std::find_if(away_.begin(), away_.end(),
                                  [&](const Away& away) { return away.owner == owner; });
  return found == away_.end() ? nullptr : &*found;
}

std::vector<const Away*> Covers::by(std::string_view person) const {
  std::vector<const Away*> found;
  for (const Away& away : away_)
    if (!person.empty() && away.by == person) found.push_back(&away);
  return found;
}

bool Covers::looks_after(std::string_view person, std::string_view owner) const {
  if (person.empty() || person == owner) return true;
  const Away* away = of(owner);
  return away != nullptr && away->by == person;
}

void Covers::fill_cover(const Away& away, msg::Cover& out) {
  out.set_owner(away.owner);
  out.set_by(away.by);
  if (away.until != Instant::never()) out.set_until(to_string(away.until));
}

Result<std::optional<std::string>> absence_envelope(const Engine& engine,
                                                    const msg::RecordRequest& request,
                                                    Instant now) {
  if (!request.has_away() && !request.has_back()) return std::optional<std::string>();
  TENURE_TRY(check_act_id(request.id()));
  TENURE_TRY(check_actor(request.actor(), "writes"));
  if (!request.account().empty())
    return bad("account: leave it empty; an absence concerns all that somebody looks after");
  pb::Event event;
  event.set_source("tenure/acts");
  event.set_id(request.id());
  event.set_occurred_at_us(now.us);
  event.set_actor(request.actor());
  if (request.has_away()) {
    TENURE_TRY(fill_leave(request, now, *event.mutable_absence_recorded()));
    return std::optional<std::string>(event.SerializeAsString());
  }
  const std::string& id = request.back().absence();
  if (id.empty() || id.size() > 256)
    return bad("back.absence: say which, by the id that ListAbsences names");
  const ReferencePtr reference = engine.reference().as_known(seen_at(engine, now));
  const Absence* absence = find_absence(*reference, id);
  if (absence == nullptr)
    return fail(ErrorCode::kNotFound, "back.absence: there is no absence '" + shown_text(id) +
                                          "'; ListAbsences shows what there is");
  event.mutable_absence_ended()->set_absence(id);
  event.mutable_absence_ended()->set_source(absence->source);
  return std::optional<std::string>(event.SerializeAsString());
}

std::string who_is_away(const Engine& engine, const msg::RecordRequest& request) {
  if (request.has_away()) return person_of(request);
  if (!request.has_back()) return "";
  const ReferencePtr reference = engine.reference().as_known(seen_at(engine, engine.clock().now()));
  const Absence* absence = find_absence(*reference, request.back().absence());
  return absence == nullptr ? "" : absence->person;
}

Result<void> check_absence(const Engine& engine, const msg::RecordRequest& request, Instant now) {
  const Instant seen = seen_at(engine, now);
  const ReferencePtr reference = engine.reference().as_known(seen);
  if (request.has_back()) {
    const Absence* absence = find_absence(*reference, request.back().absence());
    if (absence != nullptr && !is_over(*absence, seen)) return ok();
    return fail(ErrorCode::kBusy, "back.absence: it is over already; nothing is left to end");
  }
  const std::string& person = person_of(request);
  const std::string& cover = request.away().cover();
  TENURE_TRY(check_known(engine, now, person, "away.person"));
  TENURE_TRY(check_known(engine, now, cover, "away.cover"));
  TENURE_TRY_ASSIGN(const TimeAway span, span_of(request.away(), now));
  if (const Absence* other = overlapping(*reference, person, span))
    return bad("away: '" + shown_text(person) + "' is away already " + shown_span(*other) +
               "; end that one first, or name another time");
  if (const Absence* other = overlapping(*reference, cover, span))
    return bad("away.cover: '" + shown_text(cover) + "' is away too " + shown_span(*other) +
               "; name somebody who is there");
  return ok();
}

Result<void> list_absences(const Engine& engine, const msg::ListAbsencesRequest& request,
                           msg::ListAbsencesResponse& out) {
  const Instant now = engine.clock().now();
  const Instant seen = seen_at(engine, now);
  fill_freshness(engine, now, *out.mutable_freshness());
  const ReferencePtr reference = engine.reference().as_known(seen);
  for (const Absence& absence : reference->absences()) {
    if (is_over(absence, seen) || (!request.person().empty() && absence.person != request.person()))
      continue;
    msg::Absence& one = *out.add_absences();
    one.set_id(absence.id);
    one.set_person(absence.person);
    one.set_cover(absence.cover);
    one.set_from(to_string(absence.from));
    if (absence.until != Instant::never()) one.set_until(to_string(absence.until));
    one.set_begun(absence.from <= seen);
  }
  return ok();
}

}  // namespace tenure
