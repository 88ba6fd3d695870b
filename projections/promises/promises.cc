#include "projections/promises/promises.h"

#include "engine/projection/amount.h"
#include "projections/promises/internal/life.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tenure {
namespace {

using promises::PromiseAct;

bool is_open(const PromiseRecord& promise) { return promise.missed_at == Instant::always(); }

bool is_known(const PromisesFacts& facts) {
  return facts.made + facts.revised + facts.missed + facts.kept > 0;
}

/// Misses of the last 90 days, and until when that number holds.
struct Misses {
  std::int64_t count = 0;
  Instant valid_until = Instant::never();
  void add(Instant broken, Instant now) {
    const Instant ends =
        broken == Instant::never() ? Instant::never() : broken + promises::kMissesFor;
    if (now < broken) {
      valid_until = std::min(valid_until, broken);
    } else if (now < ends) {
      ++count;
      valid_until = std::min(valid_until, ends);
    }
  }
};

Misses misses_of(const PromisesFacts& facts, Instant now) {
  Misses misses;
  for (const Instant broken : facts.late) misses.add(broken, now);
  for (const PromiseRecord& promise : facts.promises)
    misses.add(promises::broken_from(promise), now);
  return misses;
}

/// Whether the facts of one promise alone make the signal speak.
bool speaks(const PromisesFacts& alone, std::size_t signal, Instant now) {
  using P = PromisesProjection;
  const auto any = [&](auto&& holds) {
    return std::any_of(alone.promises.begin(), alone.promises.end(), holds);
  };
  switch (signal) {
    case P::kOpen: return any(is_open);
    case P::kMissed90d: return misses_of(alone, now).count > 0;
    default: return any([&](const PromiseRecord& one) { return promises::is_listed(one, now); });
  }
}

}  // namespace

EventTypes PromisesProjection::consumes() {
  using enum EventType;
  return {kPromiseMade, kPromiseRevised, kPromiseKept, kPromiseMissed};
}

void PromisesProjection::fold(Facts& facts, const Event& event, AccountId /*self*/) {
  promises::apply(facts, promises::read_act(event), event.occurred_at);
}

void PromisesProjection::signals(const Facts& facts, Instant now, const AccountContext& /*account*/,
                                 const Reference& /*reference*/, SignalSink& sink) {
  const bool known = is_known(facts);
  std::int64_t open = 0;
  std::int64_t oldest = 0;
  for (const PromiseRecord& promise : facts.promises) {
    open += is_open(promise) ? 1 : 0;
    if (!promises::is_listed(promise, now)) continue;
    const Instant from = promises::broken_from(promise);
    const std::int64_t days = whole_days(from, now);
    oldest = std::max(oldest, days);
    Instant next = from + (days + 1) * kDay;
    if (!is_open(promise)) next = std::min(next, promise.missed_at + promises::kListedFor);
    sink.emit(kOverdue, SubjectId(promise.id.view()), days * 1000, next);
  }
  sink.emit(kOpen, known ? open * 1000 : kMissing, Instant::never());
  const Misses misses = misses_of(facts, now);
  // Its steps are among those of the promises; the next one to go past its date is in `misses`.
  sink.emit(kDaysOverdue, known ? oldest * 1000 : kMissing, misses.valid_until);
  sink.emit(kMissed90d, known ? misses.count * 1000 : kMissing, misses.valid_until);
}

void PromisesProjection::causes(const History& history, Instant now,
                                const AccountContext& /*account*/, const Reference& /*reference*/,
                                std::size_t signal, SubjectId subject, CauseSink& sink) {
  static const EventTypes consumed = consumes();
  // A promise speaks or not by its own events alone: each is folded apart, and cited as a whole.
  std::map<std::string, std::vector<std::pair<PromiseAct, Instant>>, std::less<>> by_promise;
  history.newest_first([&](const Event& event) {
    if (!consumed.has(event.type)) return true;
    PromiseAct act = promises::read_act(event);
    if (signal == kOverdue && act.id != subject.text) return true;
    auto& acts = by_promise[act.id];
    acts.emplace_back(std::move(act), event.occurred_at);
    return true;
  });
  std::set<std::string, std::less<>> cited;
  for (const auto& [id, acts] : by_promise) {
    Facts alone;
    for (auto act = acts.rbegin(); act != acts.rend(); ++act)
      promises::apply(alone, act->first, act->second);
    if (speaks(alone, signal, now)) cited.emplace(id);
  }
  history.newest_first([&](const Event& event) {
    if (consumed.has(event.type) && cited.count(promises::read_act(event).id) > 0) sink.add(event);
    return true;
  });
}

}  // namespace tenure
