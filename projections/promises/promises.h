// projections/promises/promises.h
//
// What was promised to the client, by when, and what became of it.
//
// Path:    LoggedEvent -> [PromisesProjection] -> signals "promises.*"
// Life:    made -> (revised) -> kept, or past its date. Nobody has to say that one was missed: the
//          date passes, and that is enough. A source that says so closes the promise; it stays on
//          the list for 30 days more. A revised date, also a later one, begins anew; a promise that
//          was past its date before counts as missed all the same.
// Limits:  64 promises that are open or were called missed; those called missed go first, beyond
//          that new ones are not kept. Misses of 90 days, at most 32 of settled promises.
#pragma once

#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>

namespace tenure {

struct PromiseRecord {
  CompactText id;
  Instant due_at = Instant::never();      // never() = no date
  Instant missed_at = Instant::always();  // when a source called it missed; always() = not
};

struct PromisesFacts {
  std::uint32_t made = 0;
  std::uint32_t kept = 0;
  std::uint32_t revised = 0;
  std::uint32_t missed = 0;
  CompactList<PromiseRecord> promises;  // by id, rising
  CompactList<Instant> late;            // of settled promises that went past their date; rising
};

struct PromisesProjection {
  using Facts = PromisesFacts;
  static constexpr std::string_view kName = "promises";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t { kOpen, kOverdue, kDaysOverdue, kMissed90d };
  static constexpr std::array<SignalSpec, 4> kSignals{{
      {"promises.open", SignalUnit::kCount, false,
       "Promises that are neither kept nor called missed; missing where none was ever made."},
      {"promises.overdue", SignalUnit::kDays, true,
       "Whole days for which a promise is past its date and not kept; until 30 days after a source "
       "called it missed."},
      {"promises.days_overdue", SignalUnit::kDays, false,
       "The greatest promises.overdue of the account; 0 when none is, missing where none was ever "
       "made."},
      {"promises.missed_90d", SignalUnit::kCount, false,
       "Promises that went past their date in the last 90 days, kept later or not; missing where "
       "none was ever made."},
  }};

  static EventTypes consumes();
  static void fold(Facts& facts, const Event& event, AccountId self);
  static void signals(const Facts& facts, Instant now, const AccountContext& account,
                      const Reference& reference, SignalSink& sink);
  static void causes(const History& history, Instant now, const AccountContext& account,
                     const Reference& reference, std::size_t signal, SubjectId subject,
                     CauseSink& sink);
  static void encode(const Facts& facts, std::string& bytes);
  static Result<Facts> decode(std::string_view stored);
  static std::string describe(const Facts& facts);
};

static_assert(Projection<PromisesProjection>);

}  // namespace tenure
