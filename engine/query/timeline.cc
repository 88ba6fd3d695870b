#include "engine/query/timeline.h"

#include "engine/base/text.h"
#include "engine/event/render.h"
#include "engine/query/account_rows.h"
#include "tenure/api/v1/timeline.pb.h"

#include <algorithm>
#include <cctype>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

struct Read {
  AccountHistory history;
  Position position;
};

Result<Read> read_history(const Engine& engine, AccountId account) {
  const ShardId shard = shard_of(account, engine.shards());
  std::vector<Sequence> postings;
  Read read;
  const Result<void> found = engine.with_shard(shard, [&](Shard& mine) -> Result<void> {
    TENURE_TRY_ASSIGN(AccountSlot * slot, mine.find(account));
    if (slot == nullptr)
      return fail(ErrorCode::kNotFound, "there is no account '" + shown_text(account.text) + "'");
    TENURE_TRY_ASSIGN(postings, mine.postings(*slot));
    read.position = {shard, mine.folded()};
    return {};
  });
  TENURE_TRY(found);
  TENURE_TRY_ASSIGN(read.history, AccountHistory::load(engine.log(), shard, account, postings));
  return read;
}

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

bool contains(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same_letter) != text.end();
}

bool wanted(const msg::ListEventsRequest& request, const Event& event, std::string_view sentence) {
  const std::string_view type = to_string(event.type);
  const auto begins = [&](const std::string& prefix) {
    return type.substr(0, prefix.size()) == prefix;
  };
  if (!request.types().empty() &&
      std::none_of(request.types().begin(), request.types().end(), begins))
    return false;
  if (!request.source().empty() && event.source != request.source()) return false;
  return contains(sentence, request.search());
}

void fill_event(const LoggedEvent& from, std::string sentence, msg::TimelineEvent& out) {
  const Event& event = from.event;
  out.set_type(std::string(to_string(event.type)));
  out.set_source(std::string(event.source));
  out.set_id(std::string(event.id));
  out.set_revision(event.revision);
  out.set_occurred_at(to_string(event.occurred_at));
  out.set_recorded_at(to_string(from.recorded_at));
  out.set_sentence(std::move(sentence));
  out.set_actor(std::string(event.actor));
  out.set_subject(std::string(event.subject));
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
  TENURE_TRY_ASSIGN(const Read read, read_history(engine_, AccountId(request.account())));
  const auto& events = read.history.events();
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
  out.mutable_freshness()->set_position(to_string(read.position));
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
  TENURE_TRY_ASSIGN(const Read read, read_history(engine_, account));
  const std::int64_t days = request.days() == 0 ? 180 : request.days();
  const std::int64_t points = request.points() == 0 ? 60 : request.points();
  const Duration span(days * 86'400'000'000);
  HotAccount hot(engine_.set());
  Health before, health;
  std::size_t folded = 0;
  for (std::int64_t k = 0; k < points; ++k) {
    const Instant at = now - span + Duration(span.count() / (points - 1) * k);
    const Instant until = k + 1 == points ? now : at;
    for (; folded < read.history.events().size() &&
           read.history.events()[folded]->event.occurred_at <= until;
         ++folded)
      hot.facts.fold(read.history.events()[folded]->event, account);
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
  out.mutable_freshness()->set_position(to_string(read.position));
  return {};
}

}  // namespace tenure
