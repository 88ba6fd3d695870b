#include "engine/review/review.h"

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/review/internal/truth.h"

#include <algorithm>

namespace tenure {

using review_internal::Scene;
using review_internal::Truth;

namespace {

using Step = AlertTransition::Step;

bool is_zero(const Span& span) { return span.plain <= Duration(0) && span.days <= 0; }

Instant after(Instant from, const Span& span, const Calendar& calendar) {
  if (from == Instant::always()) return from;
  switch (span.unit) {
    case Span::Unit::kPlain:
      return from > Instant::never() - span.plain ? Instant::never() : from + span.plain;
    case Span::Unit::kBusinessDays:
      return span.days == 0 ? from : calendar.add_business_days(from, span.days);
    case Span::Unit::kBusinessHours: return calendar.add_working_time(from, span.plain);
  }
  return from;
}

// The part of a raised episode that decides when it speaks again.
struct Raised {
  Instant since;
  Instant last_told;
  Instant snoozed_until = Instant::always();
  std::uint32_t rung = 0;
  bool acknowledged = false;
};

class Reviewer final {
 public:
  Reviewer(Instant now, const SignalSet& signals, const AccountContext& account,
           const Reference& reference, Review& out)
      : now_(now), signals_(signals), account_(account), reference_(reference), out_(out) {}

  void run(const std::vector<Episode>& episodes);

 private:
  using Episodes = std::span<const Episode>;
  using Subjects = boost::container::small_vector<std::string_view, 16>;

  void account_rule(const Rule& rule, Episodes episodes);
  void subject_rule(const Rule& rule, Episodes episodes);
  void decide(const Rule& rule, std::string_view subject, const Episode* episode);
  void quiet(const Rule& rule, std::string_view subject, const Episode* episode, Truth raise);
  void armed(const Rule& rule, const Episode& episode, Truth raise);
  void raised(const Rule& rule, const Episode& episode);
  void end(const Rule* rule, const Episode& episode);

  void raise_now(const Rule& rule, std::string_view subject);
  [[nodiscard]] Truth clears(const Rule& rule, std::string_view subject) const;
  [[nodiscard]] Instant muted_until(const Rule& rule) const;
  [[nodiscard]] std::uint32_t rung_reached(const Rule& rule, const Raised& at) const;
  [[nodiscard]] Severity severity(const Rule& rule) const;
  void await_next(const Rule& rule, const Raised& at);
  void await(Instant instant) {
    if (instant > now_ && instant < out_.due) out_.due = instant;
  }
  void tell(Step step, const Rule* rule, std::string_view name, std::string_view subject,
            std::uint32_t rung, Severity severity);

