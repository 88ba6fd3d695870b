#include "engine/query/acts.h"

#include "engine/base/clock.h"
#include "engine/base/text.h"
#include "engine/query/absences.h"
#include "engine/query/account_past.h"
#include "engine/query/queries.h"
#include "engine/query/record_check.h"
#include "tenure/api/v1/act.pb.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/event/v1/alert.pb.h"

#include <fmt/format.h>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

constexpr Duration kFoldedWait = std::chrono::seconds(5);

Error id_is_taken(const std::string& what_stands = "") {
  return fail(ErrorCode::kDuplicate, "id: stands for another act already" + what_stands +
                                         "; give this one an id of its own");
}

// The account's event that carries this id, as it was logged.
struct Earlier {
  EventType type = EventType::kNone;
  std::string payload;
  Instant occurred_at;
  std::string actor;
};

Earlier earlier_of(const Event& event) {
  return {event.type, std::string(event.payload), event.occurred_at, std::string(event.actor)};
}

Result<std::optional<Earlier>> earlier_event(const Engine& engine, AccountId account,
                                             std::string_view source, std::string_view id) {
  const Result<Postings> found = postings_of(engine, account);
  if (!found && found.error().code == ErrorCode::kNotFound) return std::optional<Earlier>();
  if (!found) return found.error();
  for (auto at = found->sequences.rbegin(); at != found->sequences.rend(); ++at) {
    TENURE_TRY_ASSIGN(const BlockPtr block, engine.log().block(found->position.shard, *at));
    const Event& event = block->events()[*at - block->first()].event;
    if (event.id == id && event.source == source) return std::optional<Earlier>(earlier_of(event));
  }
  return std::optional<Earlier>();
}

// The same of the reference stream, which is short: acts in it concern no account.
Result<std::optional<Earlier>> earlier_reference(const Engine& engine, std::string_view source,
                                                 std::string_view id) {
  std::optional<Earlier> found;
  TENURE_TRY(engine.log().scan(kReferenceShard, 1, [&](const BlockPtr& block) {
    for (const LoggedEvent& logged : block->events()) {
      const Event& event = logged.event;
      if (event.id == id && event.source == source) found = earlier_of(event);
    }
    return !found;
  }));
  return found;
}

// What an act says, whenever it was sent: an acknowledgement ends a snooze at its own instant.
std::string content_of(EventType type, std::string_view payload) {
  std::string content(payload);
  pb::AlertActed acted;
  if (type != EventType::kAlertActed || !acted.ParseFromString(content) ||
      acted.act() != pb::ALERT_ACT_ACKNOWLEDGED)
    return content;
  acted.clear_until_us();
  return acted.SerializeAsString();
}

Result<bool> is_same(const std::optional<Earlier>& earlier, const Event& event, bool at_matters) {
  if (!earlier) return false;
  if (earlier->type == event.type && earlier->actor == event.actor &&
      content_of(earlier->type, earlier->payload) == content_of(event.type, event.payload) &&
      (!at_matters || earlier->occurred_at == event.occurred_at))
    return true;
  return id_is_taken(fmt::format(", {} by '{}' at {}", to_string(earlier->type),
                                 shown_text(earlier->actor), to_string(earlier->occurred_at)));
}

}  // namespace

Result<void> await_folded(const Engine& engine, ShardId shard) {
  const Sequence head = engine.log().head(shard);
  const std::int64_t until_us = steady_now_us() + kFoldedWait.count();
  while (engine.with_shard(shard, [](Shard& mine) { return mine.folded(); }) < head) {
    if (steady_now_us() > until_us)
      return fail(ErrorCode::kUnavailable,
                  "the account's shard is still folding what was logged; try again soon");
    engine.wait_for_progress(std::chrono::milliseconds(20));
  }
  return ok();
}

