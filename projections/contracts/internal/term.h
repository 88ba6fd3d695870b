// projections/contracts/internal/term.h
//
// Where a contract stands at an instant: its terms say when it ends, and one that renews by itself
// ends later and later.
#pragma once

#include "projections/contracts/contracts.h"

namespace tenure::contracts {

/// The instant `months` later by the UTC calendar: the 31st becomes the last day of a shorter
/// month.
Instant add_months(Instant from, std::int64_t months);

struct Term {
  bool runs = false;                       // covered at that instant
  Instant ends_at = Instant::never();      // never() = no end
  Instant notice_by = Instant::never();    // never() = nothing to decide, or the deadline is past
  Instant renewed_at = Instant::always();  // by an event or by itself; always() = never
  Instant valid_until = Instant::never();  // first instant at which any of these differs
};
Term term_at(const ContractRecord& contract, Instant now);

}  // namespace tenure::contracts