  Instant now_;
  const SignalSet& signals_;
  const AccountContext& account_;
  const Reference& reference_;
  Review& out_;
};

// Rules and episodes both come by name: one walk over the two, so that the steps come in order too.
void Reviewer::run(const std::vector<Episode>& episodes) {
  auto at = episodes.begin();
  for (const Rule& rule : account_.profile->rules) {
    for (; at != episodes.end() && at->rule < rule.name; ++at) end(nullptr, *at);
    auto last = at;
    while (last != episodes.end() && last->rule == rule.name) ++last;
    const Episodes own(at, last);
    at = last;
    if (account_.lost) {
      for (const Episode& episode : own) end(&rule, episode);
    } else if (rule.per_subject) {
      subject_rule(rule, own);
    } else {
      account_rule(rule, own);
    }
  }
  for (; at != episodes.end(); ++at) end(nullptr, *at);
}

void Reviewer::account_rule(const Rule& rule, Episodes episodes) {
  const bool known = !episodes.empty() && episodes.front().subject.empty();
  decide(rule, {}, known ? &episodes.front() : nullptr);
  // Left over from a version of the rule that had subjects.
  for (const Episode& episode : episodes.subspan(known ? 1 : 0)) end(&rule, episode);
}

void Reviewer::subject_rule(const Rule& rule, Episodes episodes) {
  Subjects subjects;
  for (const SubjectSignal& of : signals_.subjects)
    if (std::binary_search(rule.signals.begin(), rule.signals.end(), of.signal))
      subjects.push_back(of.subject);
  if (!std::is_sorted(subjects.begin(), subjects.end()))
    std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  auto episode = episodes.begin();
  for (const std::string_view subject : subjects) {
    // A subject of which no signal speaks any more is over.
    for (; episode != episodes.end() && episode->subject < subject; ++episode) end(&rule, *episode);
    const bool known = episode != episodes.end() && episode->subject == subject;
    decide(rule, subject, known ? &*episode : nullptr);
    if (known) ++episode;
  }
  for (; episode != episodes.end(); ++episode) end(&rule, *episode);
}

void Reviewer::decide(const Rule& rule, std::string_view subject, const Episode* episode) {
  const auto state = episode == nullptr ? Episode::State::kQuiet : episode->state;
  if (state == Episode::State::kRaised) return raised(rule, *episode);
  Truth raise = evaluate(rule.raise, Scene{signals_, out_.health.score_milli, subject});
  // Where both hold, clearing wins: an alert must not be raised to be cleared at the next look.
  if (raise != Truth::kFalse && clears(rule, subject) == Truth::kTrue) raise = Truth::kFalse;
  if (state == Episode::State::kArmed) return armed(rule, *episode, raise);
  if (raise == Truth::kTrue || (episode != nullptr && episode->by_hand))
    quiet(rule, subject, episode, raise);
}

void Reviewer::quiet(const Rule& rule, std::string_view subject, const Episode* episode,
                     Truth raise) {
  if (episode != nullptr && episode->by_hand) {
    // Written down, because a review remembers nothing else: from now on the rule may speak again.
    if (raise == Truth::kFalse)
      tell(Step::kDisarmed, &rule, rule.name, subject, 0, episode->severity);
    return;
  }
  Instant free = muted_until(rule);
  if (episode != nullptr)
    free = std::max(free, after(episode->since, rule.cool_down, *account_.calendar));
  if (free > now_) return await(free);
  if (is_zero(rule.hold)) return raise_now(rule, subject);
  tell(Step::kArmed, &rule, rule.name, subject, 0, severity(rule));
  await(after(now_, rule.hold, *account_.calendar));
}

void Reviewer::armed(const Rule& rule, const Episode& episode, Truth raise) {
  const Instant muted = raise == Truth::kTrue ? muted_until(rule) : Instant::always();
  if (raise != Truth::kTrue || muted > now_) {
    tell(Step::kDisarmed, &rule, rule.name, episode.subject, 0, episode.severity);
    return await(muted);
  }
  const Instant held = after(episode.since, rule.hold, *account_.calendar);
  if (held > now_) return await(held);
  raise_now(rule, episode.subject);
}

void Reviewer::raised(const Rule& rule, const Episode& episode) {
  if (clears(rule, episode.subject) == Truth::kTrue)
    return tell(Step::kCleared, &rule, rule.name, episode.subject, episode.rung, episode.severity);
  Raised at{episode.since, episode.last_told, episode.snoozed_until, episode.rung,
            episode.acknowledged};
  const bool worse = severity(rule) > episode.severity;
  if (worse) {
    at.snoozed_until = Instant::always();
    at.acknowledged = false;
  }
  const std::uint32_t rung = rung_reached(rule, at);
  if (worse || rung > at.rung) {
    at.rung = rung;
    at.last_told = now_;
    tell(Step::kEscalated, &rule, rule.name, episode.subject, rung,
         worse ? severity(rule) : episode.severity);
  } else if (rule.remind_every && !at.acknowledged && at.snoozed_until <= now_ &&
             after(at.last_told, *rule.remind_every, *account_.calendar) <= now_) {
    at.last_told = now_;
    tell(Step::kReminded, &rule, rule.name, episode.subject, at.rung, episode.severity);
  }
  await_next(rule, at);
}

void Reviewer::end(const Rule* rule, const Episode& episode) {
  if (episode.state == Episode::State::kRaised)
    return tell(Step::kCleared, rule, episode.rule, episode.subject, episode.rung,
                episode.severity);
  const bool ceased = episode.by_hand && rule != nullptr && !account_.lost;
  if (episode.state == Episode::State::kArmed || ceased)
    tell(Step::kDisarmed, rule, episode.rule, episode.subject, 0, episode.severity);
}

void Reviewer::raise_now(const Rule& rule, std::string_view subject) {
  tell(Step::kRaised, &rule, rule.name, subject, 0, severity(rule));
  await_next(rule, Raised{now_, now_});
}

Truth Reviewer::clears(const Rule& rule, std::string_view subject) const {
  return evaluate(rule.clear, Scene{signals_, out_.health.score_milli, subject});
}

Instant Reviewer::muted_until(const Rule& rule) const {
  Instant until = Instant::always();
  for (const std::string& feed : rule.mute_on_gap)
    until = std::max(until, reference_.muted_until(feed, now_));
  return until;
}

std::uint32_t Reviewer::rung_reached(const Rule& rule, const Raised& at) const {
  std::uint32_t reached = at.rung;
  if (at.snoozed_until > now_) return reached;
  for (std::size_t k = at.rung + 1; k < rule.route.size(); ++k) {
    const RouteRung& rung = rule.route[k];
    if (rung.unless_acknowledged && at.acknowledged) continue;
    if (after(at.since, rung.after, *account_.calendar) <= now_)
      reached = static_cast<std::uint32_t>(k);
  }
  return reached;
}

void Reviewer::await_next(const Rule& rule, const Raised& at) {
  for (std::size_t k = at.rung + 1; k < rule.route.size(); ++k) {
    const RouteRung& rung = rule.route[k];
    if (rung.unless_acknowledged && at.acknowledged) continue;
    await(std::max(at.snoozed_until, after(at.since, rung.after, *account_.calendar)));
  }
  if (rule.remind_every && !at.acknowledged)
    await(std::max(at.snoozed_until, after(at.last_told, *rule.remind_every, *account_.calendar)));
}

Severity Reviewer::severity(const Rule& rule) const {
  return rule.severity[static_cast<std::size_t>(account_.tier)];
}

void Reviewer::tell(Step step, const Rule* rule, std::string_view name, std::string_view subject,
                    std::uint32_t rung, Severity severity) {
  AlertTransition& told = out_.told.emplace_back();
  told.step = step;
  told.rule = rule;
  told.rule_name = std::string(name);
  told.subject = std::string(subject);
  told.rung = rung;
  told.severity = severity;
}

}  // namespace

void Review::clear() {
  health.score_milli.reset();
  health.contributions.clear();
  told.clear();
  due = Instant::never();
}

void review(const AlertLedger& ledger, const Trigger&, Instant now, const SignalSet& signals,
            const AccountContext& account, const Reference& reference, Review& out) {
  TENURE_ASSERT(account.profile != nullptr && account.calendar != nullptr,
                "the runtime resolves an account's profile before it is reviewed");
  out.clear();
  health_of(signals, *account.profile, out.health);
  Reviewer(now, signals, account, reference, out).run(ledger.episodes());
}

std::string transition_id(AccountId account, const AlertTransition& transition,
                          const Trigger& trigger) {
  using Kind = Trigger::Kind;
  std::string key;
  put_text(key, account.text);
  put_text(key, transition.rule_name);
  put_text(key, transition.subject);
  put_varint(key, static_cast<std::uint64_t>(transition.step));
  put_varint(key, transition.rung);
  // Whether an event was late is not part of it: a restart may see the same event the other way.
  const bool by_event = trigger.kind != Kind::kDue;
  const bool by_instant = trigger.kind == Kind::kDue || trigger.kind == Kind::kReference;
  put_varint(key, (by_event ? 1U : 0U) | (by_instant ? 2U : 0U));
  if (by_event) {
    put_text(key, trigger.cause.source);
    put_text(key, trigger.cause.id);
    put_varint(key, trigger.cause.revision);
  }
  if (by_instant) put_signed(key, trigger.due.us);
  return to_hex(sha256(key)).substr(0, 32);
}

}  // namespace tenure
