// engine/projection/projection.h
//
// What a projection is: a named, versioned, pure fold over an account's events, with the signals
// read from its facts. docs/writing-a-projection.md shows one from nothing to a rule that uses it.
//
// Path:     LoggedEvent -> [fold] -> facts -> [signals] -> engine/review
// Order:    fold() gets every event of the account that it consumes once, in the order of facts
//           (occurred_at, ordinal, source, id). For a late one the runtime starts again: a fold
//           never handles lateness and never fails.
// Threads:  pure functions; no clock, no I/O, no globals, no floating point, no positions.
#pragma once

#include "engine/base/result.h"
#include "engine/event/event.h"
#include "engine/projection/account_context.h"
#include "engine/reference/signal_catalog.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// A value of a signal that belongs to a subject.
struct SubjectSignal {
  SignalId signal;
  std::string subject;
  std::int64_t milli = kMissing;
};

/// Takes the signals of one projection; `index` counts in its kSignals.
class SignalSink final {
 public:
  /// `values` has one slot for each signal of the catalog; `first` is the projection's first id.
  SignalSink(SignalId first, std::span<std::int64_t> values, std::vector<SubjectSignal>& subjects)
      : first_(first), values_(values), subjects_(subjects) {}

  /// The account's value in thousandths, kMissing when it is not known, good until `valid_until`:
  /// the first instant at which it may differ with no new event.
  void emit(std::size_t index, std::int64_t milli, Instant valid_until) {
    values_[first_.value + index] = milli;
    until(valid_until);
  }
  /// A subject's value. Subjects are emitted in a fixed order (by id).
  void emit(std::size_t index, SubjectId subject, std::int64_t milli, Instant valid_until) {
    subjects_.push_back({id(index), subject.str(), milli});
    until(valid_until);
  }
  [[nodiscard]] SignalId id(std::size_t index) const {
    return {static_cast<std::uint16_t>(first_.value + index)};
  }
  /// The least valid_until so far.
  [[nodiscard]] Instant valid_until() const { return valid_until_; }

 private:
  void until(Instant instant) {
    if (instant < valid_until_) valid_until_ = instant;
  }
  SignalId first_;
  std::span<std::int64_t> values_;
  std::vector<SubjectSignal>& subjects_;
  Instant valid_until_ = Instant::never();
};

/// The account's effective events: repeats, losers of conflicts, superseded revisions and
/// retractions are left out.
class History {
 public:
  virtual ~History() = default;
  /// From the newest in the order of facts to the oldest, until `visit` returns false. The event
  /// lives during the call.
  virtual void newest_first(const std::function<bool(const Event&)>& visit) const = 0;
};

/// A cited event, with texts of its own.
struct Cause {
  std::string source;
  std::string id;
  std::uint32_t revision = 0;
  Instant occurred_at;
  EventType type = EventType::kNone;
  std::string sentence;  // without personal fields
};

/// Takes the events behind a signal, newest first: keeps the first 16, or as many as asked for, and
/// counts all.
class CauseSink final {
 public:
  static constexpr std::size_t kKept = 16;
  enum class Sentences : bool { kLeftOut, kWritten };
  explicit CauseSink(std::size_t kept_max = kKept, Sentences sentences = Sentences::kWritten)
      : kept_max_(kept_max), sentences_(sentences) {}
  void add(const Event& event);
  [[nodiscard]] const std::vector<Cause>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  std::size_t kept_max_;
  Sentences sentences_;
  std::vector<Cause> kept_;
  std::uint64_t total_ = 0;
};

template <class P>
concept Projection = requires(typename P::Facts& facts, const typename P::Facts& seen,
                              const Event& event, AccountId self, Instant now,
                              const AccountContext& account, const Reference& reference,
                              const History& history, SignalSink& signals, CauseSink& causes,
                              SubjectId subject, std::size_t signal, std::string& bytes,
                              std::string_view stored) {
  requires std::copy_constructible<typename P::Facts>;  // readers have a copy
  { P::kName } -> std::convertible_to<std::string_view>;
  // raised with the fold or the stored form: the state is folded again at the next start
  { P::kVersion } -> std::convertible_to<std::uint32_t>;
  {std::span<const SignalSpec>(P::kSignals)};     // its signals; "<kName>.<signal>"
  { P::consumes() } -> std::same_as<EventTypes>;  // the event types it is given; no others
  // `self`: which of the event's accounts this is.
  { P::fold(facts, event, self) } -> std::same_as<void>;
  // Values only, and cheap: asked again when an event that P consumes came, valid_until has passed,
  // or reference changed.
  { P::signals(seen, now, account, reference, signals) } -> std::same_as<void>;
  // The events behind signal number `signal` of kSignals (of `subject`, if it is per subject) at
  // `now`, newest first: take all of them away and what they say is gone. The signal is missing
  // then, or at the value of an account to which nothing of the kind happened. So what rests on the
  // last of many events names all of them: without the last, the one before it would speak. Asked
  // on a transition or a question.
  { P::causes(history, now, account, reference, signal, subject, causes) } -> std::same_as<void>;
  // Canonical: same facts, same bytes. Messages of proto/tenure/state/v1 have no map fields.
  { P::encode(seen, bytes) } -> std::same_as<void>;
  { P::decode(stored) } -> std::same_as<Result<typename P::Facts>>;
  // The facts for people and programs, as one JSON object (stable keys, instants as RFC 3339).
  { P::describe(seen) } -> std::same_as<std::string>;
};

/// A projection whose facts do not depend on order may say `static constexpr bool kOrderFree =
/// true`: then a late event is folded at once. One that keeps the AccountContext has `static void
/// context(const Facts&, AccountContext&)`.
template <class P>
concept KeepsContext = requires(const typename P::Facts& facts, AccountContext& account) {
  P::context(facts, account);
};

}  // namespace tenure