Result<bool> repeats_earlier(const Engine& engine, AccountId account, const Event& event,
                             bool at_matters) {
  TENURE_TRY_ASSIGN(const auto earlier, earlier_event(engine, account, event.source, event.id));
  return is_same(earlier, event, at_matters);
}

Result<bool> was_repeated(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty() || verdicts.front() == Verdict::kQuarantined)
    return fail(ErrorCode::kInvalid, "it cannot be read as an event; check its texts");
  if (verdicts.front() == Verdict::kConflict) return id_is_taken();
  return verdicts.front() == Verdict::kRepeated;
}

struct Acts::Sent {
  AccountId account;
  std::string envelope;
  bool at_matters = false;  // the client said when it happened
  std::function<Result<void>()> check;
};

// True when it was there already. A repeat comes at another time, and perhaps after the alert was
// cleared.
Result<bool> Acts::log_once(Sent sent) {
  const std::lock_guard lock(one_at_a_time_);
  const ShardId shard = shard_of(sent.account, engine_.shards());
  TENURE_TRY(await_folded(engine_, shard));
  TENURE_TRY_ASSIGN(const Event event, read_event(sent.envelope));
  TENURE_TRY_ASSIGN(const bool repeats,
                    repeats_earlier(engine_, sent.account, event, sent.at_matters));
  if (repeats) return true;
  TENURE_TRY(sent.check());
  TENURE_TRY_ASSIGN(const std::vector<Verdict> verdicts,
                    engine_.submit("acts", {std::move(sent.envelope)}));
  TENURE_TRY_ASSIGN(const bool repeated, was_repeated(verdicts));
  // So that the next question sees it. It is logged whether that takes too long or not.
  (void)await_folded(engine_, shard);
  return repeated;
}

Result<void> Acts::act(const msg::ActRequest& request, msg::ActResponse& out) {
  const Instant now = engine_.clock().now();
  TENURE_TRY_ASSIGN(std::string envelope, act_envelope(request, now));
  TENURE_TRY_ASSIGN(const bool repeated,
                    log_once({AccountId(request.account()), std::move(envelope), false,
                              [&] { return Queries(engine_).check_act(request); }}));
  out.set_repeated(repeated);
  return ok();
}

// An absence belongs to no account: no shard has to fold it.
Result<bool> Acts::log_absence(const msg::RecordRequest& request, std::string envelope,
                               Instant now) {
  const std::lock_guard lock(one_at_a_time_);
  TENURE_TRY_ASSIGN(const Event event, read_event(envelope));
  TENURE_TRY_ASSIGN(const auto earlier, earlier_reference(engine_, event.source, event.id));
  TENURE_TRY_ASSIGN(const bool repeats, is_same(earlier, event, false));
  if (repeats) return true;
  TENURE_TRY(check_absence(engine_, request, now));
  TENURE_TRY_ASSIGN(const std::vector<Verdict> verdicts,
                    engine_.submit("acts", {std::move(envelope)}));
  return was_repeated(verdicts);
}

Result<void> Acts::record(const msg::RecordRequest& request, msg::RecordResponse& out) {
  const Instant now = engine_.clock().now();
  out.set_event(request.id());
  TENURE_TRY_ASSIGN(std::optional<std::string> absence, absence_envelope(engine_, request, now));
  if (absence) {
    TENURE_TRY_ASSIGN(const bool repeated, log_absence(request, std::move(*absence), now));
    out.set_repeated(repeated);
    return ok();
  }
  TENURE_TRY_ASSIGN(std::string envelope,
                    record_envelope(request, now, engine_.log().person_key()));
  const AccountId account(request.account());
  const bool at_matters = (request.has_call() && !request.call().at().empty()) ||
                          (request.has_meeting() && !request.meeting().at().empty());
  TENURE_TRY_ASSIGN(const bool repeated, log_once({account, std::move(envelope), at_matters, [&] {
                                                     return check_record(engine_, request, now);
                                                   }}));
  out.set_repeated(repeated);
  return ok();
}

}  // namespace tenure
