#include "projections/contracts/internal/term.h"

#include <algorithm>
#include <chrono>

namespace tenure::contracts {
namespace {

/// How often the contract has renewed by itself by `now`.
std::int64_t renewals(const ContractRecord& contract, Instant now) {
  if (now < contract.ends_at) return 0;
  // A first guess that is never too great (a month has at most 31 days), then on to the exact
  // number.
  std::int64_t count = whole_days(contract.ends_at, now) / (31 * contract.term_months);
  while (add_months(contract.ends_at, count * contract.term_months) <= now) ++count;
  return count;
}

}  // namespace

Instant add_months(Instant from, std::int64_t months) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const std::int64_t day = whole_days({}, from);
  const Duration time = from - (Instant{} + day * kDay);
  const std::chrono::year_month_day date{sys_days{days{day}}};
  const auto month = std::chrono::year_month{date.year(), date.month()} +
                     std::chrono::months{static_cast<int>(months)};
  const std::chrono::year_month_day_last last{month.year(), month.month() / std::chrono::last};
  const auto moved =
      std::chrono::year_month_day{month.year(), month.month(), std::min(date.day(), last.day())};
  return Instant{} + sys_days{moved}.time_since_epoch().count() * kDay + time;
}

Term term_at(const ContractRecord& contract, Instant now) {
  Term term;
  if (contract.over) return term;
  term.renewed_at = contract.renewed_at;
  term.ends_at = contract.ends_at;
  const bool rolls =
      contract.auto_renew && !contract.notice_given && contract.ends_at != Instant::never();
  if (rolls) {
    const std::int64_t count = renewals(contract, now);
    if (count > 0) {
      term.renewed_at = add_months(contract.ends_at, (count - 1) * contract.term_months);
      term.ends_at = add_months(contract.ends_at, count * contract.term_months);
    }
  }
  term.runs = contract.starts_at <= now && now < term.ends_at;
  if (now < contract.starts_at) term.valid_until = contract.starts_at;
  if (now < term.ends_at) term.valid_until = std::min(term.valid_until, term.ends_at);
  if (term.ends_at == Instant::never() || contract.notice_given || now >= term.ends_at) return term;
  const Instant notice_by = term.ends_at - contract.notice_days * kDay;
  if (now > notice_by) return term;
  term.notice_by = notice_by;
  // at the deadline it is not past yet
  term.valid_until = std::min(term.valid_until, notice_by + Duration(1));
  return term;
}

}  // namespace tenure::contracts
