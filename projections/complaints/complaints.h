// projections/complaints/complaints.h
//
// Complaints and tickets: their life with waiting and reopening, and a clock for each that runs on
// business time.
//
// Path:    LoggedEvent -> [ComplaintsProjection] -> signals "complaints.*"
// Life:    opened -> (acknowledged, waiting, worked on) -> resolved -> perhaps reopened. Closing
//          and withdrawing end a complaint without resolving it. An acknowledgement, a wait, or
//          work that reopens shows a resolved complaint to be open again; a further resolve is not
//          counted. A step on a complaint that this account never opened changes no complaint.
// Clock:   runs from the opening in the account's business hours, stands while waiting on the
//          client and after the end, and goes on (never starts again) when reopened. Limits: 80,
//          40, 16, 8 hours from low to critical.
// Limits:  counts are exact for ever. All open complaints and the last 50 ended ones are kept in
//          full; of older ones 8 bytes each, so that a step on one is still recognised: reopened,
//          it is of normal severity and its clock starts at 0. A clock keeps 64 stretches; beyond
//          that its shortest pause is counted as running.
#pragma once

#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>

namespace tenure {

/// A time in which a complaint's clock ran.
struct ComplaintStretch {
  Instant from;
  Instant until = Instant::never();  // never() while it runs
};

struct ComplaintRecord {
  CompactText id;
  Instant opened_at;
  Instant last_at;
  CompactList<ComplaintStretch> ran;
  std::uint8_t severity = 0;  // tenure.event.v1.ComplaintSeverity, never unspecified
  bool resolved = false;
  bool closed = false;
  bool waiting = false;

  [[nodiscard]] bool is_open() const { return !resolved && !closed; }
};

struct ComplaintsFacts {
  std::uint32_t opened = 0;
  std::uint32_t resolved = 0;
  std::uint32_t reopened = 0;
  std::uint32_t withdrawn = 0;
  std::uint32_t foreign = 0;
  CompactList<ComplaintRecord> complaints;  // by id, rising
  CompactList<std::uint64_t> ended;         // rising; the last 3 bits are the state
  CompactList<Instant> reopenings;          // rising
};

struct ComplaintsProjection {
  using Facts = ComplaintsFacts;
  static constexpr std::string_view kName = "complaints";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t { kOpen, kOpenWeighted, kClock, kReopened90d, kWorstClock };
  static constexpr std::array<SignalSpec, 5> kSignals{{
      {"complaints.open", SignalUnit::kCount, false, "Complaints that are open."},
      {"complaints.open_weighted", SignalUnit::kCount, false,
       "Open complaints by severity: low and normal 1, high 2, critical 4."},
      {"complaints.clock", SignalUnit::kShare, true,
       "How much of its time limit an open complaint has used, in steps of 5 %; 100 % at its "
       "limit, 200 % at twice its limit."},
      {"complaints.reopened_90d", SignalUnit::kCount, false,
       "Reopenings in the last 90 days; counts to 64."},
      {"complaints.worst_clock", SignalUnit::kShare, false,
       "The greatest complaints.clock of the account; 0 when no complaint is open."},
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

static_assert(Projection<ComplaintsProjection>);

}  // namespace tenure
