#include "projections/promises/internal/life.h"

#include "engine/projection/amount.h"
#include "tenure/event/v1/promise.pb.h"

#include <algorithm>

namespace tenure::promises {
namespace {

namespace pb = event::v1;

Instant date_of(std::int64_t us) { return us == 0 ? Instant::never() : clamp_instant(us); }

PromiseRecord* place_of(PromisesFacts& facts, std::string_view id) {
  return std::lower_bound(
      facts.promises.begin(), facts.promises.end(), id,
      [](const PromiseRecord& one, std::string_view wanted) { return one.id.view() < wanted; });
}

PromiseRecord* find(PromisesFacts& facts, std::string_view id) {
  PromiseRecord* place = place_of(facts, id);
  return place != facts.promises.end() && place->id.view() == id ? place : nullptr;
}

bool is_missed(const PromiseRecord& promise) { return promise.missed_at != Instant::always(); }

/// Keeps the moment at which a promise that is settled now was broken, if it was.
void note_late(PromisesFacts& facts, Instant broken, Instant at) {
  auto& late = facts.late;
  auto* recent =
      std::find_if(late.begin(), late.end(), [&](Instant one) { return one + kMissesFor > at; });
  late.erase(late.begin(), recent);
  if (broken >= at || broken + kMissesFor <= at) return;
  if (late.size() >= kLateKept) late.erase(late.begin());
  late.insert(std::upper_bound(late.begin(), late.end(), broken), broken);
}

void drop(PromisesFacts& facts, PromiseRecord* promise, Instant at) {
  note_late(facts, broken_from(*promise), at);
  facts.promises.erase(promise);
}

/// The record of that id; null when too many are kept.
PromiseRecord* find_or_add(PromisesFacts& facts, std::string_view id, Instant at) {
  if (PromiseRecord* found = find(facts, id)) return found;
  if (facts.promises.size() >= kPromisesMax) {
    PromiseRecord* oldest = nullptr;
    for (PromiseRecord& one : facts.promises) {
      if (is_missed(one) && (oldest == nullptr || one.missed_at < oldest->missed_at)) oldest = &one;
    }
    if (oldest == nullptr) return nullptr;
    drop(facts, oldest, at);
  }
  PromiseRecord promise;
  promise.id.set(id);
  return facts.promises.insert(place_of(facts, id), std::move(promise));
}

void set_date(PromisesFacts& facts, const PromiseAct& act, Instant at) {
  PromiseRecord* promise = find_or_add(facts, act.id, at);
  if (promise == nullptr) return;
  note_late(facts, broken_from(*promise), at);
  promise->due_at = act.due_at;
  promise->missed_at = Instant::always();
}

}  // namespace

Instant broken_from(const PromiseRecord& promise) {
  return is_missed(promise) ? std::min(promise.due_at, promise.missed_at) : promise.due_at;
}

bool is_listed(const PromiseRecord& promise, Instant now) {
  if (now < broken_from(promise)) return false;
  return !is_missed(promise) || now < promise.missed_at + kListedFor;
}

PromiseAct read_act(const Event& event) {
  PromiseAct act;
  const auto name = [&](Step step, const std::string& id) {
    act.step = step;
    act.id = std::string(CompactText::cut(id));
  };
  switch (event.type) {
    case EventType::kPromiseMade: {
      const auto& made = event.read<pb::PromiseMade>();
      name(Step::kMake, made.promise());
      act.due_at = date_of(made.due_at_us());
      break;
    }
    case EventType::kPromiseRevised: {
      const auto& revised = event.read<pb::PromiseRevised>();
      name(Step::kRevise, revised.promise());
      act.due_at = date_of(revised.due_at_us());
      break;
    }
    case EventType::kPromiseKept: name(Step::kKeep, event.read<pb::PromiseKept>().promise()); break;
    default: name(Step::kMiss, event.read<pb::PromiseMissed>().promise());
  }
  return act;
}

void apply(PromisesFacts& facts, const PromiseAct& act, Instant at) {
  for (std::size_t k = facts.promises.size(); k-- > 0;) {
    PromiseRecord& one = facts.promises[k];
    if (is_missed(one) && one.missed_at + kListedFor <= at) drop(facts, &one, at);
  }
  switch (act.step) {
    case Step::kMake: ++facts.made; return set_date(facts, act, at);
    case Step::kRevise: ++facts.revised; return set_date(facts, act, at);
    case Step::kKeep: {
      ++facts.kept;
      if (PromiseRecord* promise = find(facts, act.id)) drop(facts, promise, at);
      return;
    }
    case Step::kMiss: {
      ++facts.missed;
      PromiseRecord* promise = find_or_add(facts, act.id, at);
      if (promise != nullptr && !is_missed(*promise)) promise->missed_at = at;
      return;
    }
  }
}

}  // namespace tenure::promises
