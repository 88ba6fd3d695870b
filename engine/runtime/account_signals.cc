#include "engine/runtime/account_signals.h"

#include <algorithm>

namespace tenure {
namespace {

bool same_subjects(std::span<const SubjectSignal> a, std::span<const SubjectSignal> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const SubjectSignal& x, const SubjectSignal& y) {
                      return x.signal == y.signal && x.milli == y.milli && x.subject == y.subject;
                    });
}

// Puts the subjects of one projection, which lie between two signal ids, in place of its old ones.
bool replace_subjects(std::vector<SubjectSignal>& all, SignalId first, std::size_t count,
                      std::vector<SubjectSignal>& fresh) {
  const auto begin =
      std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.signal >= first; });
  const auto end = std::find_if(
      begin, all.end(), [&](const auto& s) { return s.signal.value >= first.value + count; });
  std::stable_sort(fresh.begin(), fresh.end(), [](const SubjectSignal& a, const SubjectSignal& b) {
    return a.signal < b.signal;
  });
  if (same_subjects({begin, end}, fresh)) return false;
  const auto at = all.erase(begin, end);
  all.insert(at, std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  return true;
}

// Asks one projection; true when a value differs.
bool ask(const ProjectionSet& set, std::size_t index, HotAccount& hot,
         const AccountContext& account, const Reference& reference, Instant now) {
  thread_local std::vector<SubjectSignal> fresh;
  thread_local std::vector<std::int64_t> before;
  const ProjectionOps& projection = set.at(index);
  const SignalId first = set.first_signal(index);
  const auto begin = hot.signals.begin() + first.value;
  const auto end = begin + static_cast<std::ptrdiff_t>(projection.signals_specs.size());
  before.assign(begin, end);
  std::fill(begin, end, kMissing);
  fresh.clear();
  SignalSink sink(first, hot.signals, fresh);
  projection.signals(hot.facts.facts(index), now, account, reference, sink);
  hot.valid_until[index] = sink.valid_until();
  const bool values = !std::equal(before.begin(), before.end(), begin);
  const bool subjects =
      replace_subjects(hot.subjects, first, projection.signals_specs.size(), fresh);
  return values || subjects;
}

}  // namespace

AccountContext context_of(const AccountFacts& facts, AccountId account,
                          const Reference& reference) {
  AccountContext context = facts.context(account);
  context.profile = &reference.profile(context.profile_name, context.sector);
  context.calendar = &reference.calendar(*context.profile);
  return context;
}

bool refresh_signals(const ProjectionSet& set, HotAccount& hot, const AccountContext& account,
                     const Reference& reference, Instant now) {
  const bool other_reference =
      hot.reference != reference.position() || hot.reference_from != reference.valid_from();
  hot.reference = reference.position();
  hot.reference_from = reference.valid_from();
  bool changed = other_reference;
  for (std::size_t index = 0; index < set.size(); ++index) {
    if (!other_reference && now < hot.valid_until[index]) continue;
    // The context is not a signal: whoever keeps it has changed something that rules may read.
    if (set.at(index).context != nullptr && hot.valid_until[index] == Instant::always())
      changed = true;
    if (ask(set, index, hot, account, reference, now)) changed = true;
  }
  return changed;
}

Instant signals_valid_until(const HotAccount& hot) {
  Instant least = Instant::never();
  for (const Instant until : hot.valid_until) least = std::min(least, until);
  return least;
}

}  // namespace tenure
