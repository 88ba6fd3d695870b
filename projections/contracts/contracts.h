// projections/contracts/contracts.h
//
// Contracts and subscriptions with their terms, and unpaid invoices. A contract that renews by
// itself rolls over as time passes: facts keep the terms, signals derive the current end.
//
// Path:    LoggedEvent -> [ContractsProjection] -> signals "contracts.*"
// Days:    until something: days begun (60 from exactly 60 days before it, 0 at it). Since
//          something: whole days.
// Money:   in the main currency, that of the first amount; amounts in others are not counted.
// Limits:  64 contracts and subscriptions, 256 unpaid invoices; what is over goes first, beyond
//          that new ones are not kept. An invoice settled before it was issued is remembered among
//          the last 16 of its kind.
#pragma once

#include "engine/projection/amount.h"
#include "engine/projection/compact.h"
#include "engine/projection/projection.h"

#include <array>

namespace tenure {

struct ContractRecord {
  CompactText id;
  Instant starts_at;
  Instant ends_at = Instant::never();      // never() = none
  Instant renewed_at = Instant::always();  // by an event; always() = never
  std::int64_t minor = 0;                  // a year
  std::int16_t notice_days = 0;
  std::int16_t term_months = 12;
  bool subscription = false;
  bool auto_renew = false;
  bool notice_given = false;
  bool over = false;
};

struct InvoiceRecord {
  CompactText id;
  std::int64_t minor = 0;
  Instant due_at;
};

struct ContractsFacts {
  CompactList<ContractRecord> contracts;
  CompactList<InvoiceRecord> invoices;  // unpaid, by id, rising
  CompactList<std::uint64_t> settled_ahead;
  std::uint32_t invoices_issued = 0;
  std::uint32_t invoices_paid = 0;
  std::uint32_t invoices_written_off = 0;
  Currency currency{};
};

struct ContractsProjection {
  using Facts = ContractsFacts;
  static constexpr std::string_view kName = "contracts";
  static constexpr std::uint32_t kVersion = 1;
  enum SignalIndex : std::size_t {
    kDaysToNotice,
    kNoticeBy,
    kDaysToEnd,
    kEndsAt,
    kRenewed,
    kNoticeGiven,
    kDaysOverdue,
    kOverdue,
    kOverdueAmount,
    kArr
  };
  static constexpr std::array<SignalSpec, 10> kSignals{{
      {"contracts.days_to_notice", SignalUnit::kDays, false,
       "Days until the next notice deadline; missing when none is ahead."},
      {"contracts.notice_by", SignalUnit::kInstant, false,
       "The next notice deadline; missing when none is ahead."},
      {"contracts.days_to_end", SignalUnit::kDays, false,
       "Days until the next end of a running contract, renewed or not; missing without one."},
      {"contracts.ends_at", SignalUnit::kInstant, false,
       "The next end of a running contract, renewed or not; missing without one."},
      {"contracts.renewed", SignalUnit::kFlag, false,
       "A contract was renewed, or renewed by itself, in the last 30 days."},
      {"contracts.notice_given", SignalUnit::kFlag, false,
       "Notice was given for a contract that still runs."},
      {"contracts.days_overdue", SignalUnit::kDays, false,
       "Whole days for which the oldest unpaid invoice is overdue; 0 when none is."},
      {"contracts.overdue", SignalUnit::kDays, true,
       "Whole days for which an unpaid invoice is overdue."},
      {"contracts.overdue_amount", SignalUnit::kMoney, false, "What is overdue."},
      {"contracts.arr", SignalUnit::kMoney, false,
       "Yearly value of running contracts and subscriptions."},
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

static_assert(Projection<ContractsProjection>);

}  // namespace tenure
