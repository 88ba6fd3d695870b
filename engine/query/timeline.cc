#include "engine/query/timeline.h"

#include "engine/base/text.h"
#include "engine/event/render.h"
#include "engine/query/account_past.h"
#include "engine/query/account_rows.h"
#include "engine/query/account_story.h"
#include "engine/query/search_words.h"
#include "tenure/api/v1/timeline.pb.h"

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

bool wanted(const msg::ListEventsRequest& request, const Event& event, std::string_view sentence) {
  const std::string_view type = to_string(event.type);
  const auto begins = [&](const std::string& prefix) {
    return type.substr(0, prefix.size()) == prefix;
  };
  if (!request.types().empty() &&
      std::none_of(request.types().begin(), request.types().end(), begins))
    return false;
  if (!request.source().empty() && event.source != request.source()) return false;
  if (!request.person().empty() &&
      std::none_of(event.persons.begin(), event.persons.end(),
                   [&](const PersonView& person) { return person.surrogate == request.person(); }))
    return false;
  return lower_case(sentence).find(lower_case(request.search())) != std::string::npos;
}

// The signal whose part of the score moved most.
void fill_driver(const SignalCatalog& catalog, const Health& before, const Health& after,
                 msg::HealthPoint& out) {
  for (const Contribution& part : after.contributions) {
    std::int64_t was = 0;
    for (const Contribution& old : before.contributions)
      if (old.signal == part.signal) was = old.share_milli;
    const std::int64_t change = part.share_milli - was;
    if (std::abs(change) <= std::abs(out.driver_change_milli())) continue;
    out.set_driver(std::string(catalog.spec(part.signal).name));
    out.set_driver_change_milli(change);
  }
}

}  // namespace

Result<void> Timeline::events(const msg::ListEventsRequest& request,
                              msg::ListEventsResponse& out) const {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 50, 500));
  if (request.account().empty()) return fail(ErrorCode::kInvalid, "account: say which");
  if (request.search().size() > 200) return fail(ErrorCode::kInvalid, "search: at most 200 bytes");
  fill_freshness(engine_, engine_.clock().now(), *out.mutable_freshness());
  TENURE_TRY_ASSIGN(const Story story, read_story(engine_, AccountId(request.account())));
  const auto& events = story.events();
  auto at = events.rbegin();
  if (!request.page_token().empty()) {
    at = std::find_if(events.rbegin(), events.rend(), [&](const LoggedEvent* event) {
      return to_string(event->position) == request.page_token();
    });
    if (at == events.rend())
      return fail(ErrorCode::kInvalid,
                  "page_token: the event it stood at is not there; begin without one");
    ++at;
  }
  const LoggedEvent* last = nullptr;
  for (; at != events.rend(); ++at) {
    std::string sentence = render_sentence((*at)->event);
    if (!wanted(request, (*at)->event, sentence)) continue;
    if (static_cast<std::size_t>(out.events_size()) == kept) {
      out.set_next_page_token(to_string(last->position));
      break;
    }
    fill_event(**at, std::move(sentence), *out.add_events());
    last = *at;
  }
  out.mutable_freshness()->set_position(to_string(story.position));
  return {};
}

// One pass over the history: facts grow event by event, and are asked at each instant.
Result<void> Timeline::health(const msg::GetHealthHistoryRequest& request,
                              msg::GetHealthHistoryResponse& out) const {
  if (request.account().empty()) return fail(ErrorCode::kInvalid, "account: say which");
  if (request.days() < 0 || request.days() > 1100)
    return fail(ErrorCode::kInvalid, "days: must be 0 to 1100");
  if (request.points() < 0 || request.points() == 1 || request.points() > 400)
    return fail(ErrorCode::kInvalid, "points: must be 0, or 2 to 400");
  const AccountId account(request.account());
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  TENURE_TRY_ASSIGN(const Story story, read_story(engine_, account));
  const std::int64_t days = request.days() == 0 ? 180 : request.days();
  const std::int64_t points = request.points() == 0 ? 60 : request.points();
  const Duration span(days * 86'400'000'000);
  HotAccount hot(engine_.set());
  Health before, health;
  std::size_t folded = 0;
  for (std::int64_t k = 0; k < points; ++k) {
    const Instant at = now - span + Duration(span.count() / (points - 1) * k);
    const Instant until = k + 1 == points ? now : at;
    for (; folded < story.events().size() && story.events()[folded]->event.occurred_at <= until;
         ++folded)
      hot.facts.fold(story.events()[folded]->event, account);
    msg::HealthPoint& point = *out.add_points();
    point.set_at(to_string(until));
    if (folded == 0) continue;
    const ReferencePtr reference = engine_.reference().as_was(until);
    const AccountContext context = context_of(hot.facts, account, *reference);
    std::fill(hot.valid_until.begin(), hot.valid_until.end(), Instant::always());
    refresh_signals(engine_.set(), hot, context, *reference, until);
    health_of(signal_set(hot), *context.profile, health);
    if (health.score_milli) point.set_health_milli(*health.score_milli);
    if (k > 0) fill_driver(engine_.set().catalog(), before, health, point);
    std::swap(before, health);
  }
  out.mutable_freshness()->set_position(to_string(story.position));
  return {};
}

Result<void> Timeline::commitments(const msg::ListCommitmentsRequest& request,
                                   msg::ListCommitmentsResponse& out) const {
  constexpr std::size_t kShown = 200;
  if (request.account().empty()) return fail(ErrorCode::kInvalid, "account: say which");
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  TENURE_TRY_ASSIGN(const Story story, read_story(engine_, AccountId(request.account())));
  std::vector<msg::Commitment> all = commitments_of(story, now);
  if (all.size() > kShown) all.resize(kShown);
  for (msg::Commitment& one : all) *out.add_commitments() = std::move(one);
  out.mutable_freshness()->set_position(to_string(story.position));
  return {};
}

Result<void> Timeline::people(const msg::ListPeopleRequest& request,
                              msg::ListPeopleResponse& out) const {
  constexpr std::size_t kShown = 500;
  if (request.account().empty()) return fail(ErrorCode::kInvalid, "account: say which");
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  TENURE_TRY_ASSIGN(const Story story, read_story(engine_, AccountId(request.account())));
  std::vector<msg::Person> all = people_of(story, now);
  if (all.size() > kShown) all.resize(kShown);
  for (msg::Person& one : all) *out.add_people() = std::move(one);
  out.mutable_freshness()->set_position(to_string(story.position));
  return {};
}

}  // namespace tenure
